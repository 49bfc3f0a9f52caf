"""How far goals have come (时序进度): numbers to reach, shares to keep, and the visits of the year, unit by unit.

What is done, what should be done by now, where it ends at this rate and what is still possible. By now, of a number as
much of it as of its period is over; of visits, those whose safe day is past; a share has to be kept all the time.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import Final

from sqlalchemy import ColumnElement, Connection, select
from sqlmodel import col

from duban.cadence.counting import NumberToReach
from duban.cadence.pace import Pace
from duban.cadence.standing import ShareStanding, percent
from duban.duties.grammar import Duty
from duban.ledger.database import reading
from duban.ledger.tables import Obligation
from duban.obligations.listing import Filter, listed
from duban.obligations.progress_words import ProgressWords
from duban.obligations.share_words import number
from duban.views.lists import ListRow, list_rows
from duban.views.measures import STANDS, GoalStanding, Measure, Stand, added, on_scale
from duban.views.sight import Sight
from duban.views.visits import year_visits
from duban.workdays.period_keys import period_beside

AT_MOST: Final = 2_000


@dataclass(frozen=True)
class DutyGoals:
    """The goals of one duty."""

    duty: Duty  #: the duty
    rows: Sequence[GoalStanding]  #: one for each unit and period

    @property
    def stands(self) -> Mapping[Stand, int]:
        """How many of them stand how."""
        return Counter(each.stands for each in self.rows)

    def only(self, stands: Stand) -> DutyGoals | None:
        """Those of them that stand so; None if none does."""
        rows = [each for each in self.rows if each.stands == stands]
        return DutyGoals(self.duty, rows) if rows else None

    @property
    def worst(self) -> Stand:
        """How the worst of them stands."""
        return min((each.stands for each in self.rows), key=STANDS.index)

    @property
    def together(self) -> Measure:
        """All of them added up."""
        return reduce(added, (each.measure for each in self.rows))


def goals(sight: Sight, *, unit: str = "", line: str = "", duty: str = "") -> list[DutyGoals]:
    """The open goals and this year's visits of a unit with those below it (empty: all in the reader's `sight`), by duty.

    Those of one line or one duty where it is said. The visits of units below the one looked at are one row each.
    """
    duties = {
        each.id: each
        for each in sight.ws.definitions.duties.values()
        if (not line or each.line == line) and (not duty or each.id == duty)
    }
    project = sight.ws.definitions.project
    conditions = sight.visible()
    if unit:
        conditions.append(col(Obligation.unit).in_(project.below(unit)))
    found: dict[str, list[GoalStanding]] = defaultdict(list)
    with reading(sight.ws.ledger) as connection:
        for key, each in _measured(connection, sight, duties, conditions):
            found[key].append(each)
        for key, each in year_visits(connection, sight, duties, conditions, unit):
            found[key].append(each)
    groups = [DutyGoals(duties[key], sorted(rows, key=_badness)) for key, rows in found.items()]
    return sorted(groups, key=lambda group: _badness(group.rows[0]))


def _badness(each: GoalStanding) -> tuple[int, float]:
    return STANDS.index(each.stands), each.measure.of(each.measure.done)


def _measured(
    connection: Connection,
    sight: Sight,
    duties: Mapping[str, Duty],
    conditions: Sequence[ColumnElement[bool]],
) -> Iterator[tuple[str, GoalStanding]]:
    """What facts measure: numbers to reach and shares to keep."""
    measured = sorted(each.id for each in duties.values() if each.cadence.aim is not None)
    chosen = select(col(Obligation.id)).where(
        col(Obligation.duty_id).in_(measured),
        col(Obligation.subject_id).is_(None),
        col(Obligation.closed_at).is_(None),
        *conditions,
    )
    numbers = connection.execute(chosen.limit(AT_MOST)).scalars().all()
    wanted = Filter(also=(col(Obligation.id).in_(numbers),), few=True)
    words = ProgressWords(connection, sight.ws.definitions, sight.on)
    for row in list_rows(sight, listed(connection, wanted, sight.present, size=AT_MOST)):
        owed, duty = row.owed, duties[row.owed.duty]
        stands = words.stands(duty, owed.unit_code, owed.period)
        told = words.told(duty, stands, owed.period)
        if isinstance(stands, Pace) and isinstance(duty.cadence.aim, NumberToReach):
            yield duty.id, _number(row, stands, duty.cadence.aim.measure, told)
        elif isinstance(stands, ShareStanding):
            yield duty.id, _share(row, stands, told)


def _number(row: ListRow, stands: Pace, measure: str, told: str) -> GoalStanding:
    owed, days = row.owed, stands.days_over + stands.days_left
    due = (
        Fraction(stands.goal * stands.days_over, days) if days and not stands.stock else Fraction(stands.goal)
    )
    return GoalStanding(
        owed.unit,
        owed.unit_code,
        period_beside(owed.period),
        row,
        _pace_stands(stands),
        on_scale(stands.counted, due, stands),
        f"{number(stands.counted)}{measure}",
        f"{float(due):.1f}".removesuffix(".0") + measure,
        f"{stands.goal}{measure}",
        told,
    )


def _pace_stands(stands: Pace) -> Stand:
    if stands.reached:
        return "reached"
    if stands.unreported:
        return "unreported"
    return "behind" if stands.behind and stands.days_over else "on pace"


def _share(row: ListRow, stands: ShareStanding, told: str) -> GoalStanding:
    owed = row.owed
    if stands.unreported:
        state: Stand = "unreported"
    elif stands.kept_so_far:
        state = "on pace"
    else:
        state = "lost" if stands.needed is None else "behind"
    bound = stands.bound * stands.whole
    return GoalStanding(
        owed.unit,
        owed.unit_code,
        period_beside(owed.period),
        row,
        state,
        Measure(stands.part, None, None, bound, max(stands.whole, stands.part, bound)),
        "—" if stands.share is None else percent(stands.share, 1),
        "",
        ("≥" if stands.at_least else "≤") + percent(stands.bound, 2),
        told,
    )
