"""The load of the coming year (工作量): what each post has to do in each week or month.

What is open now stands there by its safe day; what the plan in force opens later is added, visits by the subjects on the
register today. What rests on facts nobody knows yet is not in it; nor is anything confidential. Only the units that are
looked at are counted: the counties of the city, one county's posts and stations, one station's posts.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property, lru_cache
from typing import Final, NamedTuple

from sqlalchemy import func, select
from sqlmodel import col

from duban.base.language import say
from duban.bureau.unit_posts import UnitPost
from duban.definitions.definitions import Definitions
from duban.ledger.database import reading
from duban.ledger.rows import named, rows_of
from duban.ledger.tables import OPEN_STATES, Obligation
from duban.simulation import Premises, SimulatedSpan, owed_as_far_as_known, registered_subjects, weeks_of
from duban.views.below import UnitsBelow
from duban.views.board import duty_names
from duban.views.sight import Sight
from duban.workdays import UnknownYear
from duban.workspace.workspace import Workspace

WEEKS: Final = 52
NAMED: Final = 3
"""How many of the fullest weeks are named, and how many duties that fill each."""


class LoadRow(NamedTuple):
    """What one post has to do, or a unit with all below it."""

    key: str  #: the unit's code, with its post where it is one
    name: str  #: what the post or the unit is called
    unit: str  #: the code of a unit that has rows of its own; empty for a post
    counts: Sequence[int]  #: in each span of the year

    @property
    def total(self) -> int:
        """In the whole year."""
        return sum(self.counts)

    @property
    def most(self) -> int:
        """In its fullest span."""
        return max(self.counts, default=0)


class FullWeek(NamedTuple):
    """One of the fullest weeks."""

    monday: date  #: its first day
    number: int  #: how many fall due in it
    duties: Sequence[tuple[str, str, int]]  #: what fills it, the most first: id, title, number


@dataclass(frozen=True)
class YearLoad:
    """What the coming year asks of whoever is looked at."""

    spans: Sequence[date]  #: the first days of the weeks or months
    rows: Sequence[LoadRow]  #: one for each post or unit
    fullest: Sequence[FullWeek]  #: the fullest first
    last: date  #: the last day that was looked at; the calendar may end before the year does
    by_week: bool  #: whether it is counted by weeks; otherwise by months

    @cached_property
    def totals(self) -> Sequence[int]:
        """All rows together, span by span."""
        return [sum(each) for each in zip(*(row.counts for row in self.rows), strict=True)]

    def step(self, number: int) -> int:
        """How deep a span is coloured, 0 to 4, against the fullest of all."""
        most = max((row.most for row in self.rows), default=0)
        return -(-4 * number // most) if most else 0


class _Ahead(NamedTuple):
    """So many obligations of one unit and duty that are aimed at one day."""

    unit: str
    duty_id: str
    target: date
    number: int


def year_load(sight: Sight, unit: str = "", line: str = "", *, by_week: bool = False) -> YearLoad:
    """The load of a unit with all below it (the reader's own where none is said), of one line where it is said; by
    month, or `by_week`.

    Raises KeyError for a unit the project does not have.
    """
    calendar = sight.ws.definitions.calendar
    last = sight.on + timedelta(weeks=WEEKS)
    try:
        calendar.is_workday(last)
    except UnknownYear:
        last = calendar.last_day
    rows = _Rows(sight, unit)
    spans = weeks_of(sight.on, last) if by_week else _months(sight.on, last)
    counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0] * len(spans))
    weeks: Counter[date] = Counter()
    filling: dict[date, Counter[str]] = defaultdict(Counter)
    for each in _ahead(sight, rows.units, line, last):
        place = (each.target - spans[0]).days // 7 if by_week else _month_of(spans[0], each.target)
        counts[rows.of(each.unit, sight.post_of(each.duty_id))][place] += each.number
        monday = each.target - timedelta(days=each.target.weekday())
        weeks[monday] += each.number
        filling[monday][each.duty_id] += each.number
    with reading(sight.ws.ledger) as connection:
        names = duty_names(connection)
    full = [
        FullWeek(
            monday,
            number,
            [
                (key, names[key].title if key in names else key, n)
                for key, n in filling[monday].most_common(NAMED)
            ],
        )
        for monday, number in sorted(weeks.items(), key=lambda item: (-item[1], item[0]))[:NAMED]
    ]
    return YearLoad(spans, rows.shown(counts), full, last, by_week)


def _months(first: date, last: date) -> list[date]:
    return [
        date(number // 12, number % 12 + 1, 1)
        for number in range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    ]


def _month_of(first: date, day: date) -> int:
    return (day.year - first.year) * 12 + day.month - first.month


class _Rows:
    """Which row what a unit's post owes stands in: the posts of the unit looked at, and each unit right below it."""

    def __init__(self, sight: Sight, unit: str) -> None:
        self._project, self._units = sight.ws.definitions.project, UnitsBelow(sight, unit)
        self._own, self.units = self._units.top, self._units.codes

    def of(self, unit: str, post: str) -> tuple[str, str]:
        """The unit and the post a row is about; the post is empty for a unit with all below it."""
        return (unit, post) if unit == self._own.code else (self._units.of(unit), "")

    def shown(self, counts: Mapping[tuple[str, str], Sequence[int]]) -> list[LoadRow]:
        """The rows with anything in them: the unit's own posts as the project has them, then the units below."""
        own = self._own.code
        order = [(own, post) for post in self._own.posts] + [(each.code, "") for each in self._units.below]
        order += [key for key in sorted(counts) if key not in order]
        return [self._row(*key, counts[key]) for key in order if key in counts]

    def _row(self, unit: str, post: str, counts: Sequence[int]) -> LoadRow:
        if unit == self._own.code:
            gone = say(zh="（事项已不在计划里）", en="(no longer in the plan)")
            return LoadRow(str(UnitPost(unit, post)), post or gone, "", counts)
        return LoadRow(unit, self._project.name_of(unit), unit if self._units.opens(unit) else "", counts)


def _ahead(sight: Sight, units: frozenset[str] | None, line: str, last: date) -> Iterator[_Ahead]:
    """What is open now and aimed at a day from today on, and what the plan opens later."""
    conditions = [
        col(Obligation.closed_at).is_(None),
        col(Obligation.state).in_(OPEN_STATES),
        col(Obligation.confidential).is_(False),
        col(Obligation.target).between(sight.on, last),
        *sight.visible(),
    ]
    if units is not None:
        conditions.append(col(Obligation.unit).in_(sorted(units)))
    place = (col(Obligation.unit), col(Obligation.duty_id), col(Obligation.target))
    query = select(*place, named(func.count(), "number")).where(*conditions).group_by(*place)
    with reading(sight.ws.ledger) as connection:
        names = duty_names(connection)
        found = rows_of(connection, query, _Ahead)
    yield from (each for each in found if not line or names[each.duty_id].line == line)
    lines = sight.principal.lines
    wanted = lines if not line else frozenset({line} if lines is None or line in lines else ())
    yield from _planned(_Plan(sight.ws), sight.on, last, units, wanted)


@dataclass(frozen=True)
class _Plan:
    """A project with the content of one version in force: alike when it is the same one."""

    ws: Workspace

    @property
    def definitions(self) -> Definitions:
        """What is in force."""
        return self.ws.definitions

    def __hash__(self) -> int:
        return hash((id(self.definitions), self.ws.version))

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, _Plan)
            and self.definitions is other.definitions
            and self.ws.version == other.ws.version
        )


@lru_cache(32)
def _planned(
    plan: _Plan, first: date, last: date, units: frozenset[str] | None, lines: frozenset[str] | None
) -> tuple[_Ahead, ...]:
    """What the plan opens after `first`; remembered until another version is in force or the day ends."""
    duties = {
        duty.id: duty
        for duty in plan.definitions.duties.values()
        if not duty.confidential and (lines is None or duty.line in lines)
    }
    given = Premises(registered_subjects(plan.ws))
    span = SimulatedSpan(replace(plan.definitions, duties=duties), first, last, given, units)
    counts: Counter[tuple[str, str, date]] = Counter()
    for duty in duties.values():
        for owing in owed_as_far_as_known(duty, span)[0]:
            if owing.seen_on > first and owing.reckoning.target <= last:
                for unit, number in owing.by_unit:
                    counts[unit, duty.id, owing.reckoning.target] += number
    return tuple(_Ahead(*place, number) for place, number in counts.items())
