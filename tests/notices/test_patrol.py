"""A rung that has fallen due becomes one notice, with its deliveries, and never a second one.

The obligations here are due on Monday 2023-10-09, the second working day after the National Day holiday (Saturday
2023-10-07 and Sunday 2023-10-08 work). Counting working days back and forth from it, the standard ladder falls on:

| rung | day |
|---|---|
| remind-1 | 2023-09-26 (5 before) |
| remind-2 | 2023-10-08 (1 before) |
| urge-1 | 2023-10-10 |
| supervise-1 | 2023-10-12 |
| circulate-1 | 2023-10-16 |
| summon-1 | 2023-10-23 |
"""

from datetime import date

import pytest

from duban.cadence.reading.assumed import Assumption
from duban.notices.patrol import PatrolTally, patrol
from duban.workdays import Closure
from tests.notices.bureau import CITY, MEIXIAN, SHAXIAN, YOUXI, at, duty


@pytest.mark.parametrize(
    "moment, decided",
    [
        ("2023-09-26 08:29", []),
        ("2023-09-26 08:30", ["remind-1"]),
        ("2023-10-08 08:29", ["remind-1"]),
        ("2023-10-08 08:30", ["remind-1", "remind-2"]),
        ("2023-10-09 23:59", ["remind-1", "remind-2"]),
        ("2023-10-10 08:30", ["remind-1", "remind-2", "urge-1"]),
        ("2023-10-12 08:30", ["remind-1", "remind-2", "urge-1", "supervise-1"]),
        ("2023-10-16 08:30", ["remind-1", "remind-2", "urge-1", "supervise-1", "circulate-1"]),
        ("2024-12-31 09:00", ["remind-1", "remind-2", "urge-1", "supervise-1", "circulate-1", "summon-1"]),
    ],
)
def test_every_rung_whose_moment_has_passed_is_decided(bureau, moment, decided):
    owed = bureau.owe()
    patrol(bureau.ws, at(moment))
    assert bureau.notices(owed) == decided


def test_the_ladder_speaks_rung_by_rung_and_then_no_more(bureau):
    owed = bureau.owe()
    patrol(bureau.ws, at("2023-09-26 09:00"))
    assert bureau.obligation(owed).next_rung_at == at("2023-10-08 08:30")
    patrol(bureau.ws, at("2023-10-16 09:00"))
    assert bureau.obligation(owed).next_rung_at == at("2023-10-23 08:30")
    patrol(bureau.ws, at("2023-10-23 09:00"))
    assert bureau.obligation(owed).next_rung_at is None
    assert patrol(bureau.ws, at("2024-03-01 09:00")) == PatrolTally()


class TestWhatNobodyHasConfirmed:
    """What no text gives, and a day that no notice has fixed, urges at most."""

    URGED = ("remind-1", "remind-2", "urge-1")

    def said(self, bureau, **more):
        owed = bureau.owe(**more)
        patrol(bureau.ws, at("2024-12-31 09:00"))
        assert bureau.obligation(owed).next_rung_at is None
        return bureau.notices(owed)

    def test_a_value_that_no_text_gives(self, bureau):
        assumed = (Assumption(key="due", reason="计划未写期限"),)
        bureau.duties["assumed"] = duty("assumed", assumptions=assumed)
        assert self.said(bureau, duty_id="assumed") == list(self.URGED)

    def test_it_climbs_once_a_person_has_confirmed_it(self, bureau):
        confirmed = (Assumption(key="due", reason="计划未写期限", confirmed="明市监〔2026〕3号（李四）"),)
        bureau.duties["confirmed"] = duty("confirmed", assumptions=confirmed)
        assert self.said(bureau, duty_id="confirmed")[-1] == "summon-1"

    def test_a_goal_striven_for(self, bureau):
        soft = (Assumption(key="soft", reason="计划写的是“力争”"),)
        bureau.duties["soft"] = duty("soft", soft="力争", assumptions=soft)
        assert self.said(bureau, duty_id="soft") == list(self.URGED)

    def test_a_day_that_no_notice_has_fixed(self, bureau):
        assert self.said(bureau, provisional=True) == list(self.URGED)

    def test_an_emergency_is_no_matter_of_numbers(self):
        assert duty("urgent", urgent=True, assumptions=(Assumption(key="within", reason="凭常识"),)).climbs


