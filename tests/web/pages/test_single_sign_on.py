"""The bureau's own sign-on: a provider on this machine that keeps to OpenID Connect, or does not."""

import base64
import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from duban.access.accounts import disable_account
from duban.web.settings import WebSettings, WrongSetting, web_settings
from tests.web.pages.people import Browser, hand

SECRET = "the secret of duban there"


class Provider(BaseHTTPRequestHandler):
    """A sign-on: it gives a token for the code it gave out, to who knows the secret and the verifier of the challenge."""

    def do_GET(self):
        town = self.server
        if self.path == "/.well-known/openid-configuration":
            at = town.at
            self._tell(
                {
                    "issuer": town.issuer,
                    "authorization_endpoint": f"{at}/authorize",
                    "token_endpoint": f"{at}/token",
                    "userinfo_endpoint": f"{at}/who",
                }
            )
        elif self.path == "/who" and self.headers["Authorization"] == "Bearer the-token":
            self._tell(town.person)
        else:
            self._tell({}, 401)

    def do_POST(self):
        sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        known = base64.b64decode(self.headers["Authorization"].partition(" ")[2]).decode()
        verifier = sent.get("code_verifier", [""])[0]
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
        right = sent.get("code") == ["the-code"] and challenge == self.server.challenge
        if (right and known.endswith(SECRET.replace(" ", "+"))) or (right and SECRET in known):
            self._tell({"access_token": "the-token", "token_type": "Bearer"})
        else:
            self._tell({"error": "invalid_grant"}, 400)

    def _tell(self, told, status=200):
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *told):
        pass


@pytest.fixture
def provider():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    server.at = server.issuer = f"http://127.0.0.1:{server.server_port}"
    server.person = {"preferred_username": "林"}
    server.challenge = ""
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def settings(provider, monkeypatch):
    monkeypatch.setenv("DUBAN_OIDC_ISSUER", provider.at)
    monkeypatch.setenv("DUBAN_OIDC_CLIENT", "duban")
    monkeypatch.setenv("DUBAN_OIDC_SECRET", SECRET)
    return web_settings()


def there_and_back(browser, provider, path="/sign-in/sso?next=/me", **back):
    """Go to the provider, be recognised there, and come back."""
    sent = browser.get(path)
    assert sent.status_code == 303
    asked = parse_qs(urlsplit(sent.headers["location"]).query)
    assert asked["redirect_uri"] == ["http://duban/sign-in/sso/back"]
    assert asked["code_challenge_method"] == ["S256"]
    provider.challenge = asked["code_challenge"][0]
    brought = {"code": "the-code", "state": asked["state"][0], **back}
    return browser.get("/sign-in/sso/back", params=brought)


def test_whom_it_names_comes_in_and_goes_where_they_wanted(browser, provider):
    assert "用统一认证登录" in browser.get("/sign-in").text
    answer = there_and_back(browser, provider)

    assert (answer.status_code, answer.headers["location"]) == (303, "/me")
    shown = browser.get("/me").text
    assert "林经办" in shown
    assert "由统一认证登录" in shown


def test_who_has_no_account_here_is_told_so_and_gets_none(browser, provider):
    provider.person = {"preferred_username": "stranger"}
    answer = there_and_back(browser, provider)

    assert answer.status_code == 403
    assert "没有这个账号" in answer.text


def test_a_closed_account_stays_outside(browser, provider, door):
    disable_account(door.ws, door.accounts["林"].id, hand(door))

    assert there_and_back(browser, provider).status_code == 403


@pytest.mark.parametrize(
    "back",
    [{"state": "forged"}, {"state": "é"}, {"code": ""}, {"error": "access_denied"}],
)
def test_a_way_back_that_is_not_the_end_of_this_way_there_is_none(browser, provider, back):
    answer = there_and_back(browser, provider, **back)

    assert answer.status_code == 422
    assert "没有完成" in answer.text
    assert browser.get("/me").status_code == 303


def test_somebody_else_s_way_back_is_none(browser, provider, door):
    sent = parse_qs(urlsplit(browser.get("/sign-in/sso").headers["location"]).query)
    other = Browser(door).get("/sign-in/sso/back", params={"code": "the-code", "state": sent["state"][0]})

    assert other.status_code == 422


def test_a_code_it_did_not_give_and_a_person_it_does_not_name_are_nobody(browser, provider):
    assert there_and_back(browser, provider, code="another").status_code == 503
    provider.person = {"sub": "1"}
    assert there_and_back(browser, provider).status_code == 503
    assert browser.get("/me").status_code == 303


def test_a_description_of_somebody_else_is_not_believed(browser, provider):
    provider.issuer = "https://elsewhere.example"

    assert browser.get("/sign-in/sso").status_code == 503


def test_while_it_is_away_name_and_password_still_let_in(browser, provider):
    provider.shutdown()
    provider.server_close()
    answer = browser.get("/sign-in/sso")

    assert answer.status_code == 503
    assert "联系不上" in answer.text
    assert browser.sign_in("林").status_code == 303


@pytest.mark.parametrize("lacking", ["DUBAN_OIDC_CLIENT", "DUBAN_OIDC_SECRET", "DUBAN_OIDC_ISSUER"])
def test_half_a_setting_is_one_line(settings, monkeypatch, lacking):
    monkeypatch.delenv(lacking)
    with pytest.raises(WrongSetting, match=lacking):
        web_settings()


@pytest.mark.parametrize("name", ["DUBAN_OIDC_CLIENT", "DUBAN_OIDC_SECRET"])
@pytest.mark.parametrize("written", ["督办", "ｄｕｂａｎ", "du\tban"])
def test_what_no_sign_on_can_be_sent_is_one_line_that_does_not_repeat_it(
    settings, monkeypatch, name, written
):
    monkeypatch.setenv(name, written)
    with pytest.raises(WrongSetting, match=name) as refused:
        web_settings()
    assert written not in str(refused.value)


class TestWithoutOne:
    @pytest.fixture
    def settings(self):
        return WebSettings()

    def test_its_addresses_lead_to_the_form(self, browser):
        assert "用统一认证登录" not in browser.get("/sign-in").text
        for path in ("/sign-in/sso", "/sign-in/sso/back?code=1&state=2"):
            assert browser.get(path).headers["location"] == "/sign-in"
