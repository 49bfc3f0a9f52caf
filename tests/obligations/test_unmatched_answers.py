"""An answer that is matched by number and finds nothing is told at once: it lies there and closes nothing."""

import pytest

from duban.cadence.counting import Cohort, Tally
from duban.cadence.kinds.within import WithinCadence
from duban.facts import NewFact, record_facts
from duban.workdays import Period, TimeGrain
from tests.obligations.small_bureau import OPERATOR, a_duty, share_to_keep

COUNTY, OTHER = "350404", "350405"


def each_clue(**more):
    cadence = WithinCadence(period=Period(10, TimeGrain.WORKDAY), of="clue.received")
    return a_duty("clue", cadence, done_by="clue.answered", **more)


def share_of_clues():
    asked = Cohort(asked=Tally(fact="clue.received"), same=("编号",), within=Period(10, TimeGrain.WORKDAY))
    return share_to_keep(of=Tally(fact="clue.answered"), among=asked)


def stated(here, *rows):
    facts = [
        NewFact(kind, None, unit, here.clock.now().date(), "测试", f"{kind}-{number}-{unit}", data)
        for number, (kind, unit, data) in enumerate(rows)
    ]
    recorded = record_facts(here.ws, facts, here.clock.now(), OPERATOR)
    assert recorded.new == len(rows)
    return {row: each.number for row, each in recorded.unmatched.items()}


@pytest.mark.parametrize("duty", [each_clue(done_same=("编号",)), share_of_clues()])
def test_the_rows_whose_number_matches_nothing_or_is_not_there(bureau, duty):
    here = bureau(duty, on="2023-03-01")
    assert stated(
        here,
        ("clue.answered", COUNTY, {"编号": "1"}),  # what it answers comes in the same batch
        ("clue.received", COUNTY, {"编号": "1"}),
        ("clue.answered", COUNTY, {"编号": "9"}),
        ("clue.answered", COUNTY, {}),
        ("clue.answered", OTHER, {"编号": "1"}),  # another county's
        ("event.held", COUNTY, {}),
    ) == {3: "9", 4: "", 5: "1"}


def test_where_no_number_is_asked_for_nothing_is_said(bureau):
    here = bureau(each_clue(), on="2023-03-01")
    assert stated(here, ("clue.answered", COUNTY, {})) == {}


def test_a_question_that_was_withdrawn_is_none(bureau):
    here = bureau(each_clue(done_same=("编号",)), on="2023-03-01")
    here.fact("clue.received", "2023-03-01", unit=COUNTY, ref="Q", data={"编号": "1"})
    here.fact(
        "clue.received", "2023-03-01", unit=COUNTY, data={"编号": "1"}, revises=("测试", "Q"), withdrawn=True
    )
    assert stated(here, ("clue.answered", COUNTY, {"编号": "1"})) == {1: "1"}


def test_it_says_what_it_would_have_answered_and_how_to_mend_it(bureau):
    here = bureau(each_clue(done_same=("编号",)), on="2023-03-01")
    facts = [NewFact("clue.answered", None, COUNTY, here.clock.now().date(), "测试", "9", {"编号": "9"})]
    told = record_facts(here.ws, facts, here.clock.now(), OPERATOR).unmatched[1].told(here.ws.definitions)
    assert told == "“反馈线索”的编号 9 没有对应的“收到线索”，没有办结任何事项；编号写错了请更正这一条"
