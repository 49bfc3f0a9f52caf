"""From what a person wrote to a cadence: which keys belong together, and what can never be met."""

from collections.abc import Callable
from typing import Literal

from duban.base.language import say
from duban.duties.cadences import (
    Cadence,
    CountRule,
    Frequency,
    Periodic,
    Review,
    StreakRule,
    Threshold,
    Within,
)
from duban.duties.dated_reading import read_campaign, read_once
from duban.duties.entries import DutyEntry, RuleEntry
from duban.duties.measured_reading import read_quota, read_ratio
from duban.duties.period_reading import read_period_days
from duban.duties.place import DutyPlace
from duban.workdays import Period, PeriodUnit

CADENCE_KEYS = ("every", "within", "when", "visits", "quota", "ratio", "campaign", "once", "review")
_GOES_WITH = {
    "of": ("within", "quota", "ratio"),
    "among": ("ratio",),
    "due": ("every", "when", "quota", "ratio", "campaign"),
    "opens": ("every", "quota", "ratio", "campaign", "once"),
    "law": ("within", "when"),
}
_APPROXIMATE_DAYS = {
    PeriodUnit.DAY: 1,
    PeriodUnit.WEEK: 7,
    PeriodUnit.MONTH: 30,
    PeriodUnit.QUARTER: 91,
    PeriodUnit.HALF_YEAR: 182,
    PeriodUnit.YEAR: 365,
}


def read_cadence(entry: DutyEntry, place: DutyPlace) -> Cadence | None:
    """The cadence of an entry, or None with the reasons noted in `place`."""
    written = [key for key in CADENCE_KEYS if getattr(entry, key) is not None]
    if not written:
        place.wrong(
            (),
            zh=f"没有写频次：{'、'.join(CADENCE_KEYS)} 里要有一个",
            en=f"no cadence: one of {', '.join(CADENCE_KEYS)} is needed",
        )
        return None
    for key in written[1:]:
        place.wrong(
            (key,),
            zh=f"频次只能写一种，已经有“{written[0]}”，又写了“{key}”",
            en=f"a duty has one cadence: it has “{written[0]}” already, and “{key}” too",
            mend=say(zh="请分成两个事项", en="make two duties"),
            at_key=True,
        )
    for key, owners in _GOES_WITH.items():
        if getattr(entry, key) is not None and not set(owners) & set(written):
            place.wrong(
                (key,),
                zh=f"“{key}”只用于 {'、'.join(owners)}",
                en=f"“{key}” goes with {', '.join(owners)} only",
                at_key=True,
            )
    if len(written) > 1:
        return None
    readers: dict[str, Callable[[DutyEntry, DutyPlace], Cadence | None]] = {
        "every": _periodic,
        "within": _within,
        "when": _threshold,
        "visits": _frequency,
        "review": _review,
        "quota": read_quota,
        "ratio": read_ratio,
        "campaign": read_campaign,
        "once": read_once,
    }
    return readers[written[0]](entry, place)


def _periodic(entry: DutyEntry, place: DutyPlace) -> Periodic | None:
    rhythm, due = entry.every, entry.due
    if rhythm is None:
        return None
    if due is None:
        place.wrong(
            (),
            zh="缺少“due”：什么时候之前办完",
            en="“due” is missing: by when it is to be done",
            mend=say(
                zh="例如 due: 季度结束后10个工作日内",
                en="for example due: 10 workdays after the quarter ends",
            ),
        )
        return None
    spoken = read_period_days(rhythm.every, entry, place)
    if spoken is None:
        return None
    return Periodic(every=rhythm.every, due=spoken[0], opens=spoken[1], lasting=rhythm.lasting)


def _review(entry: DutyEntry, place: DutyPlace) -> Review | None:
    rhythm = entry.review
    if rhythm is None:
        return None
    if not any(assumption.key == "review" for assumption in place.written.assumptions):
        place.wrong(
            ("review",),
            zh="计划没有写回看的间隔，要注明是假定的和为什么",
            en="the plan names no interval for a review: mark it as assumed, with the reason",
            mend=say(
                zh="例如 review: {value: 每半年, assumed: 计划没有写频次}；计划写了频次的用 every",
                en="for example review: {value: half-year, assumed: the plan names none}; use every if it does",
            ),
        )
        return None
    return Review(every=rhythm.every, lasting=rhythm.lasting)


def _within(entry: DutyEntry, place: DutyPlace) -> Within | None:
    if entry.within is None:
        return None
    if entry.of is None:
        place.wrong(
            ("within",),
            zh="缺少“of”：从哪种事实算起",
            en="“of” is missing: from which kind of fact it counts",
            mend=say(zh="例如 of: certificate.issued", en="for example of: certificate.issued"),
        )
        return None
    if entry.of.amount:
        place.wrong(
            ("of", "amount"),
            zh="within 从每一个这种事实算起，不看数量",
            en="within counts from every such fact: no amount here",
            at_key=True,
        )
        return None
    return Within(period=entry.within, of=entry.of.fact, law=entry.law, where=entry.of.where)


