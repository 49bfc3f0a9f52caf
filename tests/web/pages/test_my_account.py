"""One's own account: the password, and where one is signed in."""

import re

import pytest

from duban.web.pages.account_words import browser_word
from tests.web.pages.people import PASSWORD, Browser

NEW = "另一句很长的口令 2024"


def test_it_says_who_one_is_here(signed_in):
    shown = signed_in("林").get("/me").text

    for word in ("林经办", "三元区局", "经办人", "食品流通科"):
        assert word in shown


def test_another_password_signs_every_other_browser_out(signed_in, door):
    here, elsewhere = signed_in("林"), signed_in("林", address="10.0.0.9")
    here.get("/me")
    changed = here.post("/me/password", old=PASSWORD, password=NEW, again=NEW)

    assert (changed.status_code, changed.headers["location"]) == (303, "/me?done=password")
    assert "口令已换" in here.get("/me?done=password").text
    assert elsewhere.get("/me").status_code == 303
    assert Browser(door).sign_in("林").status_code == 422
    assert Browser(door, address="10.0.0.3").sign_in("林", NEW).status_code == 303


def test_what_is_wrong_with_it_is_said_and_nothing_changes(signed_in):
    browser = signed_in("林")
    browser.get("/me")
    for old, new, again, why in (
        ("wrong", NEW, NEW, "现在的口令不对"),
        (PASSWORD, NEW, "other", "不一样"),
        (PASSWORD, "short", "short", "至少 10 位"),
    ):
        refused = browser.post("/me/password", old=old, password=new, again=again)
        assert refused.status_code == 422
        assert why in refused.text
    assert signed_in("林", address="10.0.0.4").get("/me").status_code == 200


def test_guessing_it_at_an_open_screen_has_to_wait(signed_in):
    browser = signed_in("林")
    browser.get("/me")
    for _ in range(3):
        browser.post("/me/password", old="guess", password=NEW, again=NEW)

    assert browser.post("/me/password", old=PASSWORD, password=NEW, again=NEW).status_code == 429


def test_a_sign_in_elsewhere_is_seen_and_ended(signed_in):
    here, elsewhere = signed_in("林"), signed_in("林", address="10.0.0.9", agent="Firefox/115")
    shown = here.get("/me").text
    assert "10.0.0.9" in shown
    assert "Firefox/115" in shown
    [number] = re.findall(r'action="/me/sign-ins/(\d+)"', shown)
    assert here.post(f"/me/sign-ins/{number}").status_code == 303

    assert elsewhere.get("/me").status_code == 303
    assert here.get("/me").status_code == 200


def test_a_sign_in_of_somebody_else_is_none(signed_in):
    mine, theirs = signed_in("林"), signed_in("沈")
    mine.get("/me")
    for number in range(1, 9):
        answer = mine.post(f"/me/sign-ins/{number}")
        assert answer.status_code in {303, 404}
    assert theirs.get("/me").status_code == 200


def test_everywhere_else_at_once(signed_in):
    here, others = signed_in("林"), [signed_in("林", address=f"10.0.1.{n}") for n in range(3)]
    here.get("/me")
    here.post("/me/sign-ins/others")

    assert here.get("/me").status_code == 200
    assert {each.get("/me").status_code for each in others} == {303}


def test_what_a_browser_calls_itself_is_text(signed_in):
    shown = signed_in("林", agent="<script>alert(1)</script>").get("/me").text

    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown


@pytest.mark.parametrize(
    ("agent", "told"),
    [
        (
            "Mozilla/5.0 (Windows NT 6.1) AppleWebKit/537.36 Chrome/86.0 Safari/537.36",
            "Windows 电脑 · Chrome",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 16_0) Safari/604.1 wxwork/4.1 MicroMessenger/7",
            "iPhone · 企业微信",
        ),
        (
            "Mozilla/5.0 (Linux; Android 12) Chrome/99 Mobile Safari/537.36 MicroMessenger/8",
            "安卓设备 · 微信",
        ),
        ("curl/8", "curl/8"),
    ],
)
def test_a_browser_is_called_what_people_call_it(agent, told):
    assert browser_word(agent) == told
