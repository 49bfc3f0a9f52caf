"""Words that the phrases of the duty files share: numbers, units of time, and a text as it is compared."""

from datetime import date

from duban.base.objections import WrongValue
from duban.workdays import TimeGrain

CHINESE_GRAINS = {
    "年度": TimeGrain.YEAR,
    "年": TimeGrain.YEAR,
    "半年": TimeGrain.HALF_YEAR,
    "季度": TimeGrain.QUARTER,
    "季": TimeGrain.QUARTER,
    "月份": TimeGrain.MONTH,
    "月": TimeGrain.MONTH,
    "星期": TimeGrain.WEEK,
    "周": TimeGrain.WEEK,
    "日": TimeGrain.DAY,
    "天": TimeGrain.DAY,
}
ENGLISH_GRAINS = {grain.value: grain for grain in TimeGrain if grain is not TimeGrain.WORKDAY}
ZH_GRAIN = "年度|年|半年|季度|季|月份|月|星期|周|日|天"
EN_GRAIN = "year|half-year|quarter|month|week|day"


def both(value: object) -> tuple[str, str]:
    """The text without any space, for Chinese, and in small letters with single spaces, for English."""
    text = value if isinstance(value, str) else str(value)
    return "".join(text.split()), " ".join(text.lower().split())


def grain_named(word: str | None) -> TimeGrain | None:
    """The grain of time a word means; None for 周期 and for no word."""
    if word is None:
        return None
    return CHINESE_GRAINS.get(word) or ENGLISH_GRAINS.get(word)


def need_yearly_day(month: int, day: int) -> None:
    """Refuse a day that does not come every year, such as 2月29日; raises ValueError."""
    if not 1 <= month <= 12:
        raise WrongValue(zh=f"没有{month}月", en=f"there is no month {month}")
    try:
        date(2023, month, day)
    except ValueError:
        raise WrongValue(
            zh=f"{month}月{day}日不是每年都有的日子，月底请写“{month}月末”",
            en=f"{month:02}-{day:02} does not come every year",
        ) from None
