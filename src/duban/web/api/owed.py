"""An obligation as the API tells it, in a list and alone."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BeforeValidator

from duban.obligations.listed import ListedObligation
from duban.obligations.state_words import state_meant
from duban.web.api.words import AnswerBody, described

State = Literal["open", "acknowledged", "suspended", "reported", "done", "waived", "superseded", "withdrawn"]
StateNamed = Annotated[
    State, BeforeValidator(lambda typed: (isinstance(typed, str) and state_meant(typed)) or typed)
]
"""A state as somebody writes it who asks for it, the way every command takes it."""


class OwedSubject(AnswerBody):
    """The subject an obligation is about."""

    kind: str  #: its kind
    code: str  #: its code in the register
    name: str  #: what it is called


class OwedCase(AnswerBody):
    """The event an obligation is owed for, as its source tells it."""

    number: str = described(zh="来源里的编号。", en="Its number in its source.")
    title: str = described(zh="事由。", en="What it is about.")
    place: str = described(zh="地点。", en="Where it happened.")
    document: str = described(zh="来源文件。", en="The document it came by.")


class ObligationReply(AnswerBody):
    """One obligation as a list shows it."""

    id: str = described(zh="编号，如 DB-000042。", en="Its number.", examples=["DB-00001X"])
    duty: str  #: the duty's id
    title: str  #: what it is called
    line: str  #: the business line's name
    unit: str = described(zh="单位代码。", en="The unit's code.")
    unit_name: str  #: what the unit that owes it is called
    subject: OwedSubject | None  #: the subject it is about
    case: OwedCase | None = described(
        zh="由哪一件事引起；不是由一件事引起的没有。", en="The event it is owed for, if one is."
    )
    period: str | None = described(
        zh="哪一期；由事实引起的没有。", en="Its period; none if a fact caused it."
    )
    state: State  #: how it stands
    opened_on: date  #: the local day it was opened on
    target: date = described(zh="应办日，催办以它为准。", en="The safe date reminders aim at.")
    deadline: date = described(
        zh="最后期限，过了它才算逾期。", en="The legal deadline; overdue begins after it."
    )
    due_at: datetime | None = described(
        zh="紧急事项到几点几分；不紧急的没有。", en="The moment an emergency is due; else none."
    )
    provisional: bool = described(
        zh="期限碰到尚未公布的放假安排。", en="The date rests on a calendar not yet official."
    )
    overdue: bool  #: whether it is past its deadline
    late: bool = described(
        zh="逾期才办好的，或者原期限已逾期的。", en="Done late, or late by the deadline it had first."
    )
    returns: int = described(zh="退回过几次。", en="How often it was sent back.")
    confidential: bool  #: whether it exists only for those who may know
    unreported: bool = described(
        zh="未报数：过了报数的日子还没有报，不算达标。", en="Not reported though the day is over: no success."
    )
    dispatched_to: str | None = described(
        zh="派给了哪个岗位（单位代码/岗位）；没有派单的没有。",
        en="The post it was given to, as unit/post; none while its own post sees to it.",
    )
    co_handlers: list[str] = described(
        zh="哪些岗位会办（单位代码/岗位）。", en="The posts that work along, as unit/post each."
    )


def owed(row: ListedObligation) -> ObligationReply:
    """One obligation of a list."""
    return ObligationReply.model_validate(owed_fields(row))


def owed_fields(row: ListedObligation) -> dict[str, object]:
    """What a list says of an obligation, field by field."""
    subject = None
    if row.subject_kind and row.subject_code:
        subject = OwedSubject(kind=row.subject_kind, code=row.subject_code, name=row.subject or "")
    return {
        "id": row.id,
        "duty": row.duty,
        "title": row.title,
        "line": row.line,
        "unit": row.unit_code,
        "unit_name": row.unit,
        "subject": subject,
        "case": OwedCase(**asdict(row.case)) if row.case else None,
        "period": row.period or None,
        "state": row.state,
        "opened_on": row.opened_on,
        "target": row.target,
        "deadline": row.deadline,
        "due_at": row.due_at,
        "provisional": row.provisional,
        "overdue": row.overdue,
        "late": row.late,
        "returns": row.returns,
        "confidential": row.confidential,
        "unreported": row.unreported,
        "dispatched_to": row.dispatched_to,
        "co_handlers": [str(each) for each in row.co_handlers],
    }
