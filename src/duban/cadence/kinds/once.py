"""Duties owed once (2023年12月31日前完成): one occurrence, ever.

| awkward case | rule |
|---|---|
| 2023年12月31日前, a Sunday | the next working day (民法典 203); the day itself is still in time |
| 2023年底前, 2023年第三季度 | stays within the year, the quarter: reminders aim at the last working day in it |
| 一年内, counted from the plan's own date | written as the day it comes to: 2024年5月6日前 |
| no opening given | opens on the first day of its year, or of its period, or when the duty comes into force |
| its day is changed later | it is still the same occurrence: it has no period to tell it apart by |
"""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator

from duban.base.language import say
from duban.cadence.cadence import Cadence, CadenceKeys, CadenceKind
from duban.cadence.occurrence import Occurrence, due_on_day, on_own_calendar
from duban.cadence.opening import OwedFor
from duban.cadence.reading.far_ahead import not_too_far_ahead
from duban.cadence.reading.goal_phrases import Term, read_term
from duban.cadence.reading.keys import OPENS, OpensEntry
from duban.cadence.reading.place import DutyPlace
from duban.cadence.rules import OpeningRule
from duban.workdays import Festivals, Step, TimeGrain, UnknownYear, WorkdayCalendar, add_period
from duban.workdays.period_keys import ONCE as ONLY
from duban.workdays.steps import DUTY
from duban.yamlfile.key import Key


class OnceCadence(Cadence):
    """Once and never again: 2023年12月31日前完成, 2023年底前."""

    owed_for: ClassVar[OwedFor] = OwedFor.UNITS

    kind: Literal["once"] = "once"  #: the kind of duty
    first: date  #: The first day of the year or period it lies in.
    last: date  #: By when.
    #: Whether a rest day moves `last` forward (民法典 art. 203): a day that was named itself is moved; work that belongs
    #: to a year, a quarter or a month stays within it.
    rolls: bool
    opens: OpeningRule = OpeningRule()  #: On `first` unless said.

    def occurrences(self, calendar: WorkdayCalendar, first: date, last: date) -> list[Occurrence]:
        """The occurrence, if it opens from `first` to `last`, both inclusive. Raises UnknownYear past the calendar."""
        try:
            only = self._only(calendar)
        except UnknownYear as missing:
            if missing.year >= calendar.first_day.year and self.first <= last:
                raise
            return []
        return [only] if first <= only.opens_on <= last else []

    def occurrence(self, calendar: WorkdayCalendar, key: str) -> Occurrence | None:
        """The one occurrence, whose key is `once`. Raises UnknownYear outside the calendar."""
        return self._only(calendar) if key == ONLY else None

    def _only(self, calendar: WorkdayCalendar) -> Occurrence:
        told = Step.of("by", self.last, DUTY)
        due = due_on_day(calendar.nationwide, self.first, self.last, told, roll=self.rolls)
        anchor = self.first if self.opens.anchor == "start" else due.nominal
        before = self.opens.before
        if before is None:
            opens_on = anchor
        elif before.grain is TimeGrain.WORKDAY:
            opens_on = calendar.nationwide.add(anchor, -before.amount)
        else:
            opens_on = add_period(anchor, before, times=-1)
        due = on_own_calendar(
            calendar,
            lambda days: due_on_day(days, self.first, self.last, told, roll=self.rolls),
            lambda: opens_on,
        )
        return Occurrence(ONLY, opens_on, due, self.first, self.last)

    def over_since(self, on: date) -> date | None:
        """The day it was owed by, if that day is past."""
        return self.last if self.last < on else None

    @property
    def seldom(self) -> bool:
        """Whether it may lie further ahead than a year: it may."""
        return True

    def why_nothing(self, festivals: Festivals, first: date, last: date) -> str:
        """That it is over, or that its days lie elsewhere."""
        if self.last < first:
            return say(zh=f"只办一次，期限 {self.last} 已过", en=f"it was owed once, by {self.last}")
        return say(
            zh=f"只办一次，{first} 至 {last} 不在它的期间里",
            en=f"it is owed once, and not from {first} to {last}",
        )


class OnceKeys(CadenceKeys):
    """`once:` by when, `opens:` from when on."""

    once: Annotated[
        Term,
        BeforeValidator(read_term),
        Key(
            "一次性：哪天之前，或者哪一年、季度、月之内",
            "owed once: by a day, or within a year, quarter or month",
            ("2023年12月31日前", "2023年底前"),
            phrase=True,
        ),
    ]
    opens: Annotated[OpensEntry | None, Key(OPENS.zh, OPENS.en, ("到期前60个工作日",), phrase=True)] = None

    def read(self, place: DutyPlace) -> OnceCadence | None:
        """The one-off duty, or None with the reasons noted in `place`."""
        opens = self.opens.opens if self.opens else OpeningRule()
        if opens.anchor == "end" or (self.opens is not None and self.opens.grain is not None):
            place.wrong(
                ("opens",),
                zh="一次性事项的开办请写“到期前60个工作日”",
                en="a one-off duty opens so long “before due”, for example 60 workdays before due",
            )
            return None
        if not not_too_far_ahead(opens, place):
            return None
        return OnceCadence(first=self.once.first, last=self.once.last, rolls=self.once.rolls, opens=opens)


ONCE = CadenceKind(
    OnceCadence,
    OnceKeys,
    "一次性",
    "once",
    "只办一次的：2023年12月31日前完成。写明日子的，休息日顺延；写“年底前”“第三季度”的，不顺延出去。",
    "Owed once: by a day, which moves past a rest day, or within a year or quarter, which it does not leave.",
    """\
line: 标准化
duties:
  - id: bz-implementation-opinions
    title: 制定出台实施意见
    basis: {source: 年度安排, quote: 2023年12月31日前出台}
    owner: 市局/标准化科
    once: 2023年12月31日前
""",
)
