"""A notice pasted as it was published: its number and title at the head, one numbered line for each festival, its day last.

国务院办公厅关于2026年部分节假日安排的通知
国办发明电〔2025〕7号
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
…
2025年11月4日

One that changes a festival of a year entered before is read by `amendments`.
"""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from duban.base.entrance import by_entrance
from duban.base.folding import legible
from duban.base.language import say
from duban.base.problems import Problem, ProblemsFound
from duban.holidays.amendments import Amendment, amended_holiday, amendment
from duban.holidays.names import A_FESTIVAL, festivals_named
from duban.holidays.notice import HolidayNotice, NoticeDetails, StatedHoliday
from duban.holidays.sentences import read_sentences
from duban.holidays.wordings import in_its_own_words

_FESTIVAL = re.compile(
    r"(?:^|(?<=。))[^\w\n(（<]*(?:[一二三四五六七八九十]+\s*[、.．]\s*(?P<numbered>[^：:。\n]{1,20}?)"
    rf"|[(（]?[一二三四五六七八九十\d]{{0,2}}[)）]?\s*[、.．]?[\s*]*(?P<named>{A_FESTIVAL}(?:\s*[、和及]\s*{A_FESTIVAL})*)(?:假期|假日|放假)?)"
    r"[\s*]*[：:][\s*]*",
    re.MULTILINE,
)
_ENDS = re.compile(r"\n\s*\n|[\n。]\s*(?:节假日期间|各地|国务院)")
"""What comes behind the last festival: good wishes, and who signed."""
_TYPED = re.compile(r"^(?:year|holidays)\s*[:：]", re.MULTILINE)
_TITLE = re.compile(r"(?:国务院办公厅)?关于\s*(20\d\d)年\s*部分节假日安排的通知")
_NUMBER = re.compile(r"国办发(?:明电)?\s*[〔\[［【(（]\s*\d{4}\s*[〕\]］】)）]\s*\d+\s*号")
_ISSUED = re.compile(r"(20\d\d)(?:\s*年\s*|-)(\d{1,2})(?:\s*月\s*|-)(\d{1,2})(?:\s*日|(?!\d))")
_OF_YEAR = re.compile(rf"(20\d\d)\s*年\s*{A_FESTIVAL}")
_ARRANGED = re.compile(r"(20\d\d)\s*年[^\d\n]{0,12}(?:放假|节假日)")
_WITHOUT_COLON = re.compile(
    rf"(^|(?<=。))[^\w\n(（<]*(?:20\d\d年)?({A_FESTIVAL})\s*(?:放假(?:时间|日期|安排)?[为是：:]?)?\s*(?=\d{{1,2}}月)",
    re.MULTILINE,
)
"""春节 2月10日至17日放假; 春节放假时间为2月10日至17日."""
_CELLS = re.compile(rf"^[ \t]*[|｜]?[ \t]*({A_FESTIVAL})[ \t]*[|｜\t](.*)$", re.MULTILINE)
"""A row of the table that papers print: 春节 | 2月10日～17日 | 2月4日、18日上班 | 8天."""
_ARTICLE = re.compile(r"content_\d+")


def is_pasted(path: Path, text: str) -> bool:
    """Whether a text is to be read as a notice as published, and not as YAML: all that has none of YAML's fields, but in a
    file named .yaml what has festivals in numbered lines, or is sentences alone.
    """
    if _TYPED.search(text):
        return False
    text = _in_sentences(text)
    if any(found.search(text) for found in (_FESTIVAL, _TITLE)) or amendment(text) is not None:
        return True
    in_yaml = path.suffix.lower() in (".yaml", ".yml")
    return bool(text.strip()) and not (in_yaml and any(sign in text for sign in (": ", ":\n", "{", "- ")))


def read_pasted(path: Path, text: str, details: NoticeDetails) -> HolidayNotice:
    """The notice in a pasted text. `details` say what the text does not.

    Raises ProblemsFound with every line that cannot be read, and for a notice without its year, number or day.
    """
    name = path.as_posix()
    body = _in_sentences(legible(text.replace("\r\n", "\n")))
    title = _TITLE.search(body)
    amends = amendment(body)
    year = details.year or (amends.year if amends else int(title[1]) if title else _year_of(text))
    if year is None and _FESTIVAL.search(body) is None:
        raise ProblemsFound([_no_notice(name)])
    number = details.number or ("".join(found[0].split()) if (found := _NUMBER.search(body)) else None)
    problems: list[Problem] = []
    issued_on = details.issued_on or _issued(body)
    if year is None:
        problems.append(_missing(name, "哪一年", "its year", command="--year 2027"))
    if number is None:
        problems.append(_missing(name, "文号", "its number", command="--number 国办发明电〔2026〕某号"))
    if issued_on is None:
        problems.append(_missing(name, "成文日期", "its day", command="--issued 2026-11-03"))
    holidays = _amended(name, body, amends, problems) if amends else []
    if year and not amends:
        holidays = list(_holidays(name, body, year, problems))
    if problems or year is None or number is None or issued_on is None:
        raise ProblemsFound(problems)
    article = _ARTICLE.search(body)
    return HolidayNotice(
        name,
        year,
        number,
        details.title
        or (amends.title if amends else "")
        or ("".join(title[0].split()) if title else f"国务院办公厅关于{year}年部分节假日安排的通知"),
        issued_on,
        article[0] if article else path.name,
        tuple(holidays),
    )


