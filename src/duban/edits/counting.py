"""Counting what an edit did: groups of obligations as a plan shows them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, func, literal, select
from sqlmodel import col

from duban.edits.model import GoneObligations, NewObligations
from duban.ledger.rows import named, rows_of
from duban.ledger.tables import Obligation
from duban.obligations.obligation_groups import ObligationGroup
from duban.obligations.one_duty import DutyPass


class _Opened(NamedTuple):
    """What opened alike: the period (empty for facts), the days, and how many."""

    period: str
    target: date
    deadline: date
    provisional: bool
    many: int


def opened_since(run: DutyPass, newest: int) -> tuple[NewObligations, ...]:
    """What opened of the duty above this number, by period or, for facts, by due day."""
    these = and_(col(Obligation.duty_id) == run.duty.id, col(Obligation.id) > newest)
    by_fact = col(Obligation.fact_id).is_not(None)
    days = (col(Obligation.target), col(Obligation.deadline), col(Obligation.provisional))
    period = col(Obligation.period_key)
    by_periods = (
        select(named(period, "period"), *days, func.count().label("many"))
        .where(these, ~by_fact)
        .group_by(*days, period)
        .order_by(col(Obligation.deadline), period)
    )
    by_facts = (
        select(literal("").label("period"), *days, func.count().label("many"))
        .where(these, by_fact)
        .group_by(*days)
        .order_by(col(Obligation.deadline))
    )
    found = []
    for query, whose in ((by_periods, ~by_fact), (by_facts, by_fact)):
        for row in rows_of(run.connection, query, _Opened):
            same = and_(
                these,
                whose,
                col(Obligation.target) == row.target,
                col(Obligation.deadline) == row.deadline,
            )
            if row.period:
                same &= period == row.period
            units = their_units(run.connection, same)
            found.append(
                NewObligations(row.period, row.many, units, row.target, row.deadline, row.provisional)
            )
    return tuple(found)


def numbers(connection: Connection, these: ColumnElement[bool]) -> tuple[int, ...]:
    """The numbers of these obligations, in order."""
    return tuple(
        connection.execute(select(col(Obligation.id)).where(these).order_by(col(Obligation.id))).scalars()
    )


def their_units(connection: Connection, these: ColumnElement[bool]) -> tuple[str, ...]:
    """The units that owe these obligations, in order."""
    found = select(col(Obligation.unit)).where(these).distinct().order_by(col(Obligation.unit))
    return tuple(connection.execute(found).scalars())


def named_period(group: ObligationGroup) -> str:
    """The period, or the day of the facts."""
    return group.period_key if group.day is None else group.day.isoformat()


def joined(gone: Sequence[GoneObligations]) -> tuple[GoneObligations, ...]:
    """Groups that read alike, as one."""
    alike: dict[tuple[str, date, str, str], list[GoneObligations]] = {}
    for each in gone:
        alike.setdefault((each.period, each.deadline, each.why, each.instead), []).append(each)
    return tuple(
        group[0]
        if len(group) == 1
        else replace(
            group[0],
            count=sum(each.count for each in group),
            units=tuple(sorted({unit for each in group for unit in each.units})),
            ids=tuple(sorted(number for each in group for number in each.ids)),
        )
        for group in alike.values()
    )


def joined_added(added: Sequence[NewObligations]) -> list[NewObligations]:
    """Groups that read alike, as one."""
    found: dict[tuple[str, date, date, bool], NewObligations] = {}
    for each in added:
        key = (each.period, each.target, each.deadline, each.provisional)
        same = found.get(key)
        found[key] = (
            each
            if same is None
            else replace(same, count=same.count + each.count, units=tuple(sorted({*same.units, *each.units})))
        )
    return list(found.values())
