"""The number people quote: stable, readable aloud, and a typo shows."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from duban.ledger.short_ids import SYMBOLS, parse_short_id, short_id

numbers = st.integers(min_value=0, max_value=10**12)


@given(number=numbers)
def test_there_and_back(number):
    assert parse_short_id(short_id(number)) == number


@pytest.mark.parametrize("number, written", [(0, "DB-000000"), (1, "DB-00001X"), (1234, "DB-0018SF")])
def test_it_stays_the_same_for_ever(number, written):
    assert short_id(number) == written


@given(number=numbers, place=st.integers(min_value=0), symbol=st.sampled_from(SYMBOLS))
def test_one_wrong_character_is_noticed(number, place, symbol):
    body = short_id(number).removeprefix("DB-")
    place %= len(body)
    assume(body[place] != symbol)
    with pytest.raises(ValueError, match="有一个字符不对"):
        parse_short_id("DB-" + body[:place] + symbol + body[place + 1 :])


@given(number=numbers, place=st.integers(min_value=0))
def test_two_swapped_neighbours_are_noticed(number, place):
    body = short_id(number).removeprefix("DB-")
    place %= len(body) - 1
    assume(body[place] != body[place + 1])
    swapped = body[:place] + body[place + 1] + body[place] + body[place + 2 :]
    with pytest.raises(ValueError, match="有一个字符不对"):
        parse_short_id("DB-" + swapped)


@pytest.mark.parametrize("written", ["db-00001x", " DB-00001X ", "00001X", "DB00001X", "DB-OOOOlX"])
def test_what_people_type_is_understood(written):
    assert parse_short_id(written) == 1


@pytest.mark.parametrize(
    "written", ["", "DB-", "1", "DB-1X", "DB-0000 1", "应办事项", "DB-0000UX", "１２３４５６"]
)
def test_what_is_no_number_is_said_with_an_example(written):
    with pytest.raises(ValueError, match="编号形如 DB-"):
        parse_short_id(written)


def test_a_number_that_itself_begins_with_d_and_b_is_not_taken_for_the_prefix():
    number = 13 * 31**4 + 11 * 31**3
    assert short_id(number) == "DB-DB000P"
    assert parse_short_id("DB000P") == number
