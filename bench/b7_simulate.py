"""B7: simulate a year of the whole plan, on the starter project's calendar and its 12 units.

The plan is the one in `duties/`, all lines of it, with made-up sellers and facts so that every kind of duty opens
something; the budget is in seconds. Beside it the first month of the same year is lived by the real engine on an
SQLite ledger, a turn each morning (open what is owed, patrol), from the same subjects and facts, and simulated for the
ratio: the two must come to the same number of obligations and notices.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time, timedelta
from itertools import count
from pathlib import Path
from statistics import median
from time import perf_counter

from sqlalchemy import func, select
from sqlmodel import col

from bench.rows import Row
from duban.base.clock import FixedClock, moment_at
from duban.base.credit_codes import check_sign
from duban.definitions.definitions import Definitions, load_definitions
from duban.facts import NewFact, NewSubject, record_facts, record_subjects
from duban.ledger.database import migrate, open_ledger, reading
from duban.ledger.principals import operator
from duban.ledger.tables import Notice, Obligation
from duban.notices.patrol import patrol
from duban.obligations.opening import open_owed
from duban.obligations.rungs import office_start, rung_of
from duban.simulation import GivenFact, Premises, Simulation, SubjectGroup, simulate
from duban.workspace.workspace import Workspace, sync

ROOT = Path(__file__).resolve().parents[1]
BUDGET = 3.0
ONE_DAY = timedelta(days=1)
FIRST = date(2023, 1, 1)
YEAR_ENDS = date(2023, 12, 31)
LIVED, QUICK_LIVED = 31, 10
"""Days the engine lives through: it takes seconds a day."""
FACTS_OF_A_SUBJECT = 3


def run(*, quick: bool = False) -> list[Row]:
    """The median of a few simulated years, and the ratio of days lived to the same days simulated."""
    definitions = twelve_units(load_definitions(ROOT))
    subjects, facts = [*_subjects(definitions)], [*_facts(definitions)]
    given = _given(subjects, facts)
    simulated = simulate(definitions, FIRST, YEAR_ENDS, given)
    ours = _simulating(definitions, YEAR_ENDS, given)
    days = QUICK_LIVED if quick else LIVED
    last = FIRST + (days - 1) * ONE_DAY
    lived = _live(definitions, last, subjects, facts, simulate(definitions, FIRST, last, given))
    ratio = lived / _simulating(definitions, last, given)
    return [
        Row(
            "B7",
            f"simulate a year of {len(definitions.duties)} duties for {len(definitions.project.units)} units: "
            f"{simulated.total:,} obligations, {simulated.notices:,} notices",
            f"{ours:.2f} s",
            f"{lived:.1f} s (its first {days} days lived by the engine on SQLite: {ratio:,.0f}× their simulation)",
            f"{ours:.2f} s",
            f"≤ {BUDGET:.0f} s",
            ours <= BUDGET,
        )
    ]


def twelve_units(definitions: Definitions) -> Definitions:
    """The plan for the city and its counties, nobody acting: duties of the stations are owed by no one, and no fact
    completes anything.
    """
    project = definitions.project
    units = {code: unit for code, unit in project.units.items() if unit.level != "station"}
    duties = {duty.id: duty.model_copy(update={"done_by": None}) for duty in definitions.duties.values()}
    return replace(definitions, project=replace(project, units=units), duties=duties)


def _simulating(definitions: Definitions, last: date, given: Premises) -> float:
    """Seconds for one simulation: the median of five."""
    seconds = []
    for _ in range(5):
        began = perf_counter()
        simulate(definitions, FIRST, last, given)
        seconds.append(perf_counter() - began)
    return median(seconds)


def _subjects(definitions: Definitions) -> Iterator[NewSubject]:
    """One subject of every kind and grade at every county, with each attribute's first value."""
    numbers = count(1)
    for kind in definitions.vocabulary.subjects.values():
        attributes = {name: values[0] for name, values in kind.attributes.items() if values}
        for unit in definitions.project.units_at("county"):
            for grade in kind.grades or (None,):
                body = f"91{unit.code[:6]}{next(numbers):09}"
                code = body + check_sign(body)
                yield NewSubject(kind.name, code, f"{kind.name}{code}", unit.code, grade, attributes)


