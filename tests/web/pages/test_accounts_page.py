"""Accounts and tokens on the page: an admin of a unit manages its own, and never what they themselves may do."""

import re

import pytest

from duban.access.accounts import account_named, history_of
from duban.access.mandates import Mandate
from tests.web.pages.people import PASSWORD, Browser, an_account

NEW = {
    "name": "chen",
    "full_name": "陈新来",
    "unit": "350404-01",
    "roles": "officer",
    "posts": "350404-01/食品流通科",
}


@pytest.fixture
def admin(signed_in):
    browser = signed_in("安")
    browser.get("/admin/accounts")
    return browser


@pytest.fixture
def county_admin(door, signed_in):
    an_account(door, "县管", Mandate("县管理", frozenset({"admin"}), "350404"))
    browser = signed_in("县管")
    browser.get("/admin/accounts")
    return browser


def number_of(door, name):
    return account_named(door.ws, name).id


def test_a_new_account_comes_with_a_link_by_which_its_owner_comes_in(admin, door):
    made = admin.post("/admin/accounts", **NEW)
    assert made.status_code == 200
    [link] = re.findall(r'value="http://duban(/welcome/[\w-]+)"', made.text)
    newcomer = Browser(door)
    newcomer.get(link)
    assert newcomer.post(link, password=PASSWORD, again=PASSWORD).status_code == 303

    assert "列东所" in newcomer.get("/me").text
    kinds = [(event.kind, event.actor) for event in history_of(door.ws, number_of(door, "chen"))]
    assert kinds[::-1] == [
        ("created", "安管理"),
        ("link made", "安管理"),
        ("password chosen", "陈新来"),
        ("signed in", "陈新来"),
    ]


def test_what_is_wrong_is_said_and_what_was_typed_is_kept(admin):
    refused = admin.post("/admin/accounts", **{**NEW, "name": "林"})

    assert refused.status_code == 422
    assert "已有账号" in refused.text
    assert 'value="陈新来"' in refused.text
    assert 'value="350404-01/食品流通科" checked' in refused.text


def test_nothing_is_ticked_for_a_newcomer_and_what_is_missing_is_said(admin):
    form = admin.get("/admin/accounts/new").text
    assert " checked" not in form

    refused = admin.post("/admin/accounts", **{key: said for key, said in NEW.items() if key != "roles"})
    assert refused.status_code == 422
    assert "至少选一个角色" in refused.text


def test_a_form_sent_twice_makes_one_account(admin):
    assert admin.post("/admin/accounts", **NEW).status_code == 200
    assert admin.post("/admin/accounts", **NEW).status_code == 422


def test_a_change_holds_at_once_and_is_in_the_history(admin, signed_in, door):
    shen = signed_in("沈")
    number = number_of(door, "沈")
    sent = {
        "full_name": "沈经办",
        "unit": "350405",
        "roles": ["officer", "auditor"],
        "lines": ["食品流通安全监督管理"],
    }
    assert admin.post(f"/admin/accounts/{number}", **sent).status_code == 303

    assert "审计员" in shen.get("/me").text
    assert history_of(door.ws, number)[0].details["to"]["roles"] == ["officer", "auditor"]


def test_closing_signs_out_and_opening_lets_in_again(admin, signed_in, door):
    lin, number = signed_in("林"), number_of(door, "林")
    admin.post(f"/admin/accounts/{number}/disable")
    assert lin.get("/me").status_code == 303
    admin.post(f"/admin/accounts/{number}/enable")

    assert Browser(door, address="10.1.1.1").sign_in("林").status_code == 303


def test_a_lost_telephone_is_signed_out(admin, signed_in, door):
    lin = signed_in("林")
    admin.post(f"/admin/accounts/{number_of(door, '林')}/sign-out")

    assert lin.get("/me").status_code == 303


def test_nobody_changes_what_they_themselves_may_do(admin, door):
    number = number_of(door, "安")
    sent = {"full_name": "安管理", "unit": "350400", "roles": ["admin", "supervisor"], "undisclosed": "1"}
    for path in (f"/admin/accounts/{number}", f"/admin/accounts/{number}/disable"):
        refused = admin.post(path, **sent)
        assert refused.status_code == 403
        assert "另一位管理员" in refused.text
    assert account_named(door.ws, "安").roles == ["admin"]


