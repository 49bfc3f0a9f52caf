"""What time it is: the machine's, a rehearsal's, and what a bureau in its own zone calls it."""

from datetime import UTC, date, datetime, time, timedelta

import pendulum
import pytest

from duban.base.clock import (
    SHANGHAI,
    FixedClock,
    NoMoment,
    ShiftedClock,
    SystemClock,
    ago,
    business_date,
    local,
    moment_at,
    system_clock,
    time_zone,
)
from duban.base.days import each_day
from duban.base.language import use

NINE = datetime(2023, 10, 9, 9, 0, tzinfo=SHANGHAI)
NEW_YORK = time_zone("America/New_York")


def test_without_a_rehearsal_it_is_the_machine_s_time():
    assert isinstance(system_clock(), SystemClock)
    assert abs(datetime.now(UTC) - system_clock().now()) < timedelta(minutes=1)


def test_a_rehearsal_stands_still(monkeypatch):
    monkeypatch.setenv("DUBAN_CLOCK", "2023-10-09T09:00+08:00")
    assert system_clock() == FixedClock(NINE)
    assert (system_clock().now(), system_clock().now().utcoffset()) == (NINE, timedelta(0))


def test_or_goes_on_from_there(monkeypatch):
    # A moment that no other test of this process began at.
    monkeypatch.setenv("DUBAN_CLOCK", "2023-10-09T09:07+08:00/run")
    clock = system_clock()
    assert isinstance(clock, ShiftedClock)
    assert timedelta(0) <= clock.now() - NINE - timedelta(minutes=7) < timedelta(minutes=1)
    assert system_clock() is clock, "asked again, it does not begin anew"


@pytest.mark.parametrize("setting", ["2023-10-09T09:00", "2023-10-09", "gestern"])
def test_a_rehearsal_without_an_offset_is_refused(monkeypatch, setting):
    monkeypatch.setenv("DUBAN_CLOCK", setting)
    with pytest.raises(ValueError, match=r"2023-10-09|gestern"):
        system_clock()


@pytest.mark.parametrize(
    "zone, day",
    [("Asia/Shanghai", "2023-10-10"), ("Asia/Urumqi", "2023-10-10"), ("America/New_York", "2023-10-09")],
)
def test_the_business_date_is_the_zone_s_and_a_plain_date(zone, day):
    today = business_date(datetime.fromisoformat("2023-10-09T20:00-04:00"), time_zone(zone))
    assert (today, type(today)) == (date.fromisoformat(day), date)


@pytest.mark.parametrize(
    "day, at, moment",
    [
        ("2023-10-09", time(8, 30), "2023-10-09T12:30Z"),
        ("2023-12-11", time(8, 30), "2023-12-11T13:30Z"),
        ("2023-03-12", time(2, 30), "2023-03-12T07:30Z"),  # skipped: an hour later
        ("2023-11-05", time(1, 30), "2023-11-05T06:30Z"),  # twice: the second
    ],
)
def test_local_hours_follow_summer_time(day, at, moment):
    assert moment_at(date.fromisoformat(day), at, NEW_YORK) == pendulum.parse(moment)


def test_a_moment_is_told_in_local_time():
    assert (local(NINE, SHANGHAI), local(NINE, NEW_YORK)) == ("2023-10-09 09:00", "2023-10-08 21:00")


@pytest.mark.parametrize(
    "back, zh, en",
    [
        (timedelta(minutes=5), "5分钟前", "5 minutes ago"),
        (timedelta(hours=7), "7小时前", "7 hours ago"),
        (timedelta(days=3), "3天前", "3 days ago"),
        (timedelta(days=40), "1个月前", "1 month ago"),
        (timedelta(minutes=-5), "1秒钟前", "a few seconds ago"),  # another machine's clock is ahead
        (timedelta(hours=-21), "21小时后", "in 21 hours"),  # a message that waits for office hours
        (timedelta(days=-3), "3天后", "in 3 days"),
    ],
)
def test_how_long_ago(back, zh, en):
    assert ago(NINE - back, NINE) == zh
    with use("en"):
        assert ago(NINE - back, NINE) == en


@pytest.mark.parametrize("name", ["Mars/Base", "Asia", "", "../etc/passwd"])
def test_what_is_no_time_zone(name):
    with pytest.raises(ValueError):
        time_zone(name)


def test_days_one_after_the_other():
    found = each_day(date(2024, 2, 28), date(2024, 3, 1))
    assert found == [date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1)]
    assert {type(day) for day in found} == {date}
    assert each_day(date(2024, 3, 1), date(2024, 2, 29)) == []


@pytest.mark.parametrize("setting", ["2023-10-09T09:00", "十月九日", "2023-10-09", "/run"])
def test_a_rehearsal_without_a_moment_is_said(monkeypatch, setting):
    monkeypatch.setenv("DUBAN_CLOCK", setting)
    with pytest.raises(NoMoment, match=r"不是带时区的时刻，要写成 2023-10-09T09:00\+08:00 这样"):
        system_clock()