def test_patrolling_again_says_nothing_twice(bureau_on_either):
    bureau = bureau_on_either
    bureau.owe()
    first = patrol(bureau.ws, at("2023-10-10 09:00"))
    assert (first.notices, first.deliveries) == (3, 4)
    assert patrol(bureau.ws, at("2023-10-10 09:00")) == PatrolTally()
    assert len(bureau.deliveries()) == 4


def test_a_rung_is_late_when_its_day_has_passed(bureau):
    bureau.owe()
    patrol(bureau.ws, at("2023-10-10 16:00"))
    assert [(row.rung, row.due_on, row.late) for row in bureau.notice_rows()] == [
        ("remind-1", date(2023, 9, 26), True),
        ("remind-2", date(2023, 10, 8), True),
        ("urge-1", date(2023, 10, 10), False),
    ]


@pytest.mark.parametrize("state", ["suspended", "done", "waived", "superseded", "withdrawn"])
def test_nobody_is_urged_over_what_is_suspended_or_closed(bureau, state):
    closed = (
        {} if state == "suspended" else {"closed_at": at("2023-09-20 10:00"), "closed_on": date(2023, 9, 20)}
    )
    bureau.owe(state=state, **closed)
    assert patrol(bureau.ws, at("2023-10-10 09:00")) == PatrolTally()


def test_signing_for_it_does_not_stop_the_ladder(bureau):
    bureau.owe(state="acknowledged", acknowledged_at=at("2023-09-26 10:00"))
    assert patrol(bureau.ws, at("2023-09-26 11:00")).notices == 1


def test_a_rung_said_before_its_days_moved_is_not_said_again(bureau):
    owed = bureau.owe()
    patrol(bureau.ws, at("2023-10-08 09:00"))
    moved = date(2023, 11, 9)
    bureau.change(owed, target=moved, deadline=moved, next_rung_at=at("2023-11-02 08:30"))
    patrol(bureau.ws, at("2023-11-02 09:00"))
    patrol(bureau.ws, at("2023-11-10 09:00"))
    assert bureau.notices(owed) == ["remind-1", "remind-2", "urge-1"]


class TestWhoIsTold:
    def test_reminders_go_to_the_post_that_owes_it(self, bureau):
        bureau.owe()
        patrol(bureau.ws, at("2023-09-26 09:00"))
        assert bureau.told() == [f"{YOUXI}/食品流通科"]

    def test_each_rung_reaches_higher(self, bureau):
        bureau.owe()
        patrol(bureau.ws, at("2023-10-23 09:00"))
        assert bureau.told()[2:] == [
            f"{YOUXI}/食品流通科",
            f"{YOUXI}/科室负责人",
            f"{YOUXI}/分管领导",
            f"{CITY}/食品流通科",
            f"{YOUXI}/主要领导",
            f"{CITY}/分管领导",
            f"{YOUXI}/主要领导",
            f"{CITY}/主要领导",
        ]

    def test_for_the_city_itself_the_unit_above_is_the_city(self, bureau):
        bureau.owe(unit=CITY)
        patrol(bureau.ws, at("2023-10-16 09:00"))
        assert bureau.told()[-2:] == [f"{CITY}/主要领导", f"{CITY}/分管领导"]

    def test_a_stations_parent_is_its_county(self, bureau):
        bureau.duties["st"] = duty("st", owner={"unit": "station", "post": "经办人"})
        bureau.owe(duty_id="st", unit=MEIXIAN)
        patrol(bureau.ws, at("2023-10-16 09:00"))
        assert bureau.told()[0] == f"{MEIXIAN}/经办人"
        assert bureau.told()[-1] == f"{YOUXI}/分管领导"

    def test_an_empty_post_passes_at_once_to_the_next_rung(self, bureau):
        """沙县区 has neither a food section nor a section head: the reminder climbs to the one in charge, now."""
        owed = bureau.owe(unit=SHAXIAN)
        patrolled = patrol(bureau.ws, at("2023-09-26 09:00"))
        assert bureau.told() == [f"{SHAXIAN}/分管领导"]
        assert patrolled.passed == 1
        (event,) = bureau.events(owed)
        assert event.kind == "passed_on"
        assert event.details == {
            "rung": "remind-1",
            "told_as": "supervise-1",
            "empty": [f"{SHAXIAN}/食品流通科", f"{SHAXIAN}/科室负责人"],
            "recipients": [f"{SHAXIAN}/分管领导"],
        }

    def test_passing_on_does_not_use_up_the_later_rung(self, bureau):
        owed = bureau.owe(unit=SHAXIAN)
        patrol(bureau.ws, at("2023-10-12 09:00"))
        assert bureau.notices(owed) == ["remind-1", "remind-2", "urge-1", "supervise-1"]

    def test_when_every_post_is_empty_that_is_recorded(self, bureau):
        bureau.duties["lone"] = duty("lone", ladder="brief", owner={"unit": "county", "post": "没有的科室"})
        bureau.ladders["brief"] = type(bureau.ladders["brief"])("brief", bureau.ladders["brief"].rungs[:1])
        owed = bureau.owe(duty_id="lone")
        patrol(bureau.ws, at("2023-09-01 09:00"))
        assert bureau.notices(owed) == ["remind-1"]
        assert bureau.told() == []
        assert [event.kind for event in bureau.events(owed)] == ["nobody_told"]


