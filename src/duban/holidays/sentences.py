"""The sentences of a notice, as the State Council writes them: 2月15日（周日）至23日（周一）放假调休，共9天。2月14日（周六）上班。

An official copies them from the notice. The weekday in brackets and 共9天 need not be there; where they are, they are
checked, because they are what gives a slip of the pen away.
"""

import re
from dataclasses import dataclass
from datetime import date

from duban.base.days import each_day
from duban.base.language import say
from duban.base.objections import WrongValue
from duban.base.weekdays import WEEKDAYS

_DAY = r"(?:(?:(?P<year{n}>\d{{4}})年)?(?:(?P<month{n}>\d{{1,2}})月)?(?P<day{n}>\d{{1,2}})日|(?P<iso{n}>\d{{4}}-\d\d-\d\d))(?:\((?P<note{n}>[^()]*)\))?"
_SPAN = re.compile(_DAY.format(n=1) + r"(?:(?:至|到|-|—+|–|~|～)" + _DAY.format(n=2) + r")?")
_WORDS_OF_REST = re.compile(r"(?:放假|调休|连休|休息|与周末连休|不调休|[,、]|共?\d{1,2}天)*")
_WORKS = re.compile(r"(?:照常|正常|均|都|调整?为|为)*(?:上班|补班|工作日)$")
_MAKE_UP_BEHIND = re.compile(r",(?=[\d年月日()\w、]*(?:上班|补班|工作日)$)")
"""Where the make-up days begin in a sentence that tells the days of rest first: …共8天,2月4日、2月18日上班."""
_MAKE_UP_BEFORE = re.compile(r"[\d年月日()\w、 ]*?(?:上班|补班|工作日)(?P<comma>,)(?=.*放假)")
"""…or before them: 2月4日上班,2月10日至17日放假."""
_SAYS_REST = re.compile(r"放假|与周末连休|共\d{1,2}天")
_BRACKETS = re.compile(r"\([^()]*\)")
_COUNT = re.compile(r"(?<!\d)(\d{1,2})天")
_ADVICE = ("鼓励", "提倡", "倡导")
_LONGEST = 31
_FULL_WIDTH = str.maketrans("０１２３４５６７８９（），－　", "0123456789(),- ")


@dataclass(frozen=True)
class StatedDays:
    """The days one sentence or several arrange: `rest` with the weekends in between, `work` on weekends.

    `advised` are days that the notice only encourages to take off (2024 除夕): they stay what they are.
    """

    rest: tuple[date, ...] = ()  #: the days of rest, weekends in between with them
    work: tuple[date, ...] = ()  #: days of rest that work instead
    advised: tuple[date, ...] = ()  #: days of rest that are only recommended


def read_sentences(text: str, year: int) -> StatedDays:
    """The days that the sentences about one festival of `year` arrange.

    A month without its year is of `year`; December is of the year before, as notices write 元旦. Raises ValueError
    for what is no such sentence, a weekday or a number of days that does not fit.
    """
    rest: list[date] = []
    work: list[date] = []
    advised: list[date] = []
    plain = _BRACKETS.sub(_without_stops, re.sub(r"\s+", "", text.translate(_FULL_WIDTH)))
    for sentence in filter(None, (part for each in re.split(r"[。;；.]", plain) for part in _apart(each))):
        if sentence.startswith(_ADVICE):
            advised += [day for span in _SPAN.finditer(sentence) for day in _days(span, year)]
        elif "放假" in sentence and _WORKS.search(sentence):
            raise WrongValue(
                zh=f"“{sentence}”请分成两句，放假一句，上班一句，用句号隔开",
                en=f"make two sentences of “{sentence}”: one for 放假, one for 上班",
            )
        elif works := _WORKS.search(sentence):
            work += _listed(sentence[: works.start()], year)
        elif said := _SAYS_REST.search(sentence):
            rest += _rest(sentence[: said.start()], sentence[said.start() :].removeprefix("放假"), year)
        else:
            raise WrongValue(
                zh=f"看不懂“{sentence}”，请写“2月15日至23日放假，共9天。2月14日、2月28日上班。”这样",
                en=f"cannot read “{sentence}”; write like “2月15日至23日放假，共9天。2月14日、2月28日上班。”",
            )
    return StatedDays(tuple(sorted(set(rest))), tuple(sorted(set(work))), tuple(sorted(set(advised))))


