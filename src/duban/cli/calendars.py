"""`duban calendar`: enter a holiday notice, announce a window, close a unit, and see how the calendar stands."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from duban.base.language import say
from duban.cli.bilingual import both
from duban.cli.failures import ExitCode, WrongUsage
from duban.cli.moves import actor_or_login
from duban.cli.opened import open_project
from duban.cli.options import Json, Project, read_date
from duban.cli.screen import show, show_json, show_table, tell

if TYPE_CHECKING:
    from collections.abc import Iterable

    from duban.base.problems import Problem
    from duban.edits import Applied, Plan, Proposal
    from duban.holidays import NoticeDetails
    from duban.holidays.carrying_out import Change
    from duban.holidays.difference import Difference
    from duban.workspace.workspace import Workspace

PANEL = both(zh="建立与检查", en="Starting and checking")

NoticeFile = Annotated[
    Path,
    typer.Argument(
        metavar="FILE",
        help=both(zh="通知：贴进文本文件的全文、YAML 或 ICS。", en="The notice: its text, YAML or ICS."),
    ),
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


@dataclass(frozen=True)
class _How:
    """How a change is carried out: shown only, asked about, by whom, told as JSON."""

    dry_run: bool
    yes: bool
    by: str | None
    as_json: bool


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
) -> int:
    """Enter a holiday notice into the calendar."""
    from duban.holidays import NoticeDetails

    details = NoticeDetails(number, read_date(issued) if issued else None, None, year)
    with open_project(project, say_draft=False) as workspace:
        return _load(workspace, file, details, _How(dry_run, yes, by, as_json))


def _load(workspace: Workspace, file: Path, details: NoticeDetails, how: _How) -> int:
    from duban.holidays import enter, read_notice
    from duban.holidays.carrying_out import proved
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
        return _unchanged(entered.remarks, notice.number, how)
    told = [
        f"{notice.number} {notice.title}（{notice.issued_on}）",
        _status_line(entered.before.status if entered.before else "", notice.year, amends=entered.amends),
    ]
    changed = difference(present.calendar, change.definitions.calendar)
    return _carry_out(change, told, changed, entered.remarks, notice.number, how)


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
) -> int:
    """Enter the announced days of a window."""
    from duban.holidays.carrying_out import proved
    from duban.holidays.insertion import announce_window
    from duban.workdays.festivals import NoticedSpan

    how = _How(dry_run, yes, by, as_json)
    opens, closes = _in_order(first, last)
    span = NoticedSpan.model_validate({"from": opens, "to": closes, "notice": _stated(notice, "--notice")})
    with open_project(project, say_draft=False) as workspace:
        inserted = announce_window(workspace.root, name, span)
        change = proved(workspace, {inserted.path: inserted.text}, workspace.clock.now())
        if change.is_empty:
            return _unchanged((), notice, how)
        told = [
            say(zh=f"{name}：{opens} 至 {closes}（{notice}）", en=f"{name}: {opens} to {closes} ({notice})")
        ]
        if inserted.was and inserted.changes:
            told.append(say(zh=f"原来写的是 {inserted.was}", en=f"it was {inserted.was}"))
        return _carry_out(change, told, None, (), notice, how)


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
) -> int:
    """Close a unit and those below it for some days."""
    from duban.holidays.carrying_out import proved
    from duban.holidays.difference import difference
    from duban.holidays.insertion import add_closure
    from duban.workdays import Closure

    how = _How(dry_run, yes, by, as_json)
    opens, closes = _in_order(first, last)
    stated = {
        "unit": unit,
        "from": opens,
        "to": closes,
        "reason": _stated(reason, "--reason"),
        "notice": _stated(notice, "--notice"),
    }
    with open_project(project, say_draft=False) as workspace:
        inserted = add_closure(workspace.root, Closure.model_validate(stated))
        change = proved(workspace, {inserted.path: inserted.text}, workspace.clock.now())
        if change.is_empty:
            return _unchanged((), notice, how)
        present, draft = workspace.definitions, change.definitions
        chains = {code: {up.code for up in draft.project.chain(code)} for code in draft.project.units}
        names = [each.name for code, each in draft.project.units.items() if unit in chains[code]]
        told = [
            say(
                zh=f"{'、'.join(names)} {opens} 至 {closes} 停工：{reason}（{notice}）",
                en=f"{', '.join(names)} closed {opens} to {closes}: {reason} ({notice})",
            )
        ]
        changed = difference(present.calendar.for_unit(unit), draft.calendar.for_unit(unit))
        return _carry_out(change, told, changed, (), notice, how)


def _carry_out(
    change: Change,
    told: Iterable[str],
    changed: Difference | None,
    remarks: Iterable[Problem],
    reason: str,
    how: _How,
) -> int:
    """Show what changes in days and in obligations, ask, and put it in force."""
    from duban.edits import telling

    remarks, plan = list(remarks), change.plan
    if how.as_json and not (how.dry_run or how.yes):
        raise WrongUsage(
            say(zh="--json 要和 --yes 或 --dry-run 一起用", en="--json goes with --yes or --dry-run")
        )
    if not how.as_json:
        for line in told:
            tell(line)
        _show_days(changed)
        for remark in remarks:
            tell(say(zh=f"提示 {remark}", en=f"note {remark}"), "dim")
        tell()
        show(telling.plan_document(_where_dates_move(plan)))
        tell()
    done = None
    if not (how.dry_run or plan.problems):
        if not (how.yes or how.as_json):
            typer.confirm(say(zh="写入并生效吗？", en="Write it and put it in force?"), abort=True)
        now = change.ws.clock.now()
        done = change.put_in_force(now, actor=actor_or_login(how.by), reason=reason)
    if how.as_json:
        show_json(
            {
                "written": done is not None,
                "files": list(change.texts),
                "days": changed.days if changed else (),
                "remarks": remarks,
                "plan": telling.as_json(plan),
                "version": getattr(done, "version", None),
            }
        )
    else:
        tell(*_outcome(done, change))
    return ExitCode.REFUSED if plan.problems else ExitCode.DONE


def _where_dates_move(plan: Plan) -> Plan:
    """The plan with those duties alone whose open obligations get other dates: what a calendar is changed for.

    What else would be opened is owed whatever the calendar says; `duban plan` shows it.
    """
    return replace(plan, duties=tuple(each for each in plan.duties if each.moved or each.withdrawn))


def _outcome(done: Applied | Proposal | None, change: Change) -> tuple[str, str]:
    listed = say(zh="、", en=", ").join(change.texts)
    version = getattr(done, "version", None)
    if done is None:
        return say(zh=f"没有写入 {listed}。", en=f"{listed} not written."), "yellow"
    if version is None:
        return (
            say(
                zh=f"已写入 {listed}，还没有生效：要由另一个人运行 duban approve {change.plan.id}",
                en=f"{listed} written, not in force yet: another person runs duban approve {change.plan.id}",
            ),
            "yellow",
        )
    return (
        say(
            zh=f"已写入 {listed}，第 {version} 版已生效。正在运行的服务会自动采用。",
            en=f"{listed} written; version {version} is in force. A running service takes it up by itself.",
        ),
        "green",
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


def _unchanged(remarks: Iterable[Problem], number: str, how: _How) -> int:
    remarks = list(remarks)
    if how.as_json:
        show_json(
            {"written": False, "files": [], "days": [], "remarks": remarks, "plan": None, "version": None}
        )
        return ExitCode.DONE
    for remark in remarks:
        tell(say(zh=f"提示 {remark}", en=f"note {remark}"), "dim")
    tell(say(zh=f"{number} 已经录入，什么也没有改。", en=f"{number} is entered already; nothing changed."))
    return ExitCode.DONE


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
