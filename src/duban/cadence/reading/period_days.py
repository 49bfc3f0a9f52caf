"""Whether a due rule and an opening fit the period they are written for."""

from duban.base.language import say
from duban.cadence.reading.phrases import PhrasedDue, PhrasedOpens
from duban.cadence.reading.place import DutyPlace
from duban.cadence.rules import AfterEnd, AtEnd, BeforeStart, DueRule, NthWorkday, OnDay, Opens
from duban.workdays import PeriodUnit
from duban.workdays.periods import MONTHS_IN

_SURE_WORKDAYS = {
    PeriodUnit.WEEK: 5,
    PeriodUnit.MONTH: 15,
    PeriodUnit.QUARTER: 55,
    PeriodUnit.HALF_YEAR: 110,
    PeriodUnit.YEAR: 240,
}
"""Working days that every such period has, Spring Festival or not; a week that a holiday leaves fewer is taken at its last."""


def read_period_days(
    every: PeriodUnit, due: PhrasedDue | None, opens: PhrasedOpens | None, place: DutyPlace
) -> tuple[DueRule, Opens] | None:
    """When each period's occurrence is due and opens, by the period's last day unless `due` says otherwise; None with
    the reasons noted in `place`.
    """
    rule = due.rule if due else AtEnd()
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
    others = [(key, said.unit) for key, said in (("due", due), ("opens", opens)) if said and said.unit]
    others = [(key, unit) for key, unit in others if unit is not every]
    for key, unit in others:
        place.wrong(
            (key,),
            zh=f"说的是{unit_word(unit)}，频次写的却是{unit_word(every)}",
            en=f"it speaks of a {unit.value}, but the cadence is by {every.value}",
        )
    if others:
        return None
    if isinstance(rule, BeforeStart) or (due is not None and due.window):
        place.wrong(
            ("due",),
            zh="这个写法说的是节日或活动，用在 campaign",
            en="this speaks of a festival or a window: it belongs to campaign",
            mend=say(zh="请写“周期结束后10个工作日内”之类", en="write “10 workdays after the period ends”"),
        )
        return None
    if rule is None:
        return None
    if isinstance(rule, OnDay) and rule.month > MONTHS_IN.get(every, 0):
        place.wrong(
            ("due",),
            zh=f"{unit_word(every)}里没有第{rule.month}个月",
            en=f"a {every.value} has no month {rule.month}",
        )
        return None
    if isinstance(rule, NthWorkday) and not 1 <= abs(rule.n) <= _SURE_WORKDAYS.get(every, 0):
        place.wrong(
            ("due",),
            zh=f"不是每个{unit_word(every)}都有第{abs(rule.n)}个工作日",
            en=f"not every {every.value} has a working day number {abs(rule.n)}",
        )
        return None
    due_later = isinstance(rule, AfterEnd) or (isinstance(rule, OnDay) and rule.next)
    if opens is not None and opens.opens.anchor == "end" and not due_later:
        place.wrong(
            ("opens",),
            zh="开办在周期结束以后，却要在周期结束以前办完",
            en="it opens after the period ends but is due before",
        )
        return None
    return rule, opens.opens if opens else Opens()


def read_known(every: PeriodUnit, known: PhrasedDue | None, place: DutyPlace) -> DueRule | None:
    """By when the figures of each period are in; None where it is not said, or with the reason noted in `place`."""
    rule = known.rule if known else None
    if known is None:
        return None
    match rule:
        case AfterEnd() | OnDay(next=True) if known.unit in (None, every):
            return rule
    place.wrong(
        ("known",),
        zh=f"known 写{unit_word(every)}结束以后哪一天数才报齐",
        en=f"known is a day after the {every.value} ends, by which its figures are in",
        mend=say(
            zh="例如 known: 周期结束后10个工作日内", en="for example known: 10 workdays after the period ends"
        ),
    )
    return None


def unit_word(unit: PeriodUnit) -> str:
    """A unit of time in Chinese, as a person says it."""
    words = {
        PeriodUnit.YEAR: "年",
        PeriodUnit.HALF_YEAR: "半年",
        PeriodUnit.QUARTER: "季度",
        PeriodUnit.MONTH: "月",
        PeriodUnit.WEEK: "周",
        PeriodUnit.DAY: "日",
    }
    return words.get(unit, "工作日")