def _without_stops(brackets: re.Match[str]) -> str:
    """(农历除夕、周二) without the marks at which a sentence or a list is split."""
    return re.sub(r"[、,和。;；.]", " ", brackets[0])


def _apart(sentence: str) -> list[str]:
    """A sentence, or the two that a comma joins: the days of rest, and the make-up days behind them."""
    if before := _MAKE_UP_BEFORE.match(sentence):
        return [sentence[: before.start("comma")], sentence[before.end() :]]
    split = _MAKE_UP_BEHIND.search(sentence)
    if split is None or not _SAYS_REST.search(sentence[: split.start()]):
        return [sentence]
    return [sentence[: split.start()], sentence[split.end() :]]


def _rest(head: str, tail: str, year: int) -> list[date]:
    """The days before the words of rest, and whether what stands behind them fits."""
    days = _listed(head, year)
    if not _WORDS_OF_REST.fullmatch(tail):
        raise ValueError(
            say(zh=f"看不懂“放假”后面的“{tail}”", en=f"cannot read “{tail}” after “放假”")
            + say(zh="，上班的日子请另写一句", en="; make-up days go into a sentence of their own")
        )
    for count in () if "连休" in tail else _COUNT.findall(tail):
        if int(count) != len(days):
            raise WrongValue(
                zh=f"写着共 {count} 天，{_told(days)}却是 {len(days)} 天",
                en=f"it says {count} days, but {_told(days)} is {len(days)}",
            )
    return days


def _listed(text: str, year: int) -> list[date]:
    """1月4日(周日)、1月10日 as days; each part is a day or a span."""
    days: list[date] = []
    for part in re.split(r"[、,和]", text.strip("、,")):
        found = _SPAN.fullmatch(part)
        if not found:
            raise WrongValue(
                zh=f"“{part}”不是日期，请写“2月15日”或“2月15日至23日”",
                en=f"“{part}” is not a date; write “2月15日” or “2月15日至23日”",
            )
        days += _days(found, year, days[-1] if days else None)
    return days


def _days(span: re.Match[str], year: int, before: date | None = None) -> list[date]:
    first = _day(span, "1", year, before)
    if span["day2"] is None and span["iso2"] is None:
        return [first]
    last = _day(span, "2", year, first)
    length = (last - first).days + 1
    if not 1 <= length <= _LONGEST:
        raise WrongValue(zh=f"{first} 至 {last} 不对", en=f"{first} to {last} cannot be")
    return each_day(first, last)


def _day(span: re.Match[str], n: str, year: int, before: date | None) -> date:
    """The day of one half of a span; `before` is the day written before it, whose month goes on."""
    try:
        if span[f"iso{n}"]:
            day = date.fromisoformat(span[f"iso{n}"])
        else:
            month = int(span[f"month{n}"] or (before.month if before else 0))
            stated = span[f"year{n}"]
            usual = before.year + (month < before.month) if before and n == "2" else year - (month == 12)
            day = date(int(stated) if stated else usual, month, int(span[f"day{n}"]))
    except ValueError:
        raise WrongValue(zh=f"没有“{span[0]}”这样的日子", en=f"“{span[0]}” is no day there is") from None
    _check_weekday(day, span[f"note{n}"] or "")
    return day


def _check_weekday(day: date, note: str) -> None:
    said = re.search(r"(?:周|星期)([一二三四五六日天])", note)
    if said and WEEKDAYS.index(said[1].replace("天", "日")) != day.weekday():
        raise WrongValue(
            zh=f"写着周{said[1]}，{day} 却是周{WEEKDAYS[day.weekday()]}",
            en=f"it says 周{said[1]}, but {day} is a 周{WEEKDAYS[day.weekday()]}",
        )


def _told(days: list[date]) -> str:
    return say(zh=f"{days[0]} 至 {days[-1]}", en=f"{days[0]} to {days[-1]}")
