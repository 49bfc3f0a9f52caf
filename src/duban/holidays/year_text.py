"""Writing a year into its file: only the lines that change are touched, whatever else stands there stays as it is.

What was written is read again and compared with what was meant; a file that is laid out so unusually that it does not
come out right is refused rather than spoiled.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from duban.base.language import say
from duban.base.problems import Problem, ProblemsFound
from duban.base.weekdays import WEEKDAYS
from duban.schemas.files import FIRST_LINE, first_line
from duban.workdays.statutory import statutory_days
from duban.workdays.years import CalendarYear, MakeUpDay, NoticeEntry, StatutoryDay, SwappedRest
from duban.yamlfile.composing import compose_text
from duban.yamlfile.models import validate
from duban.yamlfile.scalars import resolve
from duban.yamlfile.yaml_text import YamlFile

_HEADINGS = {
    "rest": "rest:   # 调休放假的周一至周五",
    "work": "work:   # 调休上班的周六、周日",
}
_ONLY_WHILE_PROVISIONAL = re.compile(r"#.*(?:通知尚未收到|调休和补班都还不知道|收到通知后：)")
_ARTICLE = re.compile(r"content_\d+")


def header(year: int) -> str:
    """The first line of an official year's file."""
    return f"# {year} 年工作日安排。没有写到的日子：周一至周五上班，周六周日休息。"


def year_text(year: CalendarYear, old: str | None, name: str) -> str:
    """The text of a year's file, changed from `old` (None: there is no file yet). `name` is its path for problems.

    Raises ProblemsFound when the old text cannot be changed without spoiling it.
    """
    newline = "\r\n" if old and "\r\n" in old else "\n"
    lines = _whole(year) if old is None else _changed(year, old.replace("\r\n", "\n"), name)
    text = "\n".join(lines).rstrip("\n") + "\n"
    if _read(text, year.year, name) != year:
        raise laid_out_otherwise(name)
    return text.replace("\n", newline)


def laid_out_otherwise(name: str) -> ProblemsFound:
    """That the file of this path cannot be changed without spoiling it, and how to go on by hand."""
    what = say(zh="这个文件的写法没法自动修改", en="this file is laid out so that it cannot be changed")
    mend = say(
        zh="请照 docs/zh/calendar.md 的样子整理后再试，或手工修改",
        en="lay it out as docs/zh/calendar.md shows, or edit it by hand",
    )
    return ProblemsFound([Problem(name, 0, 0, what, mend)])


def _read(text: str, year: int, name: str) -> CalendarYear | None:
    file, problems = compose_text(text, name)
    if file is None or problems:
        return None
    context = {"year": year, "seen": {}, "statutory": statutory_days(year)}
    return validate(file, file.data, CalendarYear, context=context)[0]


def _whole(year: CalendarYear) -> list[str]:
    lines = [
        first_line(f"calendar/{year.year}.yaml"),
        header(year.year),
        "",
        f"year: {year.year}",
        f"status: {year.status}",
        "",
    ]
    lines += ["notices:", *(line for notice in year.notices for line in _notice(year, notice)), ""]
    lines += ["holidays:   # 法定节日（全体公民放假）", *(_entry(each) for each in year.holidays)]
    for key, entries in (("rest", year.rest), ("work", year.work)):
        if entries:
            lines += ["", _HEADINGS[key], *(_entry(each) for each in entries)]
    return lines


def _notice(year: CalendarYear, notice: NoticeEntry) -> list[str]:
    article = "   # 中国政府网的文章编号" if _ARTICLE.fullmatch(notice.source) else ""
    lines = [
        f"  - number: {quoted(notice.number)}",
        f"    title: {quoted(notice.title)}",
        f"    date: {notice.date}",
        f"    source: {quoted(notice.source)}{article}",
    ]
    if notice.changed:
        works = dict(year.arranged())
        lines.append("    changed:   # 这份通知改动了已公布安排的哪几天")
        lines += [f"      - {day}   # {_became(day, works)}" for day in notice.changed]
    if notice.extra_rest:
        lines.append(f"    extra_rest: {notice.extra_rest}   # 在法定天数之外多放的天数")
    return lines


def _became(day: date, works: Mapping[date, bool]) -> str:
    if day in works:
        return "改为上班" if works[day] else "改为放假"
    return "取消补班，改为放假" if day.weekday() >= 5 else "取消放假，改为上班"


def quoted(text: str) -> str:
    """Text as YAML, in quotation marks only where it needs them."""
    plain = re.fullmatch(r"[\w〔〕（）()《》“”、，。/.\-]+( [\w〔〕（）()《》“”、，。/.\-]+)*", text)
    if (
        plain
        and not re.fullmatch(r"[\d._:\-+]+|true|false|null|yes|no|~", text, re.IGNORECASE)
        and text[0] != "-"
        and isinstance(resolve(text), str)  # 0E0 and 0x1F are numbers
    ):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _entry(entry: StatutoryDay | SwappedRest | MakeUpDay) -> str:
    return f"  - {{day: {entry.day}, name: {quoted(entry.name)}}}   # 周{WEEKDAYS[entry.day.weekday()]}"


