"""会办: other posts see an obligation, hear its reminders and hand in what they did; its owner stays responsible."""

from dataclasses import replace

import pytest
from sqlalchemy import select, update

from duban.bureau.unit_posts import UnitPost
from duban.deliveries.delivering import deliver
from duban.ledger.database import reading, writing
from duban.ledger.tables import INBOX_MESSAGE, OBLIGATION
from duban.notices.patrol import patrol
from duban.obligations import actions, co_actions
from duban.obligations.actions import MoveRefused
from tests.obligations.desk import YOUXI, told
from tests.obligations.dispatching import OWNER, STATION, ZHANG, dispatch, may, on_page, sees

PARTNER = UnitPost(YOUXI, "计量科")
ELSEWHERE = UnitPost("350404", "特种设备科")
CITY = UnitPost("350400", "分管药械特设副局长")


@pytest.fixture
def paper(tmp_path):
    path = tmp_path / "计量核查记录.pdf"
    path.write_bytes(b"%PDF")
    return path


def co_handle(desk, to=PARTNER, who=ZHANG, **more):
    return co_actions.co_handle(desk.ws, desk.number, desk.now, who=who, to=to, **more)


def sent(desk):
    """What the posts receive now: the post, the title and the words of each message."""
    patrol(desk.ws, desk.now)
    deliver(desk.ws, desk.now)
    query = select(INBOX_MESSAGE).where(INBOX_MESSAGE.c.received_at == desk.now).order_by(INBOX_MESSAGE.c.id)
    with reading(desk.ws.ledger) as connection:
        return {row.recipient: (row.title, row.body) for row in connection.execute(query)}


class TestWorkingAlong:
    def test_the_partner_is_told_at_once_then_hears_with_the_owner_who_stays_responsible(self, desk):
        sent(desk)
        desk.tomorrow()
        co_handle(desk, reason="称重的台账请您核")
        title, body = sent(desk)[str(PARTNER)]
        assert title.endswith("会办 1 项")
        assert "张三 请您会办" in body
        assert "称重的台账请您核" in body
        assert "承办：尤溪县市场监管局特种设备科" in body
        desk.tomorrow(3)
        assert set(told(desk)) == {("remind", str(OWNER)), ("remind", str(PARTNER))}
        assert (desk.row.state, desk.row.dispatched_to) == ("open", None)

    def test_a_repeat_is_counted_for_each_by_what_they_were_sent(self, desk):
        assert sent(desk)[str(OWNER)][0].startswith("【提醒】")
        desk.tomorrow(4)
        co_handle(desk)
        heard = sent(desk)
        assert heard[str(OWNER)][0].startswith("【第 2 次提醒】")
        assert "〔会办·提醒〕" in heard[str(PARTNER)][1]
        assert "此前：提醒 1 次" in heard[str(PARTNER)][1]

    def test_it_sees_it_hands_in_what_it_did_and_closes_nothing(self, desk, paper):
        theirs = on_page(PARTNER)
        assert not may(desk, theirs, "contribute").allowed
        co_handle(desk)
        assert sees(desk, theirs)
        assert may(desk, theirs, "contribute").allowed
        assert not may(desk, theirs, "complete").allowed
        assert not may(desk, theirs, "release").allowed
        sent(desk)
        desk.tomorrow()
        co_actions.contribute(desk.ws, desk.number, desk.now, who=theirs, reason="已核", evidence=[paper])
        assert desk.row.state == "open"
        assert [file.name for file in desk.evidence] == [paper.name]
        assert f"某人 会办反馈，请看后一并反馈：已核（材料：{paper.name}）" in sent(desk)[str(OWNER)][1]
        assert [(event.kind, event.actor, event.details["whom"]) for event in desk.events[:2]] == [
            ("co-handle", "张三", str(PARTNER)),
            ("contribute", "某人", str(OWNER)),
        ]

    def test_taken_back_it_hears_so_only_if_it_had_heard(self, desk):
        co_handle(desk)
        co_actions.release(desk.ws, desk.number, desk.now, who=ZHANG)
        assert str(PARTNER) not in sent(desk)
        desk.tomorrow()
        co_handle(desk)
        sent(desk)
        desk.tomorrow()
        co_actions.release(desk.ws, desk.number, desk.now, who=ZHANG, reason="改由本科自己核")
        title, body = sent(desk)[str(PARTNER)]
        assert title.endswith("不用再办 1 项")
        assert "张三 撤销会办，不用再办：改由本科自己核" in body
        assert not sees(desk, on_page(PARTNER, units=frozenset()))

    def test_whoever_has_it_in_hand_may_ask_and_those_above_anybody(self, desk):
        dispatch(desk, UnitPost(STATION, "经办人"))
        station = on_page(UnitPost(STATION, "经办人"), unit=STATION)
        assert may(desk, station, "co-handle").allowed
        assert not may(desk, on_page(PARTNER), "co-handle").allowed
        with pytest.raises(MoveRefused, match="不能请"):
            co_handle(desk, ELSEWHERE, who=on_page(OWNER))
        co_handle(desk, ELSEWHERE, who=replace(on_page(CITY, unit="350400"), units=None))
        assert sees(desk, on_page(ELSEWHERE, unit="350404"))

    @pytest.mark.parametrize("whom", [OWNER, UnitPost(YOUXI, "分管领导"), UnitPost(YOUXI, "没有的岗位")])
    def test_not_the_owner_its_heads_or_a_post_that_is_not_there(self, desk, whom):
        with pytest.raises(MoveRefused, match="不能请"):
            co_handle(desk, whom)

    def test_what_is_confidential_stays_in_the_unit(self, desk):
        with writing(desk.ws.ledger) as connection:
            connection.execute(update(OBLIGATION).where(OBLIGATION.c.id == desk.id).values(confidential=True))
        with pytest.raises(MoveRefused, match="只在本单位内请"):
            co_handle(desk, UnitPost(STATION, "经办人"))
        assert not sees(desk, on_page(PARTNER))
        co_handle(desk)
        assert sees(desk, on_page(PARTNER))


