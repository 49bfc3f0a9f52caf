"""Who is told when, and who when nobody acts."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duban.base.language import use
from duban.ladders.ladder import Addressee, Ladder, Rung, Stage, rung_day
from duban.ladders.ladder_file import load_ladders
from duban.workdays import load_calendar

ROOT = Path(__file__).resolve().parents[2]
CALENDAR = load_calendar(ROOT / "calendar")
OWNER = Addressee(None)


@pytest.fixture
def ladder(tmp_path):
    """One ladder with the given rungs."""

    def written(*rungs):
        (tmp_path / "notifications").mkdir()
        lines = "".join(f"    - {rung}\n" for rung in rungs)
        (tmp_path / "notifications/ladders.yaml").write_text(f"ladders:\n  x:\n{lines}", encoding="utf-8")
        return load_ladders(tmp_path)["x"]

    return written


def test_a_ladder_is_its_rungs_in_order(ladder):
    assert ladder(
        "{stage: 提醒, when: 应办日前5个工作日, to: [承办岗位]}",
        "{stage: 提醒, when: 应办日, to: [承办岗位]}",
        "{stage: 催办, when: 逾期后一个工作日, to: [科室负责人, 上级/分管领导], urgent: 是, key: first-urge}",
    ) == Ladder(
        "x",
        (
            Rung("remind-1", Stage.REMIND, -5, "target", (OWNER,)),
            Rung("remind-2", Stage.REMIND, 0, "target", (OWNER,)),
            Rung(
                "first-urge",
                Stage.URGE,
                1,
                "deadline",
                (Addressee("科室负责人"), Addressee("分管领导", "parent")),
                urgent=True,
            ),
        ),
    )


@pytest.mark.parametrize(
    "phrase, anchor, offset",
    [
        ("开办当日", "opening", 0),
        ("开办后3个工作日", "opening", 3),
        ("on the opening", "opening", 0),
        ("应办日前十个工作日", "target", -10),
        ("5 workdays before the target", "target", -5),
        ("1 workday before the due day", "target", -1),
        ("期限届满后2个工作日", "deadline", 2),
        ("逾期第3个工作日", "deadline", 3),
        ("3 workdays after the deadline", "deadline", 3),
    ],
)
def test_times_of_a_rung(ladder, phrase, anchor, offset):
    (rung,) = ladder(f"{{stage: 提醒, when: {phrase}, to: [承办岗位]}}").rungs
    assert (rung.anchor, rung.offset) == (anchor, offset)


@pytest.mark.parametrize(
    "phrase, addressee",
    [
        ("承办岗位", OWNER),
        ("owner", OWNER),
        ("科室负责人", Addressee("科室负责人")),
        ("本单位/科室负责人", Addressee("科室负责人")),
        ("上级/分管领导", Addressee("分管领导", "parent")),
        ("上级的分管领导", Addressee("分管领导", "parent")),
        ("上级分管领导", Addressee("分管领导", "parent")),
        ("市局/主要领导", Addressee("主要领导", "city")),
        ("city/主要领导", Addressee("主要领导", "city")),
        ("parent/owner", Addressee(None, "parent")),
    ],
)
def test_addressees(ladder, phrase, addressee):
    (rung,) = ladder(f"{{stage: remind, when: 应办日, to: [{phrase}]}}").rungs
    assert rung.to == (addressee,)


def test_stages_grow_heavier_and_have_a_name_in_each_language():
    assert [stage.title() for stage in Stage] == ["提醒", "催办", "督办", "通报", "约谈"]
    assert [stage.weight for stage in Stage] == [0, 1, 2, 3, 4]
    with use("en"):
        assert Stage.SUMMON.title() == "summon"


def on_day(rung, opened_on, due):
    return rung_day(rung, opened_on=opened_on, target=due, deadline=due, calendar=CALENDAR)


def test_an_eight_day_holiday_does_not_use_up_a_ladder():
    before_national_day = date(2023, 9, 28)
    urge = Rung("urge-1", Stage.URGE, 1, "deadline", (OWNER,))
    supervise = Rung("supervise-1", Stage.SUPERVISE, 3, "deadline", (OWNER,))
    assert on_day(urge, date(2023, 9, 1), before_national_day) == date(2023, 10, 7)
    assert on_day(supervise, date(2023, 9, 1), before_national_day) == date(2023, 10, 9)


def test_target_and_deadline_are_different_days_where_the_last_day_rests():
    remind = Rung("remind-1", Stage.REMIND, -1, "target", (OWNER,))
    urge = Rung("urge-1", Stage.URGE, 1, "deadline", (OWNER,))
    days = {"opened_on": date(2023, 9, 1), "target": date(2023, 9, 28), "deadline": date(2023, 10, 7)}
    assert rung_day(remind, **days, calendar=CALENDAR) == date(2023, 9, 27)
    assert rung_day(urge, **days, calendar=CALENDAR) == date(2023, 10, 8)


@given(
    st.dates(date(2019, 2, 1), date(2026, 6, 30)),
    st.integers(0, 60),
    st.integers(-20, 20),
    st.sampled_from(["opening", "target", "deadline"]),
)
def test_no_rung_falls_before_the_opening(opened_on, length, offset, anchor):
    due = CALENDAR.add(opened_on, length)
    rung = Rung("x", Stage.REMIND, offset, anchor, (OWNER,))
    assert on_day(rung, opened_on, due) >= opened_on


def test_the_ladders_that_come_with_duban_reach_the_top():
    ladders = load_ladders(ROOT)
    assert {"standard", "brief", "confidential"} <= set(ladders)
    for ladder in ladders.values():
        assert ladder.rungs[0].stage is Stage.REMIND
        assert ladder.rungs[-1].stage is Stage.SUMMON
        assert {rung.stage for rung in ladder.rungs} == set(Stage)
        assert ladder.rungs[0].to[0] == OWNER


def test_every_ladder_by_days_reminds_before_the_day_but_the_one_for_what_is_due_at_once():
    silent = {
        name
        for name, ladder in load_ladders(ROOT).items()
        if not any(rung.anchor == "target" and (rung.offset or 0) < 0 for rung in ladder.rungs)
    }
    assert silent == {"single", "emergency"}


def test_nobody_but_the_unit_itself_hears_of_a_flight_check_before_it_is_overdue():
    for rung in load_ladders(ROOT)["confidential"].rungs:
        if rung.stage is not Stage.SUMMON:
            assert {addressee.unit for addressee in rung.to} == {"own"}
