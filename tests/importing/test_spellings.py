"""What stands in a cell, read as it was meant; what could mean two things is refused."""

import re
from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duban.base.clock import SHANGHAI
from duban.importing.spellings import (
    UnreadableCell,
    is_nothing,
    read_code,
    read_number,
    read_share,
    read_text,
    tidy,
)
from duban.importing.written_days import read_day, read_month

DAYS = st.dates(date(1950, 1, 1), date(2099, 12, 31))
FULL_WIDTH = str.maketrans("0123456789-/. :", "０１２３４５６７８９－／．　：")


def in_words(day, zero):
    """二〇二三年十月二十一日."""
    digits = f"{zero}一二三四五六七八九"

    def counted(number):
        tens, ones = divmod(number, 10)
        return {0: "", 1: "十"}.get(tens, f"{digits[tens]}十") + (digits[ones] if ones else "")

    year = "".join(digits[int(sign)] for sign in str(day.year))
    return f"{year}年{counted(day.month)}月{counted(day.day)}日"


SPELLINGS = {
    "iso": lambda day: day.isoformat(),
    "slashes": lambda day: f"{day.year}/{day.month}/{day.day}",
    "dots": lambda day: f"{day.year}.{day.month:02}.{day.day:02}",
    "chinese": lambda day: f"{day.year}年{day.month}月{day.day}日",
    "chinese with blanks": lambda day: f"{day.year} 年 {day.month} 月 {day.day} 日",
    "enumeration commas": lambda day: f"{day.year}、{day.month}、{day.day}",
    "full stops": lambda day: f"{day.year}。{day.month}。{day.day}。",
    "blanks between": lambda day: f"{day.year} {day.month} {day.day}",
    "Chinese numerals": lambda day: in_words(day, "〇"),
    "Chinese numerals with a circle": lambda day: in_words(day, "○"),
    "Chinese numerals with 零": lambda day: in_words(day, "零"),
    "the year alone in digits": lambda day: f"{day.year}年{in_words(day, '〇')[5:]}",
    "in the afternoon": lambda day: f"{day.year}/{day.month}/{day.day} 下午 3:15",
    "with Beijing's offset": lambda day: f"{day.isoformat()}T08:30:00+08:00",
    "with a stray mark": lambda day: f"’{day.isoformat()}；",
    "compact": lambda day: f"{day:%Y%m%d}",
    "compact number": lambda day: int(f"{day:%Y%m%d}"),
    "full width": lambda day: day.isoformat().translate(FULL_WIDTH),
    "with a time": lambda day: f"{day.isoformat()} 00:00:00",
    "with a T": lambda day: f"{day.isoformat()}T08:30:00.000Z",
    "blanks around": lambda day: f" \u3000{day.isoformat()}\xa0\u200b",
    "as text for Excel": lambda day: f"'{day.isoformat()}",
    "date cell": lambda day: day,
    "moment cell": lambda day: datetime.combine(day, time(13, 5)),
    "Excel's number": lambda day: (day - date(1899, 12, 30)).days,
    "Excel's number with a time": lambda day: (day - date(1899, 12, 30)).days + 0.75,
    "Excel's number as text": lambda day: str((day - date(1899, 12, 30)).days),
}


@given(DAYS, st.sampled_from(sorted(SPELLINGS)))
def test_every_spelling_of_a_day_reads_as_that_day(day, spelling):
    assert read_day(SPELLINGS[spelling](day), SHANGHAI) == day


@given(DAYS)
def test_a_workbook_may_count_its_days_from_1904(day):
    assert read_day((day - date(1904, 1, 1)).days, SHANGHAI, since_1904=True) == day


@given(DAYS)
def test_a_month_is_its_last_day_however_it_is_written(day):
    last = read_month(day, SHANGHAI)
    assert (last.year, last.month) == (day.year, day.month)
    for written in (
        f"{day:%Y-%m}",
        f"{day.year}年{day.month}月",
        f"{day.year}年{day.month}月份",
        f"{day:%Y%m}",
        int(f"{day:%Y%m}"),
        f"{day.year}.{day.month}",
        in_words(day, "〇").partition("月")[0] + "月",
        day.isoformat(),
    ):
        assert read_month(written, SHANGHAI) == last


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("2023-02-29", "没有这一天：2023-02-29"),
        ("2023/5/32", "没有这一天"),
        ("2023年13月1日", "没有这一天"),
        (20230230, "没有这一天"),
        ("1/5/2023", "不是日期，请写成 2023-01-05"),
        ("23.1.5", "不是日期"),
        ("2023-1/5", "不是日期"),
        ("2023年1-5", "不是日期"),
        ("昨天", "不是日期"),
        (12, "不是日期"),
        (100000, "不是日期"),
        (True, "不是日期"),
        ("2023-01-05 至 2023-01-08", "不是日期"),
        ("#REF!", "错误值 #REF!"),
        ("", "不是日期"),
        ("二〇二三年二月三十日", "没有这一天"),
        ("二〇二三年十三月一日", "没有这一天"),
        ("二三年一月五日", "不是日期"),
        ("二〇二三年八月", "不是日期"),
        ("2023 815", "不是日期"),
    ],
)
def test_what_is_not_one_day_for_sure_is_refused(written, reason):
    with pytest.raises(UnreadableCell, match=reason):
        read_day(written, SHANGHAI)


