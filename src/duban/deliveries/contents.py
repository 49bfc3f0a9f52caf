"""What a parcel holds, read again just before it is sent: what is still owed, and what must be known to say so.

Between deciding and sending an obligation may have been done, waived, suspended or replaced, or given another day, for which
its ladder begins anew. Such a reminder would be wrong, so it is cancelled, and the reason is kept.
"""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache, cached_property
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, bindparam, select
from sqlmodel import col

from duban.base.json_values import JsonObject
from duban.base.language import say
from duban.cadence.registry import MEASURED
from duban.definitions.definitions import Definitions
from duban.deliveries.leasing import IS_WAITING, Parcel
from duban.deliveries.review_calls import ReviewCalls
from duban.deliveries.spoken_stages import has_another_notice, spoken_stages
from duban.duties.grammar import Duty, duty_from_content
from duban.ledger.choosing import among_those
from duban.ledger.rows import columns_of, named, rows_at_once, rows_of
from duban.ledger.tables import (
    OPEN_STATES,
    Delivery,
    DutyVersion,
    Fact,
    Notice,
    Obligation,
    Subject,
)
from duban.obligations.co_handlers import co_handlers, has_co_handlers
from duban.obligations.history import given_days
from duban.obligations.listing import opening_event
from duban.obligations.progress_words import ProgressWords
from duban.obligations.rungs import in_present_course


class Reminder(NamedTuple):
    """A delivery and what it is about, as the ledger has it at the moment of sending."""

    id: int  #: the delivery's number
    notice_id: int  #: the notice it brings
    obligation_id: int  #: what the notice is about
    last_error: str | None  #: why it comes instead of another, or what went wrong before
    attempts: int  #: how often it has been on the line
    rung: str  #: the rung's name in the ladder
    stage: str  #: the rung's stage: remind, urge …
    state: str  #: the obligation's
    unit: str  #: the code of the unit that owes
    dispatched_to: str | None  #: whom that unit has given it to, as `unit/post`
    period_key: str  #: the period, or the fact
    target: date  #: the day to act by
    deadline: date  #: the last day by law
    due_at: datetime | None  #: the moment an emergency is due
    course: int  #: how often its ladder has begun
    of_present_course: bool  #: whether the notice was decided for the day it has now
    shared: bool  #: whether others work along on it (会办)
    told_besides: bool  #: whether another notice than this one was decided about it
    acknowledged_at: datetime | None  #: when somebody signed for it, aware UTC
    reported_on: date | None  #: the day it was done by what waits for review
    provisional: bool  #: the holidays of that year are not published yet
    confidential: bool  #: no group and no digest tells of it
    fact_id: int | None  #: the fact that brought it about, if one did
    evidence_facts: list[int] | None  #: the facts that did, if several
    subject: str | None  #: the subject's name
    subject_code: str | None  #: its code, such as a 统一社会信用代码
    particulars: dict[str, str] | None  #: what the register says of it: address, who answers for it
    fact_ref: str | None  #: the number of the event it is owed for
    fact_data: JsonObject | None  #: that event's particulars
    duty_version_id: int  #: what the duty said when it was opened


@dataclass(frozen=True)
class Version:
    """What a duty said when an obligation was opened."""

    id: int  #: its number
    title: str  #: the duty's title
    line: str  #: its business line
    content: dict[str, Any]  #: the duty as it was written

    @cached_property
    def duty(self) -> Duty:
        """The duty, read once."""
        return duty_from_content(self.content)


@dataclass(frozen=True)
class Content:
    """What a parcel holds at the moment of sending."""

    rows: tuple[Reminder, ...]  #: what is to be sent
    cancelled: dict[int, str]  #: why the others are not, by the delivery's number
    versions: dict[int, Version]  #: what the duties said, by the version's number
    progress: dict[int, str] = field(default_factory=dict)
    """How far obligations that facts measure have come, by their number."""
    said: dict[int, dict[str, int]] = field(default_factory=dict)
    """How often each stage has spoken about an obligation, to whomever, this message included, by its number; without those that
    nothing was said about before.
    """
    heard: dict[int, dict[str, int]] = field(default_factory=dict)
    """How many messages of each stage reached the recipient about an obligation, this one included, by its number; likewise."""
    called: dict[int, str] = field(default_factory=dict)
    """What waits for a reviewer, what one decided, was given or ended, by the number of the delivery that tells it."""
    given: dict[int, str] = field(default_factory=dict)
    """That somebody gave an obligation another day, by its number."""
    ends: frozenset[int] = frozenset()
    """The deliveries, by number, that say there is nothing to do any more."""
    along: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """The posts, as `unit/post`, that work along on obligations, by their number."""

    def duty(self, row: Reminder) -> dict[str, object]:
        """What the duty said when the row's obligation was opened: the definition version's content."""
        return self.versions[row.duty_version_id].content

    def without(self, deliveries: Collection[int]) -> "Content":
        """The same without these deliveries."""
        return replace(self, rows=tuple(row for row in self.rows if row.id not in deliveries))