def _threshold(entry: DutyEntry, place: DutyPlace) -> Threshold | None:
    when = entry.when
    if when is None:
        return None
    if (when.any is None) == (when.all is None):
        place.wrong(
            ("when",),
            zh="when 里要有 any（满足一条）或 all（全部满足），只能写一个",
            en="when needs either any (one is enough) or all (every one), not both",
        )
        return None
    combine: Literal["any", "all"] = "any" if when.any is not None else "all"
    written = when.any or when.all or ()
    rules = [_rule(rule, place, ("when", combine, number)) for number, rule in enumerate(written)]
    known = [rule for rule in rules if rule is not None]
    if combine == "any":
        _never_decisive(rules, place)
    if entry.due is None or entry.due.period is None:
        place.wrong(
            ("due",) if entry.due else (),
            zh="due 要写一段时间，从最后一个事实发生之日算起",
            en="due is a length of time, counted from the day of the fact that completes the set",
            mend=say(zh="例如 due: 20个工作日", en="for example due: 20 workdays"),
        )
        return None
    if len(known) < len(written):
        return None
    return Threshold(combine=combine, rules=tuple(known), due=entry.due.period, law=entry.law)


def _rule(rule: RuleEntry, place: DutyPlace, at: tuple[str | int, ...]) -> CountRule | StreakRule | None:
    if (rule.count is None) == (rule.streak is None):
        place.wrong(
            at,
            zh="每条要写 count（多少次）或 streak（连续多少个周期），只能写一个",
            en="a rule has either count (how many) or streak (how many periods running), not both",
        )
        return None
    if rule.count is not None:
        if rule.in_ is None:
            place.wrong(
                at,
                zh="缺少“in”：在多长时间内",
                en="“in” is missing: within how long",
                mend=say(zh="例如 in: 一年", en="for example in: 1 year"),
            )
            return None
        if rule.in_.unit is PeriodUnit.WORKDAY:
            place.wrong(
                (*at, "in"),
                zh="统计事实的时间窗不按工作日",
                en="a window of facts is not counted in working days",
                mend=say(zh="请写年、月、周或日", en="use years, months, weeks or days"),
            )
            return None
        return CountRule(count=rule.count, of=rule.of, within=rule.in_)
    run = rule.streak
    if run is None:
        return None
    if rule.in_ is not None:
        place.wrong((*at, "in"), zh="“in”只用于 count", en="“in” belongs to count", at_key=True)
    if run.amount < 2 or run.unit is PeriodUnit.WORKDAY:
        place.wrong(
            (*at, "streak"),
            zh=f"“{run}”不成连续",
            en=f"“{run}” is no run",
            mend=say(
                zh="至少 2 个，按季度、月、周、日或年", en="at least 2 quarters, months, weeks, days or years"
            ),
        )
        return None
    return StreakRule(length=run.amount, unit=run.unit, of=rule.of)


def _never_decisive(rules: list[CountRule | StreakRule | None], place: DutyPlace) -> None:
    """Under `any`, a rule that another rule always meets first never fires."""
    for number, rule in enumerate(rules):
        for other_number, other in enumerate(rules):
            if rule is None or other is None or number == other_number:
                continue
            same = rule == other and other_number < number
            if same or (rule != other and _implied(rule, other)):
                place.wrong(
                    ("when", "any", number),
                    zh=f"这一条永远轮不到：第{other_number + 1}条总是先满足",
                    en=f"this rule can never decide: rule {other_number + 1} is always met first",
                    mend=say(zh="请删除这一条，或改写条件", en="remove it or change it"),
                )
                break


def _implied(rule: CountRule | StreakRule, other: CountRule | StreakRule) -> bool:
    """Whether whatever meets `rule` has met `other` before."""
    if rule.of != other.of:
        return False
    if isinstance(rule, CountRule) and isinstance(other, CountRule):
        return other.count <= rule.count and _days(other.within) >= _days(rule.within)
    if isinstance(rule, StreakRule) and isinstance(other, StreakRule):
        return other.unit is rule.unit and other.length <= rule.length
    return isinstance(other, CountRule) and other.count == 1


def _days(period: Period) -> int:
    return period.amount * _APPROXIMATE_DAYS.get(period.unit, 1)


def _frequency(entry: DutyEntry, place: DutyPlace) -> Frequency | None:
    visits = entry.visits
    if visits is None:
        return None
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
        return Frequency(per_year=visits.per_year)
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
    return Frequency(by_grade=dict(grades), ungraded=visits.ungraded)
