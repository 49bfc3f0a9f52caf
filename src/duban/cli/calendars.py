"""`duban calendar`: enter a holiday notice, announce a window, close a unit, and see how the calendar stands."""

from __future__ import annotations

import getpass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from duban.cli.bilingual import both
from duban.cli.failures import WrongUsage
from duban.cli.options import Json, Project, read_date
from duban.cli.screen import show_json, show_table, tell
from duban.language import say

if TYPE_CHECKING:
    from collections.abc import Iterable

    from duban.arrangements.carrying_out import Change
    from duban.arrangements.difference import Difference
    from duban.problems import Problem

PANEL = both(zh="建立与检查", en="Starting and checking")

NoticeFile = Annotated[
    Path, typer.Argument(metavar="FILE", help=both(zh="通知，YAML 或 ICS。", en="The notice, YAML or ICS."))
]
Number = Annotated[
    str | None,
    typer.Option(
        "--number",
        metavar="NUMBER",
        show_default=False,
        help=both(zh="通知的文号，ICS 要写。", en="The notice's number; an ICS file needs it."),
    ),
]
Issued = Annotated[
    str | None,
    typer.Option(
        "--issued",
        metavar="DATE",
        show_default=False,
        help=both(zh="通知的日期，ICS 要写。", en="The notice's date; an ICS file needs it."),
    ),
]
IcsYear = Annotated[
    int | None,
    typer.Option(
        "--year",
        metavar="YEAR",
        show_default=False,
        help=both(zh="ICS 里有几年时，录入哪一年。", en="Which year, when an ICS file holds several."),
    ),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help=both(zh="只看会改什么，不改。", en="Only show what would change."))
]
Yes = Annotated[bool, typer.Option("--yes", help=both(zh="不再询问。", en="Do not ask."))]
By = Annotated[
    str | None,
    typer.Option(
        "--by",
        metavar="NAME",
        show_default=False,
        help=both(zh="经办人，不写就是当前系统用户。", en="Who does it; the system's user unless given."),
    ),
]
First = Annotated[str, typer.Option("--from", metavar="DATE", help=both(zh="第一天。", en="The first day."))]
Last = Annotated[
    str, typer.Option("--to", metavar="DATE", help=both(zh="最后一天（含）。", en="The last day, inclusive."))
]
Basis = Annotated[
    str,
    typer.Option("--notice", metavar="TEXT", help=both(zh="所依据的通知。", en="The notice it rests on.")),
]
WindowName = Annotated[
    str,
    typer.Argument(metavar="NAME", help=both(zh="时段的名字，见 festivals.yaml。", en="The window's name.")),
]
UnitCode = Annotated[
    str, typer.Argument(metavar="UNIT", help=both(zh="停工的单位代码。", en="The code of the closed unit."))
]
Reason = Annotated[
    str, typer.Option("--reason", metavar="TEXT", help=both(zh="停工的原因。", en="Why it is closed."))
]


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    from duban.cli.calendar_page import show, verify
    from duban.cli.commands import Commands

    group = typer.Typer(
        cls=Commands,
        invoke_without_command=True,
        help=both(
            zh="工作日历：录入放假通知，核对，查看。", en="The working calendar: enter notices, verify, show."
        ),
    )
    group.callback()(_help_alone)
    for name, command, help_text in (
        (
            "load",
            load,
            both(
                zh="录入国务院办公厅的放假通知：对照法定节日核对，列出变化的日子，确认后写入。",
                en="Enter a State Council holiday notice: verified against the law, diffed, confirmed, written.",
            ),
        ),
        (
            "verify",
            verify,
            both(
                zh="逐年核对：哪年正式、哪年暂定，是否符合放假办法。",
                en="Verify each year: official or provisional, and whether it obeys the law.",
            ),
        ),
        (
            "show",
            show,
            both(
                zh="逐月显示一年的上班和休息。", en="Show a year month by month, working days and days off."
            ),
        ),
        (
            "window",
            window,
            both(
                zh="录入宣传周、开学季等时段当年通知的起止。",
                en="Enter the days a notice sets for a window, such as a publicity week.",
            ),
        ),
        (
            "close",
            close,
            both(
                zh="局部停工：台风等，一个单位和它下属的单位休息几天。",
                en="Close a unit and those below it for some days: a typhoon.",
            ),
        ),
    ):
        group.command(name, help=help_text)(command)
    app.add_typer(group, name="calendar", rich_help_panel=PANEL)


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
    by: By = None,
    project: Project = None,
    as_json: Json = False,
) -> None:
    """Enter a holiday notice into the calendar."""
    from duban.arrangements import NoticeDetails, enter, read_notice
    from duban.arrangements.carrying_out import proved
    from duban.arrangements.difference import difference
    from duban.arrangements.year_text import year_text
    from duban.project import find_root, load_project
    from duban.workdays import load_calendar
    from duban.yamlfile.files import read_text

    root = find_root(project)
    calendar = load_calendar(root / "calendar")
    details = NoticeDetails(number, read_date(issued) if issued else None, None, year)
    waiting = frozenset(each.year for each in calendar.years if each.status == "provisional")
    notice = read_notice(file, details, load_project(root).zone, waiting | {calendar.years[-1].year + 1})
    entered = enter(calendar, notice)
    path = f"calendar/{notice.year}.yaml"
    if not entered.changes:
        _unchanged(entered.remarks, as_json=as_json, number=notice.number)
        return
    old = read_text(root / path, root=root)[0] if (root / path).exists() else None
    texts = {path: year_text(entered.year, old, path)}
    told = [
        f"{notice.number} {notice.title}（{notice.issued_on}）",
        _status_line(entered.before.status if entered.before else "", notice.year, amends=entered.amends),
    ]
    with proved(root, texts) as change:
        changed = difference(calendar, change.definitions.calendar)
        _carry_out(
            change,
            told,
            changed,
            entered.remarks,
            dry_run=dry_run,
            yes=yes,
            by=by,
            reason=notice.number,
            as_json=as_json,
        )


