"""What opening one duty works with: the transaction, the definition, how far it has come, and the columns to write."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from sqlalchemy import ColumnElement, Connection, SQLColumnExpression, case, literal, select
from sqlmodel import col

from duban.definitions.definitions import Definitions
from duban.duties.grammar import Duty
from duban.ledger.database import insert_ignore
from duban.ledger.tables import RECKONING, ReckoningRecord, Subject, UnitRecord
from duban.ledger.watermarks import Mark, Progress
from duban.obligations.cause import Cause
from duban.obligations.families import Families, families
from duban.obligations.rungs import Hours, next_rung_at, rung_times
from duban.obligations.transitions import ENGINE
from duban.workdays import Reckoning, WorkdayCalendar

Columns = dict[str, object]
"""New obligations' columns, by name."""


@dataclass(frozen=True)
class DutyPass:
    """One run over one duty, within one transaction."""

    #: the transaction that claimed the duty's mark
    connection: Connection
    #: the content in force
    definitions: Definitions
    #: what the duty says
    duty: Duty
    #: the row of the duty's present version
    version_id: int
    #: the business date the ledger first knew the duty
    known_since: date
    #: how far it was opened before
    mark: Mark
    #: how far this run goes
    reached: Progress
    #: the project's business date of `now`
    today: date
    #: aware UTC
    now: datetime
    #: facts whose dates lie past the calendar, with the reason: the mark stays before the first of them, so that they are looked at again
    held_back: dict[int, str] = field(default_factory=dict)
    _reckonings: dict[str, int] = field(default_factory=dict)
    _columns: dict[tuple[date, Reckoning, WorkdayCalendar, datetime | None], Columns] = field(
        default_factory=dict
    )

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
    def began_on(self) -> date:
        """Today, or the earlier day on which a program began this opening and died before its end."""
        return self.mark.under_way.day if self.mark.under_way else self.today

    @property
    def done_up_to(self) -> Progress:
        """How far this run came."""
        if not self.held_back:
            return self.reached
        return self.reached._replace(fact_id=min(self.held_back) - 1)

    def columns(
        self,
        period_key: str,
        opened_on: date,
        reckoning: Reckoning,
        calendar: WorkdayCalendar,
        due_at: datetime | None = None,
    ) -> Columns:
        """An obligation's columns but for its unit and subject: of the period `period_key`, opened on the local day
        `opened_on`, due as `reckoning` says; `calendar` is that of the unit, `due_at` (aware UTC) an emergency's.

        Raises UnknownYear when a rung lies past the calendar.
        """
        key = (opened_on, reckoning, calendar, due_at)
        shared = self._columns.get(key)
        if shared is None:
            shared = self._columns[key] = self._dated(*key)
        return {"period_key": period_key, **shared}

    def _dated(
        self, opened_on: date, reckoning: Reckoning, calendar: WorkdayCalendar, due_at: datetime | None
    ) -> Columns:
        times = rung_times(
            self.definitions.ladders[self.duty.ladder],
            opened_on,
            reckoning.target,
            reckoning.deadline,
            self.definitions.project,
            calendar,
            Hours(self.now, due_at) if due_at else None,
        )
        return {
            "duty_id": self.duty.id,
            "duty_version_id": self.version_id,
            "state": "open",
            "opened_on": opened_on,
            "opened_at": self.now,
            "target": reckoning.target,
            "deadline": reckoning.deadline,
            "due_at": due_at,
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
            "steps": [step.plain() for step in reckoning.steps],
            "calendar_version": self.definitions.calendar.version,
        }
        told = json.dumps(plain, ensure_ascii=False, sort_keys=True, default=date.isoformat)
        key = hashlib.sha256(told.encode()).hexdigest()
        if key not in self._reckonings:
            insert_ignore(self.connection, RECKONING, [{"key": key, **plain}])
            found = self.connection.execute(
                select(col(ReckoningRecord.id)).where(col(ReckoningRecord.key) == key)
            )
            self._reckonings[key] = found.scalar_one()
        return self._reckonings[key]

    def cause(self, reason: str) -> Cause:
        """That the engine moves obligations in this run, for this reason."""
        return Cause(ENGINE, self.now, self.today, reason)

    def responsible_unit(self) -> SQLColumnExpression[str]:
        """The unit that owes it, in a statement over UNIT."""
        return responsible_unit(self.definitions, self.duty)

    def of_this_duty(self) -> list[ColumnElement[bool]]:
        """Which subjects the duty is owed for, in a statement over SUBJECT."""
        for_each = self.duty.for_each
        return [
            col(Subject.kind) == for_each.subject,
            col(Subject.active).is_(True),
            *(col(Subject.attributes)[key].as_string().in_(values) for key, values in for_each.where.items()),
        ]


def responsible_unit(definitions: Definitions, duty: Duty) -> SQLColumnExpression[str]:
    """The unit that owes a duty, in a statement over UNIT: that unit, lifted to the owner's level if it lies below."""
    match duty.owner.unit:
        case "city":
            return literal(definitions.project.units_at("city")[0].code)
        case "county":
            return case(
                (col(UnitRecord.level) == "station", col(UnitRecord.parent)), else_=col(UnitRecord.code)
            )
        case _:
            return col(UnitRecord.code)
