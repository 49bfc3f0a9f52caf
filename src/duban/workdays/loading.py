"""Reading the folder `calendar/`: one file per year, plus `festivals.yaml` and `closures.yaml`."""

import re
from itertools import pairwise
from pathlib import Path

from duban.base.language import say
from duban.base.problems import Problem, ProblemsFound
from duban.workdays.closures import CLOSURES_FILE
from duban.workdays.festivals import FESTIVALS_FILE, Festivals, load_festivals
from duban.workdays.law import Contradiction, contradictions_of
from duban.workdays.statutory import statutory_days
from duban.workdays.working_calendar import YEARS_AHEAD, WorkdayCalendar
from duban.workdays.years import CalendarYear
from duban.yamlfile import YamlFile, load_file

_YEAR_FILE = re.compile(r"(20(?:0[89]|[1-9]\d))\.yaml")


def load_calendar(folder: Path) -> WorkdayCalendar:
    """The working calendar of the project folder `calendar/`, with the festivals and windows it names, and the years after it derived.

    Raises ProblemsFound with every mistake of every file: days of another year, days arranged twice, a make-up day
    that is a weekday, a statutory day left out, years that do not follow each other, files nobody would read. Where there
    is none of these: days off that the law and the make-up days do not account for (放假办法 art. 6).
    """
    files, problems = _read_years(folder)
    years = [year for _, year in files]
    problems += _stray_files(folder)
    if not problems:
        problems += _broken_sequence(folder, years)
    festivals = Festivals()
    if (folder / FESTIVALS_FILE).exists():
        try:
            festivals = load_festivals(folder)
        except ProblemsFound as found:
            problems += found.problems
    if not problems:
        problems += [_unlawful(file, year, each) for file, year in files for each in contradictions_of(year)]
    if problems:
        raise ProblemsFound(problems)
    return WorkdayCalendar(years, festivals, ahead=YEARS_AHEAD)


def _read_years(folder: Path) -> tuple[list[tuple[YamlFile, CalendarYear]], list[Problem]]:
    """The years that can be read, oldest first, each with its file, and every problem of those that cannot."""
    years: list[tuple[YamlFile, CalendarYear]] = []
    problems: list[Problem] = []
    seen: dict[object, str] = {}
    for path in sorted(folder.glob("*.yaml")):
        named = _YEAR_FILE.fullmatch(path.name)
        if not named:
            continue
        number = int(named[1])
        context = {"year": number, "seen": seen, "statutory": statutory_days(number)}
        file, year, found = load_file(path, CalendarYear, root=folder.parent, context=context)
        problems += found
        if file is not None and year is not None:
            years.append((file, year))
    return years, problems


def _unlawful(file: YamlFile, year: CalendarYear, found: Contradiction) -> Problem:
    """A contradiction of the law at the day it is about, or at the list of make-up days."""
    days = [each.day for each in year.work]
    if found.day in days:
        return file.problem(("work", days.index(found.day), "day"), found.what, found.mend)
    return file.problem(("work",), found.what, found.mend, at_key=True)


def _stray_files(folder: Path) -> list[Problem]:
    """Files that would silently not be read."""
    return (
        [
            Problem(
                f"{folder.name}/{path.name}",
                0,
                0,
                say(zh="这个文件不会被读取", en="this file would not be read"),
                say(
                    zh=f"年份文件请命名为 2027.yaml 这样的四位年份，节日和时段写在 {FESTIVALS_FILE}，局部停工写在 {CLOSURES_FILE}",
                    en=f"name a year's file 2027.yaml; festivals and windows go into {FESTIVALS_FILE}, closures into {CLOSURES_FILE}",
                ),
            )
            for path in sorted(folder.iterdir())
            if path.suffix in (".yaml", ".yml")
            and path.name not in (FESTIVALS_FILE, CLOSURES_FILE)
            and not _YEAR_FILE.fullmatch(path.name)
        ]
        if folder.is_dir()
        else []
    )


def _broken_sequence(folder: Path, years: list[CalendarYear]) -> list[Problem]:
    if not years:
        what = say(zh="一年的工作日历也没有", en="there is not one year of the working calendar")
        mend = say(zh="请放入 2026.yaml 这样的年份文件", en="add files such as 2026.yaml")
        return [Problem(folder.name, 0, 0, what, mend)]
    problems: list[Problem] = []
    for before, after in pairwise(years):
        for missing in range(before.year + 1, after.year):
            what = say(
                zh=f"缺少 {missing} 年，{before.year} 年和 {after.year} 年之间断开了",
                en=f"{missing} is missing between {before.year} and {after.year}",
            )
            mend = say(zh="请补上这个文件", en="add this file")
            problems.append(Problem(f"{folder.name}/{missing}.yaml", 0, 0, what, mend))
        if before.status == "provisional" and after.status == "official":
            what = say(
                zh=f"{after.year} 年已有正式通知，{before.year} 年却还是 provisional",
                en=f"{after.year} is official while {before.year} is still provisional",
            )
            mend = say(zh="请先补上较早一年的通知", en="enter the earlier year's notice first")
            problems.append(Problem(f"{folder.name}/{before.year}.yaml", 0, 0, what, mend))
    return problems
