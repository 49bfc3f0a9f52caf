"""Approval by a second person: what one proposes takes effect when another one approves it.

The version in force decides whether approval is needed (`approval: 两人` in duban.yaml), so an edit cannot waive its own.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select, update

from duban.base.entrance import by_entrance
from duban.base.folding import name_key
from duban.edits.draft import draft_of_content
from duban.edits.model import AppliedPlan, Plan, PlanRefused
from duban.edits.planning import apply, plan, plan_id
from duban.ledger.authors import author_of
from duban.ledger.bulk import insert_ignore
from duban.ledger.content import files_of, keep_content, newest_applied
from duban.ledger.database import writing
from duban.ledger.principals import Principal
from duban.ledger.sessions import changing, looking
from duban.ledger.tables import CONTENT_PROPOSAL, Account, Author, ContentProposal
from duban.workspace.workspace import Workspace


@dataclass(frozen=True)
class Proposal:
    """Content that waits for approval."""

    #: the plan's id, by which it is approved
    plan: str
    #: who wants it; somebody else has to approve it
    proposed_by: str
    #: aware UTC
    proposed_at: datetime
    #: why, in that person's words
    reason: str


def propose(ws: Workspace, proposed: Plan, *, by: Principal, now: datetime, reason: str) -> Proposal:
    """Take down that somebody wants this plan carried out. Raises PlanRefused for a plan with problems."""
    if proposed.problems:
        raise PlanRefused("\n".join(str(problem) for problem in proposed.problems))
    with writing(ws.ledger) as connection:
        row = {
            "plan": proposed.id,
            "content_version_id": keep_content(connection, proposed.files, now),
            "proposed_at": now,
            "proposed_by": by.name,
            "author_id": author_of(connection, by),
            "reason": reason,
        }
        insert_ignore(connection, CONTENT_PROPOSAL, [row])
        again = update(ContentProposal).where(
            col(ContentProposal.plan) == proposed.id, col(ContentProposal.settled_at).is_not(None)
        )  # only one that was withdrawn: an approved plan rests on a version that is past
        connection.execute(again.values(**row, settled_at=None, settled_by=None))
    return _told(_row(ws, proposed.id))


def proposed_plan(ws: Workspace, named: str, now: datetime) -> Plan:
    """What carrying out the proposal would change `now` (aware UTC); `named` is its plan's number, `1a2b-3c4d5e`.

    Raises PlanRefused when there is no such proposal, or another version was applied since; UnusableDefinitions when this
    program can no longer read what was proposed.
    """
    row = _row(ws, named)
    if row.settled_at is not None and row.settled_by == row.proposed_by:
        raise PlanRefused(zh=f"{named} 已由提出的人撤回", en=f"{named} was withdrawn by whoever proposed it")
    if row.settled_at is not None:
        raise PlanRefused(zh=f"{named} 已经批准过了", en=f"{named} was approved already")
    made = plan(ws, *draft_of_content(ws, row.content_version_id), now)
    if made.id != named:
        raise PlanRefused(
            zh="已生效的版本在这之后变了，请重新"
            + by_entrance(command="运行 duban plan 再提出", page="看计划再提出"),
            en="the applied version changed since this was proposed; plan again and propose it anew",
        )
    return made


def approve(ws: Workspace, named: str, *, by: Principal, now: datetime) -> AppliedPlan:
    """Put in force what another person proposed under the plan `named`; `by` approves, `now` (aware UTC).

    Raises PlanRefused as `proposed_plan` does, and when the same person proposed it.
    """
    row = _row(ws, named)
    if _same_person(ws, row, by):
        raise PlanRefused(
            zh=f"{named} 是 {row.proposed_by} 提出的，要由另一个人批准",
            en=f"{row.proposed_by} proposed {named}: somebody else has to approve it",
        )
    made = proposed_plan(ws, named, now)
    done = apply(ws, made, actor=row.proposed_by, now=now, reason=row.reason, approved_by=by.name)
    with changing(ws.ledger) as session:
        settled = session.merge(row)
        settled.settled_at, settled.settled_by = now, by.name
    return done


def withdraw_proposal(ws: Workspace, named: str, *, by: Principal, now: datetime) -> dict[str, str | None]:
    """Take back what one (`by`) proposed oneself under the plan `named`; returns what it would have changed, path → text
    (None: the file goes). `now` is aware UTC.

    Raises PlanRefused where somebody else proposed it, or it is settled.
    """
    row = _row(ws, named)
    if not _same_person(ws, row, by):
        raise PlanRefused(
            zh=f"{named} 是 {row.proposed_by} 提出的，只有提出的人能撤回",
            en=f"{row.proposed_by} proposed {named}: only they can withdraw it",
        )
    if row.settled_at is not None:
        raise PlanRefused(zh=f"{named} 已经了结", en=f"{named} is settled")
    with changing(ws.ledger) as session:
        settled = session.merge(row)
        settled.settled_at, settled.settled_by = now, row.proposed_by
        connection = session.connection()
        applied = newest_applied(connection)
        present = files_of(connection, applied.content_id) if applied else {}
        files = files_of(connection, row.content_version_id)
    return {path: files.get(path) for path in {*files, *present} if files.get(path) != present.get(path)}


def _same_person(ws: Workspace, row: ContentProposal, by: Principal) -> bool:
    """Whether whoever proposed this is the principal.

    Two accounts are told apart by their numbers, whatever their owners are called. Where one has none, names are compared
    as people read them (“ 张三”, “张 三” and “张三” are one), an account's being both of its own.
    """
    with looking(ws.ledger) as session:
        author = session.get(Author, row.author_id) if row.author_id is not None else None
        account = author.account_id if author else None
        if account is not None and by.account is not None:
            return account == by.account
        one = _known_as(session, row.proposed_by, account)
        return bool(one & _known_as(session, by.name, by.account))


def _known_as(session: Session, name: str, account: int | None) -> set[str]:
    """Every name somebody goes by, folded."""
    found = session.get(Account, account) if account is not None else None
    return {name_key(each) for each in (name, *((found.name, found.full_name) if found else ()))}


def waiting_proposals(ws: Workspace) -> list[Proposal]:
    """What waits for approval, oldest first; what rests on a version no longer in force waits in vain and is left out."""
    query = select(ContentProposal).where(col(ContentProposal.settled_at).is_(None))
    with looking(ws.ledger) as session:
        applied = newest_applied(session.connection())
        rows = session.exec(query.order_by(col(ContentProposal.id))).all()
    base, _, _ = plan_id(ws.version, applied.fingerprint if applied else "", "").partition("-")
    return [_told(row) for row in rows if row.plan.startswith(f"{base}-")]


def _row(ws: Workspace, named: str) -> ContentProposal:
    with looking(ws.ledger) as session:
        row = session.exec(select(ContentProposal).where(ContentProposal.plan == named)).one_or_none()
    if row is None:
        raise PlanRefused(
            zh=f"没有等待批准的 {named}，{by_entrance(command='duban versions', page='“版本”')} 列出等待批准的",
            en=f"nothing proposed as {named}; {by_entrance(command='duban versions', page='“Versions”')} lists what waits",
        )
    return row


def _told(row: ContentProposal) -> Proposal:
    return Proposal(row.plan, row.proposed_by, row.proposed_at, row.reason)
