"""The options that many commands share, and how their values are read."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from duban.base.language import say
from duban.cli.bilingual import both

Project = Annotated[
    Path | None,
    typer.Option(
        "--project",
        help=both(
            zh="项目文件夹（有 duban.yaml）；不写就看 DUBAN_PROJECT，再从当前文件夹往上找。",
            en="The project folder (with duban.yaml); else DUBAN_PROJECT, else upwards from here.",
        ),
        show_default=False,
    ),
]

Json = Annotated[
    bool, typer.Option("--json", help=both(zh="输出 JSON，供程序读取。", en="Print JSON, for programs."))
]


def read_date(text: str) -> date:
    """A day written 2023-09-01. Raises typer.BadParameter for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            say(zh=f"“{text}”不是日期，要写成 2023-09-01 这样", en=f"“{text}” is not a date like 2023-09-01")
        ) from None
