"""Numbers as people write them, read in one way everywhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duban.base.numerals import NUMERAL, read_numeral, to_chinese


@given(st.integers(0, 9999))
def test_what_is_written_is_read_again(number):
    assert read_numeral(to_chinese(number)) == read_numeral(str(number)) == number


@pytest.mark.parametrize(
    "text, number",
    [
        ("45", 45),
        ("４５", 45),
        ("四十五", 45),
        ("十五", 15),
        ("一十五", 15),
        ("两", 2),
        ("两百零三", 203),
        ("廿", 20),
        ("廿一", 21),
        ("卅一", 31),
        ("二〇二三", 2023),
        ("二○二三", 2023),
        ("〇八", 8),
        ("一〇", 10),
    ],
)
def test_the_ways_of_writing_one(text, number):
    assert read_numeral(text) == number


@pytest.mark.parametrize(
    "text", ["", "一二", "十百", "百十", "二十十", "四五十", "五个", "廿十", "-3", "3.5", "９" * 12]
)
def test_what_is_no_number_or_could_be_two(text):
    with pytest.raises(ValueError, match="看不懂的数字"):
        read_numeral(text)


def test_whatever_can_be_read_is_found_in_a_text():
    import re

    for text in ("45", "４５", "四十五", "廿一", "二〇二三"):
        assert re.fullmatch(NUMERAL, text)