def window(
    name: WindowName,
    *,
    first: First,
    last: Last,
    notice: Basis,
    dry_run: DryRun = False,
    yes: Yes = False,
    by: By = None,
    project: Project = None,
    as_json: Json = False,
) -> None:
    """Enter the announced days of a window."""
    from duban.arrangements.carrying_out import proved
    from duban.arrangements.insertion import announce_window
    from duban.project import find_root
    from duban.workdays.festivals import NoticedSpan

    root = find_root(project)
    opens, closes = _in_order(first, last)
    span = NoticedSpan.model_validate({"from": opens, "to": closes, "notice": _stated(notice, "--notice")})
    inserted = announce_window(root, name, span)
    if not inserted.changes:
        _unchanged((), as_json=as_json, number=notice)
        return
    told = [say(zh=f"{name}：{opens} 至 {closes}（{notice}）", en=f"{name}: {opens} to {closes} ({notice})")]
    if inserted.was:
        told.append(say(zh=f"原来写的是 {inserted.was}", en=f"it was {inserted.was}"))
    texts = {inserted.path: inserted.text}
    with proved(root, texts) as change:
        _carry_out(change, told, None, (), dry_run=dry_run, yes=yes, by=by, reason=notice, as_json=as_json)


def close(
    unit: UnitCode,
    *,
    first: First,
    last: Last,
    reason: Reason,
    notice: Basis,
    dry_run: DryRun = False,
    yes: Yes = False,
    by: By = None,
    project: Project = None,
    as_json: Json = False,
) -> None:
    """Close a unit and those below it for some days."""
    from duban.arrangements.carrying_out import proved
    from duban.arrangements.difference import difference
    from duban.arrangements.insertion import add_closure
    from duban.project import find_root
    from duban.workdays import Closure

    root = find_root(project)
    opens, closes = _in_order(first, last)
    closure = Closure.model_validate(
        {
            "unit": unit,
            "from": opens,
            "to": closes,
            "reason": _stated(reason, "--reason"),
            "notice": _stated(notice, "--notice"),
        }
    )
    inserted = add_closure(root, closure)
    if not inserted.changes:
        _unchanged((), as_json=as_json, number=notice)
        return
    texts = {inserted.path: inserted.text}
    with proved(root, texts) as change:
        draft = change.definitions
        below = [
            code
            for code, each in draft.project.units.items()
            if unit in {up.code for up in draft.project.chain(code)}
        ]
        names = say(zh="、", en=", ").join(draft.project.units[code].name for code in below)
        told = [
            say(
                zh=f"{names} {opens} 至 {closes} 停工：{reason}（{notice}）",
                en=f"{names} closed {opens} to {closes}: {reason} ({notice})",
            )
        ]
        changed = difference(draft.calendar, draft.calendar.for_unit(unit))
        _carry_out(change, told, changed, (), dry_run=dry_run, yes=yes, by=by, reason=notice, as_json=as_json)


