"""Assigning (临时交办): a numbered assignment and what it makes owed, in one transaction; and taking it back.

A rehearsal is the assignment itself, made and undone. Each level and post it goes to has a duty of its own, kept as a
version in the ledger and named by the assignment's number (`base.assignment_numbers`): no file of the content holds it, so no
edit meets it. From then on what is owed is an obligation like any other: the same ladder, acts, review, lists and reports.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Connection, func, select
from sqlmodel import col

from duban.assignments.assigned_obligations import AssignedObligation
from duban.assignments.assignment_book import called_so, number_of, of_document, owed_by, sent_before
from duban.assignments.assignment_words import summary_of
from duban.assignments.drafts import (
    AssignmentDraft,
    AssignmentOrder,
    AssignmentRefused,
    read_draft,
)
from duban.base.assignment_numbers import AssignmentNumber
from duban.base.clock import business_date
from duban.base.language import say
from duban.bureau.unit_posts import UnitPost
from duban.bureau.units import Level
from duban.duties.grammar import Basis, Duty, Effective, ForEach, Owner
from duban.ledger.authors import author_of
from duban.ledger.bulk import insert_ignore
from duban.ledger.database import one_at_a_time, undo, writing
from duban.ledger.principals import Principal
from duban.ledger.sessions import session_on
from duban.ledger.short_ids import short_id
from duban.ledger.tables import ASSIGNMENT_FILE, CLOSED_STATES, OBLIGATION, Assignment, Author
from duban.ledger.watermarks import Mark, progress
from duban.obligations.acting import cause_of, need_reason, taken_in
from duban.obligations.evidence import Evidence, KeptEvidence
from duban.obligations.moves import MoveRefused
from duban.obligations.one_duty import DutyPass
from duban.obligations.transitions import NOTHING, note
from duban.obligations.withdrawal import withdraw
from duban.workdays import UnknownYear
from duban.workdays.period_keys import ONCE
from duban.workspace.duty_versions import duty_versions
from duban.workspace.workspace import Workspace


@dataclass(frozen=True)
class AssignmentEffect:
    """What an assignment makes owed, or would."""

    number: AssignmentNumber  #: the number it has, or would get
    called: str  #: what people call it: the document's number, else 交办〔2026〕3号
    summary: str  #: in one line
    remarks: tuple[str, ...]  #: what deserves a look, in the reader's words
    items: tuple[AssignedObligation, ...]  #: what it makes owed, one for each post
    obligations: tuple[str, ...]  #: the numbers of what is owed now; none in a rehearsal
    again: bool = False  #: whether this form had been sent before: nothing was made anew


def assign(
    ws: Workspace,
    draft: AssignmentDraft,
    now: datetime,
    *,
    who: Principal,
    files: Sequence[Evidence | Path | KeptEvidence] = (),
    form: str | None = None,
    rehearse: bool = False,
) -> AssignmentEffect:
    """Make what a draft assigns owed at `now` (aware UTC), or say what would be (`rehearse`).

    `who` assigns; `files` go along; `form` is what the form is known by: sent twice it assigns once. Raises AssignmentRefused
    with everything that is wrong; EvidenceRefused for a file that cannot be taken in. Then nothing has changed.
    """
    order = read_draft(ws.definitions, draft, who, now)
    kept = [each for each in files if isinstance(each, KeptEvidence)]
    kept += taken_in(ws, [each for each in files if not isinstance(each, KeptEvidence)])
    today = business_date(now, ws.definitions.project.zone)
    with writing(ws.ledger) as connection:
        one_at_a_time(connection)
        before = sent_before(connection, form)
        if before is not None:
            again = [each.id for each in owed_by(connection, number_of(before))]
            return replace(_made(ws, order, before, again), again=True)
        _refuse_twice(ws, connection, order)
        assignment = _written_down(connection, order, now, today, who, form)
        if kept:
            rows = [{"assignment_id": assignment.id, **vars(each)} for each in dict.fromkeys(kept)]
            insert_ignore(connection, ASSIGNMENT_FILE, rows)
        try:
            owed = _open(ws, connection, order, assignment, now, today, who)
        except UnknownYear as why:
            raise AssignmentRefused([("due", str(why))]) from None
        if rehearse:
            undo(connection)
            return _made(ws, order, assignment, [])
        return _made(ws, order, assignment, owed)


def recall_assignment(
    ws: Workspace, number: AssignmentNumber, now: datetime, *, who: Principal, reason: str
) -> int:
    """Take the assignment of this number back for a reason (撤回): what is open is not owed any more; returns how many.

    `who` is whoever assigned it, the leaders of their unit and of those above it, and a command at the machine;
    MoveRefused for others, for one that is not there, and where nothing is open.
    """
    need_reason("withdraw", reason)
    with writing(ws.ledger) as connection, session_on(connection) as session:
        found = session.scalars(select(Assignment).where(*called_so(number))).one_or_none()
        if found is None:
            raise MoveRefused(zh=f"没有编号为 {number} 的临时交办", en=f"there is no assignment {number}")
        if not may_recall(ws, who, found, found.author):
            raise MoveRefused(
                zh=f"由 {found.assigned_by} 交办：由其本人或所在单位、上级单位的领导撤回",
                en=f"{found.assigned_by} assigned it: they take it back, or the leaders of their unit or above it",
            )
        still = [each.id for each in owed_by(connection, number) if each.state not in CLOSED_STATES]
        if not still:
            raise MoveRefused(
                zh=f"{found.number} 都已办结或撤回，没有可撤回的", en=f"nothing of {found.number} is open"
            )
        withdraw(connection, dict.fromkeys(still, NOTHING), cause_of(ws, who, now, reason))
        return len(still)


def may_recall(ws: Workspace, who: Principal, assignment: Assignment, author: Author) -> bool:
    """Whether `who` may take it back: the operator, its maker (`author`) by the same entrance, leaders of its unit and above."""
    if not who.may_write or not who.acts_for(assignment.unit):
        return False
    if who.entrance == "command":
        return True
    if who.entrance == author.entrance and (who.account, who.token) == (author.account_id, author.token_id):
        return True
    project = ws.definitions.project
    above = project.chain(assignment.unit) if assignment.unit in project.units else []
    return any(str(UnitPost(unit.code, post)) in who.posts for unit in above for post in unit.leaders)


def _refuse_twice(ws: Workspace, connection: Connection, order: AssignmentOrder) -> None:
    """Refuse to give a post a second time what the same document gave it; what was taken back may be given again."""
    document = order.draft.document.strip()
    if not document:
        return
    given = {
        (each.unit, each.post): each
        for number in of_document(connection, document)
        for each in owed_by(connection, number)
        if each.state != "withdrawn"
    }
    reasons = []
    for item in order.items:
        known = given.get((item.unit, item.post))
        if known is not None:
            name = ws.definitions.project.name_of(item.unit)
            reasons.append(
                (
                    "document",
                    say(
                        zh=f"{document} 已经交办给 {name}{item.post}（{short_id(known.id)}）；要改期请延期，重新交办请先撤回",
                        en=f"{document} was assigned to {name} {item.post} already ({short_id(known.id)}): extend it, or take it back first",
                    ),
                )
            )
    if reasons:
        raise AssignmentRefused(reasons)


def _written_down(
    connection: Connection,
    order: AssignmentOrder,
    now: datetime,
    today: date,
    who: Principal,
    form: str | None,
) -> Assignment:
    """The assignment with its number through the year."""
    draft = order.draft
    last = select(func.max(col(Assignment.sequence))).where(col(Assignment.year) == today.year)
    sequence = (connection.execute(last).scalar() or 0) + 1
    document = draft.document.strip()
    assignment = Assignment(
        year=today.year,
        sequence=sequence,
        number=document or f"交办〔{today.year}〕{sequence}号",
        document=document,
        title=draft.title.strip(),
        words=draft.words.strip() or draft.title.strip(),
        due=draft.due.strip(),
        confidential=draft.confidential,
        unit=who.unit,
        assigned_at=now,
        assigned_by=who.name,
        author_id=author_of(connection, who),
        form=form or None,
    )
    with session_on(connection) as session:
        session.add(assignment)
        session.flush()
        session.expunge(assignment)
    return assignment


def _open(
    ws: Workspace,
    connection: Connection,
    order: AssignmentOrder,
    assignment: Assignment,
    now: datetime,
    today: date,
    who: Principal,
) -> list[int]:
    """Open what it makes owed, with the event that says who assigned it; raises UnknownYear past the calendar."""
    definitions = ws.definitions
    groups: dict[tuple[Level, str], list[AssignedObligation]] = defaultdict(list)
    for item in order.items:
        groups[item.level, item.post].append(item)
    duties = [
        (_duty(ws, order, assignment, place, level, post), items)
        for place, ((level, post), items) in enumerate(groups.items(), 1)
    ]
    versions = duty_versions(connection, [duty for duty, _ in duties], now, definitions.project.zone)
    reached = progress(connection)
    for duty, items in duties:
        mark = Mark(duty.id, today, reached.fact_id, reached.subjects)
        version = versions[duty.id]
        run = DutyPass(connection, definitions, duty, version.id, today, mark, reached, today, now)
        rows = [
            {
                "unit": item.unit,
                **run.columns(
                    ONCE, today, item.reckoning, definitions.calendar.for_unit(item.unit), item.due_at
                ),
            }
            for item in items
        ]
        insert_ignore(connection, OBLIGATION, rows)
    owed = [each.id for each in owed_by(connection, number_of(assignment))]
    told = {"assignment": str(number_of(assignment))}
    note(connection, [(each, told) for each in owed], "assign", cause_of(ws, who, now, assignment.number))
    return owed


def _duty(
    ws: Workspace, order: AssignmentOrder, assignment: Assignment, place: int, level: Level, post: str
) -> Duty:
    """What the assignment says to one post of one level, as a duty owed once."""
    unit = ws.definitions.project.name_of(assignment.unit)
    return Duty(
        id=number_of(assignment).duty_id(place),
        title=assignment.title,
        line=order.line,
        basis=(
            Basis(
                source=say(
                    zh=f"{assignment.number}（{unit} {assignment.assigned_by}交办）",
                    en=f"{assignment.number} (assigned by {assignment.assigned_by}, {unit})",
                ),
                quote=assignment.words,
            ),
        ),
        owner=Owner(unit=level, post=post),
        for_each=ForEach(level=level),
        cadence=order.once,
        ladder=order.ladder,
        evidence=tuple(each.strip() for each in order.draft.needs if each.strip()),
        urgent=any(each.due_at for each in order.items),
        reviewed_by=order.reviewer,
        confidential=assignment.confidential,
        effective=Effective(),
    )


def _made(
    ws: Workspace, order: AssignmentOrder, assignment: Assignment, owed: Sequence[int]
) -> AssignmentEffect:
    return AssignmentEffect(
        number_of(assignment),
        assignment.number,
        summary_of(ws.definitions, order.items),
        order.remarks,
        order.items,
        tuple(short_id(each) for each in owed),
    )
