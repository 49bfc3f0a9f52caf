"""Which assignments there are (临时交办), with what became of what each made owed; what somebody may not see is not there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, or_, select
from sqlmodel import Session, col

from duban.base.assignment_numbers import ASSIGNED, AssignmentNumber
from duban.base.clock import Present
from duban.ledger.lateness import late, over
from duban.ledger.principals import Principal
from duban.ledger.rows import named, rows_of
from duban.ledger.sessions import looking, session_on
from duban.ledger.tables import (
    CLOSED_STATES,
    OPEN_STATES,
    Assignment,
    AssignmentFile,
    Author,
    DutyVersion,
    Obligation,
)
from duban.ledger.visibility import assigned, visible
from duban.obligations.state_words import Marks, standing_word
from duban.workspace.workspace import Workspace


class AssignedItem(NamedTuple):
    """What one post owes of an assignment."""

    id: int  #: the obligation's row
    duty_id: str  #: the duty that the assignment is kept as
    unit: str  #: the code of the unit that owes it
    post: str  #: the post that owes it
    state: str  #: one of `STATES`
    deadline: date  #: the last day by law
    closed_on: date | None  #: the local day it was closed on
    reported_on: date | None  #: the local day it was reported done on
    returns: int  #: how often it was sent back
    missed: date | None  #: the first deadline that was over before a later one was given
    due_at: datetime | None  #: the moment an emergency is due, aware UTC

    def standing(self, present: Present) -> str:
        """Its state at `present`, with what a reader must know besides: 在办·逾期."""
        overdue = self.state in OPEN_STATES and over(self.deadline, self.due_at, present)
        done_on = self.closed_on if self.state == "done" else self.reported_on
        was_late = late(self.deadline, self.missed, done_on)
        return standing_word(Marks(self.state, overdue, was_late, self.returns))


class AssignedDuty(NamedTuple):
    """What an assignment says to one post of a level."""

    duty_id: str  #: the duty that the assignment is kept as
    line: str  #: the business line's name
    post: str  #: the post that owes it, at each unit of the level
    title: str  #: what is to be done


@dataclass(frozen=True)
class BookedAssignment:
    """One assignment, with what somebody may see of what it made owed."""

    number: AssignmentNumber  #: its number of the year
    assignment: Assignment  #: the row in the ledger
    author: Author  #: who made it
    files: Sequence[AssignmentFile]  #: the documents that came with it
    owed: Sequence[AssignedItem]  #: what each post owes of it, as far as the reader may see

    @property
    def open(self) -> int:
        """How many are not closed."""
        return sum(each.state not in CLOSED_STATES for each in self.owed)

    @property
    def done(self) -> int:
        """How many are done."""
        return sum(each.state == "done" for each in self.owed)

    @property
    def recalled(self) -> bool:
        """Whether all of it was taken back."""
        return bool(self.owed) and all(each.state == "withdrawn" for each in self.owed)


def number_of(assignment: Assignment) -> AssignmentNumber:
    """Which assignment it is: 2026-3."""
    return AssignmentNumber(assignment.year, assignment.sequence)


def called_so(number: AssignmentNumber) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """That an assignment has this number, as conditions over Assignment."""
    return col(Assignment.year) == number.year, col(Assignment.sequence) == number.sequence


def owed_by(connection: Connection, number: AssignmentNumber) -> list[AssignedItem]:
    """Everything an assignment made owed, whatever became of it, in the order it was opened."""
    return _owed(connection, assigned(number.duties))


def assigned_duties(connection: Connection) -> dict[str, AssignedDuty]:
    """The duty of each post that anything was assigned to, by id."""
    query = select(
        col(DutyVersion.duty_id),
        col(DutyVersion.line),
        named(col(DutyVersion.content)["owner"]["post"].as_string(), "post"),
        col(DutyVersion.title),
    ).where(col(DutyVersion.duty_id).startswith(ASSIGNED, autoescape=True))
    return {each.duty_id: each for each in rows_of(connection, query, AssignedDuty)}


def of_document(connection: Connection, document: str) -> list[AssignmentNumber]:
    """The assignments a document brought about, oldest first."""
    query = select(Assignment).where(col(Assignment.document) == document).order_by(col(Assignment.id))
    with session_on(connection) as session:
        return [number_of(each) for each in session.scalars(query)]


def sent_before(connection: Connection, form: str | None) -> Assignment | None:
    """The assignment that was made of this form; None for a new one."""
    if not form:
        return None
    with session_on(connection) as session:
        found = session.scalars(select(Assignment).where(col(Assignment.form) == form)).one_or_none()
        if found is not None:
            session.expunge(found)
        return found


def assignments(ws: Workspace, who: Principal, *, most: int, text: str = "") -> list[BookedAssignment]:
    """The newest assignments that exist for `who`, at most `most`: those they made themselves, and those of which
    they see anything owed. With a `text`: those whose number, document or title has it.
    """
    with looking(ws.ledger) as session:
        seen = {
            AssignmentNumber.of_duty(each.duty_id): None
            for each in _owed(session.connection(), assigned(), visible(who))
        }
        query = select(Assignment).order_by(col(Assignment.id).desc())
        if text:
            query = query.where(
                or_(
                    col(Assignment.number).contains(text, autoescape=True),
                    col(Assignment.title).contains(text, autoescape=True),
                )
            )
        found = []
        for each in session.scalars(query):
            if number_of(each) in seen or _made_by(each, who):
                found.append(_booked(session, who, each))
            if len(found) == most:
                break
        return found


def assignment_of(ws: Workspace, who: Principal, number: AssignmentNumber | None) -> BookedAssignment | None:
    """The assignment of this number; None for one that is not there, and for one that `who` may not see."""
    if number is None:
        return None
    with looking(ws.ledger) as session:
        found = session.scalars(select(Assignment).where(*called_so(number))).one_or_none()
        if found is None:
            return None
        booked = _booked(session, who, found)
        return booked if booked.owed or _made_by(found, who) else None


def _booked(session: Session, who: Principal, assignment: Assignment) -> BookedAssignment:
    number = number_of(assignment)
    conditions = [assigned(number.duties)]
    if not _made_by(assignment, who):
        conditions.append(visible(who))
    owed = _owed(session.connection(), *conditions)
    return BookedAssignment(number, assignment, assignment.author, list(assignment.files), owed)


def _made_by(assignment: Assignment, who: Principal) -> bool:
    """Whether they assigned it themselves, and still act for the unit they did it for."""
    author = assignment.author
    same = (who.account, who.token) == (author.account_id, author.token_id)
    return same and who.entrance == author.entrance and who.acts_for(assignment.unit)


def _owed(connection: Connection, *conditions: ColumnElement[bool]) -> list[AssignedItem]:
    query = (
        select(
            col(Obligation.id),
            col(Obligation.duty_id),
            col(Obligation.unit),
            named(col(DutyVersion.content)["owner"]["post"].as_string(), "post"),
            col(Obligation.state),
            col(Obligation.deadline),
            col(Obligation.closed_on),
            col(Obligation.reported_on),
            col(Obligation.returns),
            col(Obligation.missed),
            col(Obligation.due_at),
        )
        .join(DutyVersion, col(DutyVersion.id) == col(Obligation.duty_version_id))
        .where(*conditions)
        .order_by(col(Obligation.id))
    )
    return rows_of(connection, query, AssignedItem)
