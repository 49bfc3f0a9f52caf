"""A confidential flight check from batch to report: it is 三元's food post's; whoever may not know of it sees it nowhere, at any step."""

import pytest

from duban.obligations.opening import open_owed
from tests.obligations.small_bureau import at
from tests.web.conftest import fact
from tests.web.pages.acting import seen_on, send
from tests.web.pages.people import Browser

OTHERS = ("所", "沈", "安", "计")
LOOKED_AT = (
    "/", "/board", "/obligations", "/search?text=flight-check", "/search?text=S1", "/inbox", "/review",
    "/calendar/2023-11", "/workload", "/reports/overdue", "/reports/appraisal?period=2023-11",
)  # fmt: skip


@pytest.fixture
def watched(door):
    """`watched(number)`: signs everybody else in and looks everywhere."""

    def watched(number, *more):
        for name in OTHERS:
            browser = Browser(door, address=f"10.9.0.{ord(name) % 250}")
            assert browser.sign_in(name).status_code == 303
            for path in LOOKED_AT:
                text = browser.get(path).text
                assert number not in text, (name, path)
                if "search" not in path:  # the duty itself stands in the plan
                    assert "flight-check" not in text, (name, path)
                assert "另有保密事项" not in text, (name, path)
            missing = browser.get("/obligations/DB-09ZZZZ").text.replace("/obligations/DB-09ZZZZ", "")
            for path in (f"/obligations/{number}", *more):
                answer = browser.get(path)
                assert (answer.status_code, answer.text.replace(path, "")) == (404, missing), (name, path)

    return watched


def number_of(browser):
    listed = browser.get("/obligations?duty=flight-check").text
    return listed.partition('href="/obligations/DB-')[2].partition('"')[0]


def test_a_confidential_flight_check_is_seen_by_nobody_else_from_batch_to_report(door, signed_in, watched):
    batch = [fact(f"{number}") for number in (1, 2, 3)]
    assert door.post("市局", "/facts", json={"facts": batch}).json()["new"] == 3
    open_owed(door.ws, door.now)
    number = "DB-" + number_of(signed_in("王"))
    assert len(number) > len("DB-")
    watched(number)

    door.bureau.clock.moment = at("2023-11-20")  # its twenty working days are over
    wang = signed_in("王")
    assert number in wang.get("/obligations?light=red").text
    watched(number)

    seen = seen_on(wang.get(f"/obligations/{number}"))
    answer = send(wang, number, "acknowledge", seen=seen)
    assert answer.status_code == 303
    watched(number, f"/obligations/{number}/evidence.zip")

    seen = seen_on(wang.get(f"/obligations/{number}?act=complete"))
    assert send(wang, number, "complete", seen=seen, reason="查完").status_code == 303
    assert "查完" in signed_in("计").get(f"/obligations/{number}").text  # who was to be surprised has been
    assert signed_in("沈").get(f"/obligations/{number}").status_code == 404
