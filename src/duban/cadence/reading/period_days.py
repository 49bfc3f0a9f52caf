"""Whether a due rule and an opening fit the period they are written for."""

from duban.base.language import say
from duban.cadence.reading.phrases import DuePhrase, OpeningPhrase
from duban.cadence.reading.place import DutyPlace
from duban.cadence.rules import (
    AfterEndRule,
    AtEndRule,
    BeforeStartRule,
    DueRule,
    NthWorkdayRule,
    OnDayRule,
    OpeningRule,
)
from duban.workdays import TimeGrain
from duban.workdays.periods import MONTHS_IN

_SURE_WORKDAYS = {
    TimeGrain.WEEK: 5,
    TimeGrain.MONTH: 15,
    TimeGrain.QUARTER: 55,
    TimeGrain.HALF_YEAR: 110,
    TimeGrain.YEAR: 240,
}
"""Working days that every such period has, Spring Festival or not; a week that a holiday leaves fewer is taken at its last."""


def read_period_days(
    every: TimeGrain, due: DuePhrase | None, opens: OpeningPhrase | None, place: DutyPlace
) -> tuple[DueRule, OpeningRule] | None:
    """When each period's occurrence is due and opens, by the period's last day unless `due` says otherwise; None with
    the reasons noted in `place`.
    """
    rule = due.rule if due else AtEndRule()
    if rule is None and due is not None:
        place.wrong(
            ("due",),
            zh=f"没有写“{due.period}”从哪一天算起",
            en=f"“{due.period}” does not say from which day it counts",
            mend=say(
                zh=f"请写“周期结束后{due.period}内”或“周期开始后{due.period}内”",
                en=f"write “{due.period} after the period ends” or “… begins”",
            ),
        )
    others = [(key, said.grain) for key, said in (("due", due), ("opens", opens)) if said and said.grain]
    others = [(key, grain) for key, grain in others if grain is not every]
    for key, grain in others:
        place.wrong(
            (key,),
            zh=f"说的是{grain_word(grain)}，频次写的却是{grain_word(every)}",
            en=f"it speaks of a {grain.value}, but the cadence is by {every.value}",
        )
    if others:
        return None
    if isinstance(rule, BeforeStartRule) or (due is not None and due.window):
        place.wrong(
            ("due",),
            zh="这个写法说的是节日或活动，用在 campaign",
            en="this speaks of a festival or a window: it belongs to campaign",
            mend=say(zh="请写“周期结束后10个工作日内”之类", en="write “10 workdays after the period ends”"),
        )
        return None
    if rule is None:
        return None
    if isinstance(rule, OnDayRule) and rule.month > MONTHS_IN.get(every, 0):
        place.wrong(
            ("due",),
            zh=f"{grain_word(every)}里没有第{rule.month}个月",
            en=f"a {every.value} has no month {rule.month}",
        )
        return None
    if isinstance(rule, NthWorkdayRule) and not 1 <= abs(rule.n) <= _SURE_WORKDAYS.get(every, 0):
        place.wrong(
            ("due",),
            zh=f"不是每个{grain_word(every)}都有第{abs(rule.n)}个工作日",
            en=f"not every {every.value} has a working day number {abs(rule.n)}",
        )
        return None
    due_later = isinstance(rule, AfterEndRule) or (isinstance(rule, OnDayRule) and rule.next)
    if opens is not None and opens.opens.anchor == "end" and not due_later:
        place.wrong(
            ("opens",),
            zh="开办在周期结束以后，却要在周期结束以前办完",
            en="it opens after the period ends but is due before",
        )
        return None
    return rule, opens.opens if opens else OpeningRule()


def read_known(every: TimeGrain, known: DuePhrase | None, place: DutyPlace) -> DueRule | None:
    """By when the figures of each period are in; None where it is not said, or with the reason noted in `place`."""
    rule = known.rule if known else None
    if known is None:
        return None
    match rule:
        case AfterEndRule() | OnDayRule(next=True) if known.grain in (None, every):
            return rule
    place.wrong(
        ("known",),
        zh=f"known 写{grain_word(every)}结束以后哪一天数才报齐",
        en=f"known is a day after the {every.value} ends, by which its figures are in",
        mend=say(
            zh="例如 known: 周期结束后10个工作日内", en="for example known: 10 workdays after the period ends"
        ),
    )
    return None


def grain_word(grain: TimeGrain) -> str:
    """A grain of time in Chinese, as a person says it."""
    words = {
        TimeGrain.YEAR: "年",
        TimeGrain.HALF_YEAR: "半年",
        TimeGrain.QUARTER: "季度",
        TimeGrain.MONTH: "月",
        TimeGrain.WEEK: "周",
        TimeGrain.DAY: "日",
    }
    return words.get(grain, "工作日")
