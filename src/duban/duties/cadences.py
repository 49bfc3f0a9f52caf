"""On which rhythm a duty falls due: the cadence kinds, as parsed values.

Pure data. When occurrences open and fall due is reckoned in `duban.cadence`; how a person writes each kind stands in
`docs/zh/duties.md`.
"""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from duban.workdays import Period, PeriodUnit


class Frozen(BaseModel):
    """A value: compared by content, never changed, plain JSON on request."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class AfterEnd(Frozen):
    """So long after the period ended: 季度结束后10个工作日内. The period's last day is not counted (民法典 art. 201)."""

    kind: Literal["after_end"] = "after_end"
    period: Period


class AfterStart(Frozen):
    """So long after the period began: 季度开始后20日内. The period's first day counts as day 1."""

    kind: Literal["after_start"] = "after_start"
    period: Period


class AtEnd(Frozen):
    """By the period's last day: 每季度 … 季度结束前. Rest days do not move it out of the period."""

    kind: Literal["at_end"] = "at_end"


class NthWorkday(Frozen):
    """On the n-th working day of the period; n < 0 counts from its end: 当月最后一个工作日 is -1."""

    kind: Literal["nth_workday"] = "nth_workday"
    n: int


class OnDay(Frozen):
    """By a fixed day: 每年1月31日前, 每月25日前, 次月5日前, 次年3月1日前. The day itself is still in time.

    `month` counts from 1 within the period (a year 1..12, a half-year 1..6, a quarter 1..3; a month always 1). `day` 31
    in a shorter month is its last day. `next` means the period after. A rest day moves it forward (民法典 art. 203).
    """

    kind: Literal["on_day"] = "on_day"
    month: int = Field(ge=1, le=12)
    day: int = Field(ge=1, le=31)
    next: bool = False


DueRule = Annotated[AfterEnd | AfterStart | AtEnd | NthWorkday | OnDay, Field(discriminator="kind")]


class Opens(Frozen):
    """When an occurrence opens: on the first day of its period, on the day after its last, or before either or the due day.

    `anchor` start: the first day of the period; end: the day after the period's last day; due: the nominal due day.
    `before` counts back from the anchor, in working or natural days.
    """

    anchor: Literal["start", "end", "due"] = "start"
    before: Period | None = None


class ByPeriod(Frozen):
    """Once per calendar period and unit. `every` is never `PeriodUnit.WORKDAY`.

    `lasting` is set where the work itself takes a while within the period: 每月一周 is every month, lasting one week.
    """

    every: PeriodUnit
    due: DueRule
    opens: Opens = Opens()
    lasting: Period | None = None


class Periodic(ByPeriod):
    """Once per period, because the plan says so: 每季度, 每年初."""

    kind: Literal["periodic"] = "periodic"


class Review(ByPeriod):
    """Continuous work to which the plan gives no rhythm, looked at once per period so that it is not forgotten.

    The interval is always an assumption. A review is due by its period's last day.
    """

    kind: Literal["review"] = "review"
    due: DueRule = AtEnd()


class Within(Frozen):
    """Once per fact, within a period counted from the day it happened: 取证后一个月内.

    `law` names the statute that states the period, where it decides whether days are working days. Only facts that
    carry one of the values of `where` count.
    """

    kind: Literal["within"] = "within"
    period: Period
    of: str
    law: str | None = None
    where: dict[str, tuple[str, ...]] = Field(default_factory=dict)


class CountRule(Frozen):
    """At least `count` facts of a kind about one subject within a rolling period: 一年内3批次及以上."""

    kind: Literal["count"] = "count"
    count: int = Field(ge=1)
    of: str
    within: Period

    @property
    def key(self) -> str:
        """The rule's stable name, part of what makes an evidence set unique."""
        return f"count-{self.count}-{self.of}-{self.within.amount}-{self.within.unit.value}"


class StreakRule(Frozen):
    """At least one fact of a kind in each of `length` calendar periods running: 连续3个季度(含)以上."""

    kind: Literal["streak"] = "streak"
    length: int = Field(ge=2)
    unit: PeriodUnit
    of: str

    @property
    def key(self) -> str:
        """The rule's stable name, part of what makes an evidence set unique."""
        return f"streak-{self.length}-{self.unit.value}-{self.of}"