def _carry_out(
    change: Change,
    told: Iterable[str],
    changed: Difference | None,
    remarks: Iterable[Problem],
    *,
    dry_run: bool,
    yes: bool,
    by: str | None,
    reason: str,
    as_json: bool,
) -> None:
    """Show what changes, ask, and put it in force."""
    remarks = list(remarks)
    if as_json:
        if not (dry_run or yes):
            raise WrongUsage(
                say(zh="--json 要和 --yes 或 --dry-run 一起用", en="--json goes with --yes or --dry-run")
            )
    else:
        for line in told:
            tell(line)
        _show_days(changed)
        for remark in remarks:
            tell(say(zh=f"提示 {remark}", en=f"note {remark}"), "dim")
    if not dry_run:
        if not yes:
            typer.confirm(say(zh="写入吗？", en="Write it?"), abort=True)
        change.put_in_force()
    if as_json:
        show_json(
            {
                "written": not dry_run,
                "files": list(change.texts),
                "by": by or getpass.getuser(),
                "reason": reason,
                "days": changed.days if changed else (),
                "remarks": remarks,
            }
        )
        return
    listed = say(zh="、", en=", ").join(change.texts)
    tell(
        say(zh=f"只是试看，没有写入 {listed}。", en=f"A trial: {listed} not written.")
        if dry_run
        else say(zh=f"已写入 {listed}。", en=f"Written: {listed}."),
        "yellow" if dry_run else "green",
    )


def _show_days(changed: Difference | None) -> None:
    if changed is None:
        return
    if changed.days:
        show_table(
            [say(zh="日期", en="day"), say(zh="原来", en="was"), say(zh="改为", en="becomes")],
            [
                (
                    _day(each.day),
                    each.was + (say(zh="（暂定）", en=" (provisional)") if each.uncertain else ""),
                    each.becomes,
                )
                for each in changed.days
            ],
        )
    else:
        tell(say(zh="没有一天的上班休息有变化。", en="No day changes between work and rest."))
    if changed.settled:
        tell(
            say(
                zh=f"{changed.settled} 个拿不准的日子定了下来；正式安排到 {changed.official_until}。",
                en=f"{changed.settled} uncertain days are settled; official until {changed.official_until}.",
            )
        )


def _unchanged(remarks: Iterable[Problem], *, as_json: bool, number: str) -> None:
    remarks = list(remarks)
    if as_json:
        show_json({"written": False, "files": [], "days": [], "remarks": remarks})
        return
    for remark in remarks:
        tell(say(zh=f"提示 {remark}", en=f"note {remark}"), "dim")
    tell(say(zh=f"{number} 已经录入，什么也没有改。", en=f"{number} is entered already; nothing changed."))


def _status_line(was: str, year: int, *, amends: bool) -> str:
    if amends:
        return say(zh=f"修改 {year} 年已公布的安排", en=f"amends the arrangement of {year}")
    if was == "official":
        return say(zh=f"更正 {year} 年已录入的安排", en=f"mends what was entered for {year}")
    return say(zh=f"{year} 年由暂定转为正式", en=f"{year} becomes official")


def _in_order(first: str, last: str) -> tuple[date, date]:
    opens, closes = read_date(first), read_date(last)
    if closes < opens:
        raise WrongUsage(say(zh=f"--to（{closes}）早于 --from（{opens}）", en="--to is before --from"))
    return opens, closes


def _stated(text: str, option: str) -> str:
    if not text.strip():
        raise WrongUsage(say(zh=f"{option} 不能空", en=f"{option} must not be empty"))
    return text.strip()


def _day(day: date) -> str:
    return f"{day} {say(zh='周' + '一二三四五六日'[day.weekday()], en=day.strftime('%a'))}"
