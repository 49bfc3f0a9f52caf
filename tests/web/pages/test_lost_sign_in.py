"""A form outlives the sign-in it was begun with: what was written is kept, and sent by whoever signs in again."""

import html
import re
from datetime import timedelta

import pytest

from tests.web.pages.conftest import PASSWORD
from tests.web.pages.test_acting import seen_on, send
from tests.web.pages.test_owed_pages import number_in

REASON = '双方"约定" <b>延后</b>'


@pytest.fixture
def overtaken(signed_in, door):
    """林 wrote a reason, went to lunch for the rest of the day, and sent it."""
    browser = signed_in("林")
    number = number_in(browser.get("/obligations"))
    seen = seen_on(browser.get(f"/obligations/{number}"))
    door.bureau.clock.moment += timedelta(hours=13)
    return browser, number, send(browser, number, "acknowledge", seen=seen, reason=REASON)


def hidden(page):
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.text)
    return {name: html.unescape(value) for name, value in found}


def test_what_was_written_is_kept_through_a_wrong_password_and_sent_after_the_right_one(overtaken):
    browser, number, asked = overtaken
    assert asked.status_code == 401
    assert "您写的内容还在" in asked.text
    assert "<b>" not in asked.text
    kept = hidden(asked)
    again = browser.post("/sign-in", name="林", password="wrong password", **kept)
    assert hidden(again)["resume"] == kept["resume"]

    signed_in = browser.post("/sign-in", name="林", password=PASSWORD, **hidden(again))
    assert signed_in.status_code == 200
    assert html.escape(REASON, quote=False) in html.unescape(signed_in.text).replace(
        "<b>", "&lt;b&gt;"
    ).replace("</b>", "&lt;/b&gt;")
    where = re.search(r'action="(/obligations/[^"]+)"', signed_in.text)[1]
    sent = browser.post(where, **{k: v for k, v in hidden(signed_in).items() if k not in {"next", "lang"}})

    assert (sent.status_code, sent.headers["location"]) == (303, f"/obligations/{number}?done=acknowledge")
    assert "已签收" in browser.get(f"/obligations/{number}?done=acknowledge").text


def test_a_password_is_never_kept(signed_in, door):
    browser = signed_in("林")
    browser.get("/me")
    door.bureau.clock.moment += timedelta(hours=13)
    asked = browser.post("/me/password", old=PASSWORD, password="another secret word", again="x")

    assert PASSWORD not in asked.text
    assert "another secret word" not in asked.text


def test_what_is_no_kept_form_is_passed_over(browser):
    browser.get("/sign-in")
    answer = browser.post(
        "/sign-in", name="林", password=PASSWORD, resume_at="//evil.example", resume="{nonsense"
    )

    assert (answer.status_code, answer.headers["location"]) == (303, "/")
