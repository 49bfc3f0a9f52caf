"""The demonstration from an empty folder to reminders that can be read.

The duties have been opening for 75 days, and nobody was reminded: the engine finds every rung that was missed, records
each once, and sends one digest per recipient. That is how it comes back from a long outage, too.
"""

from __future__ import annotations

import os
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from duban.base.clock import (
    SHANGHAI,
    Clock,
    FixedClock,
    business_date,
)
from duban.base.days import ONE_DAY
from duban.base.language import choose, say
from duban.cadence.counting import ZERO_OF
from duban.demo.figures import figures
from duban.demo.habits import work
from duban.demo.laying_out import DATA, is_laid_out, lay_out, write_data
from duban.demo.made_up import SOURCE, enterprises, events, numbered
from duban.demo.reported import reported
from duban.demo.reviewing import hand_in_evidence, review
from duban.ledger.principals import operator
from duban.runtime.presence import running_page
from duban.runtime.private import CLOSED

if TYPE_CHECKING:
    from duban.demo.made_up import MadeUpFact
    from duban.facts import NewFact
    from duban.web.settings import WebSettings
    from duban.workspace.workspace import Workspace

DAYS_BEFORE = 75
STEP_DAYS = 7
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
    which keep them as files in `folder`. `stop_after` as in `duban.service.up`.
    """
    from duban.bureau.project_file import load_project
    from duban.demo.sinks import SmtpSink, WebhookSink
    from duban.service import up

    console = console or Console()
    root = folder.absolute()
    os.umask(CLOSED)
    choose("zh-CN")
    if is_laid_out(root):
        console.print(
            say(
                zh=f"演示项目已在 {root}，接着运行；已经发过的不会再发",
                en=f"the demo is in {root} already; what was sent is not sent again",
            )
        )
    else:
        _set_up(root, console, clock, web.address if web and web.port else "")
    with SmtpSink(0, root / MAILS) as mail, WebhookSink(0, root / GROUP) as group:
        os.environ["DUBAN_CHANNEL_MAIL"] = (
            f"mailto://127.0.0.1:{mail.port}/?from=duban@demo.invalid&to={{mail}}"
        )
        os.environ["DUBAN_CHANNEL_GROUP"] = f"json://127.0.0.1:{group.port}/group"

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


def _set_up(root: Path, console: Console, clock: Clock, page: str) -> None:
    began = time.monotonic()
    lay_out(root, business_date(clock.now(), SHANGHAI), page)
    console.print(
        say(zh=f"已在 {root} 建好演示项目（真实计划，虚构企业）", en=f"laid out the demo in {root}")
    )
    with console.status(
        say(
            zh="正在生成虚构企业和事件，补开 75 天来的事项……",
            en="making up enterprises and 75 days of events…",
        )
    ):
        subjects, facts, opened = make_history(root, clock)
    console.print(
        say(
            zh=f"虚构企业 {subjects} 家、事实 {facts} 条；75 天来开办 {opened} 件，一次也没有提醒过"
            f"（用时 {time.monotonic() - began:.1f} 秒）",
            en=f"{subjects} made-up enterprises, {facts} facts; {opened} obligations opened over 75 days and nobody "
            f"reminded so far ({time.monotonic() - began:.1f} s)",
        )
    )


def make_history(root: Path, clock: Clock) -> tuple[int, int, int]:
    """Let the duties open week by week as the made-up facts come in and the made-up offices work, without patrol or delivery.

    What was reported is reviewed on the next working day.

    Returns how many enterprises and facts were taken down and how many obligations opened.
    """
    from duban.facts import NewSubject, record_facts, record_subjects
    from duban.obligations.opening import open_owed
    from duban.workspace.workspace import open_workspace

    now = clock.now()
    moment = now - timedelta(days=DAYS_BEFORE)
    ws = open_workspace(root, FixedClock(moment))
    try:
        zone = ws.definitions.project.zone
        today, since = business_date(now, zone), business_date(moment, zone)
        people = enterprises(ws.definitions.project)
        by = operator(ws.definitions.project, SOURCE)
        project, vocabulary = ws.definitions.project, ws.definitions.vocabulary
        happened = [*events(project, people, today, since), *figures(project, today)]
        known = {event.fact for event in happened} | {str(event.data.get(ZERO_OF)) for event in happened}
        happened = numbered([*happened, *reported(vocabulary, project, today, since, known)])
        write_data(root, people, happened, today)
        subjects = record_subjects(
            ws,
            [
                NewSubject(each.kind, each.code, each.name, each.unit, each.grade, each.attributes)
                for each in people
            ],
            moment,
            by,
        )
        facts = opened = 0
        waiting = list(happened)
        kinds = {event.fact for event in happened}
        for days in (*range(DAYS_BEFORE, STEP_DAYS, -STEP_DAYS), 1, 0):
            looking = min(now - timedelta(days=days), _next_working_day(ws, moment))
            review(ws, looking, business_date(looking, zone))
            moment = now - timedelta(days=days)
            on = business_date(moment, zone)
            come = [event for event in waiting if event.happened_on <= on]
            waiting = waiting[len(come) :]
            facts += record_facts(ws, [_as_fact(event) for event in come], moment, by).new
            opened += open_owed(ws, moment).total
            if days:  # today nobody has sat down to anything yet
                work(ws, moment, on, kinds)
            hand_in_evidence(ws, moment)
    finally:
        ws.ledger.dispose()
    return subjects.new, facts, opened


def _next_working_day(ws: Workspace, moment: datetime) -> datetime:
    """The same time on the next working day."""
    today = business_date(moment, ws.definitions.project.zone)
    return moment + (ws.definitions.calendar.roll_forward(today + ONE_DAY) - today)


def _as_fact(event: MadeUpFact) -> NewFact:
    from duban.facts import NewFact

    return NewFact(
        kind=event.fact,
        subject=event.about,
        unit=None if event.about else event.unit,
        happened_on=event.happened_on,
        source=SOURCE,
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