class TestACountysAdmin:
    def test_sees_the_accounts_of_the_county_and_its_stations_alone(self, county_admin):
        shown = county_admin.get("/admin/accounts").text

        for name in ("林经办", "王局长", "所经办"):
            assert name in shown
        for name in ("沈经办", "高局长", "安管理"):
            assert name not in shown

    def test_another_county_s_account_is_answered_as_one_that_is_not_there(self, county_admin, door):
        theirs = county_admin.get(f"/admin/accounts/{number_of(door, '沈')}")
        missing = county_admin.get("/admin/accounts/999999")

        assert theirs.status_code == missing.status_code == 404
        assert theirs.text.replace(f'/{number_of(door, "沈")}"', '/999999"') == missing.text
        for act in ("", "/link", "/disable", "/enable", "/sign-out"):
            assert (
                county_admin.post(f"/admin/accounts/{number_of(door, '沈')}{act}", **NEW).status_code == 404
            )

    def test_makes_and_moves_nobody_beyond_it(self, county_admin, door):
        for unit in ("350400", "350405", "nowhere"):
            refused = county_admin.post("/admin/accounts", **{**NEW, "unit": unit, "posts": []})
            assert refused.status_code == 422
            assert "没有单位" in refused.text
        moved = {"full_name": "林经办", "unit": "350405", "roles": "officer"}
        assert county_admin.post(f"/admin/accounts/{number_of(door, '林')}", **moved).status_code == 422


class TestTokens:
    def test_a_token_is_shown_once_and_lets_a_program_in(self, admin, door):
        made = admin.post("/admin/tokens", name="新系统", unit="350404")
        [secret] = re.findall(r'value="(duban_[\w-]+)"', made.text)

        assert secret not in admin.get("/admin/tokens").text
        assert (
            door.ask(None, "GET", "/duties", headers={"Authorization": f"Bearer {secret}"}).status_code == 200
        )

    def test_revoking_it_ends_it(self, admin, door):
        made = admin.post("/admin/tokens", name="新系统", unit="350404")
        [secret] = re.findall(r'value="(duban_[\w-]+)"', made.text)
        number = max(map(int, re.findall(r"/admin/tokens/(\d+)/revoke", admin.get("/admin/tokens").text)))
        assert admin.post(f"/admin/tokens/{number}/revoke").status_code == 303

        assert (
            door.ask(None, "GET", "/duties", headers={"Authorization": f"Bearer {secret}"}).status_code == 401
        )

    def test_a_county_s_admin_manages_its_own(self, county_admin):
        shown = county_admin.get("/admin/tokens").text

        assert "列东所" in shown
        assert "沙县" not in shown
        assert "大屏" not in shown
        assert county_admin.post("/admin/tokens", name="新", unit="350400").status_code == 422

    @pytest.mark.parametrize("until, why", [("2023-02-30", "写成 2026-12-31"), ("2020-01-01", "已经过去")])
    def test_a_day_that_is_none_or_past_is_refused(self, admin, until, why):
        refused = admin.post("/admin/tokens", name="新系统", unit="350404", until=until)

        assert refused.status_code == 422
        assert why in refused.text
        assert 'value="新系统"' in refused.text


def test_every_page_an_admin_works_on_leads_to_the_others(signed_in):
    ways = [
        "changes",
        "files",
        "files/plan",
        "versions",
        "letters",
        "accounts",
        "tokens",
        "imports",
        "operations",
        "engine",
    ]
    an = signed_in("安")

    for path in ways:
        shown = an.get(f"/admin/{path}").text
        led = re.search(r'<p class="tools">(<a href="/admin/changes".*?)</p>', shown)[1]
        assert re.findall(r'href="/admin/([\w/]+)"', led) == ways, path
        assert re.findall(r'href="/admin/([\w/]+)" aria-current="page"', led) == [path]
