"""A parcel read again just before it is sent: what is still owed, to whom it goes, and what the message says.

Between deciding and sending an obligation may have been done, waived, suspended or replaced. Such a reminder would
be wrong, so it is cancelled, and the reason is kept.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, select
from sqlmodel import col

from duban.base.cases import case_of, whom_and_case
from duban.base.clock import business_date, local
from duban.base.json_values import JsonObject
from duban.base.language import say
from duban.bureau.project import Project
from duban.bureau.unit_posts import UnitPost
from duban.cadence.occurrence import period_word
from duban.cadence.registry import MEASURED
from duban.definitions.definitions import Definitions
from duban.deliveries.digests import (
    Digest,
    DutyGroup,
    Entry,
    QuotedBasis,
    grouped,
    recipient_words,
)
from duban.deliveries.leasing import WAITING, Parcel
from duban.duties.grammar import duty_from_content
from duban.ledger.rows import columns_of, named, rows_of
from duban.ledger.short_ids import short_id
from duban.ledger.tables import (
    OPEN_STATES,
    Delivery,
    DutyVersion,
    Fact,
    Notice,
    Obligation,
    Subject,
)
from duban.obligations.listing import opening_event
from duban.obligations.progress_words import ProgressWords
from duban.workdays import UnknownYear, WorkdayCalendar


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
    period_key: str  #: the period, or the fact
    target: date  #: the day to act by
    deadline: date  #: the last day by law
    provisional: bool  #: the holidays of that year are not published yet
    confidential: bool  #: no group and no digest tells of it
    fact_id: int | None  #: the fact that brought it about, if one did
    evidence_facts: list[int] | None  #: the facts that did, if several
    subject: str | None  #: the subject's name
    fact_ref: str | None  #: the number of the event it is owed for
    fact_data: JsonObject | None  #: that event's particulars
    duty_version_id: int  #: what the duty said when it was opened


class Version(NamedTuple):
    """What a duty said when an obligation was opened."""

    id: int  #: its number
    title: str  #: the duty's title
    line: str  #: its business line
    content: dict[str, Any]  #: the duty as it was written


@dataclass(frozen=True)
class Content:
    """What a parcel holds at the moment of sending."""

    rows: tuple[Reminder, ...]  #: what is to be sent
    cancelled: dict[int, str]  #: why the others are not, by the delivery's number
    versions: dict[int, Version]  #: what the duties said, by the version's number
    progress: dict[int, str] = field(default_factory=dict)
    """How far obligations that facts measure have come, by their number."""

    def duty(self, row: Reminder) -> dict[str, Any]:
        """What the duty said when the row's obligation was opened: the definition version's content."""
        return self.versions[row.duty_version_id].content

    def without(self, deliveries: Collection[int]) -> "Content":
        """The same without these deliveries."""
        return replace(self, rows=tuple(row for row in self.rows if row.id not in deliveries))


def read_again(connection: Connection, parcel: Parcel, holder: str, versions: dict[int, Version]) -> Content:
    """The parcel's deliveries that are still leased to `holder` and for the same recipient, with all that the message
    needs. `versions` are those of duties that were read before, and are added to: a version never changes.
    """
    query = (
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
            col(Obligation.period_key),
            col(Obligation.target),
            col(Obligation.deadline),
            col(Obligation.provisional),
            col(Obligation.confidential),
            col(Obligation.fact_id),
            col(Obligation.evidence_facts),
            named(col(Subject.name), "subject"),
            named(col(Fact.ref), "fact_ref"),
            named(col(Fact.data), "fact_data"),
            col(Obligation.duty_version_id),
        )
        .join(Notice, col(Notice.id) == col(Delivery.notice_id))
        .join(Obligation, col(Obligation.id) == col(Delivery.obligation_id))
        .outerjoin(Subject, col(Subject.id) == col(Obligation.subject_id))
        .outerjoin(Fact, opening_event())
        .where(
            col(Delivery.id).in_(parcel.deliveries),
            col(Delivery.state).in_(WAITING),
            col(Delivery.lease_holder) == holder,
            col(Delivery.recipient) == parcel.recipient,
        )
        .order_by(col(Delivery.id))
    )
    rows: list[Reminder] = []
    cancelled: dict[int, str] = {}
    for row in rows_of(connection, query, Reminder):
        if row.state in OPEN_STATES:
            rows.append(row)
        else:
            cancelled[row.id] = _why_not(row.state)
    numbers = {row.duty_version_id for row in rows}
    if unread := numbers - versions.keys():
        versions |= _versions(connection, unread)
    return Content(tuple(rows), cancelled, {number: versions[number] for number in numbers})


def _versions(connection: Connection, numbers: Collection[int]) -> dict[int, Version]:
    query = select(*columns_of(DutyVersion, Version)).where(col(DutyVersion.id).in_(numbers))
    return {version.id: version for version in rows_of(connection, query, Version)}


def with_progress(connection: Connection, content: Content, definitions: Definitions, on: date) -> Content:
    """The same, saying how far what facts measure has come as of business date `on`."""
    words = ProgressWords(connection, definitions, on)
    duties = {
        number: duty_from_content(version.content)
        for number, version in content.versions.items()
        if version.content.get("cadence", {}).get("kind") in MEASURED
    }
    told = {
        row.obligation_id: words.of(duties[row.duty_version_id], row.obligation_id, row.unit, row.period_key)
        for row in content.rows
        if row.duty_version_id in duties
    }
    return replace(content, progress=told)


def compose(
    content: Content,
    parcel: Parcel,
    *,
    project: Project,
    calendar: WorkdayCalendar,
    now: datetime,
    acting_for: str = "",
    holder: str = "",
) -> Digest:
    """The message for a parcel at `now` (aware UTC): one entry for each obligation, with its heaviest stage."""
    today = business_date(now, project.zone)
    owners = {number: owner_post(version.content) for number, version in content.versions.items()}
    # Versions of a duty that read the same stand under one heading.
    headings = {number: (repr(heading), heading) for number, heading in _headings(content)}
    heaviest: dict[int, tuple[str, DutyGroup, Entry]] = {}
    for row in content.rows:
        owner = str(UnitPost(row.unit, owners[row.duty_version_id]))
        whose = "" if owner == parcel.recipient else owner
        entry = replace(
            _entry(row, project, calendar, today, whose), progress=content.progress.get(row.obligation_id, "")
        )
        known = heaviest.get(row.obligation_id)
        if known is None or entry.badness < known[2].badness:
            heaviest[row.obligation_id] = (*headings[row.duty_version_id], entry)
    recipient = UnitPost.parse(parcel.recipient)
    return Digest(
        unit=_unit_name(project, recipient.unit),
        post=recipient.post,
        holder=holder,
        acting_for=acting_for,
        groups=grouped(heaviest.values()),
        as_of=local(now, project.zone),
        message_id=parcel.message_id,
        confidential=parcel.confidential,
    )


def _entry(row: Reminder, project: Project, calendar: WorkdayCalendar, today: date, owner: str) -> Entry:
    overdue = today > row.deadline
    overdue_days, days_left = _distance(calendar.for_unit(row.unit), today, row.target, row.deadline)
    by_event = row.fact_id is not None or bool(row.evidence_facts)
    return Entry(
        ref=short_id(row.obligation_id),
        whom=whom_and_case(
            row.subject or _unit_name(project, row.unit), case_of(row.fact_ref, row.fact_data)
        ),
        stage=row.stage,
        target=row.target,
        deadline=row.deadline,
        provisional=bool(row.provisional),
        overdue=overdue,
        overdue_days=overdue_days if overdue else None,
        days_left=None if overdue else days_left,
        owner=_post_name(project, owner) if owner else "",
        past_target=not overdue and today > row.target,
        period="" if by_event else period_word(row.period_key),
        note=(row.last_error or "") if row.attempts == 0 else "",
    )


def _distance(
    calendar: WorkdayCalendar, today: date, target: date, deadline: date
) -> tuple[int | None, int | None]:
    """Working days past the deadline, and working days left to the target; None where the calendar ends."""
    try:
        left = calendar.count(today, target) if target >= today else None
        return calendar.count(deadline, today), left
    except UnknownYear:
        return None, None


def _headings(content: Content) -> Iterator[tuple[int, DutyGroup]]:
    for number, version in content.versions.items():
        yield number, _heading(version)


def _heading(version: Version) -> DutyGroup:
    content = version.content
    basis = tuple(
        QuotedBasis(_clause(each), str(each.get("quote") or ""))
        for each in content.get("basis") or ()
        if isinstance(each, dict)
    )
    return DutyGroup(version.title, version.line, basis, ())


def owner_post(duty: Mapping[str, Any] | None) -> str:
    """The post that owes a duty, from a definition version's content."""
    return str(((duty or {}).get("owner") or {}).get("post") or "")


def _post_name(project: Project, recipient: str) -> str:
    named = UnitPost.parse(recipient)
    return recipient_words(_unit_name(project, named.unit), named.post)


def _clause(basis: Mapping[str, Any]) -> str:
    parts = [str(basis.get("source") or ""), *(str(clause) for clause in basis.get("clauses") or ())]
    return say(zh="、", en=", ").join(part for part in parts if part)


def _unit_name(project: Project, code: str) -> str:
    unit = project.units.get(code)
    return unit.name if unit else code


def _why_not(state: str) -> str:
    words = {
        "done": say(zh="已办结", en="done"),
        "waived": say(zh="已免办", en="waived"),
        "suspended": say(zh="已中止", en="suspended"),
        "superseded": say(zh="已被替换", en="superseded"),
        "withdrawn": say(zh="已撤回", en="withdrawn"),
    }
    word = words.get(state, state)
    return say(zh=f"发送前{word}", en=f"{word} before it was sent")
