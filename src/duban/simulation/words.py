"""The words of a simulation that stand in more than one place, in the reader's language."""

from datetime import date, timedelta

from duban.base.language import say
from duban.bureau.units import level_word
from duban.simulation.results import DayAhead, DueGroup
from duban.workdays import DayKind
from duban.workdays.period_keys import period_word


def level_name(level: str) -> str:
    """A level of units."""
    return level_word(level) if level else say(zh="已撤销的单位", en="units that are gone")


def channel_name(channel: str) -> str:
    """A channel as people call it."""
    return say(zh="站内信", en="inbox") if channel == "inbox" else channel


def month_short(month: str) -> str:
    """`2026-01` in a narrow column, or a year."""
    if "-" not in month:
        return month
    return say(zh=f"{int(month[-2:])}月", en=month[-2:])


def week_name(monday: date) -> str:
    """A week by its first and last day."""
    return f"{monday:%m-%d}–{monday + timedelta(days=6):%m-%d}"


def mark(day: DayAhead) -> str:
    """Why a day rests or works: the festival's name, 休 or 班; empty for ordinary days."""
    match day.kind:
        case DayKind.MAKE_UP:
            return say(zh="班", en="work")
        case DayKind.STATUTORY | DayKind.SWAPPED_REST:
            return day.name or say(zh="休", en="rest")
        case _:
            return day.name


def provisional_mark() -> str:
    """Beside what a holiday notice still to come may move."""
    return say(zh="暂", en="prov.")


def due_text(due: DueGroup) -> str:
    """One line of a calendar: what, which period, how many."""
    period = f" {period_word(due.period_key)}" if due.period_key else ""
    count = f" ×{due.count}" if due.count > 1 else ""
    sign = f" {provisional_mark()}" if due.provisional else ""
    return f"{due.title}{period}{count}{sign}"
