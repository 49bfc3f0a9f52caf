"""A header that claims something is believed from the proxies the operator named, and from nobody else."""

import pytest

from duban.access.accounts import disable_account
from duban.web.settings import WebSettings, WrongSetting, web_settings
from tests.web.pages.conftest import door, quick_hashes  # noqa: F401 - fixtures
from tests.web.pages.people import Browser, hand

PROXY = "10.9.9.9"


@pytest.fixture
def settings(monkeypatch):
    monkeypatch.setenv("DUBAN_WEB_PROXIES", f"{PROXY}, 10.8.0.0/16")
    monkeypatch.setenv("DUBAN_WEB_USER_HEADER", "X-Remote-User")
    return web_settings()


def through(door, address=PROXY, **headers):  # noqa: F811
    browser = Browser(door, address=address)
    browser.headers |= {name.replace("_", "-"): value for name, value in headers.items()}
    return browser


def seen_from(browser):
    """Where the last sign-in of 林 came from, by what the account's page says."""
    shown = browser.get("/me").text
    return [place for place in ("192.0.2.7", PROXY, "10.0.0.66", "10.8.1.1") if f"<td>{place}</td>" in shown]


class TestWhereSomebodyComesFrom:
    def test_a_named_proxy_says_it(self, door):  # noqa: F811
        browser = through(door, X_Forwarded_For="192.0.2.7")
        browser.sign_in("林")
        assert seen_from(browser) == ["192.0.2.7"]

    def test_what_the_caller_wrote_before_the_proxy_is_not_believed(self, door):  # noqa: F811
        browser = through(door, X_Forwarded_For="10.0.0.66, 192.0.2.7, 10.8.1.1")
        browser.sign_in("林")
        assert seen_from(browser) == ["192.0.2.7"]

    @pytest.mark.parametrize("told", ["", "nonsense", "192.0.2.7:99", "unknown, x"])
    def test_what_is_no_address_is_passed_over(self, door, told):  # noqa: F811
        browser = through(door, X_Forwarded_For=told)
        browser.sign_in("林")
        assert seen_from(browser) == [PROXY]

    def test_nobody_else_says_it(self, door):  # noqa: F811
        browser = through(door, "10.0.0.66", X_Forwarded_For="192.0.2.7")
        browser.sign_in("林")
        assert seen_from(browser) == ["10.0.0.66"]

    def test_behind_https_the_cookie_is_for_https_alone(self, door):  # noqa: F811
        assert "Secure" in through(door, X_Forwarded_Proto="https").sign_in("林").headers["set-cookie"]
        assert "Secure" not in through(door).sign_in("林").headers["set-cookie"]
        forged = through(door, "10.0.0.66", X_Forwarded_Proto="https")
        assert "Secure" not in forged.sign_in("林").headers["set-cookie"]


class TestWhoIsSignedIn:
    def test_whom_a_named_proxy_names_comes_in_without_a_password(self, door):  # noqa: F811
        browser = through(door, X_Remote_User="wang")
        assert browser.get("/me").headers["location"] == "/sign-in?next=/me"
        refused = browser.get("/sign-in?next=/me")
        assert refused.status_code == 403
        assert "没有这个账号" in refused.text

        browser = Browser(door, address=PROXY)
        browser.headers["X-Remote-User"] = "林".encode()
        assert browser.get("/sign-in?next=/me").headers["location"] == "/me"
        assert "林经办" in browser.get("/me").text
        assert "由统一入口登录" in browser.get("/me").text

    def test_the_header_of_anybody_else_says_nothing(self, door):  # noqa: F811
        browser = Browser(door, address="10.0.0.66")
        browser.headers["X-Remote-User"] = "安".encode()

        assert browser.get("/admin/accounts").status_code == 303
        assert "登录" in browser.get("/sign-in").text
        assert browser.get("/me").status_code == 303

    def test_two_of_them_say_nothing(self, door):  # noqa: F811
        from duban.web.proxies import Proxies

        seen = []

        async def app(scope, receive, send):
            seen.append(scope["state"]["proxy_user"])

        import anyio

        proxies = Proxies(app, networks=WebSettings().proxies or web_settings().proxies, user_header="X-User")
        scope = {"type": "http", "client": (PROXY, 1), "headers": [(b"x-user", b"a"), (b"X-User", b"b")]}
        anyio.run(proxies, scope, None, None)
        assert seen == [""]

    def test_the_next_at_the_same_screen_does_not_sit_down_in_the_former_s_seat(self, door):  # noqa: F811
        browser = Browser(door, address=PROXY)
        browser.headers["X-Remote-User"] = "林".encode()
        browser.get("/sign-in")
        assert browser.get("/me").status_code == 200
        browser.headers["X-Remote-User"] = "王".encode()

        assert browser.get("/me").status_code == 303
        browser.get("/sign-in")
        assert "王局长" in browser.get("/me").text

    def test_a_closed_account_stays_outside(self, door):  # noqa: F811
        disable_account(door.ws, door.accounts["林"].id, hand(door))
        browser = Browser(door, address=PROXY)
        browser.headers["X-Remote-User"] = "林".encode()

        assert browser.get("/sign-in").status_code == 403

    def test_who_signs_out_is_out_until_they_come_back(self, door):  # noqa: F811
        browser = Browser(door, address=PROXY)
        browser.headers["X-Remote-User"] = "林".encode()
        browser.get("/sign-in")
        browser.get("/me")

        assert browser.post("/sign-out").headers["location"] == "/sign-in?out=1"
        assert browser.get("/sign-in?out=1").status_code == 200


@pytest.mark.parametrize(
    "proxies, header, why",
    [
        ("10.0.0", "", "看不懂"),
        ("0.0.0.0/0", "", "不能是所有地址"),
        ("::/0", "", "不能是所有地址"),
        ("", "X-Remote-User", "DUBAN_WEB_PROXIES"),
        ("10.0.0.5", "X Remote", "请求头"),
    ],
)
def test_a_wrong_setting_is_one_line(monkeypatch, proxies, header, why):
    monkeypatch.setenv("DUBAN_WEB_PROXIES", proxies)
    monkeypatch.setenv("DUBAN_WEB_USER_HEADER", header)
    with pytest.raises(WrongSetting, match=why):
        web_settings()
