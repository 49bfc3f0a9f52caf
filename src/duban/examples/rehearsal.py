"""Letting an example happen: a ledger of its own, the facts on their days, and the engine that serves the bureau.

Nothing is reckoned here. Obligations are opened by `duban.obligations.opening`, their rungs dated by `duban.obligations.rungs`: what an example
shows is what would be owed.
"""

import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Engine, event
from sqlmodel import col, select

from duban.base.clock import FixedClock
from duban.base.language import use
from duban.base.problems import Problem
from duban.definitions.definitions import Definitions
from duban.duties.schedules import opening_days
from duban.duties.vocabulary import for_examples
from duban.examples.examples import Example
from duban.examples.grammar import ExampleFact, ExampleSubject
from duban.facts import Intake, NewFact, NewSubject, record_facts, record_subjects
from duban.ladders.ladder import Stage, up_to_urging
from duban.ledger.database import migrate, open_ledger
from duban.ledger.principals import Principal, operator
from duban.ledger.sessions import looking
from duban.ledger.tables import Fact, Obligation
from duban.obligations.opening import open_owed
from duban.obligations.progress_words import ProgressWords
from duban.obligations.rungs import ladder_for, rung_moments
from duban.runtime.working_folder import working_folder
from duban.workdays import UnknownYear, WorkdayCalendar
from duban.workdays.festivals import Festivals, NoticedSpan
from duban.workdays.steps import Step
from duban.workspace.workspace import Workspace, sync

SOURCE = "例子"


@dataclass(frozen=True)
class ExampleObligation:
    """One obligation as it stands when an example ends."""

    about: str  #: The code of the subject, or of the unit.
    unit: str  #: The code of the unit that owes it.
    period: str  #: Its period key; empty where a fact brought it about.
    fact: str | None  #: The id of that fact in the example.
    opens: date  #: The day it opened.
    target: date  #: The safe day: reminders aim at it.
    deadline: date  #: The legal deadline.
    provisional: bool  #: Whether a notice still to come may move its days.
    state: str  #: open, done, …
    closed: date | None  #: The day it was done, whether it waits for review or is closed.
    progress: str  #: How far the facts have come that measure it, in Chinese; empty where no example asks or none do.
    rungs: Mapping[Stage, tuple[date, ...]]  #: The days of its rungs, by stage.
    steps: tuple[str, ...]  #: How its dates came about, a sentence each.


class Rehearsals:
    """A place to let examples happen, one after the other, each on an empty ledger that knows the project's units."""

    def __init__(self, definitions: Definitions, folder: Path) -> None:
        self._definitions = definitions
        self._folder = folder
        self._empty = folder / "empty.db"
        ledger = _open(self._empty)
        migrate(ledger)
        # The duty itself is taken down when the example begins: before that day nobody owed it.
        beginning = datetime.combine(
            definitions.calendar.first_day, datetime.min.time(), definitions.project.zone
        )
        sync(ledger, replace(definitions, duties={}), {}, beginning)
        with ledger.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        ledger.dispose()

    def owed(self, example: Example) -> tuple[list[ExampleObligation], list[Problem]]:
        """What is owed when the example ends, oldest first; or why it could not happen as written."""
        path = self._folder / "case.db"
        shutil.copyfile(self._empty, path)
        ledger = _open(path)
        try:
            return self._happen(example, ledger)
        finally:
            ledger.dispose()
            for left in self._folder.glob("case.db*"):
                left.unlink()

    def _happen(self, example: Example, ledger: Engine) -> tuple[list[ExampleObligation], list[Problem]]:
        duty = example.duty
        # An example's codes are labels, so that a person can read it: X1 is no credit code.
        vocabulary = for_examples(self._definitions.vocabulary)
        calendar = self._definitions.calendar
        if example.case.announced:
            calendar = calendar.with_festivals(_announcing(calendar.festivals, example.case.announced))
        definitions = replace(
            self._definitions, vocabulary=vocabulary, calendar=calendar, duties={duty.id: duty}
        )
        begins = _beginning(example)
        ws = Workspace(definitions.root, definitions, ledger, FixedClock(self._office(begins)))
        problems = _refused(
            example,
            "subjects",
            record_subjects(ws, map(_new_subject, example.subjects), ws.clock.now(), _examiner(ws)),
            len(example.case.subjects),
        )
        try:
            days = self._days(example, begins, calendar)
        except UnknownYear as why:
            return [], [example.problem(str(why), "", "until")]
        for day in days:
            now = self._office(day)
            problems += self._record(example, ws, day, now)
            if day >= begins and not problems:
                refused = open_owed(ws, now, [duty.id]).refused
                problems += [example.problem(why, "", "until") for why in refused.values()]
        return ([], problems) if problems else (self._read(example, ledger), [])

    def _days(self, example: Example, begins: date, calendar: WorkdayCalendar) -> list[date]:
        """The days on which something can happen; on the others the engine would find nothing."""
        until = example.case.until
        days = {begins, until, *(fact.known_on for fact in example.case.facts)}
        days |= {subject.registered for subject in example.subjects if subject.registered}
        days |= set(opening_days(example.duty, calendar, begins, until))
        return sorted(day for day in days if day <= until)

    def _record(self, example: Example, ws: Workspace, day: date, now: datetime) -> list[Problem]:
        problems = []
        kinds = {subject.code: subject.kind for subject in example.subjects}
        for number, fact in enumerate(example.case.facts):
            if fact.known_on == day:
                recorded = record_facts(ws, [_new_fact(fact, number, kinds, example)], now, _examiner(ws))
                problems += [
                    example.problem(refused.reason, "", "facts", number) for refused in recorded.refused
                ]
        return problems

    def _office(self, day: date) -> datetime:
        project = self._definitions.project
        return datetime.combine(day, project.office_hours.start, project.zone)

    def _read(self, example: Example, ledger: Engine) -> list[ExampleObligation]:
        query = (
            select(Obligation, Fact)
            .outerjoin(Fact, col(Fact.id) == col(Obligation.fact_id))
            .order_by(col(Obligation.opened_on), col(Obligation.id))
        )
        units = example.case.units
        with looking(ledger) as session:
            words = ProgressWords(session.connection(), self._definitions, example.case.until)
            told = any(each.progress for each in example.case.expect)
            return [
                self._owed(example, owed, fact, words if told else None)
                for owed, fact in session.exec(query)
                if not units or owed.unit in units
            ]

    def _owed(
        self, example: Example, owed: Obligation, fact: Fact | None, words: ProgressWords | None
    ) -> ExampleObligation:
        return ExampleObligation(
            about=owed.subject.code if owed.subject else owed.unit,
            unit=owed.unit,
            period="" if fact else owed.period_key,
            fact=fact.ref if fact else None,
            opens=owed.opened_on,
            target=owed.target,
            deadline=owed.deadline,
            provisional=owed.provisional,
            state=owed.state,
            closed=owed.closed_on or owed.reported_on,
            progress=_progress(example, owed, words),
            rungs=self._rungs(example, owed),
            steps=tuple(str(Step.kept(step)) for step in owed.reckoning.steps),
        )

    def _rungs(self, example: Example, owed: Obligation) -> dict[Stage, tuple[date, ...]]:
        definitions = self._definitions
        ladder = ladder_for(definitions, example.duty.id, example.duty.ladder)
        moments = rung_moments(
            ladder if example.duty.climbs and not owed.provisional else up_to_urging(ladder),
            opened_on=owed.opened_on,
            target=owed.target,
            deadline=owed.deadline,
            calendar=definitions.calendar.for_unit(owed.unit),
            project=definitions.project,
        )
        days: dict[Stage, tuple[date, ...]] = {}
        for rung, day, _ in moments:
            days[rung.stage] = (*days.get(rung.stage, ()), day)
        return days


