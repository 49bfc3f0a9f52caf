"""转办: the city lets another county owe what one owed about an enterprise; days, history and what was said go with it."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from duban.bureau.unit_posts import UnitPost
from duban.facts import NewSubject, record_subjects
from duban.ledger.database import reading
from duban.ledger.principals import Principal
from duban.ledger.short_ids import short_id
from duban.ledger.tables import DELIVERY, INBOX_MESSAGE, NOTICE
from duban.notices.patrol import patrol
from duban.obligations import actions, co_actions, review_actions, transferring
from duban.obligations.act_standings import obligation_standings
from duban.obligations.actions import MoveRefused
from duban.obligations.permissions import allowed
from duban.obligations.submissions import SubmissionSummary
from duban.service.cycle import tick
from tests.obligations.small_bureau import SELLER, at, first_inspection, quarterly
from tests.principals import OPERATOR, county

SANYUAN, SHAXIAN, STATION = "350404", "350405", "350404-01"
POST = "食品流通科"
THERE = UnitPost(SHAXIAN, POST)

WISH = SubmissionSummary(
    1,
    1,
    "extension",
    f"{SANYUAN}/科室负责人",
    at("2023-09-07"),
    "赵六",
    "设备未到",
    None,
    None,
    None,
    None,
    None,
    "",
)


@pytest.fixture
def here(bureau):
    """S1 in 三元区 got its certificate on 2023-09-05: first inspection due 2023-10-07, reminded on 2023-09-21."""
    here = bureau(first_inspection(), on="2023-09-01")
    here.register("S1")
    here.open("2023-09-01")
    here.fact("certificate.issued", "2023-09-05")
    here.open("2023-09-06")
    return here


def transfer(here, to=THERE, day="2023-09-07", who=OPERATOR, reason="企业在沙县经营"):
    [number] = here.owed("id")
    return actions.transfer(here.ws, short_id(number), at(day), who=who, to=to, reason=reason)


def standing(here):
    [number] = here.owed("id")
    with reading(here.ledger) as connection:
        return obligation_standings(connection, here.ws.definitions, [number])[number]


def told(here):
    """Who has a message in the inbox, in order."""
    with reading(here.ledger) as connection:
        return [*connection.execute(select(INBOX_MESSAGE.c.recipient).order_by(INBOX_MESSAGE.c.id)).scalars()]


class TestWhatBecomesOfIt:
    def test_the_other_county_owes_it_and_its_days_stay(self, here):
        before = here.owed("id", "target", "deadline")
        assert transfer(here).unit == SHAXIAN
        assert here.owed("unit", "state", "dispatched_to") == [(SHAXIAN, "open", None)]
        assert here.owed("id", "target", "deadline") == before

    def test_it_is_told_at_once_and_hears_the_rungs_to_come_alone(self, here):
        transfer(here)
        tick(here.ws, at("2023-09-07"))
        assert told(here) == [f"{SHAXIAN}/{POST}"], "the county it left was never told of it"
        tick(here.ws, at("2023-09-21"))
        assert told(here) == [f"{SHAXIAN}/{POST}"] * 2

    def test_what_was_said_is_not_said_again_and_the_county_it_left_hears_that_it_is_over(self, here):
        tick(here.ws, at("2023-09-21"))
        assert told(here) == [f"{SANYUAN}/{POST}"]
        transfer(here, day="2023-09-22")
        tick(here.ws, at("2023-09-22"))
        with reading(here.ledger) as connection:
            messages = select(INBOX_MESSAGE.c.recipient, INBOX_MESSAGE.c.body).order_by(INBOX_MESSAGE.c.id)
            [_, *after] = connection.execute(messages).tuples()
            rungs = [*connection.execute(select(NOTICE.c.rung).where(NOTICE.c.rung == "remind-1")).scalars()]
        assert {recipient for recipient, _ in after} == {f"{SHAXIAN}/{POST}", f"{SANYUAN}/{POST}"}
        now, left = (dict(after)[f"{unit}/{POST}"] for unit in (SHAXIAN, SANYUAN))
        assert "王五 已转办给沙县区局食品流通科，不用再办：企业在沙县经营" in left
        assert "王五 转办给您，请签收并办理：企业在沙县经营" in now
        assert rungs == ["remind-1"]

    def test_a_message_on_its_way_to_the_county_it_left_is_cancelled(self, here):
        patrol(here.ws, at("2023-09-21"))
        transfer(here, day="2023-09-21")
        with reading(here.ledger) as connection:
            waiting = connection.execute(select(DELIVERY.c.state, DELIVERY.c.last_error)).all()
        assert [tuple(row) for row in waiting] == [("cancelled", "发送前已转办给沙县区局食品流通科")]

    def test_whom_it_was_given_to_and_who_worked_along_have_it_no_more(self, here):
        [number] = here.owed("id")
        to = UnitPost(STATION, POST)
        actions.dispatch(here.ws, short_id(number), at("2023-09-06"), who=OPERATOR, to=to)
        tick(here.ws, at("2023-09-06"))
        transfer(here)
        tick(here.ws, at("2023-09-07"))
        assert here.owed("dispatched_to") == [None]
        assert told(here) == [f"{STATION}/{POST}", f"{SHAXIAN}/{POST}", f"{STATION}/{POST}"]

    def test_it_stays_there_wherever_its_subject_goes(self, here):
        transfer(here)
        subject = {"kind": SELLER, "code": "S1", "name": "S1 店", "unit": "350404"}
        record_subjects(here.ws, [NewSubject(**subject)], at("2023-09-08"), OPERATOR)
        here.open("2023-09-09")
        assert here.owed("unit") == [SHAXIAN]

    def test_transferred_back_it_is_as_before(self, here):
        transfer(here)
        transfer(here, UnitPost(SANYUAN, POST), "2023-09-08", reason="转错了")
        tick(here.ws, at("2023-09-08"))
        assert here.owed("unit") == [SANYUAN]
        assert told(here) == [f"{SANYUAN}/{POST}"], "沙县 never heard of it"


def undo(here, day="2023-09-08", who=OPERATOR, reason="转错了"):
    [number] = here.owed("id")
    return actions.undo(here.ws, short_id(number), at(day), who=who, reason=reason)


class TestUndone:
    """撤销转办: whoever may transfer between both units puts it back as it was, as long as nothing has happened since."""

    def test_it_is_owed_given_signed_for_and_worked_along_on_as_before(self, here):
        [number] = here.owed("id")
        station, along = UnitPost(STATION, POST), UnitPost("350400", POST)
        actions.dispatch(here.ws, short_id(number), at("2023-09-06"), who=OPERATOR, to=station)
        actions.acknowledge(here.ws, short_id(number), at("2023-09-06"), who=OPERATOR)
        co_actions.co_handle(here.ws, short_id(number), at("2023-09-06"), who=OPERATOR, to=along)
        columns = ("unit", "state", "dispatched_to", "acknowledged_at", "target", "deadline")
        before = here.owed(*columns)
        transfer(here)
        assert undo(here).state == "acknowledged"
        assert (here.owed(*columns), standing(here).co_handlers) == (before, (along,))

    def test_undone_before_anybody_was_told_nobody_hears_and_what_was_on_its_way_goes_out(self, here):
        patrol(here.ws, at("2023-09-21"))
        transfer(here, day="2023-09-21")
        undo(here, "2023-09-21")
        tick(here.ws, at("2023-09-21"))
        assert told(here) == [f"{SANYUAN}/{POST}"]
        assert "转错了" not in in_inboxes(here)[0][1]

    def test_who_was_told_hears_that_it_is_undone(self, here):
        tick(here.ws, at("2023-09-21"))
        transfer(here, day="2023-09-22")
        tick(here.ws, at("2023-09-25"))
        undo(here, "2023-09-26")
        tick(here.ws, at("2023-09-26"))
        after = dict(in_inboxes(here)[3:])
        assert "王五 撤销转办，仍由您办理：转错了" in after[f"{SANYUAN}/{POST}"]
        assert "王五 已转办给三元区局食品流通科，不用再办：转错了" in after[f"{SHAXIAN}/{POST}"]

    def test_once_granted_what_was_asked_for_waits_again(self, here):
        ask(here)
        tick(here.ws, at("2023-09-07"))
        decide(here, review_actions.grant)
        undo(here)
        owed = standing(here)
        assert (owed.unit, owed.waiting.kind, owed.waiting.submitted_by) == (SANYUAN, "transfer", "赵六")
        decide(here, review_actions.grant, "2023-09-11")
        assert here.owed("unit") == [SHAXIAN]

    def test_it_goes_where_its_subject_goes_again(self, here):
        transfer(here)
        undo(here)
        subject = {"kind": SELLER, "code": "S1", "name": "S1 店", "unit": SHAXIAN}
        record_subjects(here.ws, [NewSubject(**subject)], at("2023-09-08"), OPERATOR)
        here.open("2023-09-09")
        assert here.owed("unit") == [SHAXIAN]

    def test_neither_county_undoes_it_and_nobody_what_has_gone_on(self, here):
        transfer(here)
        for unit in (SANYUAN, SHAXIAN):
            with pytest.raises(MoveRefused, match="由上级单位的对口科室或领导转办"):
                undo(here, who=county(unit))
        [number] = here.owed("id")
        actions.acknowledge(here.ws, short_id(number), at("2023-09-08"), who=OPERATOR)
        with pytest.raises(MoveRefused, match="之后又有变动，不能撤销"):
            undo(here)
        assert here.owed("unit") == [SHAXIAN]


def ask(here, to=THERE, day="2023-09-07", who=None, reason="企业在沙县经营"):
    [number] = here.owed("id")
    asks = who or replace(county(SANYUAN, STATION), name="赵六")
    return review_actions.request_transfer(here.ws, short_id(number), at(day), who=asks, to=to, reason=reason)


def decide(here, act, day="2023-09-08", who=OPERATOR, **more):
    [number] = here.owed("id")
    return act(here.ws, short_id(number), at(day), who=who, **more)


def in_inboxes(here):
    with reading(here.ledger) as connection:
        messages = select(INBOX_MESSAGE.c.recipient, INBOX_MESSAGE.c.body).order_by(INBOX_MESSAGE.c.id)
        return [tuple(row) for row in connection.execute(messages)]


class TestAskedFor:
    """申请转办: whoever owes it asks, the section above both decides, and until then nothing changes."""

    def test_until_it_is_decided_it_is_owed_as_before_and_the_section_above_both_is_told(self, here):
        before = here.owed("unit", "state", "target", "deadline", "next_rung_at")
        ask(here)
        owed = standing(here)
        assert (owed.waiting.kind, owed.waiting.reviewer, owed.waiting.receiver) == (
            "transfer",
            f"350400/{POST}",
            f"{SHAXIAN}/{POST}",
        )
        tick(here.ws, at("2023-09-07"))
        [(recipient, body)] = in_inboxes(here)
        assert recipient == f"350400/{POST}"
        assert "赵六 申请转给沙县区局 食品流通科，请决定（企业在沙县经营）" in body
        assert here.owed("unit", "state", "target", "deadline") == [before[0][:4]]
        tick(here.ws, at("2023-09-21"))
        assert f"{SANYUAN}/{POST}" in told(here), "its ladder went on"

    def test_granted_the_other_county_owes_it_and_both_hear_once(self, here):
        ask(here)
        tick(here.ws, at("2023-09-07"))
        assert decide(here, review_actions.grant).unit == SHAXIAN
        tick(here.ws, at("2023-09-08"))
        assert here.owed("unit", "state") == [(SHAXIAN, "open")]
        assert standing(here).waiting is None
        [(recipient, body)] = in_inboxes(here)[1:]
        assert recipient == f"{SHAXIAN}/{POST}"
        assert "王五 转办给您，请签收并办理：企业在沙县经营" in body

    def test_refused_it_stays_and_who_asked_hears_why(self, here):
        ask(here)
        tick(here.ws, at("2023-09-07"))
        decide(here, review_actions.refuse, reason="仍在三元经营")
        tick(here.ws, at("2023-09-08"))
        assert here.owed("unit", "state") == [(SANYUAN, "open")]
        recipient, body = in_inboxes(here)[-1]
        assert recipient == f"{SANYUAN}/{POST}"
        assert "王五 不同意转办：仍在三元经营" in body

    def test_taken_back_nothing_waits(self, here):
        ask(here)
        decide(here, review_actions.recall)
        assert standing(here).waiting is None
        assert here.owed("unit", "state") == [(SANYUAN, "open")]

    def test_nobody_decides_on_what_they_asked_for(self, here):
        ask(here, who=OPERATOR)
        with pytest.raises(MoveRefused, match="不能复核自己报的"):
            decide(here, review_actions.grant)

    @pytest.mark.parametrize("to", [UnitPost(SANYUAN, POST), UnitPost(SHAXIAN, "计量科")])
    def test_a_post_it_could_not_go_to_is_not_asked_for(self, here, to):
        with pytest.raises(MoveRefused, match="不能转给"):
            ask(here, to)

    def test_another_county_does_not_ask(self, here):
        with pytest.raises(MoveRefused, match="由三元区局食品流通科承办"):
            ask(here, who=county(SHAXIAN))

    def test_one_wish_waits_at_a_time(self, here):
        ask(here)
        with pytest.raises(MoveRefused, match="有一项在等决定"):
            ask(here)
        with pytest.raises(MoveRefused, match="有一项在等决定"):
            transfer(here)

    def test_what_stays_in_its_unit_is_not_asked_for_either(self, here):
        owed = replace(standing(here), confidential=True)
        may = allowed(here.ws.definitions, OPERATOR, owed, "request-transfer")
        assert (may.allowed, may.why_not.endswith("不得提前泄露，不能转办")) == (False, True)

    def test_between_stations_of_a_county_its_own_section_decides(self, here):
        owed = replace(standing(here), unit=STATION)
        project = here.ws.definitions.project
        decides = [
            str(transferring.decider_between(project, owed, to)) for to in (UnitPost(SANYUAN, POST), THERE)
        ]
        assert decides == [f"{SANYUAN}/{POST}", f"350400/{POST}"]


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        "to",
        [UnitPost(SANYUAN, POST), UnitPost(SHAXIAN, "没有的岗位"), UnitPost("359999", POST)],
        ids=["the same unit", "no such post", "no such unit"],
    )
    def test_it_goes_to_the_post_of_that_name_in_another_unit(self, here, to):
        with pytest.raises(MoveRefused, match="不能转给"):
            transfer(here, to)

    def test_without_a_reason(self, here):
        with pytest.raises(MoveRefused, match="转办要写明原因"):
            transfer(here, reason=" ")

    def test_a_county_does_not_transfer_what_is_its_own(self, here):
        with pytest.raises(MoveRefused, match="由上级单位的对口科室或领导转办"):
            transfer(here, who=county(SANYUAN, STATION))

    @pytest.mark.parametrize(
        ("unit", "post", "may"),
        [
            ("350400", POST, True),
            ("350400", "计量科", False),
            (SANYUAN, POST, False),
            (SHAXIAN, POST, False),
        ],
    )
    def test_the_counterpart_section_above_may_and_no_other_post(self, here, unit, post, may):
        who = Principal(
            "某人",
            unit,
            None,
            "page",
            may_write=True,
            undisclosed=False,
            posts=frozenset({str(UnitPost(unit, post))}),
        )
        owed = standing(here)
        assert allowed(here.ws.definitions, who, owed, "transfer").allowed is may
        assert list(transferring.new_owners(here.ws.definitions.project, owed, who, owed.deadline)) == (
            [UnitPost("350400", POST), UnitPost(STATION, POST), THERE] if may else []
        )

    @pytest.mark.parametrize(
        ("told", "why"),
        [
            ({"confidential": True}, "不得提前泄露，不能转办"),
            ({"waiting": WISH}, "有一项在等决定，决定或收回以后再转办"),
        ],
        ids=["confidential", "waits for a decision"],
    )
    def test_what_stays_until_something_else_is_settled(self, here, told, why):
        owed = replace(standing(here), **told)
        may = allowed(here.ws.definitions, OPERATOR, owed, "transfer")
        assert not may.allowed
        assert may.why_not.endswith(why)

    def test_what_each_unit_owes_for_itself(self, bureau):
        here = bureau(quarterly(), on="2023-10-09")
        here.open("2023-10-09")
        number = here.owed("id", unit=SANYUAN)[0]
        with pytest.raises(MoveRefused, match="是单位自己的事，不能转给别的单位"):
            actions.transfer(here.ws, short_id(number), at("2023-10-09"), who=OPERATOR, to=THERE, reason="x")

    def test_what_is_closed(self, here):
        [number] = here.owed("id")
        actions.waive(here.ws, short_id(number), at("2023-09-07"), who=OPERATOR, reason="停业")
        with pytest.raises(MoveRefused, match="已免办，不能转办"):
            transfer(here, day="2023-09-08")