def _changed(year: CalendarYear, old: str, name: str) -> list[str]:
    """The old lines with the new status, notices, days off and make-up days."""
    file, problems = compose_text(old, name)
    if file is None or problems:
        raise ProblemsFound(problems)
    lines = _head(year, old.split("\n"), file)
    for key in ("notices", "rest", "work"):
        file, _ = compose_text("\n".join(lines), name)
        if file is None:
            break
        if key == "notices":
            lines = _with_notices(year, lines, file)
        else:
            lines = _with_entries(key, getattr(year, key), lines, file)
    return lines


def _head(year: CalendarYear, lines: list[str], file: YamlFile) -> list[str]:
    """The lines with the status as it is now, and the words of a provisional year gone."""
    place = file.place(("status",))[0] - 1
    lines[place] = lines[place].replace("provisional", "official")
    kept = [line for line in lines if not _ONLY_WHILE_PROVISIONAL.match(line)]
    if len(kept) != len(lines):
        kept.insert(1 if kept[0].startswith(FIRST_LINE) else 0, header(year.year))
    return kept


def _with_notices(year: CalendarYear, lines: list[str], file: YamlFile) -> list[str]:
    written = file.data.get("notices") or []
    if not written:
        place = file.place(("status",))[0]
        block = ["", "notices:", *(line for notice in year.notices for line in _notice(year, notice))]
        return [*lines[:place], *block, *lines[place:]]
    end = _end_of(file, lines, "notices")
    kept = 0
    for notice, data in zip(year.notices, written, strict=False):
        if not _same_notice(notice, data):
            break
        kept += 1
    starts = [file.place(("notices", number))[0] - 1 for number in range(len(written))]
    cut = starts[kept] if kept < len(written) else end
    added = [line for notice in year.notices[kept:] for line in _notice(year, notice)]
    return [*lines[:cut], *added, *lines[end:]]


def _same_notice(notice: NoticeEntry, data: Mapping[str, object]) -> bool:
    told = (
        notice.number,
        notice.title,
        str(notice.date),
        notice.source,
        str(notice.extra_rest),
        [str(day) for day in notice.changed],
    )
    written = [str(data.get(key, "")) for key in ("number", "title", "date", "source")]
    written.append(str(data.get("extra_rest", 0)))
    changed = data.get("changed") or []
    return told == (*written, [str(day) for day in changed] if isinstance(changed, list) else changed)


def _with_entries(
    key: str, entries: Sequence[SwappedRest | MakeUpDay], lines: list[str], file: YamlFile
) -> list[str]:
    written = file.data.get(key) or []
    if not written:
        if not entries:
            return lines
        if key in file.data:  # `rest: []`
            place = file.key_place((key,))[0] - 1
            return [*lines[:place], _HEADINGS[key], *(_entry(each) for each in entries), *lines[place + 1 :]]
        while lines and not lines[-1].strip():
            lines.pop()
        return [*lines, "", _HEADINGS[key], *(_entry(each) for each in entries)]
    end = _end_of(file, lines, key)
    starts = [file.place((key, number))[0] - 1 for number in range(len(written))]
    spans = dict(zip(starts, [*starts[1:], end], strict=True))
    meant = {str(each.day): each for each in entries}
    block: list[tuple[str, list[str]]] = []
    for number, (start, stop) in enumerate(spans.items()):
        day, name = str(written[number].get("day")), written[number].get("name")
        if day in meant and meant[day].name == name:
            block.append((day, lines[start:stop]))
    there = {day for day, _ in block}
    block += [(day, [_entry(each)]) for day, each in meant.items() if day not in there]
    block.sort(key=lambda pair: pair[0])
    if not block:
        first = file.key_place((key,))[0] - 1
        return _without_blank(lines, first, end)
    return [*lines[: starts[0]], *_flat(each for _, each in block), *lines[end:]]


def _without_blank(lines: list[str], first: int, end: int) -> list[str]:
    before, after = lines[:first], lines[end:]
    while before and not before[-1].strip() and (not after or not after[0].strip()):
        before.pop()
    return [*before, *after]


def _end_of(file: YamlFile, lines: Sequence[str], key: str) -> int:
    """The line after the last one of a top-level block: its trailing blank lines and the next key's comments excluded."""
    first = file.key_place((key,))[0] - 1
    following = [
        file.key_place((other,))[0] - 1 for other in file.data if file.key_place((other,))[0] - 1 > first
    ]
    end = min(following, default=len(lines))
    while end > first + 1 and (not lines[end - 1].strip() or lines[end - 1].startswith("#")):
        end -= 1
    return end


def _flat(blocks: Iterable[list[str]]) -> list[str]:
    return [line for block in blocks for line in block]
