"""A reminder of what facts measure says how far it has come, as of the moment it is sent."""

import pytest

from duban.service.cycle import tick
from duban.workdays import load_calendar
from tests.cycle.conftest import bodies
from tests.obligations.small_bureau import ROOT, Bureau, at, number_to_reach, share_to_keep


@pytest.fixture
def here(ledger):
    return Bureau(
        ledger, load_calendar(ROOT / "calendar"), (number_to_reach(), share_to_keep()), "2023-07-03"
    )


def test_the_pace_and_the_share_stand_in_the_message(here):
    tick(here.ws, at("2023-07-03"))
    [second] = bodies(here, "350404/食品流通科")  # the quarter before: its figures may still come
    assert "进度：未报数（2023年二季度）" in second
    here.fact("event.held", "2023-08-01", unit="350404")
    here.fact("complaint.tallied", "2023-08-31", unit="350404", data={"办结": 200, "按时": 198})
    tick(here.ws, at("2023-09-21"))  # five working days before the quarter's last one
    [_, body] = bodies(here, "350404/食品流通科")
    assert "进度：198/200 = 99%（要求不低于 99.5%）；假如以后每件都办好，还要 200 件才能达到" in body
    tick(here.ws, at("2023-12-22"))  # five working days before the year's last one
    assert (
        "进度：已有 1场，目标 3场，还差 2场；照前 356 天的平均速度，到 2023-12-31 约 1场"
        in bodies(here, "350404/食品流通科")[-1]
    )


def test_a_reminder_of_anything_else_has_no_progress(here):
    from tests.obligations.small_bureau import quarterly

    here.use_duties((quarterly(opens="季度开始", due="季度末"),))
    tick(here.ws, at("2023-07-03"))
    tick(here.ws, at("2023-09-21"))
    [body] = bodies(here, "350404/食品流通科")
    assert "进度" not in body
