"""A bureau whose content is edited: `here.plan(...)` shows, `here.apply(...)` puts in force, on each database."""

import shutil
from dataclasses import replace
from datetime import date
from unittest import mock

import pytest
from sqlalchemy import func, select

from duban.base.language import use
from duban.definitions.definitions import Definitions
from duban.edits import apply, plan
from duban.ledger import excerpts
from duban.ledger.database import open_ledger, reading
from duban.ledger.tables import NOTICE, OBLIGATION, OBLIGATION_EVENT
from duban.notices.patrol import patrol
from duban.workdays import TimeGrain, WorkdayCalendar, load_calendar
from duban.workdays.years import NoticeEntry, SwappedRest
from tests.obligations.small_bureau import LADDERS, ROOT, VOCABULARY, Bureau, a_project, at, quarterly


@pytest.fixture(autouse=True)
def chinese():
    with use("zh-CN"):
        yield


@pytest.fixture(scope="session")
def calendar():
    return load_calendar(ROOT / "calendar")


class EditedBureau(Bureau):
    """The bureau of the opening tests, whose duties, ladders, units and calendar can be edited."""

    def draft(self, *duties, calendar=None, ladders=None, project=None):
        parts = (
            project or self.ws.definitions.project,
            calendar or self.ws.definitions.calendar,
            ladders or self.ws.definitions.ladders,
        )
        told = "-".join(
            [*(duty.fingerprint for duty in duties), repr(parts[0]), parts[1].version, repr(parts[2])]
        )
        definitions = Definitions(ROOT, *parts, VOCABULARY, {duty.id: duty for duty in duties}, told)
        return definitions, {"content": told}

    def plan(self, *duties, on, **changes):
        self.clock.moment = at(on)
        draft = self.draft(*duties, **changes)
        planned = plan(self.ws, *draft, self.clock.now())
        if self.ledger.dialect.name == "sqlite":
            with mock.patch.object(excerpts, "MOST", -1):
                assert plan(self.ws, *draft, self.clock.now()) == planned, "as on a copy of the whole ledger"
        return planned

    def apply(self, *duties, on, because="", **changes):
        """Plan, apply, and go on with what was applied; the plan must have said what was done."""
        planned = self.plan(*duties, on=on, **changes)
        applied = apply(self.ws, planned, actor="王五", now=self.clock.now(), reason=because)
        assert applied.as_planned
        self.ws = replace(self.ws, definitions=planned.definitions, version=applied.version)
        return applied.plan

    def edit(self, *duties, on, **changes):
        """`apply`, and the effect on the one duty it is about."""
        (effect,) = self.apply(*duties, on=on, **changes).duties
        return effect

    def patrol(self, on):
        self.clock.moment = at(on)
        return patrol(self.ws, self.clock.now())

    def notices(self, obligation=None):
        query = select(NOTICE.c.obligation_id, NOTICE.c.rung).order_by(NOTICE.c.id)
        if obligation is not None:
            query = query.where(NOTICE.c.obligation_id == obligation)
        with reading(self.ledger) as connection:
            return [row.rung for row in connection.execute(query)]

    def events(self, obligation):
        query = select(OBLIGATION_EVENT).where(OBLIGATION_EVENT.c.obligation_id == obligation)
        with reading(self.ledger) as connection:
            return connection.execute(query.order_by(OBLIGATION_EVENT.c.id)).all()

    def everything(self):
        """All that an edit may change, to see that nothing has."""
        with reading(self.ledger) as connection:
            rows = connection.execute(select(OBLIGATION).order_by(OBLIGATION.c.id)).all()
            events = connection.execute(select(func.count()).select_from(OBLIGATION_EVENT)).scalar_one()
        return rows, events


@pytest.fixture
def bureau(ledger, calendar):
    """`bureau(duty, …, on="2023-10-09")`: a bureau that has these duties since that day, on each database."""

    def found(*duties, on="2023-01-01"):
        return EditedBureau(ledger, calendar, duties, on)

    return found


@pytest.fixture
def fresh_bureau(fresh_bureau_with):
    """A bureau without duties on a ledger of its own, as often as one is asked for."""
    return lambda: fresh_bureau_with(on="2023-09-01")


@pytest.fixture
def fresh_bureau_with(migrated_sqlite_file, tmp_path, calendar):
    """A bureau with these duties on a ledger of its own, as often as one is asked for."""
    ledgers = []

    def found(*duties, on):
        path = tmp_path / f"ledger-{len(ledgers)}.db"
        shutil.copy(migrated_sqlite_file, path)
        ledgers.append(open_ledger(f"sqlite:///{path}"))
        return EditedBureau(ledgers[-1], calendar, duties, on)

    yield found
    for ledger in ledgers:
        ledger.dispose()


def with_days_off(calendar, *days):
    """The calendar of a new notice that gives these weekdays of 2023 off."""
    notice = NoticeEntry(
        number="国办发明电〔2023〕99号", title="补充通知", date=date(2023, 10, 8), source="示例"
    )
    rest = tuple(SwappedRest.model_construct(day=date.fromisoformat(day), name="国庆节") for day in days)
    years = [
        year.model_copy(update={"rest": (*year.rest, *rest), "notices": (*year.notices, notice)})
        if year.year == 2023
        else year
        for year in calendar.years
    ]
    return WorkdayCalendar(years, calendar.festivals)


__all__ = ["LADDERS", "a_project"]


ANALYSIS = "analysis"


def analysis(**more):
    """A quarterly analysis of each county, due ten working days after the quarter."""
    return quarterly(ANALYSIS, **more)


def monthly_analysis(**more):
    """The same analysis every month."""
    every_month = quarterly(ANALYSIS, due="每月结束后10个工作日内", opens="每月结束后", **more)
    cadence = every_month.cadence.model_copy(update={"every": TimeGrain.MONTH})
    return every_month.model_copy(update={"cadence": cadence})
