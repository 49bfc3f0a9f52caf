"""The feed a calendar fetches: by its secret alone, what its owner's posts owe, on whole days, for as long as they may see it."""

import re
from datetime import date, datetime, timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select, update

from duban.access.accounts import disable_account
from duban.ledger.database import reading, writing
from duban.ledger.short_ids import short_id
from duban.ledger.tables import OBLIGATION
from duban.obligations.cause import Cause
from duban.obligations.extension import Postponement, extend
from duban.obligations.withdrawal import withdraw
from tests.web.pages.people import Browser, hand


@pytest.fixture
def feed_of(door, signed_in):
    """`feed_of("林")`: makes their feed on their account page, and gives a way for a calendar to fetch it."""

    def made(name):
        browser = signed_in(name)
        browser.get("/me")
        address = re.search(
            r'class="copy" readonly value="http://duban(/feed/[^"]+\.ics)"', browser.post("/me/feed").text
        )
        outlook = Browser(door, agent="Outlook")
        return lambda: outlook.get(address[1])

    return made


def events(answer):
    assert answer.status_code == 200
    return {str(event["UID"]): event for event in Calendar.from_ical(answer.text).walk("VEVENT")}


def owed(door, duty, unit):
    with reading(door.ws.ledger) as connection:
        query = select(OBLIGATION).where(OBLIGATION.c.duty_id == duty, OBLIGATION.c.unit == unit)
        return connection.execute(query).one()


def test_what_one_owes_stands_there_on_whole_days_with_a_link_to_it(feed_of, door):
    fetch = feed_of("林")
    row = owed(door, "quarterly", "350404")
    safe_day = row.deadline - timedelta(days=2)
    with writing(door.ws.ledger) as connection:
        connection.execute(update(OBLIGATION).where(OBLIGATION.c.id == row.id).values(target=safe_day))
    told = events(fetch())
    own = told[f"{short_id(row.id)}.350400@duban"]

    assert fetch().headers["content-type"] == "text/calendar; charset=utf-8"
    assert own.start == row.deadline
    assert own.end == row.deadline + timedelta(days=1)
    assert not isinstance(own.start, datetime)
    assert own["DTSTART"].params["VALUE"] == "DATE"
    assert "期限" in own["SUMMARY"]
    assert short_id(row.id) in own["DESCRIPTION"]
    assert own["URL"] == f"http://duban/obligations/{short_id(row.id)}"
    assert (own["SEQUENCE"], own["STATUS"], own["TRANSP"]) == (0, "CONFIRMED", "TRANSPARENT")
    safe = told[f"{short_id(row.id)}-target.350400@duban"]
    assert (safe.start, safe["SUMMARY"].split(" · ")[0]) == (safe_day, "应办日")
    written = fetch().content
    assert written == fetch().content  # nothing in it is new each time it is asked for
    assert written.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in written.replace(b"\r\n", b"")
    assert max(map(len, written.split(b"\r\n"))) <= 75  # octets, as RFC 5545 3.1 folds them
    for line in (b"VERSION:2.0", b"METHOD:PUBLISH", b"DTSTAMP:20231009T010000Z"):
        assert line in written.split(b"\r\n")
    others = {
        short_id(owed(door, "quarterly", "350405").id),
        short_id(owed(door, "station-raid", "350404-01").id),
    }
    assert not [uid for uid in told if uid.partition(".")[0].removesuffix("-target") in others]


def test_what_the_strictest_reader_asks_of_a_calendar_holds(feed_of):
    written = feed_of("林")().content
    lines = written.split(b"\r\n")

    assert b"\n" not in written.replace(b"\r\n", b"")
    assert max(map(len, lines)) <= 75  # octets, RFC 5545 3.1
    assert lines[0] == b"BEGIN:VCALENDAR"
    assert lines[-2:] == [b"END:VCALENDAR", b""]
    assert {b"METHOD:PUBLISH", b"REFRESH-INTERVAL;VALUE=DURATION:PT6H", b"X-PUBLISHED-TTL:PT6H"} <= set(lines)
    for event in written.split(b"BEGIN:VEVENT")[1:]:
        once = [line.partition(b":")[0].partition(b";")[0] for line in event.split(b"\r\n")]
        assert [once.count(each) for each in (b"UID", b"DTSTAMP", b"SEQUENCE", b"DTSTART", b"SUMMARY")] == [
            1
        ] * 5
        [start] = (line for line in event.split(b"\r\n") if line.startswith(b"DTSTART"))
        assert b"Z" in start or b"VALUE=DATE" in start or b"BEGIN:VTIMEZONE" in written


