"""派单: a county gives what it owes to a post below, which gets the reminders; the county keeps the oversight."""

from dataclasses import replace

import pytest
from sqlalchemy import select, update

from duban.bureau.unit_posts import UnitPost
from duban.ledger.database import reading, writing
from duban.ledger.tables import DELIVERY, NOTICE, OBLIGATION
from duban.notices.patrol import patrol
from duban.obligations import actions
from duban.obligations.actions import MoveRefused
from tests.obligations.desk import YOUXI, told
from tests.obligations.dispatching import HANDLER, OWNER, STATION, ZHANG, dispatch, may, on_page, sees


class TestWhoHears:
    def test_the_receiver_is_told_at_once_and_gets_the_reminders(self, desk):
        patrol(desk.ws, desk.now)
        desk.tomorrow()
        acted = dispatch(desk, reason="请到现场核实")
        assert (acted.state, desk.row.dispatched_to) == ("open", str(HANDLER))
        assert told(desk) == [("remind", str(HANDLER))]
        desk.tomorrow(4)  # 2023-10-14 is a Saturday, the last working day before is passed
        assert set(told(desk)) == {("remind", str(HANDLER))}

    def test_from_urging_on_the_countys_own_post_hears_too(self, desk):
        dispatch(desk)
        patrol(desk.ws, desk.now)
        desk.tomorrow(8)
        patrol(desk.ws, desk.now)
        desk.tomorrow(1)
        urged = {whom for stage, whom in told(desk) if stage == "urge"} or {
            whom for stage, whom in _ever(desk) if stage == "urge"
        }
        assert urged == {str(HANDLER), str(OWNER), f"{YOUXI}/科室负责人"}

    def test_taken_back_the_county_hears_again_and_the_receiver_that_there_is_nothing_to_do(self, desk):
        dispatch(desk)
        patrol(desk.ws, desk.now)
        desk.tomorrow()
        actions.take_back(desk.ws, desk.number, desk.now, who=ZHANG, reason="本局自己去")
        assert desk.row.dispatched_to is None
        assert told(desk) == [("remind", str(HANDLER))]
        assert [event.kind for event in desk.events] == ["dispatch", "take-back"]
        desk.tomorrow(3)
        assert set(told(desk)) == {("remind", str(OWNER))}

    def test_a_rung_that_was_missed_before_is_not_lost(self, desk):
        desk.tomorrow(4)  # the first reminder fell due on the Monday, and no patrol has looked since
        dispatch(desk)
        assert len(told(desk)) == 3  # two reminders and that it was given

    def test_who_signed_before_has_not_signed_for_the_receiver(self, desk):
        actions.acknowledge(desk.ws, desk.number, desk.now, who=ZHANG)
        dispatch(desk)
        assert (desk.row.state, desk.row.acknowledged_at) == ("open", None)


class TestWhoMay:
    def test_the_owner_its_heads_and_the_leaders_above_and_nobody_else(self, desk):
        city = UnitPost("350400", "分管药械特设副局长")
        assert may(desk, on_page(OWNER), "dispatch").allowed
        assert may(desk, on_page(UnitPost(YOUXI, "科室负责人")), "dispatch").allowed
        assert may(desk, on_page(city, unit="350400"), "dispatch").allowed
        assert not may(desk, on_page(UnitPost(YOUXI, "计量科")), "dispatch").allowed
        assert not may(desk, on_page(HANDLER, unit=STATION), "dispatch").allowed

    def test_the_receiver_acts_on_it_but_does_not_give_it_away_or_back(self, desk):
        dispatch(desk)
        theirs = on_page(HANDLER, unit=STATION)
        assert may(desk, theirs, "complete").allowed
        assert not may(desk, theirs, "take-back").allowed
        refused = may(desk, on_page(OWNER), "dispatch")
        assert refused.why_not.endswith("请先收回")

    @pytest.mark.parametrize(
        "whom",
        [
            UnitPost("350404-01", "经办人"),  # another county's station
            UnitPost(YOUXI, "分管领导"),  # heads the owner
            UnitPost(YOUXI, "特种设备科"),  # the owner
            UnitPost(STATION, "没有的岗位"),
            UnitPost("350400", "特种设备科"),  # above
        ],
    )
    def test_it_goes_downward_to_a_post_that_is_there(self, desk, whom):
        with pytest.raises(MoveRefused, match="不能派给"):
            dispatch(desk, whom)
        assert desk.row.dispatched_to is None

    def test_what_is_confidential_stays_in_the_unit_that_owes_it(self, desk):
        with writing(desk.ws.ledger) as connection:
            connection.execute(update(OBLIGATION).where(OBLIGATION.c.id == desk.id).values(confidential=True))
        with pytest.raises(MoveRefused, match="只在本单位内派"):
            dispatch(desk)
        dispatch(desk, UnitPost(YOUXI, "计量科"))
        assert sees(desk, on_page(UnitPost(YOUXI, "计量科")))
        assert not sees(desk, on_page(UnitPost(YOUXI, "计量科" + "员")))


class TestWhoSees:
    def test_the_station_sees_it_only_while_it_has_it(self, desk):
        station = on_page(HANDLER, unit=STATION)
        program = replace(station, entrance="api", posts=frozenset())
        assert not sees(desk, station)
        assert not sees(desk, program)
        dispatch(desk)
        assert sees(desk, station)
        assert sees(desk, program)
        assert sees(desk, on_page(OWNER))
        assert not sees(desk, on_page(UnitPost(f"{YOUXI}-02", "经办人"), unit=f"{YOUXI}-02"))
        actions.take_back(desk.ws, desk.number, desk.now, who=ZHANG)
        assert not sees(desk, station)

    def test_a_post_that_sees_its_own_line_only_sees_what_it_was_given(self, desk):
        theirs = replace(on_page(UnitPost(YOUXI, "计量科")), lines=frozenset({"计量监督管理"}))
        assert not sees(desk, theirs)
        dispatch(desk, UnitPost(YOUXI, "计量科"))
        assert sees(desk, theirs)


def _ever(desk):
    query = (
        select(NOTICE.c.stage, DELIVERY.c.recipient)
        .join(DELIVERY, DELIVERY.c.notice_id == NOTICE.c.id)
        .where(NOTICE.c.obligation_id == desk.id)
    )
    with reading(desk.ws.ledger) as connection:
        return [tuple(row) for row in connection.execute(query)]
