"""B1: adding working days to a date.

The peer, measured in the same run on the same dates, and required to give the same answers: a loop over
chinesecalendar (45 working days, the time a complaint has).
"""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from time import perf_counter

import chinese_calendar

from bench.rows import Row
from duban.workdays import WorkdayCalendar, load_calendar

CALENDAR = Path(__file__).resolve().parents[1] / "calendar"
COMPLAINT = 45
"""Working days a complaint has: the longest distance the plan counts in working days."""
SCALAR_BUDGET = 2500.0
_ROUNDS = 5
_REPEATS = 20  # of the faster side within a round, so that both take a time worth measuring
_ONE_DAY = timedelta(days=1)


def run(quick: bool = False) -> list[Row]:
    """The row of B1; raises AssertionError if a peer gives another answer."""
    calendar = load_calendar(CALENDAR)
    return [_scalar(calendar, quick=quick)]


def _scalar(calendar: WorkdayCalendar, *, quick: bool) -> Row:
    """One date at a time, spread over 2023."""
    starts = [date(2023, 1, 1) + timedelta(days=n) for n in range(0, 365, 90 if quick else 9)]
    assert [calendar.add(day, COMPLAINT) for day in starts] == [_loop(day, COMPLAINT) for day in starts]
    many = starts * 10 * _REPEATS

    def ours() -> None:
        for day in many:
            calendar.add(day, COMPLAINT)

    def peer() -> None:
        for day in starts:
            _loop(day, COMPLAINT)

    ours_each, peer_each = (
        seconds / len(dates) for seconds, dates in zip(_alternate(ours, peer), (many, starts), strict=True)
    )
    ratio = peer_each / ours_each
    return Row(
        "B1",
        f"add {COMPLAINT} working days to a date",
        f"{ours_each * 1e6:.2f} µs",
        f"{peer_each * 1e6:.0f} µs (loop over chinesecalendar)",
        f"{ratio:,.0f}×",
        f"≥ {SCALAR_BUDGET:,.0f}×",
        ratio >= SCALAR_BUDGET,
    )


def _loop(day: date, n: int) -> date:
    """What one writes over a library that only answers whether a day is a working day."""
    while n:
        day += _ONE_DAY
        n -= chinese_calendar.is_workday(day)
    return day


def _alternate(ours: Callable[[], object], peer: Callable[[], object]) -> tuple[float, float]:
    """The best time of each in seconds, taken in turns so that a busy machine slows both."""
    best_ours = best_peer = float("inf")
    for _ in range(_ROUNDS):
        began = perf_counter()
        ours()
        middle = perf_counter()
        peer()
        ended = perf_counter()
        best_ours, best_peer = min(best_ours, middle - began), min(best_peer, ended - middle)
    return best_ours, best_peer