def _in_sentences(body: str) -> str:
    """The text with what stands in a table, or in a list without colons, written as the notice itself writes it."""
    return _WITHOUT_COLON.sub(r"\1\2：", _CELLS.sub(_sentence_of, in_its_own_words(body)))


def _sentence_of(row: re.Match[str]) -> str:
    """A row of a table as the sentences it stands for, on one line."""
    cells = [cell.strip() for cell in re.split(r"[|｜\t]", row[2])]
    rest = next((cell for cell in cells if re.match(r"\d{1,2}月", cell)), "")
    work = [cell for cell in cells if cell is not rest and re.match(r"\d{1,2}月", cell)]
    more = [
        cell if "连休" in cell else f"共{cell}" for cell in cells if re.fullmatch(r"\d{1,2}天|.*连休.*", cell)
    ]
    works = [cell if cell.endswith(("上班", "补班")) else f"{cell}上班" for cell in work]
    return f"{row[1]}：{'，'.join([f'{rest}放假', *more])}。{'。'.join(works)}"


def _year_of(body: str) -> int | None:
    """The year a text names before its festivals (2024年元旦) or the word for what it arranges, if it is one."""
    for pattern in (_OF_YEAR, _ARRANGED):
        if len(named := set(pattern.findall(body))) == 1:
            return int(named.pop())
    return None


def _holidays(name: str, body: str, year: int, problems: list[Problem]) -> Iterator[StatedHoliday]:
    """What each numbered line says of its festivals; a line may have been broken by the page it was copied from."""
    found = list(_FESTIVAL.finditer(body))
    ends = [each.start() for each in found[1:]]
    if not found:
        what = say(zh="没有认出一个节日的安排", en="no festival's arrangement is found in it")
        mend = say(
            zh="请每个节日一行：一、元旦：1月1日放假，与周末连休。",
            en="write a line for each festival: 一、元旦：1月1日放假，与周末连休。",
        )
        problems.append(Problem(name, 0, 0, what, mend))
        return
    last = _ENDS.search(body, found[-1].end())
    for heading, end in zip(found, [*ends, last.start() if last else len(body)], strict=True):
        start = heading.start("numbered" if heading["numbered"] else "named")
        line = body.count("\n", 0, start) + 1
        column = start - body.rfind("\n", 0, start)
        try:
            festivals = festivals_named((heading["numbered"] or heading["named"]).strip("* "))
            stated = read_sentences(body[heading.end() : end], year)
        except ValueError as why:
            problems.append(Problem(name, line, column, str(why)))
            continue
        yield StatedHoliday(festivals, stated.rest, stated.work, stated.advised, line, column)


def _amended(name: str, body: str, amends: Amendment, problems: list[Problem]) -> list[StatedHoliday]:
    try:
        return [amended_holiday(body, amends)]
    except ValueError as why:
        problems.append(Problem(name, 1, 1, str(why)))
        return []


def _issued(body: str) -> date | None:
    """The last day the text names with its year: the one it was signed on."""
    try:
        return next((date(*(int(part) for part in found)) for found in reversed(_ISSUED.findall(body))), None)
    except ValueError:
        return None


def _no_notice(name: str) -> Problem:
    what = say(
        zh="这不像放假通知：没有“关于某年部分节假日安排的通知”这样的标题，也没有一个节日的安排",
        en="this is no holiday notice: it has neither the title of one (关于…年部分节假日安排的通知) nor a festival's days",
    )
    mend = say(
        zh="请贴上国务院办公厅通知的全文：标题、文号，每个节日一行（一、元旦：1月1日放假，与周末连休。），最后是日期",
        en="paste the State Council's notice whole: its title, its number, a line for each festival "
        "(一、元旦：1月1日放假，与周末连休。), its day last",
    )
    return Problem(name, 0, 0, what, mend)


def _missing(name: str, zh: str, en: str, *, command: str) -> Problem:
    what = say(zh=f"通知里没有{zh}", en=f"the notice does not say {en}")
    page = say(zh="请照原文补上，或在表里填写", en="add it as published, or fill it in")
    mend = by_entrance(command=say(zh=f"请加上 {command}", en=f"add {command}"), page=page)
    return Problem(name, 0, 0, what, mend)