class TestWhatIsNotOwedAnyMore:
    def test_whoever_was_told_hears_once_what_and_why(self, desk):
        sent(desk)
        desk.tomorrow()
        actions.waive(desk.ws, desk.number, desk.now, who=ZHANG, reason="设备已报废")
        heard = sent(desk)
        assert set(heard) == {str(OWNER)}
        title, body = heard[str(OWNER)]
        assert title.endswith("不用再办 1 项")
        assert "张三 已免办，不用再办：设备已报废" in body
        assert "应办日" not in body
        desk.tomorrow()
        assert sent(desk) == {}
        assert desk.row.next_rung_at is None

    def test_who_gave_it_back_before_is_not_told_again(self, desk):
        co_handle(desk)
        sent(desk)
        desk.tomorrow()
        co_actions.release(desk.ws, desk.number, desk.now, who=ZHANG)
        assert set(sent(desk)) == {str(PARTNER)}
        desk.tomorrow()
        actions.waive(desk.ws, desk.number, desk.now, who=ZHANG, reason="设备已报废")
        assert set(sent(desk)) == {str(OWNER)}

    def test_who_saw_to_it_need_not_any_more(self, desk):
        desk.tomorrow(8)
        sent(desk)
        desk.tomorrow()
        actions.waive(desk.ws, desk.number, desk.now, who=ZHANG, reason="设备已报废")
        heard = sent(desk)
        assert heard[str(OWNER)][0].endswith("不用再办 1 项")
        assert heard[f"{YOUXI}/科室负责人"][0].endswith("不用再督促 1 项")

    def test_who_was_told_nothing_hears_nothing(self, desk):
        actions.waive(desk.ws, desk.number, desk.now, who=ZHANG, reason="设备已报废")
        assert sent(desk) == {}

    def test_reopened_before_it_was_said_it_is_not_said(self, desk):
        sent(desk)
        desk.tomorrow()
        actions.waive(desk.ws, desk.number, desk.now, who=ZHANG, reason="设备已报废")
        actions.reopen(desk.ws, desk.number, desk.now, who=ZHANG, reason="弄错了")
        assert all("不用再办" not in body for _, body in sent(desk).values())