Rule = Annotated[CountRule | StreakRule, Field(discriminator="kind")]


class Threshold(Frozen):
    """Once per set of facts about one subject that meets a rule (`any`), or all rules (`all`).

    `due` counts from the day of the fact that completed the set.
    """

    kind: Literal["threshold"] = "threshold"
    combine: Literal["any", "all"]
    rules: tuple[Rule, ...] = Field(min_length=1)
    due: Period
    law: str | None = None


class Frequency(Frozen):
    """So many times per subject and calendar year, spread over the year: 每个企业每年至少巡查一次.

    Either `per_year`, or `by_grade` with what holds for a subject `ungraded` so far.
    """

    kind: Literal["frequency"] = "frequency"
    per_year: int | None = Field(default=None, ge=1)
    by_grade: dict[str, int] | None = None
    ungraded: int | None = Field(default=None, ge=0)


class BeforeStart(Frozen):
    """Before a window begins: 开始前 is the day before it, 节前3个工作日 so long before its first day."""

    kind: Literal["before_start"] = "before_start"
    period: Period | None = None


WindowRule = Annotated[BeforeStart | AfterStart | AtEnd | AfterEnd, Field(discriminator="kind")]


class Campaign(Frozen):
    """Once per unit and occurrence of a named day or window: 春节、五一、中秋、国庆 保供稳价, 宪法宣传周, 5·20.

    `names` stand in `calendar/festivals.yaml`; a festival's name with 假期 behind it means the rest days around it.
    """

    kind: Literal["campaign"] = "campaign"
    names: tuple[str, ...] = Field(min_length=1)
    due: WindowRule = AtEnd()
    opens: Opens = Opens()


class Once(Frozen):
    """Once and never again: 2023年12月31日前完成, 2023年底前.

    It is owed from `first` to `last`. A fixed day that is a rest day moves forward (`rolls`, 民法典 art. 203); work that
    belongs to a year, a quarter or a month stays within it.
    """

    kind: Literal["once"] = "once"
    first: date
    last: date
    rolls: bool
    opens: Opens = Opens()


class Counted(Frozen):
    """Which facts count, and for how much: each for one, or for the number it carries under `amount`.

    `where` names values of the fact's own data: only facts that carry one of them count.
    """

    kind: Literal["counted"] = "counted"
    fact: str
    where: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    amount: str | None = None


class Registered(Frozen):
    """The subjects of a kind on the register, those of them whose attributes match `where`."""

    kind: Literal["registered"] = "registered"
    subject: str
    where: dict[str, tuple[str, ...]] = Field(default_factory=dict)


class YearBefore(Frozen):
    """The same count in the same period of the year before: 同比, 比上年同期."""

    kind: Literal["year_before"] = "year_before"


class Quota(ByPeriod):
    """So many in a period, counted from facts: 全年宣传不少于6场. `measure` is the word behind the number: 场, 期, 家."""

    kind: Literal["quota"] = "quota"
    due: DueRule = AtEnd()
    at_least: int = Field(ge=1)
    measure: str = ""
    of: Counted


class Ratio(ByPeriod):
    """A share that must be reached, or not passed, in a period: 投诉按时办结率≥99.5%.

    `bound` is exact (0.995), and `at_least` says from which side. Against `Registered` subjects, `of` counts each
    subject once.
    """

    kind: Literal["ratio"] = "ratio"
    due: DueRule = AtEnd()
    bound: Decimal = Field(ge=0)
    at_least: bool = True
    of: Counted
    among: Annotated[Counted | Registered | YearBefore, Field(discriminator="kind")]


Cadence = Annotated[
    Periodic | Review | Within | Threshold | Frequency | Quota | Ratio | Campaign | Once,
    Field(discriminator="kind"),
]

Scheduled = ByPeriod | Frequency | Campaign | Once
"""Cadences whose occurrences the calendar gives; the others wait for facts."""

Measured = Quota | Ratio
"""Cadences whose progress facts tell while the period runs."""

MEASURED_KINDS = ("quota", "ratio")
"""Their names."""
