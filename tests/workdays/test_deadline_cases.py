"""The worked examples of tests/cases/workdays/deadlines.yaml, one test each."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from duban.workdays import (
    Festivals,
    Period,
    TimeGrain,
    WorkdayCalendar,
    period_key,
    period_span,
    reckon,
    year_window,
)

CASES = Path(__file__).resolve().parents[1] / "cases" / "workdays" / "deadlines.yaml"


def load_cases() -> list[Any]:
    return [
        pytest.param(case, id=case["id"]) for case in YAML(typ="safe").load(CASES.read_text(encoding="utf-8"))
    ]


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize("case", load_cases())
def test_worked_example(case, calendar, festivals):
    answer: Callable[..., Any] = ANSWERS[case["kind"]]
    assert answer(case, calendar, festivals) == case["expected"]


def add_workdays(case, calendar: WorkdayCalendar, festivals: Festivals) -> str:
    return calendar.add(day(case["input"]["start"]), case["input"]["n"]).isoformat()


def months_deadline(case, calendar: WorkdayCalendar, festivals: Festivals) -> dict[str, str]:
    found = reckon(calendar, day(case["input"]["anchor"]), Period(case["input"]["months"], TimeGrain.MONTH))
    return {
        "nominal": found.nominal.isoformat(),
        "legal_deadline": found.deadline.isoformat(),
        "safe_target": found.target.isoformat(),
    }


def natural_days_deadline(case, calendar: WorkdayCalendar, festivals: Festivals) -> dict[str, str]:
    told = case["input"]
    found = reckon(calendar, day(told["start"]), Period(told["n"], TimeGrain.DAY), law=told["law"])
    return {"nominal": found.nominal.isoformat(), "legal_deadline": found.deadline.isoformat()}


def statute_short_days(case, calendar: WorkdayCalendar, festivals: Festivals) -> str:
    told = case["input"]
    return reckon(
        calendar, day(told["start"]), Period(told["n"], TimeGrain.DAY), law=told["law"]
    ).deadline.isoformat()


def quarter_end_plus_workdays(case, calendar: WorkdayCalendar, festivals: Festivals) -> dict[str, str]:
    told = case["input"]
    _, quarter_end = period_span(f"{told['year']}-Q{told['quarter']}")
    due = reckon(calendar, quarter_end, Period(told["n"], TimeGrain.WORKDAY)).deadline
    return {"quarter_end": quarter_end.isoformat(), "due": due.isoformat()}


def nth_of_month(case, calendar: WorkdayCalendar, festivals: Festivals) -> str:
    told = case["input"]
    first, last = period_span(f"{told['year']:04}-{told['month']:02}")
    start = first - timedelta(days=1) if told["n"] > 0 else last + timedelta(days=1)
    period = Period(abs(told["n"]), TimeGrain.WORKDAY)
    return reckon(calendar, start, period, backward=told["n"] < 0).deadline.isoformat()


def workdays_in_year(case, calendar: WorkdayCalendar, festivals: Festivals) -> int:
    year = case["input"]["year"]
    return calendar.count(date(year - 1, 12, 31), date(year, 12, 31))


def rolling_year(case, calendar: WorkdayCalendar, festivals: Festivals) -> str | None:
    """The first failure that has two others within one year before it; the strict reading is checked on the way."""
    failures = [day(text) for text in case["input"]["fail_dates"]]
    assert third_within_a_year(failures, strict_365=True) == case["expected_strict_365"]
    return third_within_a_year(failures, strict_365=False)


def third_within_a_year(failures: list[date], *, strict_365: bool) -> str | None:
    for failed in failures:
        first, last = year_window(failed, strict_365=strict_365)
        if sum(first <= other <= last for other in failures) >= 3:
            return failed.isoformat()
    return None


def three_quarters_running(case, calendar: WorkdayCalendar, festivals: Festivals) -> str | None:
    """The first failure in a quarter whose two quarters before it have failures too."""
    failures = [day(text) for text in case["input"]["fail_dates"]]
    quarters = {period_key(failed, TimeGrain.QUARTER) for failed in failures}
    for failed in failures:
        wanted = set()
        key = period_key(failed, TimeGrain.QUARTER)
        for _ in range(3):
            wanted.add(key)
            key = period_key(date.fromordinal(period_span(key)[0].toordinal() - 1), TimeGrain.QUARTER)
        if wanted <= quarters:
            return failed.isoformat()
    return None


def lunar(case, calendar: WorkdayCalendar, festivals: Festivals) -> str:
    name = case["input"]["festival"].partition("(")[0]
    return festivals.festival_day(name, case["input"]["year"]).isoformat()


def is_workday(case, calendar: WorkdayCalendar, festivals: Festivals) -> bool:
    return calendar.is_workday(day(case["input"]["date"]))


def unannounced(case, calendar: WorkdayCalendar, festivals: Festivals) -> str:
    return f"unknown/{calendar.status(day(case['input']['date']))}"


def once_a_calendar_year(case, calendar: WorkdayCalendar, festivals: Festivals) -> bool:
    visited = {period_key(day(text), TimeGrain.YEAR) for text in case["input"]["visits"]}
    return str(case["input"]["year"]) in visited


ANSWERS = {
    "add_workdays": add_workdays,
    "months_deadline": months_deadline,
    "natural_days_deadline": natural_days_deadline,
    "statute_short_days": statute_short_days,
    "quarter_end_plus_workdays": quarter_end_plus_workdays,
    "nth_workday_of_month": nth_of_month,
    "workdays_in_year": workdays_in_year,
    "rolling_year_3_batches": rolling_year,
    "consecutive_quarters_3": three_quarters_running,
    "lunar": lunar,
    "is_workday": is_workday,
    "unannounced_year": unannounced,
    "min_once_per_calendar_year": once_a_calendar_year,
}
