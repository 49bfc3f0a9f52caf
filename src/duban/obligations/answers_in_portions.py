"""What facts answer of a great many obligations that were opened at once: subject after subject, in portions between which
others may write.

What a subject owes is answered by facts about it alone, so that a portion comes to what all at once would have. Only of
merged subjects, and of those whose facts were corrected since, does one depend on the other: they are left to the end.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from time import perf_counter
from typing import Final

from sqlalchemy import ColumnElement, Connection, Engine, select, union_all
from sqlmodel import col

from duban.ledger.choosing import among
from duban.ledger.database import let_others_write, own_connection, transaction
from duban.ledger.tables import MergerRecord, Obligation, Subject
from duban.obligations import placings
from duban.obligations.answers import AnswerTally, complete_within, newest_obligation
from duban.obligations.one_duty import DutyPass
from duban.obligations.retraction import fallen_answers

MOST_ANSWERED: Final = 10_000
"""Subjects in one portion at most: each answer is a value of a statement, and SQLite takes so many."""


@dataclass(frozen=True)
class AnsweredPortions:
    """What answering in portions came to."""

    tally: AnswerTally  #: what the facts did
    opened_after: int  #: the obligations above this number have not been held against older facts
    besides: tuple[int, ...] = ()  #: nor have these, by number


def answer_in_portions(
    run: DutyPass, opened_after: int, ledger: Engine, again: Callable[[Connection], DutyPass | None]
) -> AnsweredPortions:
    """Complete what facts answer of the duty's obligations, of which those above `opened_after` are new, subjects by the
    thousand.

    `again` is the pass in a further transaction, None once the duty is no longer ours. What a program that dies leaves
    answered stays so; whoever comes next answers the others.
    """
    tally = AnswerTally()
    kind = run.duty.for_each.subject
    if run.duty.done_by is None or run.duty.cadence.measured or kind is None:
        return AnsweredPortions(tally, opened_after)
    last, size = 0, placings.AT_ONCE
    fallen: Collection[int] | None = None
    with own_connection(ledger) as connection:
        while True:
            began = perf_counter()
            with transaction(connection, to_write=True):
                here = again(connection)
                if here is None:
                    return AnsweredPortions(tally, opened_after)
                if fallen is None:
                    fallen = [each.id for rows in fallen_answers(here).values() for each in rows]
                until = _after(connection, kind, last, size)
                if until == last:
                    new = (col(Obligation.duty_id) == run.duty.id, col(Obligation.id) > opened_after)
                    left = connection.execute(
                        select(col(Obligation.id)).where(*new, _apart(fallen))
                    ).scalars()
                    return AnsweredPortions(tally, newest_obligation(here), tuple(left))
                tally = tally.plus(complete_within(here, opened_after, (last, until), _apart(fallen)))
            last, size = until, min(placings.size_after(size, perf_counter() - began), MOST_ANSWERED)
            let_others_write(connection)


def _apart(fallen: Collection[int]) -> ColumnElement[bool]:
    """That an obligation is of a subject that ever was part of a merger, or of one of whom these were answered by what does not
    stand any more.
    """
    whose = select(col(Obligation.subject_id)).where(
        among(col(Obligation.id), fallen), col(Obligation.subject_id).is_not(None)
    )
    merged = (select(col(MergerRecord.subject_id)), select(col(MergerRecord.survivor_id)))
    return col(Obligation.subject_id).in_(union_all(whose, *merged))


def _after(connection: Connection, kind: str, last: int, size: int) -> int:
    """The last of the `size` subjects of a kind after `last`, or of those that are left; `last` itself where none is."""
    following = (
        select(col(Subject.id))
        .where(col(Subject.kind) == kind, col(Subject.id) > last)
        .order_by(col(Subject.id))
    )
    found = connection.execute(following.limit(size)).scalars().all()
    return found[-1] if found else last
