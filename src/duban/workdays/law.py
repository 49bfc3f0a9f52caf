"""A year's arrangement held against 全国年节及纪念日放假办法.

| rule | article | what breaks it |
|---|---|---|
| every statutory day rests | 2 | a statutory day left out, or made a working day |
| a statutory day on a weekend is given back on a working day | 6 | fewer days off than are owed |
| further days off are swapped, each for a make-up Saturday or Sunday | 6, 7 | more days off than were worked for |
| not more than six working days running around a holiday (from 2025) | 7 | a remark: the article allows exceptions |

From the second and the third follows one equation, which every notice from 2018 on obeys: days off from Monday to
Friday = statutory days on a weekend + make-up days. It fails by two in 2020, when the Spring Festival was extended: such
days are stated as `extra_rest`, or are among the days an amendment changed. A make-up day that was forgotten, or 除夕 2024 taken for a holiday, fails it too.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from duban.base.days import ONE_DAY
from duban.base.language import say
from duban.workdays.lunar import lunar_eve
from duban.workdays.statutory import regulation, statutory_days
from duban.workdays.steps import told
from duban.workdays.years import CalendarYear

SATURDAY = 5
LONGEST_STRETCH = 6
STRETCH_SINCE = 2025


@dataclass(frozen=True)
class Contradiction:
    """Where an arrangement contradicts the law, or itself: the day it is about (None: the year), and how to mend it."""

    day: date | None  #: the day it is about; None: the year
    what: str  #: what contradicts, in the reader's words
    mend: str  #: how to mend it


def contradictions(
    year: int, rest: Mapping[date, str], work: Mapping[date, str], extra_rest: int = 0
) -> list[Contradiction]:
    """Everything in which the swapped days off and the make-up days of a year contradict the law.

    `rest` are the days off from Monday to Friday that are no statutory days; `work` the make-up days; `extra_rest`
    the days off beyond the law that the notices themselves call an exception.
    """
    statutory = statutory_days(year)
    found = [*_make_up_days(year, statutory, rest, work)]
    if not found:
        found += _balance(year, statutory, rest, work, extra_rest)
    return found


def contradictions_of(year: CalendarYear) -> list[Contradiction]:
    """Everything in which an official year contradicts the law, as its file states it; a provisional one cannot.

    Days off beyond the law are allowed as far as its notices account for them.
    """
    if year.status != "official":
        return []
    rest, work = ({each.day: each.name for each in days} for days in (year.rest, year.work))
    allowed = max(min(surplus(year.year, rest, work), year.extra_rest), 0)
    return contradictions(year.year, rest, work, allowed)


def _make_up_days(
    year: int, statutory: Mapping[date, str], rest: Mapping[date, str], work: Mapping[date, str]
) -> Iterator[Contradiction]:
    for day in sorted(work):
        if day in statutory:
            yield Contradiction(
                day,
                say(
                    zh=f"{told(day)}是法定节日（{statutory[day]}），按{regulation(year)}第二条应当放假，不能上班",
                    en=f"{told(day)} is a statutory day ({statutory[day]}): it rests under article 2 of {regulation(year)}",
                ),
                say(zh="请核对上班的日子", en="check the make-up days"),
            )
        elif day.weekday() < SATURDAY:
            yield Contradiction(
                day,
                say(zh=f"{told(day)}本来就上班", en=f"{told(day)} works anyway"),
                say(zh="补班只能是周六、周日，请核对", en="a make-up day is a Saturday or Sunday; check it"),
            )
        elif day in rest:
            yield Contradiction(
                day,
                say(zh=f"{told(day)}又放假又上班", en=f"{told(day)} both rests and works"),
                say(zh="请核对", en="check it"),
            )


def surplus(year: int, rest: Collection[date], work: Collection[date]) -> int:
    """How many days off a year has beyond those the law and its make-up days give; negative: so many are missing.

    `rest` are the days off from Monday to Friday that are no statutory days, `work` the make-up days.
    """
    return len(rest) - _given_back(statutory_days(year)) - len(work)


def _balance(
    year: int, statutory: Mapping[date, str], rest: Mapping[date, str], work: Mapping[date, str], extra: int
) -> Iterator[Contradiction]:
    given_back, beyond = _given_back(statutory), surplus(year, rest, work) - extra
    if beyond == 0:
        return
    stated = say(zh=f"，另多放 {extra} 天", en=f", {extra} more are stated") if extra else ""
    if beyond < 0:
        told_so = say(zh=f"{year} 年少放 {-beyond} 天", en=f"{year} has {-beyond} days off too few")
        mend = say(zh="请核对放假的起止和上班的日子", en="check the days off and the make-up days")
    else:
        told_so = say(zh=f"{year} 年多放 {beyond} 天", en=f"{year} has {beyond} days off too many")
        mend = _why_too_many(year, rest, beyond + extra)
    yield Contradiction(
        None,
        told_so
        + say(
            zh=f"：法定节日逢周末应补假 {given_back} 天，补班换来 {len(work)} 天{stated}，"
            f"平日却放 {len(rest)} 天（{regulation(year)}第六条）",
            en=f": {given_back} statutory days on weekends and {len(work)} make-up days are to be given back{stated}, "
            f"{len(rest)} are given (article 6 of {regulation(year)})",
        ),
        mend,
    )


def _given_back(statutory: Mapping[date, str]) -> int:
    """How many statutory days fall on a weekend, or on another festival's day: each is given back on a working day."""
    return sum(
        len(name.split("、")) - (0 if day.weekday() >= SATURDAY else 1) for day, name in statutory.items()
    )


