"""Visits so many times a year (每个企业每年至少巡查一次; 按风险等级 A/B/C/D 定频次): n occurrences per subject.

The year is cut into n windows, one visit in each: months where 12 divides by n, else days as equal as they come.

| awkward case | rule |
|---|---|
| 至少一次以上 | includes 1 (民法典 1259) |
| 每年 | the calendar year, never twelve months from the last visit |
| a window ends on a rest day | stays: the visit belongs to its window |
| many subjects in one window | reminders aim at a week of it each, one after the other (`spreading`) |
| a subject without a grade, or with one the duty does not list | the number for the ungraded |
| re-graded in the middle of the year | from that day the windows of the new grade count; those that are over are not owed |
| … and an old window still open | is superseded by the new grade's window that is running, or withdrawn when that window has had its visit |
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, ConfigDict, Field

from duban.base.days import ONE_DAY
from duban.base.objections import WrongValue
from duban.cadence.cadence import Cadence, CadenceKeys, CadenceKind
from duban.cadence.occurrence import Occurrence, due_by_last_day
from duban.cadence.opening import OwedFor
from duban.cadence.reading.phrases import read_times_a_year
from duban.cadence.reading.place import DutyPlace
from duban.cadence.references import NamedGrades, Reference
from duban.workdays import WorkdayCalendar, add_months
from duban.workdays.visit_keys import VisitKey
from duban.yamlfile.key import Key
from duban.yamlfile.values import StrictModel


class FrequencyCadence(Cadence):
    """So many times per subject and calendar year, spread over the year: 每个企业每年至少巡查一次.

    Either `per_year`, or `by_grade` with what holds for a subject `ungraded` so far.
    """

    owed_for: ClassVar[OwedFor] = OwedFor.SUBJECTS
    spread: ClassVar[bool] = True

    kind: Literal["frequency"] = "frequency"  #: the kind of duty
    per_year: int | None = Field(default=None, ge=1)  #: Visits a year for every subject.
    by_grade: dict[str, int] | None = None  #: Visits a year for each risk grade; 0 is none.
    ungraded: int | None = Field(default=None, ge=0)  #: Visits a year for a subject without a listed grade.

    @property
    def grades(self) -> tuple[str, ...]:
        """The risk grades it tells apart."""
        return tuple(self.by_grade or ())

    def visits(self, grade: str | None) -> int:
        """How many visits a year a subject of this risk grade gets."""
        if self.by_grade is None:
            return self.per_year or 0
        if grade is not None and grade in self.by_grade:
            return self.by_grade[grade]
        return self.ungraded or 0

    def occurrences(self, calendar: WorkdayCalendar, first: date, last: date) -> list[Occurrence]:
        """The visits of every grade that open from `first` to `last`, both inclusive, oldest first."""
        found = {
            occurrence.period_key: occurrence
            for grade in (None, *self.grades)
            for occurrence in self.occurrences_for(grade, calendar, first, last)
        }
        return sorted(found.values(), key=lambda occurrence: (occurrence.opens_on, occurrence.period_key))

    def occurrences_for(
        self, grade: str | None, calendar: WorkdayCalendar, first: date, last: date
    ) -> list[Occurrence]:
        """The visits of one grade that open from `first` to `last`, both inclusive, oldest first; keys like `2026#2/4`.

        Raises UnknownYear outside the calendar, ValueError for more visits than a year has days.
        """
        n = self.visits(grade)
        found = []
        for year in range(first.year, last.year + 1):
            for number, (begins, ends) in enumerate(windows(year, n), 1):
                if first <= begins <= last:
                    key = str(VisitKey(year, number, n))
                    due = due_by_last_day(calendar, begins, ends, key)
                    found.append(Occurrence(key, begins, due, begins, ends))
        return found

    def occurrence(self, calendar: WorkdayCalendar, key: str) -> Occurrence | None:
        """The visit that a key like `2026#2/4` names, or None when no grade gives so many visits.

        Raises UnknownYear outside the calendar.
        """
        visit = VisitKey.parse(key)
        if visit is None:
            return None
        given = {self.visits(grade) for grade in (None, *self.grades)}
        if visit.visits not in given or not 1 <= visit.number <= visit.visits:
            return None
        begins, ends = windows(visit.year, visit.visits)[visit.number - 1]
        return Occurrence(key, begins, due_by_last_day(calendar, begins, ends, key), begins, ends)

    def references(self) -> Iterable[Reference]:
        """The grades it gives numbers for."""
        return () if self.by_grade is None else (NamedGrades(self.grades, "visits"),)


def windows(year: int, n: int) -> list[tuple[date, date]]:
    """The first and the last day of each of the `n` windows of a year; together they are the whole year."""
    january = date(year, 1, 1)
    days = (date(year, 12, 31) - january).days + 1
    if n > days:
        raise WrongValue(zh=f"一年没有 {n} 天", en=f"a year does not have {n} days")
    if n and 12 % n == 0:
        starts = [add_months(january, number * 12 // n) for number in range(n)]
    else:
        starts = [january + timedelta(days=number * days // n) for number in range(n)]
    return [
        (begins, following - ONE_DAY)
        for begins, following in zip(starts, [*starts[1:], date(year + 1, 1, 1)], strict=False)
    ]


TimesEntry = Annotated[int, BeforeValidator(read_times_a_year), Field(ge=0, le=365)]


class VisitsEntry(StrictModel):
    """`visits:` how often a year; further keys are the grades."""

    model_config = ConfigDict(extra="allow", frozen=True)
    __pydantic_extra__: dict[
        str,
        Annotated[TimesEntry, Key("这一等级一年几次", "so many times a year for this grade", phrase=True)],
    ]

    per_year: Annotated[
        TimesEntry | None, Key("一年几次", "so many times a year", ("每年2次",), phrase=True)
    ] = None
    by: Annotated[Literal["风险等级", "grade"] | None, Key("按风险等级", "by risk grade")] = None
    ungraded: Annotated[
        TimesEntry | None, Key("还没有评级的对象一年几次", "for subjects without a grade", phrase=True)
    ] = None


def _visits(value: object) -> object:
    return value if isinstance(value, dict) else {"per_year": value}


class FrequencyKeys(CadenceKeys):
    """`visits:` how often a year, for all alike or by grade."""

    visits: Annotated[
        VisitsEntry,
        BeforeValidator(_visits),
        Key("每个对象一年几次", "how often a year each subject is visited", ("每年1次",), text_too=True),
    ]

    def read(self, place: DutyPlace) -> FrequencyCadence | None:
        """The cadence, or None with the reasons noted in `place`."""
        visits = self.visits
        grades = visits.__pydantic_extra__ or {}
        if visits.per_year is not None:
            if visits.by is not None or grades or visits.ungraded is not None:
                place.wrong(
                    ("visits",),
                    zh="per_year 和按等级只能写一种",
                    en="either per_year or by grade, not both",
                )
                return None
            if visits.per_year < 1:
                place.wrong(("visits",), zh="每年 0 次等于没有这项工作", en="0 visits a year is no duty")
                return None
            return FrequencyCadence(per_year=visits.per_year)
        if visits.by is None:
            place.wrong(
                ("visits",),
                zh="visits 要写 per_year: 次数，或 by: 风险等级 再列出各等级的次数",
                en="visits needs per_year, or by: grade and the number for each grade",
            )
            return None
        if visits.ungraded is None:
            place.wrong(
                ("visits",),
                zh="缺少“ungraded”：还没有评级的对象一年几次",
                en="“ungraded” is missing: how often a subject without a grade is visited",
            )
            return None
        if not any(grades.values()):
            place.wrong(("visits",), zh="没有一个等级的次数大于 0", en="no grade is visited at all")
            return None
        return FrequencyCadence(by_grade=dict(grades), ungraded=visits.ungraded)


FREQUENCY = CadenceKind(
    FrequencyCadence,
    FrequencyKeys,
    "一年几次",
    "frequency",
    "每个对象一年查几次，可以按风险等级定。分摊到全年，每段一次；年中改级的，余下的按新等级。",
    "How often a year each subject is visited, by risk grade if need be. Spread over the year, one in each part.",
    """\
line: 食品流通安全监督管理
duties:
  - id: sl-graded-inspection
    title: 食品销售者按风险等级监督检查
    basis: {clause: SL-13, quote: 并按照规定频次开展监督检查}
    owner: 县局/食品流通科
    for_each: {subject: 食品销售者}
    visits: {by: 风险等级, A: 1, B: 2, C: 3, D: 4, ungraded: 1}
    done_by: inspection.done
""",
    ("visits", "per_year", "by", "ungraded", "for_each"),
)
