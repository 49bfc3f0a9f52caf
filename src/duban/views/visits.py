"""The visits of the year (巡查频次), unit by unit: how many are done, should be by now, and are still to come."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, case, func, select
from sqlmodel import col

from duban.base.clock import Present
from duban.base.language import say
from duban.cadence.pace import pace
from duban.duties.grammar import Duty
from duban.ledger.lateness import is_over
from duban.ledger.rows import named, rows_of
from duban.ledger.tables import OPEN_STATES, Obligation
from duban.obligations.progress_words import told_pace
from duban.views.below import UnitsBelow
from duban.views.measures import GoalStanding, Stand, on_scale
from duban.views.sight import Sight
from duban.views.tallies import remembered
from duban.workdays.period_keys import period_word
from duban.workdays.visit_keys import VisitKey, of_year

_VOID: Final = ("withdrawn", "superseded", "waived")


class _VisitCount(NamedTuple):
    unit: str
    duty_id: str
    period_key: str
    undisclosed: bool
    done: int
    due: int
    overdue: int
    number: int


def year_visits(
    connection: Connection,
    sight: Sight,
    duties: Mapping[str, Duty],
    conditions: Sequence[ColumnElement[bool]],
    unit: str,
) -> Iterator[tuple[str, GoalStanding]]:
    """The visits of the year: those that are open or done, and those whose window is still to come.

    For whoever sees every unit and line they are counted whole, and remembered as the board's counts are; for others
    afresh, by the conditions.
    """
    visiting = tuple(sorted(each.id for each in duties.values() if each.cadence.visits(None) is not None))
    if not visiting:
        return
    count = _Visits(visiting, sight.present)
    if sight.principal.units is None and sight.duties is None:
        within = frozenset(sight.ws.definitions.project.below(unit)) if unit else None
        counts = [
            each for each in remembered(connection, sight, count) if within is None or each.unit in within
        ]
    else:
        counts = count(connection, sight.on, *conditions)
    below = UnitsBelow(sight, unit)
    grouped: dict[tuple[str, str], list[_VisitCount]] = defaultdict(list)
    for each in counts:
        grouped[each.duty_id, below.of(each.unit)].append(each)
    for (duty_id, code), counted in grouped.items():
        yield duty_id, _visited(sight, code, counted)


@dataclass(frozen=True)
class _Visits:
    """Counts this year's visits of some duties, at a moment that does not tell one such count from another."""

    visiting: tuple[str, ...]
    present: Present = field(compare=False)

    def __call__(self, connection: Connection, on: date, *narrowed: ColumnElement[bool]) -> list[_VisitCount]:
        """By unit, duty and period, of what `narrowed` leaves."""
        hidden = named(col(Obligation.confidential) & (col(Obligation.state) != "done"), "undisclosed")
        place = (col(Obligation.unit), col(Obligation.duty_id), col(Obligation.period_key))

        def those(condition: ColumnElement[bool], name: str) -> ColumnElement[int]:
            return named(func.sum(case((condition, 1), else_=0)), name)

        query = (
            select(
                *place,
                hidden,
                those(col(Obligation.state) == "done", "done"),
                those(col(Obligation.target) <= on, "due"),
                those(col(Obligation.state).in_(OPEN_STATES) & is_over(self.present), "overdue"),
                named(func.count(), "number"),
            )
            .where(
                col(Obligation.duty_id).in_(self.visiting),
                col(Obligation.subject_id).is_not(None),
                col(Obligation.period_key).like(of_year(on.year)),
                col(Obligation.state).not_in(_VOID),
                *narrowed,
            )
            .group_by(*place, hidden)
        )
        return rows_of(connection, query, _VisitCount)


def _visited(sight: Sight, code: str, counted: Sequence[_VisitCount]) -> GoalStanding:
    year, on = sight.on.year, sight.on
    done, due = sum(each.done for each in counted), sum(each.due for each in counted)
    overdue = sum(each.overdue for each in counted)
    goal = _planned(counted)
    stands = pace(goal, done, date(year, 1, 1), date(year, 12, 31), on)
    stands = replace(stands, forecast=min(stands.forecast, goal))  # nobody is visited more often than that
    word = say(zh="户次", en=" visits")
    told = told_pace(stands, word, date(year, 12, 31))
    if overdue:
        told += say(zh=f"；其中逾期 {overdue}{word}", en=f"; {overdue} are overdue")
    behind: Stand = "behind" if done < due else "on pace"
    return GoalStanding(
        sight.ws.definitions.project.name_of(code),
        code,
        period_word(str(year)),
        None,
        "reached" if stands.reached else behind,
        on_scale(stands.counted, Fraction(due), stands),
        f"{done}{word}",
        f"{due}{word}",
        f"{stands.goal}{word}",
        told,
    )


def _planned(counted: Iterable[_VisitCount]) -> int:
    """How many visits the year has: those that were opened, and of each rhythm as many for each window still to come as the
    last one opened.
    """
    rhythms: dict[int, Counter[int]] = defaultdict(Counter)
    for each in counted:
        if (visit := VisitKey.parse(each.period_key)) is not None:
            rhythms[visit.visits][visit.number] += each.number
    return sum(
        sum(opened.values()) + (visits - max(opened)) * opened[max(opened)]
        for visits, opened in rhythms.items()
    )
