"""What holds for every number to reach and every share to keep."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from duban.cadence.pace import pace
from duban.cadence.standing import Whole, percent, standing

BOUNDS = st.sampled_from(["0", "0.05", "0.33", "0.5", "0.55", "0.9", "0.95", "0.995", "1"]).map(Decimal)
COUNTS = st.integers(0, 300)


@given(BOUNDS, COUNTS, COUNTS)
def test_so_many_more_misses_keep_a_high_share_and_one_more_does_not(bound, part, more):
    stands = standing(bound, part, part + more)
    if stands.affordable is not None and stands.whole:
        assert standing(bound, part, part + more + stands.affordable).met
        assert not standing(bound, part, part + more + stands.affordable + 1).met


@given(BOUNDS, COUNTS, COUNTS)
def test_so_many_good_cases_bring_a_high_share_back_and_one_less_does_not(bound, part, more):
    needed = standing(bound, part, part + more).needed
    if needed:
        assert standing(bound, part + needed, part + more + needed).met
        assert not standing(bound, part + needed - 1, part + more + needed - 1).met
    elif needed is None:
        assert bound == 1
        assert more > 0


@given(BOUNDS, COUNTS, COUNTS)
def test_so_many_more_misses_keep_a_low_share_and_one_more_does_not(bound, part, more):
    stands = standing(bound, part, part + more, at_least=False)
    if stands.affordable is not None and stands.whole:
        extra = stands.affordable
        assert standing(bound, part + extra, part + more + extra, at_least=False).met
        assert not standing(bound, part + extra + 1, part + more + extra + 1, at_least=False).met


@given(BOUNDS, COUNTS, COUNTS)
def test_so_many_good_cases_bring_a_low_share_back_and_one_less_does_not(bound, part, more):
    needed = standing(bound, part, part + more, at_least=False).needed
    if needed:
        assert standing(bound, part, part + more + needed, at_least=False).met
        assert not standing(bound, part, part + more + needed - 1, at_least=False).met


@given(BOUNDS, st.integers(0, 60), st.integers(0, 60))
def test_so_many_of_a_stock_are_missing_as_trying_each_number_shows(bound, part, undone):
    """Against brute force: do one more, and look, until the bound is kept."""
    whole = part + undone
    tried = next(
        more for more in range(undone + 1) if whole == 0 or Fraction(part + more, whole) >= Fraction(bound)
    )
    assert standing(bound, part, whole, of=Whole.STOCK).needed == tried


@given(st.sampled_from(["0.9", "1", "1.05", "1.3"]).map(Decimal), st.integers(0, 60), st.integers(1, 60))
def test_so_many_are_missing_against_the_year_before_as_trying_each_number_shows(bound, part, before):
    tried = next(more for more in range(200) if Fraction(part + more, before) >= Fraction(bound))
    assert standing(bound, part, before, of=Whole.LAST_YEAR).needed == tried


@given(BOUNDS, st.integers(0, 30), st.integers(0, 30), st.integers(0, 30))
def test_so_many_good_cases_it_takes_as_living_them_one_by_one_shows(bound, good, missed, pending):
    """Each good case is one of those whose time is not up, while there are any, then a new one."""
    stands = standing(bound, good, good + missed + pending, pending=pending)
    part, whole, waiting = good, good + missed + pending, pending
    lived = None
    for more in range(8_000):
        if whole == 0 or Fraction(part, whole) >= Fraction(bound):
            lived = more
            break
        part += 1
        if waiting:
            waiting -= 1
        else:
            whole += 1
    assert stands.needed == lived


@given(BOUNDS, st.integers(0, 30), st.integers(0, 30), st.integers(0, 30))
def test_so_far_it_is_kept_as_those_show_whose_time_is_up(bound, good, missed, pending):
    settled = standing(bound, good, good + missed)
    assert standing(bound, good, good + missed + pending, pending=pending).kept_so_far == settled.met


@given(BOUNDS, COUNTS, COUNTS, st.sampled_from(list(Whole)))
def test_what_is_not_reported_is_never_kept(bound, part, more, of):
    assert not standing(bound, part, part + more, of=of, unreported=("2023-Q1",)).met


@given(st.fractions(0, 2), BOUNDS)
def test_a_share_never_prints_as_a_bound_it_misses(share, bound):
    if share < bound:
        assert Fraction(percent(share).removesuffix("%")) < bound * 100


@given(st.integers(1, 50), COUNTS, st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 400))
def test_the_forecast_never_falls_below_what_is_counted_and_ends_there(goal, counted, first, days):
    last = first + timedelta(days=days)
    on = first
    while on <= last:
        assert pace(goal, counted, first, last, on).forecast >= counted
        on += timedelta(days=97)
    over = pace(goal, counted, first, last, last + timedelta(days=30))
    assert (over.forecast, over.reached, over.missing) == (counted, counted >= goal, max(goal - counted, 0))


@given(st.integers(1, 50), COUNTS, st.integers(1, 364))
def test_a_pace_slows_as_days_go_by_without_another_one(goal, counted, day):
    first, last = date(2023, 1, 1), date(2023, 12, 31)
    earlier = pace(goal, counted, first, last, first + timedelta(days=day - 1))
    assert pace(goal, counted, first, last, first + timedelta(days=day)).forecast <= earlier.forecast
