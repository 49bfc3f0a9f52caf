"""Every year since 2008 as if its notice had not come: what every duty is then told lies around what came.

The years before 2018 are no files of duban's: they are laid out from another source, which no constant was fitted to.
"""

from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest
from chinese_calendar import is_workday

from duban.cadence.opening import CalendarOpening, EachFact, EventOpening, FindingOpening
from duban.definitions.definitions import load_definitions
from duban.duties.grammar import Effective
from duban.duties.schedules import occurrences_owed
from duban.workdays import CalendarYear, UnknownYear, WorkdayCalendar
from duban.workdays.statutory import statutory_days
from tests.workdays.unannounced import as_it_stood

DEFINITIONS = load_definitions(Path(__file__).resolve().parents[2])


def _after_facts(opening: object) -> bool:
    """Whether something falls due so many days before or after what happened."""
    return isinstance(opening, FindingOpening) or (isinstance(opening, EachFact) and not opening.by_hours)


ALWAYS = Effective(from_=date(2005, 1, 1))
RHYTHMS = {
    repr(duty.cadence): duty.model_copy(update={"effective": ALWAYS})
    for duty in DEFINITIONS.duties.values()
    if isinstance(duty.cadence.opening, CalendarOpening)
}
"""One duty of each way of coming round; those owed once, in a year that the plan names, come round in no other."""
AFTER_FACTS = {
    repr(duty.cadence): duty for duty in DEFINITIONS.duties.values() if _after_facts(duty.cadence.opening)
}
"""One duty of each way of following facts: each of them (within, before), or what they add up to (when)."""
PARADE = (2015,)
"""A holiday of its own, given in May for that September: no notice of the year before could tell."""


@cache
def lived() -> WorkdayCalendar:
    """The working days of 2008 to 2026 as they came, all of them official."""
    return WorkdayCalendar([_laid_out(year) for year in range(2008, 2027)], DEFINITIONS.calendar.festivals)


def _laid_out(year: int) -> CalendarYear:
    law = statutory_days(year)
    first, last = date(year - 1, 12, 29), date(year, 12, 28)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    if year == 2008:
        days = [day for day in days if day.year == year]
    swapped = [day for day in days if is_workday(day) != (day.weekday() < 5) and day not in law]
    return CalendarYear.model_validate(
        {
            "year": year,
            "status": "official",
            "holidays": [{"day": day, "name": name} for day, name in law.items()],
            "rest": [{"day": day, "name": "调休"} for day in swapped if day.weekday() < 5],
            "work": [{"day": day, "name": "调休"} for day in swapped if day.weekday() >= 5],
            "notices": [
                {
                    "number": "—",
                    "title": "另一来源",
                    "date": date(year - 1, 12, 1),
                    "source": "chinese_calendar",
                }
            ],
        }
    )


def _outside(real, told):
    return not told.earliest <= real.deadline <= told.latest


def _aimed_outside(real, told):
    """Whether reminders aim at another day than was told they might."""
    [*_, aim] = [None, *(dict(step.values) for step in told.steps if step.kind == "unannounced")]
    return aim is not None and not aim["aim_first"] <= real.target.isoformat() <= aim["aim_last"]


@pytest.mark.parametrize("year", [year for year in range(2008, 2027) if year not in PARADE])
def test_what_comes_round_lies_within_what_was_told_before_the_notice(year):
    guess, span = as_it_stood(lived(), year), (date(year, 1, 5), date(year, 12, 20))
    compared, outside = 0, []
    for duty in RHYTHMS.values():
        for grade in duty.cadence.grades or (None,):
            try:
                real = {each.period_key: each for each in occurrences_owed(duty, lived(), *span, grade)}
                told = {each.period_key: each for each in occurrences_owed(duty, guess, *span, grade)}
            except UnknownYear:
                continue
            shared = real.keys() & told.keys()
            compared += len(shared)
            outside += [
                (duty.id, key)
                for key in shared
                if _outside(real[key].reckoning, told[key].reckoning)
                or _aimed_outside(real[key].reckoning, told[key].reckoning)
            ]
    assert outside == []
    assert compared > 80


@pytest.mark.parametrize("year", [year for year in range(2008, 2027) if year not in PARADE])
def test_what_follows_a_fact_lies_within_what_was_told_before_the_notice(year):
    guess, outside = as_it_stood(lived(), year), []
    assert {duty.kind for duty in AFTER_FACTS.values()} == {"within", "before", "threshold"}
    for duty in AFTER_FACTS.values():
        for number in range(0, 330, 3):
            day = date(year, 1, 5) + timedelta(days=number)
            try:
                opening = duty.cadence.opening
                real, told = opening.due(lived(), day, day), opening.due(guess, day, day)
            except (
                UnknownYear,
                ValueError,
            ):  # past the calendar, or before the version of a statute that is kept
                continue
            counted = not isinstance(opening, EventOpening)
            if _outside(real, told) or (counted and _aimed_outside(real, told)):
                outside.append((duty.id, day))
    assert outside == []
