"""Counting what an edit did: groups of obligations as a plan shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, select

from duban.base.language import say
from duban.edits.model import Added, Gone
from duban.ledger.tables import OBLIGATION
from duban.obligations.one_duty import DutyPass
from duban.obligations.verdicts import ObligationGroup


def opened_since(run: DutyPass, newest: int) -> tuple[Added, ...]:
    """What opened of the duty above this number, by period or, for facts, by due day."""
    period = OBLIGATION.c.period_key
    columns = (OBLIGATION.c.target, OBLIGATION.c.deadline, OBLIGATION.c.provisional)
    these = (OBLIGATION.c.duty_id == run.duty.id) & (OBLIGATION.c.id > newest)
    by_fact = OBLIGATION.c.fact_id.is_not(None)
    found = []
    for key, columned in ((period, ~by_fact), (None, by_fact)):
        chosen = [key] if key is not None else []
        query = (
            select(func.count(), *columns, *chosen)
            .where(these, columned)
            .group_by(*columns, *chosen)
            .order_by(OBLIGATION.c.deadline, *chosen)
        )
        for count, target, deadline, provisional, *name in run.connection.execute(query):
            same = these & columned & (OBLIGATION.c.target == target) & (OBLIGATION.c.deadline == deadline)
            if name:
                same &= period == name[0]
            units = their_units(run.connection, same)
            found.append(Added(name[0] if name else "", count, units, target, deadline, provisional))
    return tuple(found)


def numbers(connection: Connection, these: ColumnElement[bool]) -> tuple[int, ...]:
    """The numbers of these obligations, in order."""
    return tuple(connection.execute(select(OBLIGATION.c.id).where(these).order_by(OBLIGATION.c.id)).scalars())


def their_units(connection: Connection, these: ColumnElement[bool]) -> tuple[str, ...]:
    """The units that owe these obligations, in order."""
    found = select(OBLIGATION.c.unit).where(these).distinct().order_by(OBLIGATION.c.unit)
    return tuple(connection.execute(found).scalars())


def units_of_pairs(connection: Connection, pairs: Mapping[int, Row[Any]]) -> tuple[str, ...]:
    """The units of superseded obligations, in order."""
    return tuple(sorted({row.unit for row in pairs.values()}))


def named(group: ObligationGroup) -> str:
    """The period, or the day of the facts."""
    return group.period_key if group.day is None else group.day.isoformat()


def step_told(step: Any) -> str:
    """One step of a reckoning with what it rests on."""
    return (
        f"{step.text}{say(zh=f'（{step.basis}）', en=f' ({step.basis})')}" if step.basis else str(step.text)
    )


def joined(gone: Sequence[Gone]) -> tuple[Gone, ...]:
    """Groups that read alike, as one."""
    found: dict[tuple[Any, ...], Gone] = {}
    for each in gone:
        key = (each.period, each.deadline, each.why, each.instead)
        same = found.get(key)
        if same is None:
            found[key] = each
        else:
            found[key] = replace(
                same,
                count=same.count + each.count,
                units=tuple(sorted({*same.units, *each.units})),
                ids=tuple(sorted((*same.ids, *each.ids))),
            )
    return tuple(found.values())


def joined_added(added: Sequence[Added]) -> list[Added]:
    """Groups that read alike, as one."""
    found: dict[tuple[Any, ...], Added] = {}
    for each in added:
        key = (each.period, each.target, each.deadline, each.provisional)
        same = found.get(key)
        found[key] = (
            each
            if same is None
            else replace(same, count=same.count + each.count, units=tuple(sorted({*same.units, *each.units})))
        )
    return list(found.values())