def _facts(definitions: Definitions) -> Iterator[NewFact]:
    """A few facts of every kind that opens something, about every subject or unit it can be about."""
    opening = {
        getattr(rule, "of", None)
        for duty in definitions.duties.values()
        for rule in getattr(duty.cadence, "rules", (duty.cadence,))
        if duty.kind in {"within", "threshold"}
    } - _counted(definitions)
    number = 0
    subjects = [*_subjects(definitions)]
    for kind in definitions.vocabulary.facts.values():
        if kind.name not in opening:
            continue
        abouts: list[tuple[tuple[str, str] | None, str | None]] = [
            ((subject.kind, subject.code), None) for subject in subjects if subject.kind in kind.about
        ]
        if kind.of_unit:
            abouts += [(None, code) for code in definitions.project.units]
        for subject, unit in abouts:
            for _ in range(FACTS_OF_A_SUBJECT):
                number += 1
                on = FIRST + (number * 37 % ((YEAR_ENDS - FIRST).days + 1)) * ONE_DAY
                yield NewFact(kind.name, subject, unit, on, "bench", str(number))


def _counted(definitions: Definitions) -> set[str]:
    """The kinds of facts that complete numbers and shares."""
    aims = [duty.cadence.aim for duty in definitions.duties.values()]
    return {fact for aim in aims if aim is not None for fact in aim.facts}


def _given(subjects: list[NewSubject], facts: list[NewFact]) -> Premises:
    groups = {
        (each.kind, each.code): SubjectGroup(each.kind, each.unit, each.grade, each.attributes)
        for each in subjects
    }
    return Premises(
        tuple(groups.values()),
        tuple(
            GivenFact(fact.kind, fact.happened_on, about="/".join(fact.subject), group=groups[fact.subject])
            if fact.subject
            else GivenFact(fact.kind, fact.happened_on, unit=fact.unit)
            for fact in facts
        ),
    )


def _live(
    definitions: Definitions,
    last: date,
    subjects: list[NewSubject],
    facts: list[NewFact],
    simulated: Simulation,
) -> float:
    """Seconds the engine takes for the same days, nobody acting; it must come to what was simulated."""
    by_day: dict[date, list[NewFact]] = {}
    for fact in facts:
        by_day.setdefault(fact.happened_on, []).append(fact)
    with tempfile.TemporaryDirectory(prefix="duban-b7-") as folder:
        ledger = open_ledger(f"sqlite:///{Path(folder) / 'ledger.db'}")
        migrate(ledger)
        clock = FixedClock(office_start(FIRST, definitions.project))
        sync(ledger, definitions, {}, clock.now())
        ws = Workspace(ROOT, definitions, ledger, clock)
        by = operator(definitions.project, "bench")
        refused = record_subjects(ws, subjects, clock.now(), by).refused
        began = perf_counter()
        for number in range((last - FIRST).days + 1):
            day = FIRST + number * ONE_DAY
            now = clock.moment = office_start(day, definitions.project)
            refused += record_facts(ws, by_day.get(day, ()), now, by).refused
            open_owed(ws, now)
            patrol(ws, now)
        patrol(ws, moment_at(last + ONE_DAY, time(), definitions.project.zone) - timedelta(seconds=1))
        seconds = perf_counter() - began
        with reading(ledger) as connection:
            obligations = connection.execute(select(func.count()).select_from(Obligation)).scalar_one()
            said = connection.execute(select(col(Notice.obligation_id), col(Notice.rung))).tuples()
            # What is urgent is told again until somebody signs: the simulation counts each rung once, and says so.
            notices = len({(number, rung_of(rung)) for number, rung in said})
        ledger.dispose()
    assert not refused, f"what is simulated was not taken down: {refused[0]}"
    lived, promised = (obligations, notices), (simulated.total, simulated.notices)
    assert lived == promised, f"lived {lived}, simulated {promised}"
    return seconds


if __name__ == "__main__":
    for row in run():
        print(f"{row.code}  {row.work}: {row.ours}, {row.peer} (budget {row.budget})")
