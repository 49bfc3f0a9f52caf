"""The statutory days of a year: 全国年节及纪念日放假办法, in its versions.

| in force from | Spring Festival | Labour Day | days |
|---|---|---|---|
| 2008 (2007-12-14 revision) | eve, 1st, 2nd | 1 | 11 |
| 2014 (2013-12-11 revision) | 1st, 2nd, 3rd | 1 | 11 |
| 2025 (国务院令第795号, 2024-11-10) | eve, 1st, 2nd, 3rd | 2 | 13 |

Only the days all citizens have off. 妇女节, 青年节, 儿童节 and 建军节 are working days for everybody's deadlines. What
rests around these days is not here: that is each year's State Council notice.
"""

from datetime import date, timedelta

from duban.base.days import ONE_DAY
from duban.base.language import say
from duban.base.objections import WrongValue
from duban.workdays.lunar import lunar_day, solar_term_day

FIRST_YEAR = 2008
_JOINED = "、"


def statutory_days(year: int) -> dict[date, str]:
    """Each statutory day of `year` with its name, in order; festivals on one day are joined (中秋节、国庆节).

    Raises ValueError before 2008, whose law this table does not hold.
    """
    if year < FIRST_YEAR:
        raise WrongValue(
            zh=f"放假办法只收录到 {FIRST_YEAR} 年",
            en=f"the statutory days are known from {FIRST_YEAR} on",
        )
    spring = lunar_day(year, 1, 1)
    eve_off = year < 2014 or year >= 2025
    third_off = year >= 2014
    listed: list[tuple[date, str]] = [
        (date(year, 1, 1), "元旦"),
        *([(spring - ONE_DAY, "除夕")] if eve_off else []),
        *((spring + timedelta(days=n), "春节") for n in range(3 if third_off else 2)),
        (solar_term_day(year, "清明"), "清明节"),
        *((date(year, 5, day), "劳动节") for day in range(1, 3 if year >= 2025 else 2)),
        (lunar_day(year, 5, 5), "端午节"),
        (lunar_day(year, 8, 15), "中秋节"),
        *((date(year, 10, day), "国庆节") for day in range(1, 4)),
    ]
    named: dict[date, str] = {}
    for day, name in sorted(listed, key=lambda pair: pair[0]):
        named[day] = f"{named[day]}{_JOINED}{name}" if day in named else name
    return named


def regulation(year: int) -> str:
    """The version of 放假办法 that says which days of `year` all citizens have off, by its name."""
    if year >= 2025:
        version = say(zh="2024年修订", en="revised 2024")
    elif year >= 2014:
        version = say(zh="2013年修订", en="revised 2013")
    else:
        version = say(zh="2007年修订", en="revised 2007")
    return say(zh=f"《全国年节及纪念日放假办法》（{version}）", en=f"the holiday regulation ({version})")
