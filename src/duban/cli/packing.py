"""`duban evidence pack`: what was handed in, as a zip with its index."""

from pathlib import Path
from typing import Annotated

import typer

from duban.cli.bilingual import argument, option
from duban.cli.failures import WrongUsage
from duban.cli.grouping import MESSAGES, add_group
from duban.cli.opened import open_project, unit_meant
from duban.cli.options import Project, read_year
from duban.cli.reporting import Unit
from duban.cli.screen import tell


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    add_group(
        app,
        MESSAGES,
        "evidence",
        (
            "pack",
            pack,
            "迎检台账：一项、一个单位或一条线的材料打成压缩包，附目录。",
            "The files of an obligation, a unit or a line as a zip, with an index.",
        ),
        zh="交上来的材料。",
        en="What was handed in.",
        no_args_is_help=True,
    )


def pack(
    obligation: Annotated[
        str | None,
        argument(
            "[OBLIGATION]",
            zh="只要这一项；不写就看下面的条件。",
            en="Only this one; else what the options say.",
        ),
    ] = None,
    *,
    output: Annotated[Path, option("--output -o", "FILE", zh="写进这个 .zip。", en="Write this .zip.")],
    unit: Unit = None,
    line: Annotated[str | None, option("--line", "LINE", zh="只要这条线。", en="Only this line.")] = None,
    year: Annotated[
        int | None,
        option(
            "--year", "YEAR", parser=read_year, zh="只要期限在这一年的。", en="Only deadlines of this year."
        ),
    ] = None,
    project: Project = None,
) -> None:
    """Write a pack."""
    from duban.ledger.principals import operator
    from duban.ledger.short_ids import parse_short_id
    from duban.views.evidence_packs import write_pack
    from duban.views.lists import ListQuery
    from duban.views.sight import Sight

    with open_project(project) as ws:
        try:
            number = None if obligation is None else parse_short_id(obligation)
        except ValueError as why:
            raise WrongUsage(str(why)) from None
        below = unit_meant(ws.definitions.project, unit) if unit else ""
        sight = Sight(ws, operator(ws.definitions.project, "duban"), ws.clock.now())
        wanted = ListQuery(unit=below, line=line or "")
        done = write_pack(sight, output, wanted, number=number, year=str(year or ""))
    tell(
        zh=f"已写入 {output}：{done.obligations} 项，材料 {done.files} 份"
        + (f"；{done.missing} 份文件不在了，目录里注明" if done.missing else ""),
        en=f"{output} written: {done.obligations} obligations, {done.files} files"
        + (f"; {done.missing} are gone, see the index" if done.missing else ""),
    )
