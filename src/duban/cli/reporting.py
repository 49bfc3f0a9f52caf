"""`duban report overdue`: what the leaders see, on the terminal or in a file."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from duban.base.language import say
from duban.cli.bilingual import both
from duban.cli.failures import WrongUsage
from duban.cli.opened import open_project
from duban.cli.options import Project
from duban.cli.screen import screen, show_json, tell
from duban.cli.units import find_unit

if TYPE_CHECKING:
    from duban.reports import OverdueReport

PANEL = both(zh="消息与报表", en="Messages and reports")


class Form(StrEnum):
    """The forms a report comes in."""

    TERMINAL = "terminal"
    MARKDOWN = "md"
    HTML = "html"
    EXCEL = "xlsx"
    JSON = "json"


As = Annotated[
    Form | None,
    typer.Option(
        "--as",
        metavar="FORM",
        show_default=False,
        help=both(
            zh="terminal、md、html、xlsx 或 json；不写就看文件名后缀，再不然显示在终端。",
            en="terminal, md, html, xlsx or json; else by the file's ending, else on the terminal.",
        ),
    ),
]
Output = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        show_default=False,
        help=both(zh="写进文件。", en="Write into a file."),
    ),
]
Unit = Annotated[
    str | None,
    typer.Option(
        "--unit",
        metavar="UNIT",
        show_default=False,
        help=both(
            zh="只看这个单位（代码或名称）及其下级。", en="Only this unit (code or name) and those below it."
        ),
    ),
]
Json = Annotated[bool, typer.Option("--json", help=both(zh="同 --as json。", en="The same as --as json."))]


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    reports = typer.Typer(help=both(zh="给领导看的报表。", en="Reports for the leaders."))
    reports.command(
        "overdue",
        help=both(
            zh="逾期报表：哪条线、哪个县、逾期多久，数据可信到哪一步。",
            en="What is overdue, by line and county, for how long, and how far to trust it.",
        ),
    )(overdue)
    app.add_typer(reports, name="report", rich_help_panel=PANEL)


def overdue(
    *,
    form: As = None,
    output: Output = None,
    unit: Unit = None,
    as_json: Json = False,
    project: Project = None,
) -> None:
    """Make the overdue report as of now."""
    from duban import reports

    wanted = Form.JSON if as_json else form or _form_of(output)
    if wanted is Form.EXCEL and output is None and sys.stdout.isatty():
        raise WrongUsage(
            say(zh="Excel 要写进文件：加 -o 逾期.xlsx", en="Excel goes into a file: add -o overdue.xlsx")
        )
    with open_project(project) as workspace:
        report = reports.overdue(
            workspace,
            workspace.clock.now(),
            unit and find_unit(workspace.definitions.project, unit),
        )
    match wanted:
        case Form.TERMINAL if output is None:
            screen().print(reports.as_terminal(report))
        case Form.TERMINAL | Form.MARKDOWN:
            _put(reports.as_markdown(report).encode(), output)
        case Form.HTML:
            _put(reports.as_html(report).encode(), output)
        case Form.EXCEL:
            _put(reports.as_xlsx(report), output)
        case Form.JSON if output is None:
            show_json(_as_object(report))
        case Form.JSON:
            raise WrongUsage(
                say(zh="JSON 直接输出，不用 -o", en="JSON goes to standard output; leave out -o")
            )
    if output is not None:
        tell(
            say(zh=f"已写入 {output}：逾期 {report.total} 项", en=f"{output} written: {report.total} overdue")
        )


def _form_of(output: Path | None) -> Form:
    if output is None:
        return Form.TERMINAL
    try:
        return Form(output.suffix.removeprefix(".").lower())
    except ValueError:
        known = "、".join(form for form in Form if form is not Form.TERMINAL)
        raise WrongUsage(
            say(
                zh=f"看不出要什么格式：{output}，加 --as（{known}）",
                en=f"what form is {output}? add --as ({known})",
            )
        ) from None


def _put(content: bytes, output: Path | None) -> None:
    if output is None:
        sys.stdout.buffer.write(content)
    else:
        output.write_bytes(content)


def _as_object(report: OverdueReport) -> dict[str, object]:
    """The report for programs: the board as one row for each line."""
    matrix = report.matrix
    return {
        "bureau": report.bureau,
        "scope": report.scope,
        "on": report.on,
        "made_at": report.made_at,
        "total": report.total,
        "open_total": report.open_total,
        "confidential": report.confidential,
        "suspect": report.suspect,
        "engine_alive": report.engine_alive,
        "data_as_of": report.data_as_of,
        "deliveries_unknown": report.deliveries_unknown,
        "deliveries_dead": report.deliveries_dead,
        "board": [
            {"line": line, **{county: matrix.count(line, county) for county in matrix.counties}}
            for line in matrix.lines
        ],
        "by_duty": report.by_duty,
        "obligations": report.obligations,
    }
