"""The days of the week, as people call them."""

from datetime import date
from typing import Final

from duban.base.language import say

WEEKDAYS: Final = "一二三四五六日"
"""What stands behind 周 or 星期, from Monday on."""
_ENGLISH: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def weekday_word(day: date) -> str:
    """The day of the week of a date: 周三, Wed."""
    return say(zh=f"周{WEEKDAYS[day.weekday()]}", en=_ENGLISH[day.weekday()])


def with_weekday(day: date) -> str:
    """A date with its day of the week: 2026-11-29 周日."""
    return f"{day} {weekday_word(day)}"
