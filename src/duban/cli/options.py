"""The options that many commands share, and how their values are read."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from duban.base.day_texts import NoDay, read_day_text
from duban.base.language import say
from duban.cli.bilingual import option

if TYPE_CHECKING:
    from duban.workdays import Period

FIRST_YEAR, LAST_YEAR = 2000, 2100

Project = Annotated[
    Path | None,
    option(
        "--project",
        zh="项目文件夹（有 duban.yaml）；不写就看 DUBAN_PROJECT，再从当前文件夹往上找。",
        en="The project folder (with duban.yaml); else DUBAN_PROJECT, else upwards from here.",
    ),
]

Json = Annotated[bool, option("--json", zh="输出 JSON，供程序读取。", en="Print JSON, for programs.")]


def read_period(text: str, option: str) -> Period:
    """The period written behind `option`. Raises typer.BadParameter, which names it."""
    from duban.workdays import parse_period

    try:
        return parse_period(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=option) from None


def read_year(text: str) -> int:
    """The year a person typed (2023年, 二〇二三年), for an option's `parser`. Raises typer.BadParameter, which names it."""
    from duban.workdays.period_keys import period_meant

    year = period_meant(text)
    if not (year.isdecimal() and FIRST_YEAR <= int(year) <= LAST_YEAR):
        raise typer.BadParameter(
            say(
                zh=f"“{text}”不是 {FIRST_YEAR} 至 {LAST_YEAR} 的年份，请写成 2026",
                en=f"“{text}” is no year from {FIRST_YEAR} to {LAST_YEAR}: write 2026",
            )
        )
    return int(year)


def read_date(text: str) -> date:
    """The day a person typed, for an option's `parser`. Raises typer.BadParameter, which names the option."""
    try:
        return read_day_text(text)
    except NoDay as error:
        raise typer.BadParameter(str(error)) from None
