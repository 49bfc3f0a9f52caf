"""A year on the terminal, month by month: what works, what rests, and what a notice may still turn."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from duban.cli.screen import screen, tell
from duban.language import say

if TYPE_CHECKING:
    from rich.text import Text

    from duban.workdays import WorkdayCalendar

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


def months(calendar: WorkdayCalendar, year: int) -> None:
    """Print the months of a year, three abreast, and what the marks mean."""
    from rich.columns import Columns
    from rich.table import Table

    official = next(each for each in calendar.years if each.year == year)
    status = (
        say(zh="正式", en="official") if official.status == "official" else say(zh="暂定", en="provisional")
    )
    numbers = "、".join(notice.number for notice in official.notices)
    tell(f"{year} {status} {numbers}".rstrip(), "bold")
    grids = [_month(calendar, year, month) for month in range(1, 13)]
    for row in range(0, 12, _ACROSS):
        abreast = Table.grid(padding=(0, 3))
        abreast.add_row(*grids[row : row + _ACROSS])
        screen().print(Columns([abreast]))
    tell(
        say(
            zh="* 法定节日  - 调休放假  + 调休上班  x 停工  ? 拿不准（等下一份通知）；没有记号的周六、周日休息",
            en="* statutory  - day off  + make-up working day  x closed  ? uncertain (waits for a notice); "
            "unmarked weekends rest",
        ),
        "dim",
    )


def day_list(calendar: WorkdayCalendar, year: int) -> list[dict[str, Any]]:
    """Every day of a year with its kind, its festival, and whether it works and is uncertain."""
    first = date(year, 1, 1)
    days = [first + timedelta(days=n) for n in range((date(year, 12, 31) - first).days + 1)]
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
    day = date(year, month, 1)
    week: list[Text | str] = [""] * day.weekday()
    while day.month == month:
        week.append(_cell(calendar, day))
        if len(week) == 7:
            table.add_row(*week)
            week = []
        day += timedelta(days=1)
    if week:
        table.add_row(*week)
    return table


def _cell(calendar: WorkdayCalendar, day: date) -> Text:
    from rich.text import Text

    mark, style = _MARKS[calendar.kind(day).value]
    if calendar.is_uncertain(day):
        mark, style = _UNCERTAIN, "yellow"
    return Text(f"{day.day}{mark or ' '}", style=style)
