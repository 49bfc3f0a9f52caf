"""Which facts count: those that stand, and of what several units report the one event that it is.

A city, its county and its station may each import the same table: each has its own fact, for a number is its owner's. Of one
event are the facts of one kind with the same source, number and day, about the same subject or unit, that also say the same
under every particular that whoever asks goes by. So none can hide another that would be read differently. A correction goes
under the number of what it corrects, whatever its own is; two registrations are one subject once one is merged into the other.

| awkward case | rule |
|---|---|
| several units report one event | it counts once, as the oldest of these facts that stands |
| one of them withdraws its own | nothing changes: the others still say so |
| all of them do | it never was |
| one reports, withdraws, and then another reports it | it is there from then on |
| they say different days, or different particulars that are read | two events, until one of them is corrected |
| one of them corrects its own | two events, until the others' say the same |
| a merger is taken back | two events again, where the two subjects' facts were taken for one |
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from duban.base.cases import FOUND_AT
from duban.cadence.opening import EachFact
from duban.duties.grammar import Duty
from duban.ledger.choosing import as_a_filter, portions
from duban.ledger.standing_facts import still_stands
from duban.ledger.tables import MERGER_STANDS, Fact, MergerRecord, Obligation


def carrying(where: Mapping[str, tuple[str, ...]]) -> list[ColumnElement[bool]]:
    """That a fact carries one of the values under each name, in a statement over FACT."""
    return [col(Fact.data)[name].as_string().in_(values) for name, values in where.items()]


def of_the_same_case(names: Sequence[str]) -> list[ColumnElement[bool]]:
    """That a fact carries under each of `names` what the fact that opened the obligation carries there."""
    if not names:
        return []
    opened_by = aliased(Fact, name="opened_by")
    alike = [col(opened_by.data)[name].as_string() == col(Fact.data)[name].as_string() for name in names]
    return [select(col(opened_by.id)).where(col(opened_by.id) == col(Obligation.fact_id), *alike).exists()]


def same_event(one: type[Fact], other: type[Fact], read: Iterable[str]) -> ColumnElement[bool]:
    """That two facts of two units tell of one event, as far as the particulars named in `read` go.

    Found by what was told first under the number. A correction and what it corrects are no two reports.
    """
    first = func.coalesce(col(one.first_told), col(one.id))
    return and_(
        or_(col(other.id) == first, col(other.first_told) == first),
        col(other.owner).is_distinct_from(col(one.owner)),
        col(other.id).is_distinct_from(col(one.revises)),
        col(other.revises).is_distinct_from(col(one.id)),
        as_a_filter(col(other.kind)) == col(one.kind),
        _stands_for(other) == _stands_for(one),
        func.coalesce(col(other.unit), "") == func.coalesce(col(one.unit), ""),
        col(other.happened_on) == col(one.happened_on),
        *(
            col(other.data)[name].as_string().is_not_distinct_from(col(one.data)[name].as_string())
            for name in read
        ),
    )


def _stands_for(fact: type[Fact]) -> ColumnElement[int]:
    """The number of the subject that stands for the one a fact is about; 0 where it is about a unit."""
    survivor = select(col(MergerRecord.survivor_id)).where(
        MERGER_STANDS, col(MergerRecord.subject_id) == col(fact.subject_id)
    )
    return func.coalesce(survivor.correlate(fact).scalar_subquery(), col(fact.subject_id), 0)


def counts_for_event(read: Iterable[str] = ()) -> ColumnElement[bool]:
    """That a fact stands, and is the oldest of those that tell of its event, in a statement over FACT.

    Only what was told again is held against the others.
    """
    older = aliased(Fact, name="older")
    told = select(col(older.id)).where(
        same_event(Fact, older, read), col(older.id) < col(Fact.id), still_stands(older)
    )
    return and_(still_stands(), or_(col(Fact.first_told).is_(None), ~told.exists()))


def still_told(fact: type[Fact], read: Iterable[str]) -> ColumnElement[bool]:
    """That a fact stands, or another that tells of the same event, in a statement over `fact`."""
    other = aliased(Fact, name="other")
    another = select(col(other.id)).where(same_event(fact, other, read), still_stands(other))
    return or_(still_stands(fact), another.exists())


def others_of_event(
    connection: Connection, facts: Collection[int], read: Iterable[str] = ()
) -> dict[int, list[int]]:
    """The other facts of the events of these, oldest first, whether they stand or not; events told of once are not there."""
    one, other = aliased(Fact, name="one"), aliased(Fact, name="other")
    names = tuple(read)
    found: dict[int, list[int]] = defaultdict(list)
    for portion in portions(sorted(facts)):
        query = (
            select(col(one.id), col(other.id))
            .join(other, same_event(one, other, names))
            .where(col(one.id).in_(portion))
            .order_by(col(other.id))
        )
        for number, another in connection.execute(query).tuples():
            found[number].append(another)
    return dict(found)


def also_told_by(connection: Connection, facts: Collection[int]) -> dict[int, list[str]]:
    """The codes of the units that report the same events as these facts, and have not withdrawn it; by fact, oldest first.

    Facts that nobody else reports are not there.
    """
    one, other = aliased(Fact, name="one"), aliased(Fact, name="other")
    query = (
        select(col(one.id), col(other.owner))
        .join(other, same_event(one, other, ()))
        .where(col(one.id).in_(facts), col(other.owner).is_not(None), still_stands(other))
        .order_by(col(other.id))
    )
    found: dict[int, list[str]] = defaultdict(list)
    for number, unit in connection.execute(query).tuples():
        if unit is not None:
            found[number].append(unit)
    return dict(found)


def read_to_open(duty: Duty) -> tuple[str, ...]:
    """The particulars of a fact that decide what it opens of this duty."""
    opening = duty.cadence.opening
    return (*opening.where, *duty.done_same, FOUND_AT) if isinstance(opening, EachFact) else ()


def read_to_answer(duty: Duty) -> tuple[str, ...]:
    """The particulars of a fact that decide what it completes of this duty."""
    return (*duty.done_where, *duty.done_same, *((FOUND_AT,) if duty.urgent else ()))
