"""`duban calendar`: its commands, and `load`, which enters a holiday notice."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from duban.cli.acting import Actor
from duban.cli.bilingual import argument, both, option
from duban.cli.calendar_changes import Consent, DryRun, Yes, carry_out, status_line, unchanged
from duban.cli.grouping import STARTING, CommandGroup, add_commands
from duban.cli.noticed_days import close, window
from duban.cli.opened import open_project
from duban.cli.options import Json, Project, read_date, read_year

if TYPE_CHECKING:
    from duban.holidays import NoticeDetails
    from duban.workspace.workspace import Workspace

NoticeFile = Annotated[
    Path,
    argument("FILE", zh="通知：贴进文本文件的全文、YAML 或 ICS。", en="The notice: its text, YAML or ICS."),
]
Number = Annotated[
    str | None,
    option(
        "--number", "NUMBER", zh="通知的文号，ICS 要写。", en="The notice's number; an ICS file needs it."
    ),
]
Issued = Annotated[
    date | None,
    option(
        "--issued",
        "DATE",
        parser=read_date,
        zh="通知的日期，ICS 要写。",
        en="The notice's date; an ICS file needs it.",
    ),
]
IcsYear = Annotated[
    int | None,
    option(
        "--year",
        "YEAR",
        parser=read_year,
        zh="ICS 里有几年时，录入哪一年。",
        en="Which year, when an ICS file holds several.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    from duban.cli.calendar_page import show, verify

    group = typer.Typer(
        cls=CommandGroup,
        invoke_without_command=True,
        help=both(
            zh="工作日历：录入放假通知，核对，查看。", en="The working calendar: enter notices, verify, show."
        ),
    )
    group.callback()(_help_alone)
    add_commands(
        group,
        None,
        (
            "load",
            load,
            "录入国务院办公厅的放假通知：对照法定节日核对，列出变化的日子，确认后写入。",
            "Enter a State Council holiday notice: verified against the law, diffed, confirmed, written.",
        ),
        (
            "verify",
            verify,
            "逐年核对：哪年正式、哪年暂定，是否符合放假办法。",
            "Verify each year: official or provisional, and whether it obeys the law.",
        ),
        (
            "show",
            show,
            "逐月显示一年的上班和休息。",
            "Show a year month by month, working days and days off.",
        ),
        (
            "window",
            window,
            "录入宣传周、开学季等时段当年通知的起止。",
            "Enter the days a notice sets for a window, such as a publicity week.",
        ),
        (
            "close",
            close,
            "局部停工：台风等，一个单位和它下属的单位休息几天。",
            "Close a unit and those below it for some days: a typhoon.",
        ),
    )
    app.add_typer(group, name="calendar", rich_help_panel=STARTING)


def _help_alone(context: typer.Context) -> None:
    """Show the help when no command is named."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


def load(
    file: NoticeFile,
    *,
    number: Number = None,
    issued: Issued = None,
    year: IcsYear = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    by: Actor = None,
    project: Project = None,
    as_json: Json = False,
) -> int:
    """Enter a holiday notice into the calendar."""
    from duban.holidays import NoticeDetails

    details = NoticeDetails(number, issued, None, year)
    with open_project(project, say_draft=False) as workspace:
        return _load(workspace, file, details, Consent(dry_run, yes, by, as_json))


def _load(workspace: Workspace, file: Path, details: NoticeDetails, how: Consent) -> int:
    from duban.edits.changed_files import proved
    from duban.holidays import enter, read_notice
    from duban.holidays.difference import difference
    from duban.holidays.year_text import year_text
    from duban.workdays import load_calendar
    from duban.yamlfile.files import read_text

    root, present = workspace.root, workspace.definitions
    calendar = load_calendar(root / "calendar")
    waiting = frozenset(each.year for each in calendar.years if each.status == "provisional")
    notice = read_notice(file, details, present.project.zone, waiting | {calendar.years[-1].year + 1})
    entered = enter(calendar, notice)
    path = f"calendar/{notice.year}.yaml"
    old = read_text(root / path, root=root)[0] if (root / path).exists() else None
    text = year_text(entered.year, old, path) if entered.changes or old is None else old
    change = proved(workspace, {path: text}, workspace.clock.now())
    if change.is_empty:
        return unchanged(entered.remarks, notice.number, how)
    told = [
        f"{notice.number} {notice.title}（{notice.issued_on}）",
        status_line(entered.before.status if entered.before else "", notice.year, amends=entered.amends),
    ]
    changed = difference(present.calendar, change.definitions.calendar)
    return carry_out(change, told, changed, entered.remarks, notice.number, how)
