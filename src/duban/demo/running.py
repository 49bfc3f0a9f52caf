"""The demonstration from an empty folder to reminders that can be read.

75 days are lived as a bureau lives them: duties open, offices work and report, reviewers look at it, and on every working day
the engine goes round and sends what is due, so that each rung has spoken on its day. The service goes on from there.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from rich.console import Console

from duban.base.clock import SHANGHAI, Clock, FixedClock, business_date
from duban.base.language import choose, say
from duban.bureau.project_file import load_project
from duban.cadence.counting import ZERO_OF
from duban.demo.assigned import assigned
from duban.demo.complaints import complaints
from duban.demo.figures import figures
from duban.demo.habits import work
from duban.demo.laying_out import COUNTY_GROUP, DATA, is_laid_out, lay_out, write_data
from duban.demo.made_up import SOURCE, enterprises, events, numbered
from duban.demo.reported import reported
from duban.demo.reviewing import hand_in_evidence, review
from duban.ledger.principals import operator
from duban.runtime.presence import running_page
from duban.runtime.private import CLOSED

if TYPE_CHECKING:
    from duban.demo.made_up import MadeUpFact
    from duban.duties.vocabulary import Vocabulary
    from duban.facts import NewFact
    from duban.web.settings import WebSettings
    from duban.workspace.workspace import Workspace

DAYS_BEFORE = 75
MORNING = time(9)
"""When people sat down to their work on the days that are past, by the clock on the wall."""
ROUND = 3
"""The offices sit down to their work on every so manieth working day; in the last week on each."""
MAILS = "信件"
GROUP = "群消息"
REPORTS = "报表"


def run_demo(
    folder: Path,
    clock: Clock,
    *,
    prefect_port: int = 4200,
    web: WebSettings | None = None,
    console: Console | None = None,
    stop_after: float | None = None,
) -> int:
    """Set up the demonstration in `folder` unless it is there, serve it, and say where to look; the exit code.

    Nothing leaves the machine: mails and group messages go to a mail server and a webhook of the demonstration's own,
    which keep them as files in `folder`. `clock` says the day it is set up on; `prefect_port`, `web`, `console` and
    `stop_after` (seconds) as in `duban.service.up`.
    """
    from duban.demo.sinks import SmtpSink, WebhookSink
    from duban.service import up

    console = console or Console()
    root = folder.absolute()
    os.umask(CLOSED)
    choose("zh-CN")
    new = not is_laid_out(root)
    if new:
        lay_out(root, business_date(clock.now(), SHANGHAI), web.address if web and web.port else "")
    with SmtpSink(0, root / MAILS) as mail, WebhookSink(0, root / GROUP) as group:
        os.environ["DUBAN_CHANNEL_MAIL"] = (
            f"mailto://127.0.0.1:{mail.port}/?from=duban@demo.invalid&to={{mail}}"
        )
        os.environ["DUBAN_CHANNEL_GROUP"] = f"json://127.0.0.1:{group.port}/group"
        os.environ[COUNTY_GROUP] = f"json://127.0.0.1:{group.port}/county"
        if new:
            _live_the_days_before(root, console, clock)
        else:
            console.print(
                say(
                    zh=f"演示项目已在 {root}，接着运行；已经发过的不会再发",
                    en=f"the demo is in {root} already; what was sent is not sent again",
                )
            )

        def show() -> None:
            show_where_to_look(root, console)

        return up(
            root,
            zone=load_project(root).zone,
            prefect_port=prefect_port,
            web=web,
            console=console,
            stop_after=stop_after,
            when_ready=show,
        )


def _live_the_days_before(root: Path, console: Console, clock: Clock) -> None:
    began = monotonic()
    console.print(
        say(zh=f"已在 {root} 建好演示项目（真实计划，虚构企业）", en=f"laid out the demo in {root}")
    )
    with console.status(
        say(
            zh="正在生成虚构企业和事件，把前 75 天一天天过一遍……",
            en="making up enterprises and living 75 days…",
        )
    ):
        subjects, facts, opened, notices = make_history(root, clock)
    console.print(
        say(
            zh=f"虚构的监管对象 {subjects} 个、事实 {facts} 条；75 天来开办 {opened} 件，提醒和催办 {notices} 次"
            f"（用时 {monotonic() - began:.1f} 秒）",
            en=f"{subjects} made-up subjects, {facts} facts; {opened} obligations opened and {notices} rungs spoken over "
            f"75 days ({monotonic() - began:.1f} s)",
        )
    )


def make_history(root: Path, clock: Clock) -> tuple[int, int, int, int]:
    """Live the days before: duties open as the made-up facts come in, the made-up offices work and review, and each working
    day what is due is said, and sent whenever the offices sit down. Today is left to the service: nobody has sat down to anything yet.

    Returns how many subjects and facts were taken down, obligations opened, and rungs spoken.
    """
    from duban.deliveries.delivering import deliver
    from duban.facts import NewSubject, record_facts, record_subjects
    from duban.notices.patrol import patrol
    from duban.obligations.opening import open_owed
    from duban.workspace.workspace import open_workspace

    now, zone = clock.now(), load_project(root).zone
    today = business_date(now, zone)
    since = today - timedelta(days=DAYS_BEFORE)
    began = datetime.combine(since, MORNING, zone)
    ws = open_workspace(root, FixedClock(began))
    try:
        project, vocabulary = ws.definitions.project, ws.definitions.vocabulary
        by = operator(project, SOURCE)
        cases, became = complaints(project, today)
        people = [*enterprises(project), *cases]
        happened = [*events(project, people, today, since), *figures(project, today), *became]
        known = {event.fact for event in happened} | {str(event.data.get(ZERO_OF)) for event in happened}
        waiting = numbered([*happened, *reported(vocabulary, project, today, since, known)])
        kinds = {event.fact for event in waiting}
        write_data(root, people, waiting, today)
        subjects = record_subjects(
            ws,
            [
                NewSubject(each.kind, each.code, each.name, each.unit, each.grade, each.attributes)
                for each in people
            ],
            began,
            by,
        )
        facts = opened = notices = 0
        for moment, on, sits in _days(ws, now, since, today):
            if sits:
                review(ws, moment, on)
                come = [event for event in waiting if event.happened_on <= on]
                waiting = waiting[len(come) :]
                facts += record_facts(ws, [_as_fact(event, vocabulary) for event in come], moment, by).new
                opened += open_owed(ws, moment).total
            if on == today:
                break
            if sits:
                opened += assigned(ws, moment, on, today)
                work(ws, moment, on, kinds)
                hand_in_evidence(ws, moment)
            notices += patrol(ws, moment).notices
            if sits:
                deliver(ws, moment)
    finally:
        ws.ledger.dispose()
    return subjects.new, facts, opened, notices


def _days(ws: Workspace, now: datetime, since: date, today: date) -> Iterator[tuple[datetime, date, bool]]:
    """Each working day from `since` to `today`, the past ones in the morning, and whether the offices sit down to their work."""
    days = [since + timedelta(days=number) for number in range((today - since).days)]
    days = [day for day in days if day == since or ws.definitions.calendar.is_workday(day)]
    for number, day in enumerate(days):
        yield (
            datetime.combine(day, MORNING, ws.definitions.project.zone),
            day,
            number % ROUND == 0 or number >= len(days) - 5,
        )
    yield now, today, True


def _as_fact(event: MadeUpFact, vocabulary: Vocabulary) -> NewFact:
    """The fact as the source that should bring its kind gives it, so that none of the sources is silent."""
    from duban.duties.sources import source_that_brings
    from duban.facts import NewFact

    source = source_that_brings(vocabulary.sources.values(), (event.fact,))

    return NewFact(
        kind=event.fact,
        subject=event.about,
        unit=None if event.about else event.unit,
        happened_on=event.happened_on,
        source=source.name if source else SOURCE,
        ref=event.ref,
        data=event.data,
    )


def show_where_to_look(root: Path, console: Console) -> None:
    """Show the overdue report, and say where the messages and the files are."""
    from duban.demo.people import let_in_guests
    from duban.documents import as_html, as_terminal, as_xlsx
    from duban.reports import overdue, overdue_document
    from duban.workspace.standing import standing_workspace

    ws: Workspace = standing_workspace(root)
    now: datetime = ws.clock.now()
    guests = let_in_guests(ws, now)
    report = overdue(ws, now)
    folder = root / REPORTS
    folder.mkdir(exist_ok=True)
    document = overdue_document(report)
    (folder / "逾期情况.html").write_text(as_html(document), encoding="utf-8")
    (folder / "逾期情况.xlsx").write_bytes(as_xlsx(document))
    console.print(as_terminal(overdue_document(report, 10)), crop=False)
    page = running_page(root) or ""
    people = "\n".join(f"              {each.name:<12}{each.password:<20}{each.who}" for each in guests)
    mails, hooks = (len(list((root / name).glob("*.txt"))) for name in (MAILS, GROUP))
    console.print(
        say(
            zh=f"""
到哪儿看：
  网页        {page}/   账号、口令（每次启动重新生成，只显示这一次）：
{people}
  站内信      duban inbox --project {root}
  邮件        {root / MAILS}（{mails} 封，本机邮箱，没有发出去）
  群消息      {root / GROUP}（{hooks} 条）
  逾期报表    {folder / "逾期情况.html"}
              {folder / "逾期情况.xlsx"}
  虚构数据    {root / DATA}
""",
            en=f"""
Where to look:
  page            {page}/   sign in as (made anew at each start, shown this once):
{people}
  inbox           duban inbox --project {root}
  mail            {root / MAILS} ({mails} messages, kept on this machine)
  group           {root / GROUP} ({hooks} messages)
  overdue report  {folder / "逾期情况.html"}
                  {folder / "逾期情况.xlsx"}
  made-up data    {root / DATA}
""",
        ),
        highlight=False,
        soft_wrap=True,
    )
