"""The key of a visit, as written and read back."""

import pytest

from duban.workdays.visit_keys import VisitKey, in_rhythm, of_rhythm, of_year


def test_what_is_written_is_read_back():
    assert str(VisitKey(2026, 2, 4)) == "2026#2/4"
    assert VisitKey.parse("2026#2/4") == VisitKey(2026, 2, 4)


@pytest.mark.parametrize("key", ["2026", "2026-Q3", "17", "17/2", "2026#2", "26#2/4", "2026#2/4 "])
def test_other_keys_are_no_visits(key):
    assert VisitKey.parse(key) is None
    assert not in_rhythm(key, 4)


def test_the_rhythm_is_the_whole_number_behind_the_stroke():
    assert in_rhythm("2026#2/4", 4)
    assert not in_rhythm("2026#2/24", 4)
    assert (of_rhythm(4), of_year(2026)) == ("%/4", "2026#%")
