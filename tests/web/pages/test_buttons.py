"""The buttons of a list are those of the obligation's own page: one set of rules for both."""

import re

import pytest

from duban.deliveries.delivering import deliver
from duban.notices.patrol import patrol
from duban.web.pages.act_forms import AT_HAND

PATHS = ("/", "/obligations", "/m/{message}")


def offered(page, number):
    """The acts that a page offers for one obligation."""
    found = re.findall(rf"/obligations/{number}(?:\?act=|/acts/)([a-z-]+)", page)
    return {act for act in found if act in AT_HAND}


@pytest.fixture
def reported_to(door):
    """The messages of the day have gone out."""
    patrol(door.ws, door.now)
    deliver(door.ws, door.now)
    return door


@pytest.mark.parametrize("who", ["林", "沈", "王", "高", "计"])
def test_a_list_offers_what_the_obligation_s_page_offers(reported_to, signed_in, who):
    browser = signed_in(who)
    message = re.search(r"/m/(XX-\w+)", browser.get("/inbox").text)
    seen = 0
    for path in PATHS:
        if "{message}" in path and message is None:
            continue
        page = browser.get(path.format(message=message and message[1])).text
        for number in set(re.findall(r'href="/obligations/(DB-\w+)">', page)):
            own = offered(browser.get(f"/obligations/{number}").text, number)
            assert offered(page, number) == own, (path, number)
            seen += 1
    assert seen
