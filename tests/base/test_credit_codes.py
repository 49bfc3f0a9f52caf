"""Unified social credit codes as GB 32100-2015 checks them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duban.base.credit_codes import SIGNS, check_sign, is_credit_code

BODIES = st.text(st.sampled_from(SIGNS), min_size=17, max_size=17)


@pytest.mark.parametrize(
    "code",
    [
        "91350100M000100Y43",  # GB 32100-2015, the example of annex A
        "911100001000000000"[:17] + check_sign("911100001000000000"[:17]),
    ],
)
def test_a_code_with_its_check_sign_is_right(code):
    assert is_credit_code(code)


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "91350100M000100Y4",
        "91350100M000100Y433",
        "91350100M000100Y44",
        "91350100m000100y43",
        "91350100I000100Y43",
    ],
)
def test_what_is_no_code(wrong):
    assert not is_credit_code(wrong)


@given(BODIES)
def test_every_body_has_exactly_one_check_sign(body):
    assert [sign for sign in SIGNS if is_credit_code(body + sign)] == [check_sign(body)]


@given(BODIES, st.integers(0, 17), st.sampled_from(SIGNS))
def test_one_wrong_sign_is_always_found(body, place, other):
    code = body + check_sign(body)
    changed = code[:place] + other + code[place + 1 :]
    assert is_credit_code(changed) == (changed == code)


@given(BODIES, st.integers(0, 16))
def test_two_neighbours_exchanged_are_always_found(body, place):
    code = body + check_sign(body)
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert is_credit_code(swapped) == (swapped == code)


@pytest.mark.parametrize("body", ["", "91350100M000100Y", "91350100M000100YI"])
def test_what_cannot_be_a_body_has_no_check_sign(body):
    with pytest.raises(ValueError):
        check_sign(body)
