"""A form outlives the sign-in it was begun with: what was written is kept, and sent by whoever signs in again."""

import html
import re
from datetime import timedelta

import pytest

from tests.web.pages.acting import number_in, seen_on, send
from tests.web.pages.people import PASSWORD

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


FROM_HERE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def forgotten(signed_in):
    """林 wrote a reason in a browser that has since forgotten its cookies."""
    browser = signed_in("林")
    number = number_in(browser.get("/obligations"))
    written = {"seen": seen_on(browser.get(f"/obligations/{number}")), "reason": REASON}
    browser.cookies.clear()
    return browser, f"/obligations/{number}/acts/acknowledge", written


def test_what_was_written_is_kept_though_the_browser_forgot_its_cookies(forgotten):
    browser, where, written = forgotten
    asked = browser.post(where, headers=FROM_HERE, **written)
    assert (asked.status_code, "您写的内容还在" in asked.text) == (401, True)

    signed_in = browser.post("/sign-in", name="林", password=PASSWORD, **hidden(asked))
    sent = browser.post(where, **{k: v for k, v in hidden(signed_in).items() if k not in {"next", "lang"}})
    assert sent.headers["location"].endswith("?done=acknowledge")


def test_who_signed_in_anew_beside_it_is_shown_what_they_wrote_and_sends_it(forgotten):
    browser, where, written = forgotten
    browser.sign_in("林")
    asked = browser.post(where, headers=FROM_HERE, **{**written, "form_token": "of another cookie"})

    assert asked.status_code == 403
    assert REASON in html.unescape(asked.text)
    assert "<b>" not in asked.text
    assert '<a href="/board"' in asked.text
    again = {k: v for k, v in hidden(asked).items() if k not in {"next", "lang"}}
    assert browser.post(where, **again).headers["location"].endswith("?done=acknowledge")


def test_a_form_that_only_does_not_say_where_it_is_from_is_refused_and_not_shown_again(forgotten):
    browser, where, written = forgotten
    browser.sign_in("林")
    asked = browser.post(where, **{**written, "form_token": "of another cookie"})

    assert asked.status_code == 403
    assert "约定" not in asked.text


def test_what_is_refused_keeps_the_menu_and_a_way_on(signed_in):
    browser = signed_in("林")
    for path, status in (("/no-such-page", 404), ("/obligations/DB-000000", 404), ("/admin/accounts", 403)):
        refused = browser.get(path, headers={"Referer": "http://duban/board?by=share"})
        assert refused.status_code == status
        assert '<nav aria-label="主导航">\n      <a href="/"' in re.sub(r"\n\s*\n", "\n", refused.text)
        assert '<a href="/board?by=share">返回刚才那一页</a>' in refused.text

    elsewhere = browser.get("/no-such-page", headers={"Referer": "http://evil.example/board"})
    assert "返回刚才那一页" not in elsewhere.text