def read_again(connection: Connection, parcel: Parcel, holder: str, versions: dict[int, Version]) -> Content:
    """The parcel's deliveries that are still leased to `holder` and for the same recipient, with all that the message
    needs. `versions` are those of duties that were read before, and are added to: a version never changes.
    """
    given = {"those": list(parcel.deliveries), "holder": holder, "recipient": parcel.recipient}
    rows: list[Reminder] = []
    cancelled: dict[int, str] = {}
    found = sorted(rows_at_once(connection, _still_ours(), Reminder, given), key=lambda row: row.id)
    called = ReviewCalls(connection, found)
    for row in found:
        is_open = row.state in OPEN_STATES
        if called.stands(row) if called.is_one(row) else is_open and row.of_present_course:
            rows.append(row)
        elif is_open and not called.is_one(row):
            cancelled[row.id] = say(zh="发送前给了新的期限", en="another day was given before it was sent")
        else:
            cancelled[row.id] = _why_not(row.state)
    # What nothing was said about but this is told for the first time: there is nothing to count.
    told_before = {row.obligation_id for row in rows if row.told_besides}
    said, heard = spoken_stages(connection, told_before, [row.notice_id for row in rows], parcel.recipient)
    numbers = {row.duty_version_id for row in rows}
    if unread := numbers - versions.keys():
        versions |= _versions(connection, unread)
    return Content(
        tuple(rows),
        cancelled,
        {number: versions[number] for number in numbers},
        said=said,
        heard=heard,
        called=called.said(rows),
        given=_given(connection, rows),
        ends=frozenset(row.id for row in rows if called.ends(row)),
        along={
            number: tuple(map(str, posts))
            for number, posts in co_handlers(
                connection, {row.obligation_id for row in rows if row.shared}
            ).items()
        },
    )


@cache
def _still_ours() -> Select[tuple[object, ...]]:
    """Of deliveries what is still leased to a holder and for the same recipient, as `Reminder`; put together once."""
    return (
        select(
            col(Delivery.id),
            col(Delivery.notice_id),
            col(Delivery.obligation_id),
            col(Delivery.last_error),
            col(Delivery.attempts),
            col(Notice.rung),
            col(Notice.stage),
            col(Obligation.state),
            col(Obligation.unit),
            col(Obligation.dispatched_to),
            col(Obligation.period_key),
            col(Obligation.target),
            col(Obligation.deadline),
            col(Obligation.due_at),
            col(Obligation.course),
            named(in_present_course(), "of_present_course"),
            named(has_co_handlers(), "shared"),
            named(has_another_notice(), "told_besides"),
            col(Obligation.acknowledged_at),
            col(Obligation.reported_on),
            col(Obligation.provisional),
            col(Obligation.confidential),
            col(Obligation.fact_id),
            col(Obligation.evidence_facts),
            named(col(Subject.name), "subject"),
            named(col(Subject.code), "subject_code"),
            named(col(Subject.attributes), "particulars"),
            named(col(Fact.ref), "fact_ref"),
            named(col(Fact.data), "fact_data"),
            col(Obligation.duty_version_id),
        )
        .join(Notice, col(Notice.id) == col(Delivery.notice_id))
        .join(Obligation, col(Obligation.id) == col(Delivery.obligation_id))
        .outerjoin(Subject, col(Subject.id) == col(Obligation.subject_id))
        .outerjoin(Fact, opening_event())
        .where(
            among_those(col(Delivery.id)),
            IS_WAITING,
            col(Delivery.lease_holder) == bindparam("holder"),
            col(Delivery.recipient) == bindparam("recipient"),
        )
    )


def _given(connection: Connection, rows: Collection[Reminder]) -> dict[int, str]:
    days = {row.obligation_id: row.deadline for row in rows if row.course > 1}
    return {number: each.words(days[number]) for number, each in given_days(connection, days).items()}


def _versions(connection: Connection, numbers: Collection[int]) -> dict[int, Version]:
    query = select(*columns_of(DutyVersion, Version)).where(col(DutyVersion.id).in_(numbers))
    return {version.id: version for version in rows_of(connection, query, Version)}


def with_progress(connection: Connection, content: Content, definitions: Definitions, on: date) -> Content:
    """The same, saying how far what facts measure has come as of business date `on`."""
    words = ProgressWords(connection, definitions, on)
    duties = {
        number: version.duty
        for number, version in content.versions.items()
        if version.content.get("cadence", {}).get("kind") in MEASURED
    }
    told = {
        row.obligation_id: words.of(duties[row.duty_version_id], row.obligation_id, row.unit, row.period_key)
        for row in content.rows
        if row.duty_version_id in duties
    }
    return replace(content, progress=told)


def _why_not(state: str) -> str:
    words = {
        "done": say(zh="已办结", en="done"),
        "waived": say(zh="已免办", en="waived"),
        "suspended": say(zh="已中止", en="suspended"),
        "reported": say(zh="已反馈", en="reported"),
        "superseded": say(zh="已被替换", en="superseded"),
        "withdrawn": say(zh="已撤回", en="withdrawn"),
    }
    if state not in words:  # a call about what has been decided or taken back since
        return say(zh="发送前已有决定或已收回", en="decided or taken back before it was sent")
    return say(zh=f"发送前{words[state]}", en=f"{words[state]} before it was sent")
