"""The regular reports: who reads which, where the files lie, each sent once however often the round runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from duban.base.clock import business_date
from duban.base.language import say
from duban.bureau.unit_posts import UnitPost
from duban.documents import as_html, as_markdown, as_xlsx
from duban.facts.feeds import silent_feeds
from duban.ledger.database import insert_ignore, reading, writing
from duban.ledger.tables import INBOX_MESSAGE
from duban.reports import overdue, overdue_document
from duban.runtime.environment import runtime_folder
from duban.service.appraising import send_appraisals
from duban.workspace.ahead import refuse_ahead

if TYPE_CHECKING:
    from duban.bureau.units import Unit
    from duban.reports import OverdueReport
    from duban.workspace.workspace import Workspace

ReportPeriod = Literal["daily", "weekly", "monthly", "quarterly"]

READERS: dict[str, tuple[str, ...]] = {
    "daily": ("科室负责人",),
    "weekly": ("分管领导",),
    "monthly": ("分管领导", "主要领导"),
    "quarterly": ("分管领导", "主要领导"),
}
"""The posts that read each report, at the city bureau and at every county: the nearer the work, the more often. Each of
several deputies reads of the lines it stands for.
"""
SHOWN = 20


@dataclass(frozen=True)
class ReportRound:
    """What one round of reports made."""

    reports: int  #: how many were made: the city's and the counties'
    messages: int  #: to how many posts' inboxes they are new
    folder: Path  #: where their files lie
    held_back: bool  #: the counties got none, because the figures are in doubt
    whole: OverdueReport  #: the city's report


def send_reports(ws: Workspace, now: datetime, period: ReportPeriod) -> ReportRound:
    """Make the overdue report of the city and of each county as of `now` (aware UTC), and lay it before those who
    read it each `period`.

    The same report of the same day arrives once. When more is overdue than can be true, only the city gets its
    report: the data is doubted before the counties are named. Raises MomentAhead.
    """
    refuse_ahead(ws.clock, now)
    project = ws.definitions.project
    today = business_date(now, project.zone)
    folder = runtime_folder(ws.root) / "reports" / f"{today:%Y-%m-%d}-{period}"
    folder.mkdir(parents=True, exist_ok=True)
    [city] = project.units_at("city")
    whole = overdue(ws, now)
    units = [city, *([] if whole.suspect else project.units_at("county"))]
    rows = []
    made = 0
    for unit in units:
        report = whole if unit is city else overdue(ws, now, unit.code)
        if period == "daily" and report.total == 0 and unit is not city:
            continue
        made += 1
        _write(report, folder / unit.code)
        for post in unit.posts.values():
            if post.role in READERS[period]:
                own = report if post.lines is None else overdue(ws, now, unit.code, lines=post.lines)
                rows.append(_laid_before(UnitPost(unit.code, post.name), own, period, today, now))
    rows += _to_owners(ws, city, now)
    with writing(ws.ledger) as connection:
        new = insert_ignore(connection, INBOX_MESSAGE, rows)
    send_appraisals(ws, now)
    return ReportRound(made, new, folder, whole.suspect, whole)


def _laid_before(
    reader: UnitPost, report: OverdueReport, period: ReportPeriod, today: date, now: datetime
) -> dict[str, object]:
    """A report as it stands in the inbox of a post."""
    return {
        "recipient": str(reader),
        "message_id": f"report-{period}-{today:%Y%m%d}",
        "title": title(report, period, today),
        "body": as_markdown(overdue_document(report, SHOWN)),
        "received_at": now,
    }


def _to_owners(ws: Workspace, city: Unit, now: datetime) -> list[dict[str, object]]:
    """A word to whoever looks after a source that fell silent: once for each period."""
    with reading(ws.ledger) as connection:
        silent = silent_feeds(connection, ws.definitions, now)
    return [
        {
            "recipient": str(UnitPost(city.code, each.source.owner)),
            "message_id": f"feed-{each.source.name}-{each.period_key}",
            "title": say(
                zh=f"【数据来源】{each.source.name} 没有数据", en=f"[source] nothing from {each.source.name}"
            ),
            "body": say(
                zh=f"{each.told}。\n依靠它的事项没有数据就判断不了，请查一查：是没有发生，还是没有报来。"
                "补报以后自动恢复。",
                en=f"{each.told}.\nDuties that rest on it cannot be judged without: did nothing happen, or was it not "
                "reported? It mends itself once the facts are in.",
            ),
            "received_at": now,
        }
        for each in silent
    ]


def title(report: OverdueReport, period: ReportPeriod, on: date) -> str:
    """The headline a reader sees in the inbox."""
    name = {
        "daily": say(zh="督办日报", en="Daily overdue report"),
        "weekly": say(zh="督办周报", en="Weekly overdue report"),
        "monthly": say(zh="督办月报", en="Monthly overdue report"),
        "quarterly": say(zh="督办季报", en="Quarterly overdue report"),
    }[period]
    return say(
        zh=f"{name} {on:%Y-%m-%d} {report.scope}：逾期 {report.total} 项",
        en=f"{name} {on:%Y-%m-%d} {report.scope}: {report.total} overdue",
    )


def _write(report: OverdueReport, place: Path) -> None:
    document = overdue_document(report)
    place.with_suffix(".html").write_text(as_html(document), encoding="utf-8")
    place.with_suffix(".xlsx").write_bytes(as_xlsx(document))
