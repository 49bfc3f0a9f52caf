"""What an event opens keeps the event's identity: two at one county, or one enterprise, are never taken for one another."""

import pytest

from duban.base.cases import CaseIdentity, case_of
from duban.base.clock import SHANGHAI, Present
from duban.cadence.kinds.within import WithinCadence
from duban.explanations import explain
from duban.ledger.database import reading
from duban.obligations.listing import Filter, listed
from duban.service.cycle import tick
from duban.workdays import Period, TimeGrain, load_calendar
from tests.cycle.conftest import bodies
from tests.obligations.small_bureau import ROOT, SELLER, Bureau, a_duty, at, flight_check

TEN_DAYS = Period(10, TimeGrain.WORKDAY)


@pytest.fixture
def here(ledger):
    guidance = a_duty("guidance", WithinCadence(period=TEN_DAYS, of="event.held"))
    closing = a_duty("closing", WithinCadence(period=TEN_DAYS, of="certificate.issued"), subject=SELLER)
    bureau = Bureau(
        ledger, load_calendar(ROOT / "calendar"), (guidance, closing, flight_check()), "2023-07-03"
    )
    bureau.register("S1", unit="350404")
    return bureau


def shown(here):
    with reading(here.ledger) as connection:
        found = listed(connection, Filter(), Present.of(here.clock.now(), SHANGHAI), size=10)
    return [(each.subject or each.unit, str(each.case or "")) for each in found]


def test_a_list_tells_two_events_at_one_unit_apart(here):
    here.open("2023-07-03")
    told = {"事由": "婚宴三十桌", "地点": "莘口镇", "来源文件": "莘报备3号"}
    here.fact("event.held", "2023-07-03", unit="350404", ref="JC-1", data=told)
    here.fact("event.held", "2023-07-03", unit="350404", ref="JC-2", data={"事由": "乔迁宴"})
    here.open("2023-07-03")
    assert shown(here) == [
        ("三元区局", "婚宴三十桌（编号 JC-1，莘口镇，莘报备3号）"),
        ("三元区局", "乔迁宴（编号 JC-2）"),
    ]


def test_the_message_and_the_explanation_say_which_one(here):
    here.open("2023-07-03")
    here.fact("certificate.issued", "2023-07-03", ref="YH-7", data={"事由": "2号梯门锁失效"})
    here.fact("certificate.issued", "2023-07-03", ref="YH-8", data={"事由": "3号梯限速器"})
    tick(here.ws, at("2023-07-03"))
    tick(here.ws, at("2023-07-10"))
    [body] = bodies(here, "350404/食品流通科")
    assert "S1 店：2号梯门锁失效（编号 YH-7）" in body
    assert "S1 店：3号梯限速器（编号 YH-8）" in body
    assert explain(here.ws, here.owed("id")[0]).case == "2号梯门锁失效（编号 YH-7）"


def test_a_finding_is_no_single_case(here):
    here.open("2023-07-03")
    for number in ("1", "2", "3"):
        here.fact("sample.failed", "2023-07-03", ref=number)
    here.open("2023-07-03")
    assert shown(here) == [("S1 店", "")]


def test_a_number_made_of_the_fact_itself_is_none_to_people():
    assert case_of("9f86d081884c7d65", {"地点": "列东"}) == CaseIdentity("", "", "列东", "")
    assert case_of("9F86D081884C7D65", {}) is None  # as the ledger keeps it
    assert str(case_of("2023100900000000", {})) == "编号 2023100900000000"
    assert case_of(None, None) is None
