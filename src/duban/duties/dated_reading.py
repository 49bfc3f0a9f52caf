"""From what a person wrote to the kinds that have their own days: campaigns around named days, and what is owed once."""

from duban.base.language import say
from duban.duties.cadences import AfterEnd, AfterStart, AtEnd, BeforeStart, Campaign, Once, Opens
from duban.duties.entries import DutyEntry
from duban.duties.place import DutyPlace
from duban.workdays import Period, PeriodUnit

_LONGEST_DAYS = {
    PeriodUnit.WORKDAY: 2.5,
    PeriodUnit.DAY: 1,
    PeriodUnit.WEEK: 7,
    PeriodUnit.MONTH: 31,
    PeriodUnit.QUARTER: 92,
    PeriodUnit.HALF_YEAR: 184,
    PeriodUnit.YEAR: 366,
}
_MOST_DAYS_BEFORE = 400


def read_campaign(entry: DutyEntry, place: DutyPlace) -> Campaign | None:
    """The campaign of an entry, or None with the reasons noted in `place`."""
    if entry.campaign is None:
        return None
    due, opens = entry.due, entry.opens
    rule = due.rule if due else AtEnd()
    if not isinstance(rule, BeforeStart | AfterStart | AtEnd | AfterEnd) or (due and due.unit is not None):
        place.wrong(
            ("due",),
            zh="节点行动的期限要从节日或活动算起",
            en="a campaign is due by its own days",
            mend=say(
                zh="例如“节前”“当天”“期间”“结束后5个工作日内”",
                en="for example “before it starts”, “on the day”, “5 workdays after it ends”",
            ),
        )
        return None
    if opens is not None and opens.unit is not None:
        place.wrong(
            ("opens",),
            zh="节点行动没有周期，请写“开始前10个工作日”或“当天”",
            en="a campaign has no period: write “10 workdays before it starts” or “on the day”",
        )
        return None
    opening = opens.opens if opens else Opens()
    if isinstance(rule, BeforeStart) and not _opens_before(opening, rule):
        place.wrong(
            ("opens",) if opens else (),
            zh="活动开始前就要办完，开办要更早",
            en="it is due before the window begins, so it must open earlier",
            mend=say(zh="例如 opens: 开始前10个工作日", en="for example opens: 10 workdays before it starts"),
        )
        return None
    if opening.anchor == "end" and not isinstance(rule, AfterEnd):
        place.wrong(("opens",), zh="活动结束以后才开办，却要在那以前办完", en="it opens after it is due")
        return None
    if not _near(opening, place):
        return None
    return Campaign(names=entry.campaign, due=rule, opens=opening)


def read_once(entry: DutyEntry, place: DutyPlace) -> Once | None:
    """The one-off duty of an entry, or None with the reasons noted in `place`."""
    term = entry.once
    if term is None:
        return None
    opens = entry.opens.opens if entry.opens else Opens()
    if opens.anchor == "end" or (entry.opens is not None and entry.opens.unit is not None):
        place.wrong(
            ("opens",),
            zh="一次性事项的开办请写“到期前60个工作日”",
            en="a one-off duty opens so long “before due”, for example 60 workdays before due",
        )
        return None
    if not _near(opens, place):
        return None
    return Once(first=term.first, last=term.last, rolls=term.rolls, opens=opens)


def _opens_before(opens: Opens, due: BeforeStart) -> bool:
    if opens.anchor == "due":
        return opens.before is not None
    return opens.before is not None and _days(opens.before) > (_days(due.period) if due.period else 0)


def _near(opens: Opens, place: DutyPlace) -> bool:
    if opens.before is not None and _days(opens.before) > _MOST_DAYS_BEFORE:
        place.wrong(
            ("opens",),
            zh="最早提前一年开办",
            en="it may open a year ahead at most",
        )
        return False
    return True


def _days(period: Period) -> float:
    """No shorter than the period ever is, in natural days, holidays aside."""
    return period.amount * _LONGEST_DAYS[period.unit]
