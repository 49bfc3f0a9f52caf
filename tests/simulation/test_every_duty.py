"""Every duty of the starter project, a whole year: what `duban simulate` promises is what the engine opens.

A county with one station, an enterprise of every kind and grade, three facts of every kind that opens something. The engine
comes but once a week, for a day's turn over all duties takes it a quarter of a second: what it opens late is the same,
but for the day it opened it, and so is what it says late. What is urgent counts from when it was recorded, and is recorded on
its day; each of its rungs counts once, however often nobody signs.
"""

from collections import Counter
from dataclasses import replace
from datetime import time, timedelta

import pytest
from sqlalchemy import select

from bench import b7_simulate as made_up
from duban.base.clock import FixedClock, moment_at
from duban.facts import record_facts, record_subjects
from duban.ledger.tables import NOTICE, OBLIGATION
from duban.notices.patrol import patrol
from duban.obligations.opening import open_owed
from duban.obligations.rungs import office_start, rung_of
from duban.simulation import simulate
from duban.simulation.assumptions import assumptions
from duban.workspace.workspace import Workspace, sync
from tests.simulation.small_city import OPERATOR, Lived, simulated_notices, simulated_obligations

FIRST, LAST = made_up.FIRST, made_up.YEAR_ENDS
UNITS = ("350400", "350404", "350404-01")
WEEK = timedelta(days=7)


class LivedYear(Lived):
    """The year lived by the real engine, once a week, on its last day and whenever it is urgent, nobody acting but by the facts."""

    def __init__(self, ledger, definitions, subjects, facts):
        self.definitions, self.ledger = definitions, ledger
        self.clock = FixedClock(office_start(FIRST, definitions.project))
        sync(ledger, definitions, {}, self.clock.now())
        self.ws = Workspace(definitions.root, definitions, ledger, self.clock)
        assert not record_subjects(self.ws, subjects, self.clock.now(), OPERATOR).refused
        urgent = {kind for duty in definitions.duties.values() if duty.urgent for kind in duty.fact_kinds}
        days = {FIRST + number * WEEK for number in range(53)} | {LAST}
        told = FIRST
        for day in sorted(days | {fact.happened_on for fact in facts if fact.kind in urgent}):
            now = self.clock.moment = office_start(day, definitions.project)
            news = [fact for fact in facts if told <= fact.happened_on <= day]
            assert not record_facts(self.ws, news, now, OPERATOR).refused
            open_owed(self.ws, now)
            patrol(self.ws, now)
            told = day + timedelta(days=1)
        patrol(self.ws, moment_at(told, time(), definitions.project.zone) - timedelta(seconds=1))

    def rungs(self):
        query = select(
            OBLIGATION.c.id, OBLIGATION.c.duty_id, OBLIGATION.c.unit, OBLIGATION.c.target, NOTICE.c.rung
        )
        said = self._rows(query.join(NOTICE, NOTICE.c.obligation_id == OBLIGATION.c.id))
        return Counter(
            (duty, unit, target, rung)
            for _, duty, unit, target, rung in {(*row[:4], rung_of(row[4])) for row in said}
        )


def without_the_day_it_was_opened(obligations):
    found = Counter()
    for (duty, unit, _, *rest), count in obligations.items():
        found[duty, unit, *rest] += count
    return found


@pytest.mark.slow
def test_a_year_of_every_duty_opens_as_the_engine_opens_it(starter, sqlite_ledger):
    units = {code: starter.project.units[code] for code in UNITS}
    here = replace(starter, project=replace(starter.project, units=units))
    subjects, facts = [*made_up._subjects(here)], [*made_up._facts(here)]

    lived = LivedYear(sqlite_ledger, here, subjects, facts)
    simulation = simulate(here, FIRST, LAST, made_up._given(subjects, facts))

    promised = without_the_day_it_was_opened(simulated_obligations(simulation))
    assert promised == without_the_day_it_was_opened(lived.obligations())
    rungs = Counter()
    for (duty, unit, target, rung, *_), count in simulated_notices(simulation).items():
        rungs[duty, unit, target, rung] += count
    told = lived.rungs()
    for each in (rungs, told):  # what facts complete is silent from then on, and nobody acts in a simulation
        for key in [key for key in each if here.duties[key[0]].done_by is not None]:
            del each[key]
    assert told == rungs
    assert any(here.duties[duty].urgent for duty, *_ in rungs)
    assert "紧急事项没有人签收会一再告知；这里每一级只计一次，再告知的不计。" in assumptions(simulation)
    opened = {duty for duty, *_ in promised}
    assert len(opened) > 300, sorted(set(here.duties) - opened)