def _why_too_many(year: int, rest: Mapping[date, str], extra: int) -> str:
    eve = lunar_eve(year)
    trap = (
        say(
            zh=f"除夕（{eve}）这一年不是法定节日，通知只写“鼓励休息”的仍要上班；",
            en=f"the eve ({eve}) is no statutory day that year: if it is only encouraged to be taken off, it works; ",
        )
        if eve in rest
        else ""
    )
    return trap + say(
        zh=f"看看是不是漏了上班的日子；通知确实在法定天数之外多放的，写 extra_rest: {extra}",
        en=f"look for a forgotten make-up day; if the notice really gives more, state extra_rest: {extra}",
    )


def uncovered(year: int, festivals: Iterable[str], rest: Iterable[date]) -> list[Contradiction]:
    """The statutory days of these festivals that a notice does not name among its days off.

    `festivals` are those the notice arranges for `year`, `rest` its days off. A festival it does not name
    is not asked for: the notice may be one of several.
    """
    named, off = set(festivals), set(rest)
    return [
        Contradiction(
            day,
            say(
                zh=f"{told(day)}是法定节日（{name}），按{regulation(year)}第二条应当放假，通知里却没有放",
                en=f"{told(day)} is a statutory day ({name}): it rests under article 2 of {regulation(year)}, "
                "yet the notice does not give it off",
            ),
            say(zh="请核对放假的起止", en="check from when to when the notice gives off"),
        )
        for day, name in statutory_days(year).items()
        if day not in off and _festivals_of(name) & named
    ]


def _festivals_of(name: str) -> set[str]:
    return {"春节" if part == "除夕" else part for part in name.split("、")}


def long_stretches(year: int, rest: Mapping[date, str], work: Mapping[date, str]) -> list[tuple[date, date]]:
    """Runs of more than six working days that a make-up day is part of: article 7 asks for six at most, normally.

    `rest` and `work` are the days of `year`'s notice with what it calls them. First and last day of each run, both
    inclusive, oldest first; none before the article was in force.
    """
    if year < STRETCH_SINCE:
        return []
    statutory = statutory_days(year)
    found: list[tuple[date, date]] = []
    for day in sorted(work):
        first = last = day
        while _works(first - ONE_DAY, statutory, rest, work):
            first -= ONE_DAY
        while _works(last + ONE_DAY, statutory, rest, work):
            last += ONE_DAY
        if (last - first).days >= LONGEST_STRETCH and (first, last) not in found:
            found.append((first, last))
    return found


def _works(
    day: date, statutory: Mapping[date, str], rest: Mapping[date, str], work: Mapping[date, str]
) -> bool:
    return day in work or (day.weekday() < SATURDAY and day not in statutory and day not in rest)
