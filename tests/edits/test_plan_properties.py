"""Whatever is edited: what the plan says is what happens, the same content again changes nothing, an undo undoes."""

import itertools
from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from duban.duties.grammar import Effective
from duban.ledger.database import reading
from duban.ledger.tables import OBLIGATION
from tests.edits.conftest import monthly_analysis
from tests.obligations.small_bureau import first_inspection, monthly, quarterly

DUES = ("季度结束后10个工作日内", "季度结束后5个工作日内", "季度结束后20日内")
ENDS = (None, date(2023, 6, 30), date(2023, 12, 31))

analyses = st.one_of(
    st.none(),
    st.builds(
        lambda due, level, until: quarterly(
            "analysis", due=due, level=level, effective=Effective(until=until)
        ),
        st.sampled_from(DUES),
        st.sampled_from(["city", "county"]),
        st.sampled_from(ENDS),
    ),
    st.just(monthly_analysis()),
)
others = st.one_of(
    st.none(),
    st.builds(
        lambda due: monthly(due=due),
        st.sampled_from(["当月最后一个工作日", "当月第10个工作日", "每月25日前"]),
    ),
    st.just(first_inspection()),
)
contents = st.tuples(analyses, others).map(lambda duties: tuple(duty for duty in duties if duty))
edits = st.lists(st.tuples(contents, st.integers(0, 20)), min_size=2, max_size=4)


def rows(here):
    with reading(here.ledger) as connection:
        return connection.execute(OBLIGATION.select().order_by(OBLIGATION.c.id)).mappings().all()


@given(edits)
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_plan_is_what_happens(fresh_bureau, edited):
    here = fresh_bureau()
    day = date(2023, 9, 25)
    for duties, days in edited:
        day += timedelta(days=days)
        here.open(day.isoformat())
        before = {row["id"]: row for row in rows(here)}
        planned = here.plan(*duties, on=day.isoformat())
        assert {row["id"]: row for row in rows(here)} == before
        done = here.apply(*duties, on=day.isoformat())
        after = {row["id"]: row for row in rows(here)}
        counts = planned.counts
        assert counts.added == len(after) - len(before) == done.counts.added
        assert counts.moved == sum(
            row["state"] == before[number]["state"] == "open"
            and row["deadline"] != before[number]["deadline"]
            for number, row in after.items()
            if number in before
        )
        for state in ("withdrawn", "superseded"):
            left = sum(
                row["state"] == state and (number not in before or before[number]["state"] != state)
                for number, row in after.items()
            )
            assert getattr(counts, state) >= left
        assert sum(row["closed_at"] is None for row in after.values()) == (
            sum(row["closed_at"] is None for row in before.values())
            + counts.added
            + counts.reinstated
            - counts.withdrawn
            - counts.superseded
            - counts.completed
        )
        again = here.plan(*duties, on=day.isoformat())
        assert again.duties == ()
        here.open(day.isoformat())
        assert [row["id"] for row in rows(here)] == list(after)


@given(contents, contents)
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_edit_undone_the_same_day_leaves_what_was_owed(fresh_bureau, first, second):
    here = fresh_bureau()
    here.apply(*first, on="2023-10-09")
    owed = sorted(here.owed("duty_id", "unit", "period_key", "deadline", "next_rung_at", state="open"))
    here.apply(*second, on="2023-10-09")
    here.apply(*first, on="2023-10-09")
    assert (
        sorted(here.owed("duty_id", "unit", "period_key", "deadline", "next_rung_at", state="open")) == owed
    )


def test_every_pair_of_rhythms_can_follow_each_other(fresh_bureau):
    rhythms = [quarterly("analysis", due=due) for due in DUES] + [monthly_analysis(), monthly("analysis")]
    for one, other in itertools.permutations(rhythms, 2):
        here = fresh_bureau()
        here.apply(one, on="2023-10-09")
        here.apply(other, on="2023-10-09")
        assert here.owed("unit", state="open").count("350404") >= 1
