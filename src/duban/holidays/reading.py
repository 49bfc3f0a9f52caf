"""Reading a notice from a file: its text as published, YAML as an official types it, or the ICS file of a calendar."""

from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from duban.base.language import say
from duban.base.problems import Problem, ProblemsFound
from duban.base.system_words import system_reason
from duban.holidays.ics import read_ics
from duban.holidays.names import festivals_named
from duban.holidays.notice import HolidayNotice, NoticeDetails, StatedHoliday, WrittenNotice
from duban.holidays.pasted import is_pasted, read_pasted
from duban.holidays.sentences import read_sentences
from duban.yamlfile import YamlFile, load_file
from duban.yamlfile.files import MOST_BYTES, read_text

_FORMATS = (
    (b"PK\x03\x04", "zip / xlsx / docx"),
    (b"%PDF", "PDF"),
    (b"\xd0\xcf\x11\xe0", "doc / xls"),
    (b"\x1f\x8b", "gzip"),
    (b"Rar!", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
)


def read_notice(
    path: Path, details: NoticeDetails, zone: ZoneInfo, open_years: frozenset[int]
) -> HolidayNotice:
    """The notice in a file. Raises ProblemsFound with everything in it that cannot be read or be so.

    `details` and `open_years` (the years that still wait for a notice) are for an ICS file, which may hold several
    years and names no notice; `details` also for a text without its number or day. The YAML form says all of it itself.
    """
    start = _first_bytes(path)
    for magic, name in _FORMATS:
        if start.startswith(magic):
            what = say(
                zh=f"这是 {name} 文件，不是通知的文字、YAML 或 ICS",
                en=f"this is a {name} file, no text, no YAML and no ICS",
            )
            mend = say(
                zh="请把通知全文贴进一个文本文件（.txt），或照 docs/zh/calendar.md 写成 YAML",
                en="paste the notice's text into a text file (.txt), or write it as YAML as docs/zh/calendar.md shows",
            )
            raise ProblemsFound([Problem(path.as_posix(), 0, 0, what, mend)])
    if path.suffix.lower() == ".ics" or start.lstrip(b"\xef\xbb\xbf \t\r\n").upper().startswith(
        b"BEGIN:VCALENDAR"
    ):
        return read_ics(path, details, zone, open_years)
    text, problems = read_text(path, root=None)
    if text is None:
        raise ProblemsFound(problems)
    if is_pasted(path, text):
        return read_pasted(path, text, details)
    return _from_yaml(path)


def _first_bytes(path: Path) -> bytes:
    """The first bytes of a file that is not too big. Raises ProblemsFound for one that is not there or is too big."""
    whole = path.as_posix()
    try:
        if not path.is_file():
            raise ProblemsFound([Problem(whole, 0, 0, say(zh="没有这个文件", en="there is no such file"))])
        if (size := path.stat().st_size) > MOST_BYTES:
            what = say(
                zh=f"文件有 {size / 1_000_000:.1f} MB，一份放假通知用不了 {MOST_BYTES // 1_000_000} MB",
                en=f"the file has {size / 1_000_000:.1f} MB, no holiday notice has {MOST_BYTES // 1_000_000} MB",
            )
            raise ProblemsFound([Problem(whole, 0, 0, what)])
        with path.open("rb") as file:
            return file.read(64)
    except OSError as error:
        what = say(zh=f"读不了：{system_reason(error)}", en=f"cannot be read: {system_reason(error)}")
        raise ProblemsFound([Problem(whole, 0, 0, what)]) from error


def _from_yaml(path: Path) -> HolidayNotice:
    file, written, problems = load_file(path, WrittenNotice, root=None)
    if file is None or written is None or problems:
        raise ProblemsFound(problems)
    holidays = []
    remarks = []
    seen: dict[str, str] = {}
    for heading, text in written.holidays.items():
        at = ("holidays", heading)
        try:
            festivals = festivals_named(heading)
        except ValueError as why:
            problems.append(file.problem(at, str(why), at_key=True))
            continue
        problems += _stated_before(file, heading, festivals, seen)
        try:
            stated = read_sentences(text, written.year)
        except ValueError as why:
            problems.append(file.problem(at, str(why)))
            continue
        line, column = file.place(at)
        holidays.append(StatedHoliday(festivals, stated.rest, stated.work, stated.advised, line, column))
        remarks += [_only_advice(file, heading, day) for day in stated.advised]
    problems += _another_year(file, written)
    if problems:
        raise ProblemsFound(problems)
    return HolidayNotice(
        file.path,
        written.year,
        written.number,
        written.title,
        written.date,
        written.source,
        tuple(holidays),
        written.extra_rest,
        tuple(remarks),
    )


def _stated_before(
    file: YamlFile, heading: str, festivals: tuple[str, ...], seen: dict[str, str]
) -> list[Problem]:
    problems = []
    for name in festivals:
        if name in seen:
            what = say(
                zh=f"“{name}”在“{seen[name]}”里已经写过", en=f"{name} stands under “{seen[name]}” already"
            )
            problems.append(file.problem(("holidays", heading), what, at_key=True))
        seen[name] = heading
    return problems


def _another_year(file: YamlFile, written: WrittenNotice) -> list[Problem]:
    """A title that names another year than `year`: one of the two is wrong."""
    import re

    named = {int(year) for year in re.findall(r"(20\d\d)年", written.title)}
    if not named or written.year in named:
        return []
    what = say(
        zh=f"标题写的是 {min(named)} 年，year 却是 {written.year}",
        en=f"the title speaks of {min(named)}, but year is {written.year}",
    )
    return [file.problem(("year",), what)]


def _only_advice(file: YamlFile, heading: str, day: date) -> Problem:
    what = say(
        zh=f"{day} 只是“鼓励”休息，不是放假，仍按原来的算",
        en=f"{day} is only encouraged to be taken off: it stays what it is",
    )
    return file.problem(("holidays", heading), what)
