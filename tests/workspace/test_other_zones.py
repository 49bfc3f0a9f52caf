"""A project elsewhere opens, reminds, closes and reports on its own days, whatever day it is in Shanghai.

Each moment is written in local time. In New York (−04:00) an evening is already the next day in Shanghai; in Urumqi
(+06:00) the last two hours of a day are.
"""

import time
from datetime import date, datetime

import pytest
from sqlalchemy import select

from duban.base.clock import FixedClock
from duban.base.starter import copy_starter
from duban.ledger.database import reading
from duban.ledger.short_ids import short_id
from duban.ledger.tables import INBOX_MESSAGE, OBLIGATION
from duban.obligations import actions
from duban.reports import overdue
from duban.service.cycle import tick
from duban.workspace.workspace import open_workspace
from tests.few_duties import carried, keep
from tests.principals import by

ANALYSIS = "ts-quarterly-risk-analysis"
"""Opens when the quarter is over; due within ten working days, which is 2023-10-18."""


class Elsewhere:
    """The starter project with one duty, in a time zone of its own."""

    def __init__(self, root, zone, offset):
        copy_starter(root)
        carried(root)
        duties = root / "duties" / "特种设备.yaml"
        written = duties.read_text(encoding="utf-8")
        assert written.count("due: 季度末") == 1
        after = "due: 季度结束后10个工作日内\n    opens: 季度结束后\n    reviewed_by: 无"
        duties.write_text(written.replace("due: 季度末", after), encoding="utf-8")
        keep(root, (ANALYSIS,))
        file = root / "duban.yaml"
        text = file.read_text(encoding="utf-8")
        assert "time_zone: Asia/Shanghai" in text
        file.write_text(text.replace("Asia/Shanghai", zone), encoding="utf-8")
        self.offset = offset
        self.clock = FixedClock(datetime.fromisoformat("2023-09-01T12:00+00:00"))
        self.ws = open_workspace(root, self.clock)

    def at(self, local):
        """One turn of the engine at this local time."""
        self.clock.moment = datetime.fromisoformat(local + self.offset)
        return tick(self.ws, self.clock.now())

    @property
    def owed(self):
        return self._rows(OBLIGATION)[0]

    @property
    def messages(self):
        return len(self._rows(INBOX_MESSAGE))

    def _rows(self, table):
        with reading(self.ws.ledger) as connection:
            return connection.execute(select(table)).all()


@pytest.fixture(params=[("America/New_York", "-04:00"), ("Asia/Urumqi", "+06:00")], ids=lambda zone: zone[0])
def elsewhere(request, tmp_path, host_far_away):
    project = Elsewhere(tmp_path / "项目", *request.param)
    yield project
    project.ws.ledger.dispose()


@pytest.fixture
def host_far_away(monkeypatch):
    """The machine's own zone is that of neither the project nor Shanghai: a day ahead of New York."""
    with monkeypatch.context() as patched:
        patched.setenv("TZ", "Pacific/Kiritimati")
        time.tzset()
        assert time.timezone == -14 * 3600
        yield
    time.tzset()


def test_what_opens_on_a_day_opens_at_local_midnight(elsewhere):
    assert elsewhere.at("2023-09-30T23:59").opened.total == 0
    assert elsewhere.at("2023-10-01T00:01").opened.total == 1
    assert (elsewhere.owed.opened_on, elsewhere.owed.deadline) == (date(2023, 10, 1), date(2023, 10, 18))


def test_people_are_reminded_in_their_own_office_hours(elsewhere):
    elsewhere.at("2023-10-01T09:00")
    assert elsewhere.at("2023-10-11T08:29").patrolled.notices == 0
    assert elsewhere.at("2023-10-11T08:31").patrolled.notices == 1
    assert elsewhere.messages == 1


def test_what_is_completed_in_the_evening_is_closed_that_day(elsewhere):
    elsewhere.at("2023-10-09T20:00")
    actions.complete(
        elsewhere.ws, short_id(elsewhere.owed.id), elsewhere.clock.now(), who=by("张三"), reason="办了"
    )
    assert elsewhere.owed.closed_on == date(2023, 10, 9)


def test_it_is_overdue_from_the_next_local_day_on(elsewhere):
    elsewhere.at("2023-10-18T23:59")
    last_day = overdue(elsewhere.ws, elsewhere.clock.now())
    assert (last_day.on, last_day.total) == (date(2023, 10, 18), 0)
    elsewhere.at("2023-10-19T00:01")
    next_day = overdue(elsewhere.ws, elsewhere.clock.now())
    assert (next_day.on, next_day.total) == (date(2023, 10, 19), 1)
