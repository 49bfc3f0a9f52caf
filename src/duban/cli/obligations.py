"""`duban obligations` and `duban explain`: what is owed, and why."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from duban.base.cases import whom_and_case
from duban.base.clock import local
from duban.base.language import say
from duban.cli.bilingual import option
from duban.cli.failures import WrongUsage
from duban.cli.forms import As, Output, RowList, hand_over_list
from duban.cli.grouping import OBLIGATIONS, add_commands
from duban.cli.opened import open_project
from duban.cli.options import Json, Project, read_date
from duban.obligations.state_words import standing_word, state_meant
from duban.workdays.period_keys import period_beside

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from duban.cli.listing import Page
    from duban.obligations.listed import ListedObligation

Unit = Annotated[
    str | None,
    option(
        "--unit",
        "UNIT",
        zh="单位的代码或名称，含下级单位。",
        en="A unit's code or name, with the units below it.",
    ),
]
Line = Annotated[str | None, option("--line", "LINE", zh="条线。", en="A business line.")]
OfDuty = Annotated[str | None, option("--duty", "DUTY", zh="事项编号。", en="A duty's id.")]
State = Annotated[
    str | None,
    option(
        "--state",
        "STATE",
        zh="状态，写中文或英文：在办 open、已签收 acknowledged、待复核 reported、中止 suspended、办结 done、免办 waived、替换 superseded、撤回 withdrawn。",
        en="open, acknowledged, reported, suspended, done, waived, superseded or withdrawn.",
    ),
]
Overdue = Annotated[bool, option("--overdue", zh="只看逾期的。", en="Only what is overdue.")]
DueBefore = Annotated[
    date | None,
    option(
        "--due-before",
        "DATE",
        parser=read_date,
        zh="最后期限早于这一天的。",
        en="Legal deadline before this day.",
    ),
]
PageNumber = Annotated[int, option("--page", least=1, zh="第几页。", en="Which page.")]
PageSize = Annotated[int, option("--limit", least=1, most=10_000, zh="每页几项。", en="How many on a page.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    add_commands(
        app,
        OBLIGATIONS,
        (
            "obligations",
            obligations,
            "列出应办事项，最早到期的在前；不写条件就列出全部未办结的。",
            "List obligations, nearest deadline first; without a filter, all that are not closed.",
        ),
    )


def obligations(
    *,
    unit: Unit = None,
    line: Line = None,
    duty: OfDuty = None,
    state: State = None,
    overdue: Overdue = False,
    due_before: DueBefore = None,
    page: PageNumber = 1,
    size: PageSize = 50,
    form: As = None,
    output: Output = None,
    project: Project = None,
    as_json: Json = False,
) -> None:
    """List one page of what the filters select."""
    from duban.base.clock import Present
    from duban.cli.listing import WrittenFilter, page_of_obligations
    from duban.ledger.database import reading
    from duban.ledger.heartbeats import engine_standing

    if overdue and state and state_meant(state) not in ("open", "acknowledged"):
        raise WrongUsage(zh="--overdue 只用于未办结的状态", en="--overdue goes with open states only")
    wanted = WrittenFilter(unit, line, duty, state, overdue, due_before)
    with open_project(project) as workspace, reading(workspace.ledger) as connection:
        zone = workspace.definitions.project.zone
        present = Present.of(workspace.clock.now(), zone)
        listed = page_of_obligations(
            connection, workspace.definitions.project, wanted, present=present, page=page, size=size
        )
        doubt = engine_standing(connection, present.at, zone).doubt
    hand_over_list(_list_of(listed, zone, doubt), form, output, as_json=as_json, data=listed)


def _list_of(listed: Page, zone: ZoneInfo, doubt: str) -> RowList:
    return RowList(
        title=say(zh="应办事项", en="Obligations"),
        headings=say(
            zh="编号 事项 单位 监管对象 周期 状态 应办日 最后期限",
            en="id duty unit subject period state target deadline",
        ).split(),
        rows=(_row(each, zone) for each in listed.obligations),
        nothing="\n".join(
            filter(None, [say(zh="没有符合条件的应办事项。", en="No obligations match."), doubt])
        ),
        under=[
            say(
                zh=f"第 {listed.page}/{listed.pages} 页，共 {listed.total} 项",
                en=f"page {listed.page} of {listed.pages}, {listed.total} in all",
            ),
            *filter(None, [doubt]),
        ],
    )


def _row(each: ListedObligation, zone: ZoneInfo) -> tuple[str, ...]:
    deadline = each.deadline.isoformat() + (
        say(zh="（暂定）", en=" (provisional)") if each.provisional else ""
    )
    title = each.title + (say(zh="（保密）", en=" (confidential)") if each.confidential else "")
    if each.due_at is not None:
        title = say(zh=f"〔紧急〕{title}", en=f"[urgent] {title}")
        deadline = local(each.due_at, zone)
    return (
        each.id,
        title,
        each.unit,
        whom_and_case(each.subject or "", each.case),
        period_beside(each.period),
        standing_word(each),
        each.target.isoformat(),
        deadline,
    )
