"""临时交办 under a new holiday notice: its days move as those of everything else do."""

from datetime import date

import pytest

from duban.assignments.assigning import assign
from duban.assignments.drafts import AssignmentDraft
from tests.edits.conftest import with_days_off
from tests.obligations.small_bureau import POST, at, quarterly
from tests.principals import operator

WANG = operator("王建国")


@pytest.fixture
def here(bureau):
    return bureau(quarterly(), on="2023-10-09")


def assigned(here, due):
    here.clock.moment = at("2023-10-09")
    draft = AssignmentDraft(title="报送自查报告", owners=(f"三元区局/{POST}",), due=due)
    assign(here.ws, draft, here.clock.now(), who=WANG)


def the_assigned(here):
    rows, _ = here.everything()
    (row,) = [row for row in rows if row.duty_id.startswith("assigned.")]
    return row


@pytest.mark.parametrize(
    ("due", "before", "after"),
    [
        ("5个工作日", date(2023, 10, 16), date(2023, 10, 18)),
        ("2023-10-13", date(2023, 10, 13), date(2023, 10, 16)),
    ],
)
def test_a_new_notice_moves_it_and_says_which_days(here, calendar, due, before, after):
    assigned(here, due)
    assert the_assigned(here).deadline == before

    off = with_days_off(calendar, "2023-10-12", "2023-10-13")
    (effect,) = [
        each
        for each in here.apply(quarterly(), on="2023-10-10", calendar=off).duties
        if each.duty_id.startswith("assigned.")
    ]

    (moved,) = effect.moved
    assert (effect.title, moved.was, moved.now) == ("报送自查报告", before, after)
    assert "2023-10-12 改为休息" in moved.why
    row = the_assigned(here)
    assert row.deadline == after
    assert [event.kind for event in here.events(row.id)] == ["assign", "redate"]


def test_the_plan_counts_the_message_that_goes_out_at_once(here, calendar):
    assigned(here, "2023-10-19")
    off = with_days_off(calendar, "2023-10-16", "2023-10-17", "2023-10-18", "2023-10-19")
    here.patrol(on="2023-10-10")

    (effect,) = [
        each
        for each in here.plan(quarterly(), on="2023-10-11", calendar=off).duties
        if each.duty_id.startswith("assigned.")
    ]

    assert [(each.stage, each.count) for each in effect.messages] == [("remind", 1)]


def test_what_the_days_do_not_touch_stays_and_nothing_is_assigned_anew(here, calendar):
    assigned(here, "2023-10-13")
    was = the_assigned(here)
    here.apply(quarterly(), on="2023-10-09", calendar=with_days_off(calendar, "2023-12-12"))
    assert the_assigned(here) == was
