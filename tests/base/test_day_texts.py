"""A day is read however people type it, and refused when it could be another; tables have more in test_spellings."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duban.base.day_texts import NoDay, read_day_text

WIDE = str.maketrans("0123456789-", "０１２３４５６７８９－")
FORMS = (
    "{0:%Y-%m-%d}",
    "{0:%Y%m%d}",
    "{0.year}年{0.month}月{0.day}日",
    "{0.year}/{0.month}/{0.day}",
    "{0.year}.{0.month}.{0.day}",
)


@given(st.dates(date(1950, 1, 1), date(2099, 12, 31)), st.sampled_from(FORMS), st.booleans())
def test_every_way_of_writing_a_day_is_that_day(day, form, wide):
    typed = form.format(day)
    assert read_day_text(typed.translate(WIDE) if wide else typed) == day


@pytest.mark.parametrize(
    "typed", ["二〇二三年九月一日", "二○二三年九月一日", "二〇二三年 九月 一日", "2023年九月一日"]
)
def test_chinese_numerals(typed):
    assert read_day_text(typed) == date(2023, 9, 1)
    assert read_day_text("二〇二三年十月廿一日") - timedelta(days=50) == date(2023, 9, 1)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("1/9/2023", "“1/9/2023”不是日期，请写成 2023-01-05"),
        ("9月1日", "“9月1日”不是日期"),
        ("2023-09-01 10:00", "不是日期"),
        ("2023-09-31", "没有这一天：2023-09-31"),
        ("", "“”不是日期"),
    ],
)
def test_what_is_no_day_for_sure_is_refused(typed, said):
    with pytest.raises(NoDay, match=said):
        read_day_text(typed)
