"""A calendar as it stood before a year's notice came."""

from duban.workdays import CalendarYear, WorkdayCalendar
from duban.workdays.statutory import statutory_days


def as_it_stood(calendar: WorkdayCalendar, unannounced: int) -> WorkdayCalendar:
    """The years before `unannounced` official, it and the next one not."""
    known = [year for year in calendar.years if year.year < unannounced]
    guessed = [
        CalendarYear.model_validate(
            {
                "year": year,
                "status": "provisional",
                "holidays": [{"day": day, "name": name} for day, name in statutory_days(year).items()],
            }
        )
        for year in (unannounced, unannounced + 1)
    ]
    return WorkdayCalendar([*known, *guessed], calendar.festivals)
