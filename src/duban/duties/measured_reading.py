"""From what a person wrote to the kinds that facts measure: numbers to reach (quota) and shares to keep (ratio)."""

from duban.base.language import say
from duban.duties.cadences import Counted, Quota, Ratio, Registered, YearBefore
from duban.duties.entries import AmongEntry, CountedEntry, DutyEntry
from duban.duties.period_reading import read_period_days
from duban.duties.place import DutyPlace
from duban.workdays import PeriodUnit

_LONG_ENOUGH = (PeriodUnit.MONTH, PeriodUnit.QUARTER, PeriodUnit.HALF_YEAR, PeriodUnit.YEAR)


def read_quota(entry: DutyEntry, place: DutyPlace) -> Quota | None:
    """The quota of an entry, or None with the reasons noted in `place`."""
    goal = entry.quota
    if goal is None:
        return None
    counted = _of(entry.of, place, "quota")
    days = read_period_days(goal.each, entry, place)
    if counted is None or days is None:
        return None
    return Quota(
        every=goal.each, due=days[0], opens=days[1], at_least=goal.at_least, measure=goal.measure, of=counted
    )


def read_ratio(entry: DutyEntry, place: DutyPlace) -> Ratio | None:
    """The ratio of an entry, or None with the reasons noted in `place`."""
    share = entry.ratio
    if share is None:
        return None
    counted = _of(entry.of, place, "ratio")
    among = _among(entry.among, place)
    if share.each not in _LONG_ENOUGH:
        place.wrong(
            ("ratio",),
            zh="比率按月、季度、半年或年考核",
            en="a ratio is taken by month, quarter, half-year or year",
        )
        return None
    days = read_period_days(share.each, entry, place)
    if counted is None or among is None or days is None:
        return None
    if isinstance(among, Registered) and counted.amount is not None:
        place.wrong(
            ("of", "amount"),
            zh="among 是监管对象时，of 按户数，每户只算一次，不能写 amount",
            en="among subjects, of counts each subject once: amount does not go with it",
            at_key=True,
        )
        return None
    if share.at_least and share.bound > 1 and not isinstance(among, YearBefore):
        place.wrong(
            ("ratio",),
            zh="超过 100% 的比率只能和上年同期比：among: 上年同期",
            en="a share above 100% can only be against the year before: among: the year before",
        )
        return None
    return Ratio(
        every=share.each,
        due=days[0],
        opens=days[1],
        bound=share.bound,
        at_least=share.at_least,
        of=counted,
        among=among,
    )


def _of(of: CountedEntry | None, place: DutyPlace, kind: str) -> Counted | None:
    if of is None:
        place.wrong(
            (kind,),
            zh="缺少“of”：数哪种事实",
            en="“of” is missing: which kind of fact counts",
            mend=say(zh="例如 of: event.held", en="for example of: event.held"),
        )
        return None
    return Counted(fact=of.fact, where=of.where, amount=of.amount)


def _among(among: AmongEntry | str | None, place: DutyPlace) -> Counted | Registered | YearBefore | None:
    if among is None:
        place.wrong(
            ("ratio",),
            zh="缺少“among”：在哪些里面占多少",
            en="“among” is missing: what the share is taken of",
            mend=say(
                zh="写一种事实、{subject: 监管对象} 或 上年同期",
                en="write a kind of fact, {subject: kind} or the year before",
            ),
        )
        return None
    if isinstance(among, str):
        return YearBefore()
    if (among.fact is None) == (among.subject is None):
        place.wrong(
            ("among",),
            zh="among 要写 fact 或 subject，只能写一个",
            en="among is either a fact or a subject",
        )
        return None
    if among.subject is not None:
        if among.amount is not None:
            place.wrong(
                ("among", "amount"), zh="amount 只用于事实", en="amount belongs to facts", at_key=True
            )
            return None
        return Registered(subject=among.subject, where=among.where)
    return Counted(fact=among.fact or "", where=among.where, amount=among.amount)