def test_a_changed_day_counts_up_and_what_is_withdrawn_is_cancelled(feed_of, door):
    fetch = feed_of("林")
    row = owed(door, "quarterly", "350404")
    uid = f"{short_id(row.id)}.350400@duban"
    cause = Cause("安管理", door.now, date(2023, 10, 9), "节后再办")
    with writing(door.ws.ledger) as connection:
        extend(connection, door.ws.definitions, [row.id], Postponement(to=date(2023, 12, 1)), cause)
    moved = events(fetch())[uid]
    assert (moved.start, moved["SEQUENCE"]) == (date(2023, 12, 1), 1)

    with writing(door.ws.ledger) as connection:
        withdraw(connection, {row.id: {}}, cause)
    gone = events(fetch())
    assert (gone[uid]["SEQUENCE"], gone[uid]["STATUS"]) == (2, "CANCELLED")
    assert "已撤回" in gone[uid]["SUMMARY"]
    assert f"{short_id(row.id)}-target.350400@duban" not in gone


def test_what_nothing_happened_to_was_changed_when_it_was_opened_however_often_it_is_fetched(feed_of, door):
    fetch = feed_of("林")
    row = owed(door, "quarterly", "350404")
    uid = f"{short_id(row.id)}.350400@duban"
    first = events(fetch())[uid]["LAST-MODIFIED"].dt
    door.bureau.clock.moment += timedelta(hours=6)

    assert first == row.opened_at.replace(microsecond=0)
    assert events(fetch())[uid]["LAST-MODIFIED"].dt == first


def test_an_emergency_stands_at_its_moment_with_its_zone(feed_of, door):
    row = owed(door, "quarterly", "350404")
    with writing(door.ws.ledger) as connection:
        connection.execute(update(OBLIGATION).where(OBLIGATION.c.id == row.id).values(due_at=door.now))
    text = feed_of("林")().text
    urgent = events(feed_of("林")())[f"{short_id(row.id)}.350400@duban"]

    assert urgent.start == door.now
    assert urgent["DTSTART"].params["TZID"] == "Asia/Shanghai"
    assert text.count("BEGIN:VTIMEZONE") == 1


def test_a_confidential_one_is_told_to_the_post_that_owes_it_as_confidential(feed_of, door):
    row = owed(door, "station-raid", "350404-01")
    raid = events(feed_of("所")())[f"{short_id(row.id)}.350400@duban"]

    assert raid["CLASS"] == "CONFIDENTIAL"


def test_an_address_is_good_until_it_is_renewed_revoked_or_its_account_is_closed(feed_of, signed_in, door):
    first = feed_of("林")
    second = feed_of("林")
    browser = signed_in("林")
    page = browser.get("/me").text
    assert "作废" in page
    assert "/feed/" not in page.replace("/me/feed", "")
    assert second().status_code == 200

    def words(answer):
        return answer.status_code, re.sub(r'value="[^"]*"', "", answer.text)

    missing = words(Browser(door).get("/nothing-here"))
    assert missing[0] == 404

    def is_missing(answer):
        return words(answer) == missing

    assert is_missing(first())
    assert is_missing(Browser(door).get("/feed/never-was.ics"))
    third = feed_of("林")
    browser.get("/me")
    assert browser.post("/me/feed/revoke").headers["location"] == "/me?done=feed#feed"
    assert is_missing(third())
    fourth = feed_of("林")
    disable_account(door.ws, door.accounts["林"].id, hand(door))
    assert is_missing(fourth())
