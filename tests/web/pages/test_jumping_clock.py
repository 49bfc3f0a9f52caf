"""The clock of the machine jumps, back or far ahead: every page still answers in words, and nothing is lost."""

from datetime import timedelta

import pytest

from tests.web.pages.acting import number_in, seen_on, send, state_of

PAGES = (
    "/", "/board", "/obligations", "/inbox", "/duties", "/duties/quarterly", "/workload", "/goals", "/wall",
    "/me", "/reports", "/reports/overdue", "/reports/appraisal", "/letters", "/assign", "/review", "/search?text=S1",
)  # fmt: skip


@pytest.mark.parametrize(
    "jump",
    [
        timedelta(days=-400),
        timedelta(hours=-3),
        timedelta(hours=3),
        timedelta(days=400),
        timedelta(days=9000),
    ],
    ids=["a year back", "hours back", "hours ahead", "a year ahead", "past the calendar"],
)
def test_every_page_answers_and_what_was_done_stands(signed_in, door, jump):
    lin = signed_in("林")
    number = number_in(lin.get("/obligations"))
    seen = seen_on(lin.get(f"/obligations/{number}"))
    assert send(lin, number, "acknowledge", seen=seen).status_code == 303
    began = door.bureau.clock.moment
    door.bureau.clock.moment = began + jump
    browser, month = signed_in("高"), f"/calendar/{began + jump:%Y-%m}"
    answered = {path: browser.get(path).status_code for path in (*PAGES, f"/obligations/{number}", month)}
    assert {path: status for path, status in answered.items() if status != 200} == {}
    door.bureau.clock.moment = began
    assert state_of(signed_in("林"), number) == "已签收"
