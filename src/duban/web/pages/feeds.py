"""The feed a calendar fetches (日历订阅): what its owner's posts owe, as whole days of an iCalendar (RFC 5545).

Outlook, WPS and phones subscribe to an address and cannot sign in, so its secret is all there is; a wrong, revoked or
forgotten one is answered like a page that is not there. Opening it changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from duban.access.calendar_feeds import account_of_feed, make_feed, revoke_feed
from duban.access.people import principal_of
from duban.base.cases import whom_and_case
from duban.base.clock import business_date, local
from duban.base.days import ONE_DAY
from duban.base.language import current, say
from duban.ledger.database import reading
from duban.ledger.heartbeats import engine_standing
from duban.ledger.tables import OPEN_STATES, REPORTED
from duban.obligations.state_words import standing_word, state_word
from duban.views.feeds import FeedEntry, feed_entries
from duban.views.sight import Sight
from duban.web.pages.my_account import ME, hand_of, my_page
from duban.web.pages.rendering import address_of
from duban.web.pages.visiting import Visitor, site_of
from duban.workdays.period_keys import period_beside

if TYPE_CHECKING:
    from icalendar import Event

_EVERY: Final = timedelta(hours=6)
"""How often a calendar is asked to look again."""
_VOID: Final = ("withdrawn", "superseded", "waived")


router = APIRouter()


@router.post(f"{ME}/feed")
def take_new(visit: Visitor) -> Response:
    """Make the address, or another in its place, and show it once."""
    secret = make_feed(visit.ws.ledger, visit.sign_in.account_id, hand_of(visit))
    return my_page(visit, feed=f"{address_of(visit.request)}/feed/{secret}.ics")


@router.post(f"{ME}/feed/revoke")
def take_revoke(visit: Visitor) -> Response:
    """Take the address out of use."""
    revoke_feed(visit.ws.ledger, visit.sign_in.account_id, hand_of(visit))
    return RedirectResponse(f"{ME}?done=feed#feed", 303)


@router.get("/feed/{secret}.ics")
def feed(request: Request, secret: str) -> Response:
    """The calendar."""
    place = site_of(request)
    ws, now = place.workspace(), place.clock.now()
    account = account_of_feed(ws.ledger, secret)
    if account is None:
        raise HTTPException(404)
    principal = principal_of(ws, account, business_date(now, ws.definitions.project.zone))
    calendar = _calendar(Sight(ws, principal, now), address_of(request))
    return Response(
        calendar,
        media_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'inline; filename="duban.ics"'},
    )


def _calendar(sight: Sight, address: str) -> bytes:
    from icalendar import Calendar, vDuration

    project = sight.ws.definitions.project
    name = say(zh=f"督办 · {sight.principal.name}", en=f"duban · {sight.principal.name}")
    [city] = project.units_at("city")
    with reading(sight.ws.ledger) as connection:
        engine = engine_standing(connection, sight.now, project.zone)
    calendar = Calendar.new(
        uid=f"account-{sight.principal.account}.{city.code}@duban",
        prodid="-//duban//duban//ZH",
        method="PUBLISH",
        name=name,
        description=engine.beside(engine.told),
        language=current(),
    )
    # RFC 7986 wants to be told that this is a duration; Outlook reads its own name for it.
    calendar.add("REFRESH-INTERVAL", vDuration(_EVERY, params={"VALUE": "DURATION"}))
    calendar.add("X-WR-TIMEZONE", project.zone.key)
    calendar.add("X-PUBLISHED-TTL", vDuration(_EVERY))
    for entry in feed_entries(sight):
        for event in _events(sight, entry, address):
            calendar.add_component(event)
    calendar.add_missing_timezones(first_date=sight.on.replace(month=1, day=1))
    written: bytes = calendar.to_ical()
    return written


def _events(sight: Sight, entry: FeedEntry, address: str) -> Iterator[Event]:
    """Its last day; and its safe day where that is another and still ahead of whoever owes it."""
    owed = entry.row.owed
    if owed.due_at is not None:
        zone = ZoneInfo(sight.ws.definitions.project.zone.key)
        yield _event(sight, entry, address, "", owed.due_at.astimezone(zone))
        return
    yield _event(sight, entry, address, "", owed.deadline)
    if owed.target < owed.deadline and owed.closed_on is None:
        yield _event(sight, entry, address, "-target", owed.target)


def _event(sight: Sight, entry: FeedEntry, address: str, which: str, starts: date) -> Event:
    from icalendar import Event

    owed = entry.row.owed
    project = sight.ws.definitions.project
    [city] = project.units_at("city")
    link = f"{address}/obligations/{owed.id}"
    timed = isinstance(starts, datetime)
    event = Event.new(
        uid=f"{owed.id}{which}.{city.code}@duban",
        sequence=entry.changes,
        stamp=sight.now,
        last_modified=entry.changed_at,
        start=starts,
        end=None if timed else starts + ONE_DAY,
        summary=_summary(entry, which),
        description="\n".join((*_described(sight, entry), link)),
        url=link,
        categories=[owed.line],
    )
    event.add("STATUS", _status(entry))
    event.add("TRANSP", "TRANSPARENT")
    event.add("X-MICROSOFT-CDO-BUSYSTATUS", "FREE")
    if owed.confidential:
        event.add("CLASS", "CONFIDENTIAL")
    return event


def _status(entry: FeedEntry) -> str:
    owed = entry.row.owed
    if owed.state in _VOID:
        return "CANCELLED"
    return "TENTATIVE" if owed.provisional or owed.state == "suspended" else "CONFIRMED"


def _summary(entry: FeedEntry, which: str) -> str:
    """What the day is, and of what."""
    owed = entry.row.owed
    if owed.state in (*OPEN_STATES, REPORTED):
        day = say(zh="应办日", en="target") if which else say(zh="期限", en="due")
    else:
        day = state_word(owed.state)
    about = whom_and_case(owed.subject or "", owed.case)
    return " · ".join(filter(None, (day, owed.title, about)))


def _described(sight: Sight, entry: FeedEntry) -> Iterator[str]:
    """Everything else a person asks of a day in their calendar, a line each."""
    row, owed = entry.row, entry.row.owed
    zone = sight.ws.definitions.project.zone
    yield say(zh=f"{owed.id} · {owed.unit} {row.post}", en=f"{owed.id} · {owed.unit}, {row.post}")
    if period := period_beside(owed.period):
        yield period
    last = local(owed.due_at, zone) if owed.due_at is not None else str(owed.deadline)
    yield say(zh=f"应办日 {owed.target}，期限 {last}", en=f"target {owed.target}, due {last}") + (
        say(zh="（暂定）", en=" (provisional)") if owed.provisional else ""
    )
    yield standing_word(owed)
    if entry.basis:
        yield say(zh=f"依据：{entry.basis}", en=f"basis: {entry.basis}")