def _announcing(festivals: Festivals, announced: Mapping[str, NoticedSpan]) -> Festivals:
    """The same, with the days that notices set for these windows."""
    windows = (
        each.model_copy(update={"announced": (span, *each.announced)})
        if (span := announced.get(each.name))
        else each
        for each in festivals.windows
    )
    return festivals.model_copy(update={"windows": tuple(windows)})


def _progress(example: Example, owed: Obligation, words: ProgressWords | None) -> str:
    """The words an example quotes are Chinese, whoever reads it."""
    if words is None:
        return ""
    with use("zh-CN"):
        return words.of(example.duty, owed.id, owed.unit, owed.period_key)


@contextmanager
def rehearsals(definitions: Definitions) -> Iterator[Rehearsals]:
    """`Rehearsals` in a folder that is gone afterwards."""
    with working_folder("examples") as folder:
        yield Rehearsals(definitions, folder)


def _open(path: Path) -> Engine:
    """A ledger that need not survive a power cut."""
    ledger = open_ledger(f"sqlite:///{path}")
    ledger.dispose()

    @event.listens_for(ledger, "connect")
    def _hurry(connection: sqlite3.Connection, record: object) -> None:
        connection.execute("PRAGMA synchronous=OFF")

    return ledger


def _beginning(example: Example) -> date:
    """The day the engine first runs: `from`, else the first day the example knows of."""
    case = example.case
    if case.from_ is not None:
        return case.from_
    known = [fact.known_on for fact in case.facts]
    known += [subject.registered for subject in case.subjects if subject.registered]
    return min([*known, case.until])


def _new_subject(given: ExampleSubject) -> NewSubject:
    return NewSubject(
        kind=given.kind,
        code=given.code,
        name=given.name or given.code,
        unit=given.unit,
        grade=given.grade,
        attributes=given.attributes,
        active=given.active,
        registered_on=given.registered,
    )


def _examiner(ws: Workspace) -> Principal:
    """Who reports what an example says; who may is not what it is about."""
    return operator(ws.definitions.project, "example")


def _new_fact(fact: ExampleFact, number: int, kinds: Mapping[str, str], example: Example) -> NewFact:
    subject = kinds.get(fact.about)
    return NewFact(
        kind=fact.of,
        subject=(subject, fact.about) if subject else None,
        unit=None if subject else fact.about,
        happened_on=fact.on,
        source=SOURCE,
        ref=_ref(fact, number),
        data=fact.data,
        revises=(SOURCE, fact.corrects) if fact.corrects else None,
        withdrawn=fact.withdrawn,
    )


def _ref(fact: ExampleFact, number: int) -> str:
    return fact.id or f"#{number + 1}"


def _refused(example: Example, key: str, recorded: Intake, own: int) -> list[Problem]:
    """The rows the ledger would not take, each at its place; those of the whole file stand before the case's own."""
    shared = len(example.subjects) - own
    return [
        example.problem(refused.reason, "", key, refused.row - 1 - shared)
        if refused.row > shared
        else example.file.problem((key, refused.row - 1), refused.reason, "", example.duty.id)
        for refused in recorded.refused
    ]
