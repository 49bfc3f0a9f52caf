"""One obligation as a list shows it."""

from dataclasses import dataclass
from datetime import date, datetime

from duban.base.cases import CaseIdentity, case_of
from duban.base.clock import Present
from duban.base.json_values import JsonObject
from duban.bureau.unit_posts import UnitPost
from duban.ledger.lateness import late, over
from duban.ledger.short_ids import short_id
from duban.ledger.tables import OPEN_STATES, Obligation


@dataclass(frozen=True)
class ListedObligation:
    """One obligation as a list shows it."""

    #: the short id
    id: str
    #: the duty's id
    duty: str
    #: what the duty is called
    title: str
    #: the line of business (条线)
    line: str
    #: the unit's name
    unit: str
    #: the unit's code
    unit_code: str
    #: the subject's name; None for what is owed for none
    subject: str | None
    #: the subject's kind; None for what is owed for none
    subject_kind: str | None
    #: the subject's code; None for what is owed for none
    subject_code: str | None
    #: the event it is owed for, as its source tells it; None for what a period or a finding brought about
    case: CaseIdentity | None
    #: the period's key; empty for what came from facts
    period: str
    #: one of `STATES`
    state: str
    #: the local day it opened, or should have
    opened_on: date
    #: the safe day reminders aim at
    target: date
    #: the last day by law
    deadline: date
    #: the local day it counts as closed on; None while it is not
    closed_on: date | None
    #: the moment an emergency is due (aware UTC); None for everything that is due on a day
    due_at: datetime | None
    #: whether a year its days rest on is not settled yet
    provisional: bool
    #: whether it is open and the legal deadline, or its hour, is past
    overdue: bool
    #: whether it was done after its deadline, or after the first one it had: late stays late
    late: bool
    #: how often its reviewer has sent it back
    returns: int
    #: whether only its own posts may see what it is about
    confidential: bool
    #: whether it is open because the figures it is judged by were not reported (未报数)
    unreported: bool
    #: whom its unit has given it to, as `unit/post`; None while its own post sees to it
    dispatched_to: str | None
    #: the posts that work along (会办)
    co_handlers: tuple[UnitPost, ...]


@dataclass(frozen=True)
class OwnColumns:
    """The columns of Obligation that are shown."""

    id: int  #: its row
    duty_id: str  #: the duty it is of
    unit: str  #: the code of the unit that owes it
    period_key: str  #: which period or visit it is of
    state: str  #: one of `STATES`
    opened_on: date  #: the local day it was opened on
    target: date  #: the safe day reminders aim at
    deadline: date  #: the last day by law
    due_at: datetime | None  #: of what is counted in hours: the moment, aware UTC
    provisional: bool  #: whether a notice may still move its days
    reckoning_id: int  #: how its days came about
    confidential: bool  #: whether it exists only for those who may know
    fact_id: int | None  #: the fact that opened it
    evidence_facts: list[int] | None  #: the facts that a rule opened it for
    acknowledged_at: datetime | None  #: when it was signed for, aware UTC
    closed_on: date | None  #: the local day it was closed on
    reported_on: date | None  #: the local day it was reported done on
    returns: int  #: how often it was sent back
    #: the deadline it had passed before it was put off, suspended or, of an emergency, reported
    missed: date | None
    dispatched_to: str | None  #: the post it was given to, as unit/post


@dataclass(frozen=True)
class ShownObligation(OwnColumns):
    """What a list reads of one obligation."""

    #: what the duty is called
    title: str
    #: the line of business (条线)
    line: str
    #: the unit's name
    unit_name: str
    #: the subject's name; None for what is owed for none
    subject_name: str | None
    #: the subject's kind; None for what is owed for none
    subject_kind: str | None
    #: the subject's code; None for what is owed for none
    subject_code: str | None
    #: the number of the fact that brought it about; None when a period or a finding did
    fact_ref: str | None
    #: the particulars of that fact
    fact_data: JsonObject | None
    #: whether it is open because the figures it is judged by were not reported
    unreported: bool


def listed_of(row: ShownObligation, present: Present, along: tuple[UnitPost, ...] = ()) -> ListedObligation:
    """One row of the list as it stands at `present`; the posts `along` work along on it."""
    return ListedObligation(
        id=short_id(row.id),
        duty=row.duty_id,
        title=row.title,
        line=row.line,
        unit=row.unit_name,
        unit_code=row.unit,
        subject=row.subject_name,
        subject_kind=row.subject_kind,
        subject_code=row.subject_code,
        case=case_of(row.fact_ref, row.fact_data),
        period=row.period_key if row.fact_id is None and row.evidence_facts is None else "",
        state=row.state,
        opened_on=row.opened_on,
        target=row.target,
        deadline=row.deadline,
        closed_on=row.closed_on,
        due_at=row.due_at,
        provisional=row.provisional,
        overdue=row.state in OPEN_STATES and over(row.deadline, row.due_at, present),
        late=late_ever(row),
        returns=row.returns,
        confidential=row.confidential,
        unreported=row.unreported,
        dispatched_to=row.dispatched_to,
        co_handlers=along,
    )


def late_ever(row: ShownObligation | Obligation) -> bool:
    """Whether it was done, or reported done, after its last day, or after one it had before."""
    return late(row.deadline, row.missed, row.closed_on if row.state == "done" else row.reported_on)
