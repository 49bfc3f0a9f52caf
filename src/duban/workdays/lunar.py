"""Lunar dates and solar terms in the civil calendar, 1900 to 2100 (borax, imported when first asked)."""

from datetime import date
from difflib import get_close_matches

from duban.base.days import ONE_DAY
from duban.base.language import say
from duban.base.objections import WrongValue

FIRST_YEAR, LAST_YEAR = 1901, 2099


def lunar_day(year: int, month: int, day: int) -> date:
    """The civil day of a day of the lunar year that begins in `year`, never in a leap month.

    Raises ValueError for a lunar day that does not exist and outside 1901 to 2099.
    """
    _check(year)
    from borax.calendars.lunardate import InvalidLunarDateError, LunarDate

    try:
        found: date = LunarDate(year, month, day, 0).to_solar_date()
    except InvalidLunarDateError:
        said = say(
            zh=f"{year} 年没有农历 {month} 月 {day} 日", en=f"lunar {month}-{day} does not exist in {year}"
        )
        raise ValueError(said) from None
    return found


def lunar_eve(year: int) -> date:
    """除夕 before the Spring Festival of civil `year`: the day before 正月初一, whether the twelfth month has 29 or 30 days."""
    return lunar_day(year, 1, 1) - ONE_DAY


def solar_term_day(year: int, name: str) -> date:
    """The civil day of one of the 24 solar terms, for example 清明. Raises ValueError for an unknown name."""
    _check(year)
    from borax.calendars.lunardate import TERMS_CN, TermUtils

    if name not in TERMS_CN:
        near = get_close_matches(name, TERMS_CN, n=1, cutoff=0.5)
        meant = say(zh=f"，是不是“{near[0]}”？", en=f", did you mean “{near[0]}”?") if near else ""
        raise ValueError(say(zh=f"没有节气“{name}”", en=f"no solar term “{name}”") + meant)
    found: date = TermUtils.nth_term_day(year, term_name=name)
    return found


def _check(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise WrongValue(
            zh=f"农历只能推算 {FIRST_YEAR} 至 {LAST_YEAR} 年，不包括 {year} 年",
            en=f"lunar dates are known for {FIRST_YEAR} to {LAST_YEAR}, not {year}",
        )
