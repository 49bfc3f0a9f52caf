"""Words that the phrases of the duty files share: numbers, units of time, and a text as it is compared."""

from duban.workdays import PeriodUnit

CHINESE_UNITS = {
    "年度": PeriodUnit.YEAR,
    "年": PeriodUnit.YEAR,
    "半年": PeriodUnit.HALF_YEAR,
    "季度": PeriodUnit.QUARTER,
    "季": PeriodUnit.QUARTER,
    "月份": PeriodUnit.MONTH,
    "月": PeriodUnit.MONTH,
    "星期": PeriodUnit.WEEK,
    "周": PeriodUnit.WEEK,
    "日": PeriodUnit.DAY,
    "天": PeriodUnit.DAY,
}
ENGLISH_UNITS = {unit.value: unit for unit in PeriodUnit if unit is not PeriodUnit.WORKDAY}
ZH_UNIT = "年度|年|半年|季度|季|月份|月|星期|周|日|天"
EN_UNIT = "year|half-year|quarter|month|week|day"


def both(value: object) -> tuple[str, str]:
    """The text without any space, for Chinese, and in small letters with single spaces, for English."""
    text = value if isinstance(value, str) else str(value)
    return "".join(text.split()), " ".join(text.lower().split())


def unit_named(word: str | None) -> PeriodUnit | None:
    """The unit of time a word means; None for 周期 and for no word."""
    if word is None:
        return None
    return CHINESE_UNITS.get(word) or ENGLISH_UNITS.get(word)
