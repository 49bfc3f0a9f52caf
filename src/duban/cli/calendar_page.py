"""`duban calendar verify` and `show`: how the calendar stands, year by year and month by month."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

from duban.base.days import each_day
from duban.base.language import say
from duban.cli.bilingual import argument, option
from duban.cli.failures import Refused
from duban.cli.forms import As, Output, RowList, hand_over_list
from duban.cli.opened import unit_meant
from duban.cli.options import Json, Project, read_year
from duban.cli.screen import screen, show_json, tell

if TYPE_CHECKING:
    from rich.text import Text

    from duban.workdays import WorkdayCalendar

Year = Annotated[
    int | None,
    argument("[YEAR]", parser=read_year, zh="哪一年，不写就是全部。", en="Which year; all unless given."),
]
ShownYear = Annotated[int, argument("YEAR", parser=read_year, zh="哪一年。", en="Which year.")]
OfUnit = Annotated[
    str | None,
    option("--unit", "UNIT", zh="按这个单位看，含它的停工。", en="As this unit sees it, closures included."),
]

_ACROSS = 3
_MARKS = {
    "workday": ("", ""),
    "weekend": ("", "dim"),
    "statutory": ("*", "bold red"),
    "swapped-rest": ("-", "red"),
    "make-up": ("+", "bold cyan"),
    "closed": ("x", "bold yellow"),
}
_UNCERTAIN = "?"


def verify(
    year: Year = None,
    *,
    form: As = None,
    output: Output = None,
    project: Project = None,
    as_json: Json = False,
) -> None:
    """Verify each year against the law; raises ProblemsFound for a year that contradicts it."""
    from duban.bureau.project import find_root
    from duban.holidays.verifying import verify as verified
    from duban.workdays import load_calendar

    calendar = load_calendar(find_root(project) / "calendar")
    _known_year(calendar, year)
    years = verified(calendar, [year] if year else [])
    words = {"official": say(zh="正式", en="official"), "provisional": say(zh="暂定", en="provisional")}
    headings = [
        say(zh="年份", en="year"),
        say(zh="状态", en="status"),
        say(zh="工作日", en="workdays"),
        say(zh="法定节日", en="statutory"),
        say(zh="调休放假", en="off"),
        say(zh="调休上班", en="made up"),
        say(zh="拿不准", en="uncertain"),
        say(zh="依据", en="rests on"),
    ]
    rows = [
        (
            each.year,
            words[each.status],
            each.workdays,
            each.statutory,
            each.swapped_rest,
            each.make_up,
            each.uncertain or "",
            "、".join(each.notices) or _no_notice(calendar, each.year),
        )
        for each in years
    ]
    until = calendar.official_until
    agreed = say(
        zh=f"都符合放假办法。正式安排到 {until}，之后是暂定。",
        en=f"All of it obeys the law. Official until {until}, provisional after that.",
    )
    remarks = (f"{each.year}: {remark}" for each in years for remark in each.remarks)
    listing = RowList(
        title=say(zh="工作日历", en="Calendar"),
        headings=headings,
        rows=rows,
        nothing=say(zh="没有日历", en="there is no calendar"),
        under=[*remarks, agreed, *([] if year else _derived(calendar))],
        numbers=" ".join(headings[2:7]),
    )
    data = {"official_until": until, "version": calendar.version, "years": years}
    hand_over_list(listing, form, output, as_json=as_json, data=data)


def _derived(calendar: WorkdayCalendar) -> list[str]:
    """Which years nobody has a file for and are reckoned with all the same."""
    first, last = calendar.filed_until.year + 1, calendar.last_day.year
    told = say(
        zh=f"{first} 至 {last} 年没有文件，按放假办法推算法定节日，也是暂定。",
        en=f"{first} to {last} have no file: their statutory days are derived from the regulation, provisional too.",
    )
    return [told] if first <= last else []


def _no_notice(calendar: WorkdayCalendar, year: int) -> str:
    """What a year without a notice rests on: its file, or the law alone."""
    if year <= calendar.filed_until.year:
        return say(zh="通知未到", en="no notice yet")
    return say(zh="没有文件，按放假办法推算", en="no file: derived from the holiday regulation")


def show(year: ShownYear, *, unit: OfUnit = None, project: Project = None, as_json: Json = False) -> None:
    """Show a year month by month."""
    from duban.bureau.project import find_root
    from duban.definitions.definitions import load_definitions

    definitions = load_definitions(find_root(project))
    calendar = definitions.calendar
    if unit is not None:
        unit = unit_meant(definitions.project, unit)
        calendar = calendar.for_unit(unit)
    _known_year(calendar, year)
    if as_json:
        show_json({"year": year, "unit": unit, "days": day_list(calendar, year)})
        return
    months(calendar, year)


def months(calendar: WorkdayCalendar, year: int) -> None:
    """Print the months of a year, three abreast, and what the marks mean."""
    from rich.columns import Columns
    from rich.table import Table

    official = next(each for each in calendar.every_year if each.year == year)
    status = (
        say(zh="正式", en="official") if official.status == "official" else say(zh="暂定", en="provisional")
    )
    rests_on = "、".join(notice.number for notice in official.notices) or _no_notice(calendar, year)
    tell(f"{year} {status} {rests_on}", "bold")
    grids = [_month(calendar, year, month) for month in range(1, 13)]
    for row in range(0, 12, _ACROSS):
        abreast = Table.grid(padding=(0, 3))
        abreast.add_row(*grids[row : row + _ACROSS])
        screen().print(Columns([abreast]))
    tell(
        zh="* 法定节日  - 调休放假  + 调休上班  x 停工  ? 拿不准（等下一份通知）；没有记号的周六、周日休息",
        en="* statutory  - day off  + make-up working day  x closed  ? uncertain (waits for a notice); "
        "unmarked weekends rest",
        style="dim",
    )


def day_list(calendar: WorkdayCalendar, year: int) -> list[dict[str, object]]:
    """Every day of a year with its kind, its festival, and whether it works and is uncertain."""
    first = date(year, 1, 1)
    days = each_day(first, date(year, 12, 31))
    return [
        {
            "day": day,
            "works": calendar.is_workday(day),
            "kind": calendar.kind(day).value,
            "name": calendar.name(day),
            "status": calendar.status(day),
            "uncertain": calendar.is_uncertain(day),
        }
        for day in days
    ]


def _month(calendar: WorkdayCalendar, year: int, month: int) -> Any:
    from rich import box
    from rich.table import Table

    title = say(zh=f"{month} 月", en=f"{date(year, month, 1):%B}")
    table = Table(title=title, box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for name in say(zh="一 二 三 四 五 六 日", en="Mo Tu We Th Fr Sa Su").split():
        table.add_column(name, justify="right", min_width=3)
    from duban.workdays import period_span

    first, last = period_span(f"{year:04}-{month:02}")
    week: list[Text | str] = [""] * first.weekday()
    for day in each_day(first, last):
        week.append(_cell(calendar, day))
        if len(week) == 7:
            table.add_row(*week)
            week = []
    if week:
        table.add_row(*week)
    return table


def _cell(calendar: WorkdayCalendar, day: date) -> Text:
    from rich.text import Text

    mark, style = _MARKS[calendar.kind(day).value]
    if calendar.is_uncertain(day):
        mark, style = _UNCERTAIN, "yellow"
    return Text(f"{day.day}{mark or ' '}", style=style)


def _known_year(calendar: WorkdayCalendar, year: int | None) -> None:
    if year is not None and not calendar.first_day.year <= year <= calendar.last_day.year:
        raise Refused(
            zh=f"工作日历只有 {calendar.first_day.year} 至 {calendar.last_day.year} 年",
            en=f"the calendar covers {calendar.first_day.year} to {calendar.last_day.year}",
        )