@pytest.mark.parametrize(
    ("written", "reason"),
    [("2023年13月", "没有这个月"), ("一月", "不是哪一年的哪个月"), (2023, "不是哪一年的哪个月")],
)
def test_what_is_no_month(written, reason):
    with pytest.raises(UnreadableCell, match=reason):
        read_month(written, SHANGHAI)


@given(st.integers(-(10**12), 10**12))
def test_a_number_with_commas_units_and_width(number):
    full = f"{number:,}".translate(str.maketrans("0123456789,-", "０１２３４５６７８９，－"))
    for written in (number, float(number), f"{number}", f"{number:,}", f" {number} 件", f"{number}.0", full):
        assert read_number(written) == number


@pytest.mark.parametrize(("written", "number"), [("１２．５", 12.5), (3.25, 3.25), ("+7", 7)])
def test_numbers_with_a_fraction(written, number):
    assert read_number(written) == number


@pytest.mark.parametrize(("written", "share"), [("99.5%", 0.995), ("100％", 1), (0.995, 0.995)])
def test_a_share_is_no_number_of_cases(written, share):
    assert read_share(written) == share
    if isinstance(written, str):
        with pytest.raises(UnreadableCell, match="是百分比，这里要写数量"):
            read_number(written)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2023-09-30T17:00:00Z", date(2023, 10, 1)),
        ("2023-09-30T15:59:59.999Z", date(2023, 9, 30)),
        ("2023-09-30 17:00:00 +0000", date(2023, 10, 1)),
        ("2023/9/30 23:30+08:00", date(2023, 9, 30)),
        ("2023-08-01T23:30:00-05:00", date(2023, 8, 2)),
    ],
)
def test_a_moment_is_on_the_day_of_the_project_s_zone(written, day):
    assert read_day(written, SHANGHAI) == day


@pytest.mark.parametrize("written", [2023.1, 2019.1])
def test_a_month_that_lost_its_nought_is_refused(written):
    with pytest.raises(UnreadableCell, match="说不清是 1 月还是 10 月"):
        read_month(written, SHANGHAI)
    assert read_month(2023.09, SHANGHAI) == date(2023, 9, 30)
    assert read_month(2023.9, SHANGHAI) == date(2023, 9, 30)


@pytest.mark.parametrize("written", [date(2023, 3, 4), datetime(2023, 3, 4), "3月4日", "4-Mar", "Mar-04"])
def test_a_code_that_became_a_date_is_refused(written):
    with pytest.raises(UnreadableCell, match="当成了日期"):
        read_code(written)


@pytest.mark.parametrize(
    "written",
    [
        "/",
        "—",
        "——",
        "－",
        "无",
        " 空 ",
        "nan",
        "NULL",
        "None",
        "N/A",
        "(空白)",
        "0000-00-00",
        "",
        None,
        "不适用",
        "待定",
    ],
)
def test_signs_for_nothing(written):
    assert is_nothing(written)


@pytest.mark.parametrize("written", ["0", 0, False, "无锡", "A/B", "空调"])
def test_what_is_something(written):
    assert not is_nothing(written)


@pytest.mark.parametrize("written", ["", "若干", "12-15", "1.2.3", "1e5", True, "—"])
def test_what_is_no_number(written):
    with pytest.raises(UnreadableCell, match="不是数字"):
        read_number(written)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        (" XBJ２３０１ ", "XBJ2301"),
        ("\tJY 135 04\n", "JY13504"),
        (13504.0, "13504"),
        ('="0123456"', "0123456"),
        ("'0123", "0123"),
        ("'0123'", "0123"),
        ('"B1', "B1"),
        ("9135\u200b0404", "91350404"),
    ],
)
def test_a_code_has_no_width_and_no_blanks(written, code):
    assert read_code(written) == code


@pytest.mark.parametrize(
    "written",
    [
        9.1350404e17,
        913504040000000000,
        "9.1350E+17",
        "９．１３Ｅ＋１７",
        "9.1350E17",
        "913.504E+15",
        "350404202310090000",
    ],
)
def test_a_code_that_lost_its_digits_is_refused(written):
    with pytest.raises(UnreadableCell, match="末尾几位已经丢失"):
        read_code(written, untyped=True)


@pytest.mark.parametrize(
    "written", ["2E10", "350404202310090012", "2023100900000000", "XBJ23350404000000000"]
)
def test_a_long_code_is_one(written):
    assert read_code(written, untyped=True) == written


@pytest.mark.parametrize(
    ("written", "why"), [(True, "这里是逻辑值是，不是编号"), ("=1+1", "“=1+1”是公式，不是编号")]
)
def test_what_is_no_code(written, why):
    with pytest.raises(UnreadableCell, match=re.escape(why)):
        read_code(written)


@pytest.mark.parametrize("written", ["", "  ", "\u3000\xa0", "\u200b", "'", '=""'])
def test_what_cannot_be_seen_is_nothing(written):
    assert not tidy(written)


def test_a_name_keeps_its_brackets_and_loses_its_line_breaks():
    assert read_text(" 青溪\n食品店（虚构） ") == "青溪 食品店（虚构）"


@pytest.mark.parametrize("written", ["S1;", "S1；", "S1，", "S1,", "S1、", "S1。", "S1 ;", "“S1”;", "S1;;"])
def test_what_divided_a_code_from_the_next_is_no_part_of_it(written):
    assert read_code(written) == "S1"


def test_what_stands_within_a_code_stays():
    assert read_code("闽食检〔2023〕1;2号") == "闽食检[2023]1;2号"
