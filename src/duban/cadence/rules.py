"""When what is owed opens and is due, within its period or around its window: parsed values that the kinds share.

Pure data. How a person writes them stands in `docs/zh/duties.md`.
"""

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from duban.workdays import Period, TimeGrain

GRACE: Final = Period(10, TimeGrain.WORKDAY)
"""So long after a period the figures of it may take to come in, unless a duty or its source says otherwise."""


class ValueModel(BaseModel):
    """A value: compared by content, never changed, plain JSON on request."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True, serialize_by_alias=True)


class AfterEndRule(ValueModel):
    """So long after the period ended: 季度结束后10个工作日内. The period's last day is not counted (民法典 art. 201)."""

    kind: Literal["after_end"] = "after_end"  #: which rule it is
    period: Period  #: In working or natural days, or months.


class AfterStartRule(ValueModel):
    """So long after the period began: 季度开始后20日内. The period's first day counts as day 1."""

    kind: Literal["after_start"] = "after_start"  #: which rule it is
    period: Period  #: In working or natural days, or months.


class AtEndRule(ValueModel):
    """By the period's last day: 每季度 … 季度结束前. Rest days do not move it out of the period."""

    kind: Literal["at_end"] = "at_end"  #: which rule it is


class NthWorkdayRule(ValueModel):
    """On the n-th working day of the period; n < 0 counts from its end: 当月最后一个工作日 is -1."""

    kind: Literal["nth_workday"] = "nth_workday"  #: which rule it is
    n: int  #: Never 0.


class OnDayRule(ValueModel):
    """By a fixed day: 每年1月31日前, 每月25日前, 次月5日前, 次年3月1日前. The day itself is still in time.

    A rest day moves it forward (民法典 art. 203).
    """

    kind: Literal["on_day"] = "on_day"  #: which rule it is
    #: Counts from 1 within the period: a year 1..12, a half-year 1..6, a quarter 1..3; a month always 1.
    month: int = Field(ge=1, le=12)
    day: int = Field(ge=1, le=31)  #: 31 in a shorter month is its last day.
    next: bool = False  #: In the period after.


DueRule = Annotated[
    AfterEndRule | AfterStartRule | AtEndRule | NthWorkdayRule | OnDayRule, Field(discriminator="kind")
]


class OpeningRule(ValueModel):
    """When an occurrence opens: on the first day of its period, on the day after its last, or before either or the due day."""

    #: The first day of the period; the day after its last; or the nominal due day.
    anchor: Literal["start", "end", "due"] = "start"
    before: Period | None = None  #: Counts back from the anchor, in working or natural days.


class BeforeStartRule(ValueModel):
    """Before a window begins: 开始前 is the day before it, 节前3个工作日 so long before its first day."""

    kind: Literal["before_start"] = "before_start"  #: which rule it is
    period: Period | None = None  #: None: by the day before.


WindowRule = Annotated[
    BeforeStartRule | AfterStartRule | AtEndRule | AfterEndRule, Field(discriminator="kind")
]
