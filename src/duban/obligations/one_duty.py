"""What opening one duty works with: the transaction, the definition, how far it has come, and the columns to write."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, Row, and_, case, literal, not_, select

from duban.duties.grammar import Duty
from duban.ledger.database import insert_ignore
from duban.ledger.tables import FACT, RECKONING, SUBJECT, UNIT
from duban.ledger.watermarks import Mark, Progress
from duban.obligations.arming import armed
from duban.obligations.families import Families, families
from duban.obligations.rungs import next_rung_at, rung_times
from duban.workdays import Reckoning, WorkdayCalendar

if TYPE_CHECKING:
    from duban.definitions.definitions import Definitions


@dataclass(frozen=True)
class DutyPass:
    """One run over one duty.

    `known_since` is the business date the ledger first knew the duty; `mark` how far it was opened before, `reached`
    how far this run goes; `today` the business date of `now`. `held_back` names facts whose dates lie past the calendar,
    with the reason: the mark stays before the first of them, so that they are looked at again.
    """

    connection: Connection
    definitions: Definitions
    duty: Duty
    version_id: int
    known_since: date
    mark: Mark
    reached: Progress
    today: date
    now: datetime
    held_back: dict[int, str] = field(default_factory=dict)
    _reckonings: dict[str, int] = field(default_factory=dict)
    _columns: dict[tuple[date, Reckoning, WorkdayCalendar], dict[str, Any]] = field(default_factory=dict)

    @cached_property
    def families(self) -> Families:
        """Which of the subjects the duty is owed for were merged into which."""
        kind = self.duty.for_each.subject
        return families(self.connection, kind) if kind is not None else Families()

    @property
    def subjects_changed(self) -> bool:
        """Whether subjects were added, changed or merged since the mark."""
        return self.mark.subjects != self.reached.subjects

    @property
    def done_up_to(self) -> Progress:
        """How far this run came."""
        if not self.held_back:
            return self.reached
        return self.reached._replace(fact_id=min(self.held_back) - 1)

    def columns(
        self, period_key: str, opened_on: date, reckoning: Reckoning, calendar: WorkdayCalendar
    ) -> dict[str, Any]:
        """An obligation's columns but for its unit and subject; `calendar` is that of the unit.

        Raises UnknownYear when a rung lies past the calendar.
        """
        shared = self._columns.get((opened_on, reckoning, calendar))
        if shared is None:
            shared = self._dated(opened_on, reckoning, calendar)
            self._columns[opened_on, reckoning, calendar] = shared
        return {"period_key": period_key, **shared}

    def _dated(self, opened_on: date, reckoning: Reckoning, calendar: WorkdayCalendar) -> dict[str, Any]:
        times = rung_times(
            self.definitions.ladders[self.duty.ladder],
            opened_on,
            reckoning.target,
            reckoning.deadline,
            self.definitions.project,
            calendar,
        )
        return {
            "duty_id": self.duty.id,
            "duty_version_id": self.version_id,
            "state": "open",
            "opened_on": opened_on,
            "opened_at": self.now,
            "target": reckoning.target,
            "deadline": reckoning.deadline,
            "provisional": reckoning.provisional,
            "reckoning_id": self.reckoning_id(reckoning),
            "next_rung_at": next_rung_at(times),
            "confidential": self.duty.confidential,
        }

    def reckoning_id(self, reckoning: Reckoning) -> int:
        """The row that keeps this reckoning; equal ones share it."""
        plain = {
            "nominal": reckoning.nominal,
            "target": reckoning.target,
            "deadline": reckoning.deadline,
            "provisional": reckoning.provisional,
            "earliest": reckoning.earliest,
            "latest": reckoning.latest,
            "steps": [
                {"text": step.text, "day": step.day.isoformat(), "basis": step.basis}
                for step in reckoning.steps
            ],
            "calendar_version": self.definitions.calendar.version,
        }
        told = json.dumps(plain, ensure_ascii=False, sort_keys=True, default=date.isoformat)
        key = hashlib.sha256(told.encode()).hexdigest()
        if key not in self._reckonings:
            insert_ignore(self.connection, RECKONING, [{"key": key, **plain}])
            found = self.connection.execute(select(RECKONING.c.id).where(RECKONING.c.key == key))
            self._reckonings[key] = found.scalar_one()
        return self._reckonings[key]

    def armed(self, row: Row[Any], target: date, deadline: date) -> Mapping[str, Any]:
        """The changes that give an obligation of the duty these days; `row` has its id, its unit and the day it opened."""
        ladder = self.definitions.ladders[self.duty.ladder]
        return armed(self.connection, self.definitions, ladder, row, target, deadline)

    def responsible_unit(self) -> ColumnElement[str]:
        """The unit that owes it, in a statement over UNIT."""
        return responsible_unit(self.definitions, self.duty)

    def of_this_duty(self) -> list[ColumnElement[bool]]:
        """Which subjects the duty is owed for, in a statement over SUBJECT."""
        for_each = self.duty.for_each
        return [
            SUBJECT.c.kind == for_each.subject,
            SUBJECT.c.active.is_(True),
            *(SUBJECT.c.attributes[key].as_string().in_(values) for key, values in for_each.where.items()),
        ]


def responsible_unit(definitions: Definitions, duty: Duty) -> ColumnElement[str]:
    """The unit that owes a duty, in a statement over UNIT: that unit, lifted to the owner's level if it lies below."""
    match duty.owner.unit:
        case "city":
            return literal(definitions.project.units_at("city")[0].code)
        case "county":
            return case((UNIT.c.level == "station", UNIT.c.parent), else_=UNIT.c.code)
        case _:
            return UNIT.c.code


def still_stands() -> ColumnElement[bool]:
    """That a fact was neither corrected by a later one nor is itself a withdrawal, in a statement over FACT.

    Every withdrawal corrects something, so most facts need not be read to know that they are none.
    """
    later = FACT.alias("later")
    corrected = select(later.c.id).where(later.c.revises == FACT.c.id).exists()
    withdrawal = and_(FACT.c.revises.is_not(None), FACT.c.data["withdrawn"].as_boolean().is_(True))
    return and_(~corrected, not_(withdrawal))


def carrying(where: Mapping[str, tuple[str, ...]]) -> list[ColumnElement[bool]]:
    """That a fact carries one of the values under each name, in a statement over FACT."""
    return [FACT.c.data[name].as_string().in_(values) for name, values in where.items()]