class TestOfficeHours:
    """Messages wait for the office to open, on a working day."""

    @pytest.mark.parametrize(
        "patrolled, goes_out",
        [
            ("2023-09-26 08:30", "2023-09-26 08:30"),
            ("2023-09-26 17:29", "2023-09-26 17:29"),
            ("2023-09-26 17:30", "2023-09-27 08:30"),
            ("2023-09-27 03:00", "2023-09-27 08:30"),
            ("2023-09-28 20:00", "2023-10-07 08:30"),  # eight days of holiday, then a Saturday that works
            ("2023-10-01 10:00", "2023-10-07 08:30"),
            ("2023-10-07 10:00", "2023-10-07 10:00"),
        ],
    )
    def test_a_message_does_not_go_out_before(self, bureau, patrolled, goes_out):
        bureau.owe()
        patrol(bureau.ws, at(patrolled))
        (delivery,) = bureau.deliveries()
        assert delivery.not_before == delivery.next_attempt_at == at(goes_out)

    def test_a_closed_unit_is_not_written_to_before_it_works_again(self, bureau):
        storm = Closure(
            unit=YOUXI, from_=date(2023, 9, 26), to=date(2023, 9, 27), reason="台风", notice="尤政办5号"
        )
        chains = {code: [unit.code for unit in bureau.project.chain(code)] for code in bureau.project.units}
        bureau.definitions.calendar = bureau.calendar.with_closures([storm], chains)
        for unit in (YOUXI, SHAXIAN):
            bureau.owe(unit=unit)
        patrol(bureau.ws, at("2023-09-26 09:00"))
        assert {row.recipient.partition("/")[0]: row.not_before for row in bureau.deliveries()} == {
            YOUXI: at("2023-09-28 08:30"),
            SHAXIAN: at("2023-09-26 09:00"),
        }

    def test_an_urgent_rung_does_not_wait(self, bureau):
        first, *rest = bureau.ladders["standard"].rungs
        urgent = type(first)(first.key, first.stage, first.offset, first.anchor, first.to, urgent=True)
        bureau.ladders["standard"] = type(bureau.ladders["standard"])("standard", (urgent, *rest))
        bureau.owe()
        patrol(bureau.ws, at("2023-10-01 10:00"))
        (delivery,) = bureau.deliveries()
        assert delivery.not_before == at("2023-10-01 10:00")


def test_a_patrol_that_reaches_its_limit_says_so_and_the_next_one_goes_on(bureau):
    for month in range(1, 6):
        bureau.owe(period_key=f"2023-0{month}")
    first = patrol(bureau.ws, at("2023-09-26 09:00"), limit=3)
    assert (first.notices, first.truncated) == (3, True)
    second = patrol(bureau.ws, at("2023-09-26 09:05"), limit=3)
    assert (second.notices, second.truncated) == (2, False)


def test_an_obligation_beyond_the_calendar_stays_due_and_holds_up_nobody(bureau):
    beyond = bureau.owe(period_key="2041", deadline=date(2023, 10, 9))
    bureau.change(beyond, deadline=date(2040, 12, 31), next_rung_at=at("2023-09-01 08:30"))
    owed = bureau.owe()
    patrolled = patrol(bureau.ws, at("2023-09-26 09:00"))
    assert (patrolled.notices, patrolled.undecided) == (1, 1)
    assert bureau.notices(owed) == ["remind-1"]
    assert bureau.obligation(beyond).next_rung_at == at("2023-09-01 08:30")


def test_without_a_readable_channels_file_messages_go_to_the_inbox(bureau):
    (bureau.root / "notifications").mkdir()
    (bureau.root / "notifications" / "channels.yaml").write_text("channels: [", encoding="utf-8")
    bureau.owe()
    patrol(bureau.ws, at("2023-09-26 09:00"))
    assert [row.channel for row in bureau.deliveries()] == ["inbox"]
