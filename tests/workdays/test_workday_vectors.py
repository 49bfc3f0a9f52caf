"""Whole columns of dates give what one date at a time gives."""

import subprocess
import sys
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from duban.workdays import UnknownYear

COLUMN = st.lists(st.dates(date(2019, 1, 1), date(2029, 10, 31)), max_size=30)
N = st.integers(-200, 200)


def column(days: list[date]) -> np.ndarray:
    return np.array(days, dtype="datetime64[D]")


@given(days=COLUMN, n=N)
def test_adding_one_distance_to_many(calendar, days, n):
    assert calendar.add_many(column(days), n).tolist() == [calendar.add(day, n) for day in days]


@given(rows=st.lists(st.tuples(st.dates(date(2019, 1, 1), date(2029, 10, 31)), N), max_size=30))
def test_adding_each_its_own_distance(calendar, rows):
    days = column([day for day, _ in rows])
    distances = np.array([n for _, n in rows], dtype=np.int64)
    assert calendar.add_many(days, distances).tolist() == [calendar.add(day, n) for day, n in rows]


@given(days=COLUMN)
def test_asking_and_rolling_many(calendar, days):
    many = column(days)
    assert calendar.is_workday_many(many).tolist() == [calendar.is_workday(day) for day in days]
    assert calendar.roll_forward_many(many).tolist() == [calendar.roll_forward(day) for day in days]
    assert calendar.roll_back_many(many).tolist() == [calendar.roll_back(day) for day in days]


@pytest.mark.parametrize("day, year", [("2031-05-01", 2031), ("2017-05-01", 2017), ("1969-05-01", 1969)])
def test_an_unknown_year_is_refused(calendar, day, year):
    with pytest.raises(UnknownYear, match=rf"calendar/{year}\.yaml"):
        calendar.is_workday_many(column([date(2023, 1, 1), date.fromisoformat(day)]))


def test_running_off_either_end_is_refused(calendar):
    with pytest.raises(UnknownYear, match=r"2031\.yaml"):
        calendar.add_many(column([date(2030, 12, 30)]), 5)
    with pytest.raises(UnknownYear, match=r"2017\.yaml"):
        calendar.add_many(column([date(2018, 1, 3)]), -5)


def test_an_empty_cell_is_refused(calendar):
    with pytest.raises(ValueError, match="空值"):
        calendar.roll_forward_many(np.array(["2023-01-01", "NaT"], dtype="datetime64[D]"))


def test_one_date_at_a_time_needs_no_numpy(calendar_folder):
    """`duban check` must not pay for importing it, nor for prefect or pandas-like libraries."""
    asked = (
        "import sys; from datetime import date; from pathlib import Path; from duban.workdays import *;"
        f"c = load_calendar(Path({str(calendar_folder)!r}));"
        "reckon(c, date(2023, 9, 1), parse_period('20 workdays'));"
        "print(sorted({'numpy', 'prefect', 'apprise', 'pendulum'} & set(sys.modules)))"
    )
    answered = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True)
    assert (answered.stdout.strip(), answered.stderr) == ("[]", "")
