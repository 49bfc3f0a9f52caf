"""The figures of a simulation agree with each other, whatever is simulated."""

import json
from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from duban.simulation import Conduct, Limits, Premises, SubjectGroup, simulate
from duban.simulation.as_object import as_object
from duban.workdays import DayKind, UnknownYear
from tests.simulation.small_city import (
    CITY,
    EVERY_KIND,
    FOOD,
    LADDERS,
    LEADER,
    LIEDONG,
    SANYUAN,
    SELLER,
    SHAXIAN,
    a_project,
    monthly,
    weekly,
)

SELLERS = Premises(
    (SubjectGroup(SELLER, LIEDONG, "C", count=40), SubjectGroup(SELLER, SHAXIAN, "A", count=7))
)
YEAR = (date(2023, 1, 1), date(2023, 12, 31))
spans = st.tuples(st.dates(date(2022, 1, 1), date(2026, 12, 31)), st.integers(0, 200))
anything = settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])


def of(city, span, **more):
    first, length = span
    return simulate(city(*EVERY_KIND), first, first + timedelta(days=length), SELLERS, **more)


@anything
@given(span=spans)
def test_every_obligation_is_counted_once_in_every_table(city, span):
    simulation = of(city, span)
    total = simulation.total
    assert sum(simulation.by_line.values()) == total
    assert sum(simulation.by_kind.values()) == total
    assert sum(simulation.by_level.values()) == total
    assert sum(unit.total for unit in simulation.load) == total
    assert sum(day.opened for day in simulation.days) == total
    outside = simulation.due_later + simulation.due_before
    assert sum(simulation.by_period.values()) == total - outside
    assert sum(sum(unit.weeks) for unit in simulation.load) == total - outside
    assert sum(day.due_count for day in simulation.days) == total - outside


@anything
@given(span=spans)
def test_notices_and_messages_are_counted_once_in_every_table(city, span):
    simulation = of(city, span)
    assert sum(day.notices for day in simulation.days) == simulation.notices
    assert sum(day.told for day in simulation.days) == simulation.told
    assert sum(post.messages for post in simulation.posts) == simulation.messages.get("inbox", 0)
    assert sum(day.messages for day in simulation.days) == simulation.messages.get("inbox", 0)
    for post in simulation.posts:
        assert 1 <= post.most_in_a_message <= post.most_in_a_week <= post.told
        assert post.messages <= post.told


@anything
@given(span=spans)
def test_the_whole_is_the_sum_of_its_units(city, span):
    whole = of(city, span)
    parts = [of(city, span, units={code}) for code in (CITY, SANYUAN, LIEDONG, SHAXIAN)]
    assert sum(part.total for part in parts) == whole.total
    assert sum(part.notices for part in parts) == whole.notices
    assert sum((Counter(part.by_stage) for part in parts), Counter()) == Counter(whole.by_stage)


@anything
@given(span=spans)
def test_who_acts_in_time_is_only_reminded(city, span):
    """Of what opens in time: an obligation that opens after its safe day has been urged by then."""
    nobody, on_target = of(city, span), of(city, span, acting=Conduct.ON_TARGET)
    assert on_target.total == nobody.total
    assert on_target.notices <= nobody.notices
    for each in on_target.obligations:
        if each.owing.seen_on <= each.owing.reckoning.target:
            assert all(notice.decided_on <= each.owing.reckoning.target for notice in each.notices)


def test_days_know_why_they_rest(city):
    simulation = simulate(city(monthly()), date(2023, 4, 28), date(2023, 5, 6))
    told = {str(day.on): (day.kind, day.name, day.rests) for day in simulation.days}
    assert told["2023-04-29"] == (DayKind.SWAPPED_REST, "劳动节", True) or told["2023-04-29"][2]
    assert told["2023-05-01"] == (DayKind.STATUTORY, "劳动节", True)
    assert told["2023-05-06"] == (DayKind.MAKE_UP, "", False)


def test_what_a_notice_may_still_move_is_marked(city):
    days = simulate(city(monthly()), date(2026, 12, 1), date(2026, 12, 31)).days
    assert [day.on.day for day in days if day.provisional] == [29, 30, 31]
    assert any(day.uncertain for day in days)
    (due,) = [due for day in days for due in day.due]
    assert due.provisional


def test_a_post_is_flooded_by_one_full_message_or_by_a_full_week(city):
    definitions = city(*[weekly(f"weekly-{number}", level="city") for number in range(6)])
    calm = simulate(definitions, *YEAR, acting=Conduct.ON_TARGET, limits=Limits(6, 12))
    assert calm.flooded == ()
    full = simulate(definitions, *YEAR, acting=Conduct.ON_TARGET, limits=Limits(5, 100))
    assert [post.recipient for post in full.flooded] == [f"{CITY}/{FOOD}"]
    assert full.flooded[0].most_in_a_message == 6
    week = simulate(definitions, *YEAR, acting=Conduct.ON_TARGET, limits=Limits(100, 11))
    assert [post.most_in_a_week for post in week.flooded] == [12]


def test_the_confidential_obligations_of_a_day_come_in_one_message_of_their_own(city):
    open_ones = simulate(city(monthly(level="city"), monthly("b", level="city")), *YEAR)
    secret = simulate(
        city(monthly(level="city", confidential=True), monthly("b", level="city", confidential=True)), *YEAR
    )
    assert secret.told == open_ones.told == sum(post.told for post in secret.posts)
    assert sum(secret.messages.values()) == sum(open_ones.messages.values()) == secret.told / 2
    mixed = simulate(city(monthly(level="city"), monthly("b", level="city", confidential=True)), *YEAR)
    assert sum(mixed.messages.values()) == mixed.told == secret.told


def test_an_empty_post_s_notices_go_to_the_next_rung_s(city):
    project = a_project(empty={(SHAXIAN, FOOD)})
    simulation = simulate(city(monthly(), project=project), *YEAR)
    told = {post.recipient for post in simulation.posts}
    assert f"{SHAXIAN}/{FOOD}" not in told
    assert f"{SHAXIAN}/{LEADER}" in told
    assert LADDERS["standard"].rungs[0].to[0].post is None


def test_nothing_happens_in_a_span_without_duties(city):
    simulation = simulate(city(), *YEAR)
    assert (simulation.total, simulation.notices, simulation.messages, simulation.busiest()) == (0, 0, {}, ())
    json.dumps(as_object(simulation), default=str)


def test_a_span_must_lie_in_the_calendar_and_go_forward(city):
    with pytest.raises(UnknownYear):
        simulate(city(monthly()), date(2023, 1, 1), date(2041, 1, 1))
    with pytest.raises(ValueError, match="早于"):
        simulate(city(monthly()), date(2023, 2, 1), date(2023, 1, 31))


def test_every_duty_is_reported_as_lived(city):
    steps = []
    simulate(city(*EVERY_KIND), *YEAR, lived=steps.append)
    assert steps == [1] * len(EVERY_KIND)
