"""Coming in and out by a browser: sign-in, sign-out, the link that works once, and what a foreign page cannot do."""

from datetime import timedelta

from duban.access.accounts import disable_account
from duban.access.links import make_link
from tests.web.pages.people import PASSWORD, Browser, hand


def later(city, **span):
    city.bureau.clock.moment += timedelta(**span)


class TestSigningIn:
    def test_a_page_asks_for_a_sign_in_and_then_shows_what_was_asked_for(self, browser):
        asked = browser.get("/?week=2023-41")
        assert (asked.status_code, asked.headers["location"]) == (303, "/sign-in?next=/%3Fweek%3D2023-41")

        shown = browser.get("/sign-in?next=/%3Fweek%3D2023-41")
        assert 'value="/?week=2023-41"' in shown.text
        let_in = browser.post("/sign-in", name="林", password=PASSWORD, next="/?week=2023-41")

        assert (let_in.status_code, let_in.headers["location"]) == (303, "/?week=2023-41")
        assert "林经办" in browser.get("/").text

    def test_the_cookie_is_the_browser_s_alone_and_ends_with_it(self, browser):
        cookie = browser.sign_in("林").headers["set-cookie"]

        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert "Max-Age" not in cookie

    def test_a_device_of_one_s_own_stays_signed_in_for_thirty_days(self, browser, door):
        assert "Max-Age=2592000" in browser.sign_in("林", kept="1").headers["set-cookie"]

        later(door, days=29)
        assert browser.get("/").status_code == 200
        later(door, days=2)
        assert browser.get("/").status_code == 303

    def test_a_browser_nobody_uses_for_half_a_day_is_signed_out(self, browser, door):
        browser.sign_in("林")
        for _ in range(3):
            later(door, hours=9)
            assert browser.get("/").status_code == 200
        later(door, hours=13)

        assert browser.get("/").status_code == 303

    def test_a_wrong_password_an_unknown_and_a_closed_account_read_the_same(self, browser, door):
        disable_account(door.ws, door.accounts["沈"].id, hand(door))

        answers = [
            browser.sign_in("林", "wrong password"),
            browser.sign_in("nobody", PASSWORD),
            browser.sign_in("沈", PASSWORD),
        ]

        assert {answer.status_code for answer in answers} == {422}
        assert all("账号或口令不对" in answer.text for answer in answers)

    def test_the_name_is_kept_in_the_form_and_the_password_is_not(self, browser):
        shown = browser.sign_in("林", "wrong password").text

        assert 'value="林"' in shown
        assert "wrong password" not in shown

    def test_signing_in_begins_a_new_cookie(self, browser):
        browser.get("/sign-in")
        before = browser.cookies["duban_session"]
        browser.sign_in("林")

        assert browser.cookies["duban_session"] != before

    def test_where_to_go_on_is_a_page_of_ours(self, door):
        for elsewhere in (
            "https://evil.example/",
            "//evil.example",
            "/\\evil.example",
            "javascript:alert(1)",
        ):
            assert Browser(door).sign_in("林", next=elsewhere).headers["location"] == "/"

    def test_who_is_signed_in_need_not_do_it_again(self, signed_in):
        assert signed_in("林").get("/sign-in?next=/me").headers["location"] == "/me"


class TestPatience:
    def test_after_three_wrong_tries_the_next_waits_twice_as_long_each_time(self, browser, door):
        for _ in range(3):
            assert browser.sign_in("林", "wrong password").status_code == 422
        waits = []
        for _ in range(4):
            refused = browser.sign_in("林")
            assert refused.status_code == 429
            waits.append(int(refused.headers["retry-after"]))
            later(door, seconds=waits[-1])
            assert browser.sign_in("林", "wrong password").status_code == 422

        assert waits == [2, 4, 8, 16]

    def test_nobody_else_waits_for_it(self, browser, door):
        for _ in range(3):
            browser.sign_in("林", "wrong password")
        assert browser.sign_in("林").status_code == 429

        assert Browser(door, address="10.0.0.2").sign_in("林").status_code == 303
        assert browser.sign_in("王").status_code == 303

    def test_the_right_password_after_the_wait_forgets_the_wrong_ones(self, browser, door):
        for _ in range(3):
            browser.sign_in("林", "wrong password")
        later(door, seconds=2)
        assert browser.sign_in("林").status_code == 303
        browser.post("/sign-out")

        assert browser.sign_in("林", "wrong password").status_code == 422
        assert browser.sign_in("林").status_code == 303

    def test_the_wait_is_five_minutes_at_most(self):
        from duban.access.patience import seconds_left
        from tests.obligations.small_bureau import at

        assert seconds_left(1000, at("2023-10-09"), at("2023-10-09")) == 300


class TestSigningOut:
    def test_the_cookie_is_worth_nothing_afterwards(self, signed_in):
        browser = signed_in("林")
        secret = browser.cookies["duban_session"]
        browser.get("/")
        assert browser.post("/sign-out").headers["location"] == "/sign-in"

        browser.cookies.set("duban_session", secret)
        assert browser.get("/").status_code == 303

    def test_closing_an_account_ends_it_everywhere_at_once(self, signed_in, door):
        browser = signed_in("林")
        disable_account(door.ws, door.accounts["林"].id, hand(door))

        assert browser.get("/").status_code == 303


class TestLinks:
    def a_link(self, door):
        return f"/welcome/{make_link(door.ws.ledger, door.accounts['林'].id, hand(door))}"

    def test_the_owner_chooses_a_password_and_is_in(self, browser, door):
        link = self.a_link(door)
        assert "林经办" in browser.get(link).text
        chosen = browser.post(link, password="明溪的秋天很好看，尤其十月", again="明溪的秋天很好看，尤其十月")
        assert (chosen.status_code, chosen.headers["location"]) == (303, "/")
        assert "林经办" in browser.get("/").text
        assert Browser(door).sign_in("林").status_code == 422
        assert Browser(door).sign_in("林", "明溪的秋天很好看，尤其十月").status_code == 303

    def test_opening_it_changes_nothing(self, browser, door):
        link = self.a_link(door)
        for _ in range(3):
            assert browser.get(link).status_code == 200
        assert Browser(door).sign_in("林").status_code == 303

    def test_used_replaced_expired_forged_and_cut_ones_say_what_to_do(self, browser, door):
        replaced, used = self.a_link(door), self.a_link(door)
        browser.get(used)
        browser.post(used, password="一句新的口令 2024", again="一句新的口令 2024")
        forwarded = Browser(door).get(used)
        expired = self.a_link(door)
        later(door, days=3)
        for link, why in (
            (replaced, "换成新的"),
            (used, "已经用过"),
            (expired, "已经过期"),
            (expired[:-5], "没有复制完整"),
        ):
            shown = Browser(door).get(link)
            assert shown.status_code == 404
            assert why in shown.text
            assert "向管理员要一个新链接" in shown.text
        assert forwarded.status_code == 404

    def test_a_link_of_a_closed_account_is_no_way_in(self, browser, door):
        link = self.a_link(door)
        disable_account(door.ws, door.accounts["林"].id, hand(door))

        assert browser.get(link).status_code == 404

    def test_weak_passwords_are_refused_and_the_link_stays_good(self, browser, door):
        link = self.a_link(door)
        browser.get(link)
        for weak, why in (
            ("short", "至少 10 位"),
            ("aaaaaaaaaaaa", "太好猜"),
            ("1234567890", "太好猜"),
            ("林经办林经办林经办1", "太好猜"),
        ):
            refused = browser.post(link, password=weak, again=weak)
            assert refused.status_code == 422
            assert why in refused.text
        assert "不一样" in browser.post(link, password=PASSWORD, again="another").text
        assert browser.get(link).status_code == 200


class TestForeignForms:
    def test_a_form_without_the_token_of_this_browser_is_not_carried_out(self, browser, door):
        other = Browser(door)
        other.get("/sign-in")
        browser.get("/sign-in")
        for token in ("", "0" * 64, other.token, "\u00e9"):
            refused = browser.post("/sign-in", name="林", password=PASSWORD, form_token=token)
            assert refused.status_code == 403
            assert "表单已经失效" in refused.text
        assert browser.get("/").status_code == 303

    def test_what_another_site_causes_is_not_carried_out(self, signed_in):
        browser = signed_in("林")
        browser.get("/")
        for headers in (
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
        ):
            refused = browser.post("/sign-out", headers=headers)
            assert refused.status_code == 403
            assert "别的网站" in refused.text
        assert browser.get("/").status_code == 200
        assert (
            browser.post(
                "/sign-out", headers={"Origin": "http://duban", "Sec-Fetch-Site": "same-origin"}
            ).status_code
            == 303
        )

    def test_a_form_filled_in_before_the_sign_in_ended_is_still_ours(self, signed_in, door):
        browser = signed_in("林")
        browser.get("/")
        later(door, hours=13)

        assert browser.post("/sign-out").headers["location"] == "/sign-in"


class TestEveryAnswer:
    def test_a_page_has_a_strict_policy_and_is_kept_nowhere(self, browser):
        headers = browser.get("/sign-in").headers

        assert headers["content-security-policy"].startswith("default-src 'self'")
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "same-origin"

    def test_what_is_not_there_is_a_page_for_people_and_a_problem_for_programs(self, browser):
        page = browser.get("/nothing/here")
        assert page.status_code == 404
        assert page.headers["content-type"].startswith("text/html")
        assert "没有这一页" in page.text
        assert browser.get("/api/v1/nothing").headers["content-type"] == "application/problem+json"

    def test_a_ledger_that_is_away_is_a_page_too(self, browser, door):
        from duban.ledger.unavailable import LedgerUnavailable

        browser.sign_in("林")
        door.broken = LedgerUnavailable("/secret/place/ledger.db is locked")
        shown = browser.get("/")

        assert shown.status_code == 503
        assert "台账现在用不了" in shown.text
        assert "/secret/place" not in shown.text

    def test_a_form_beyond_the_limit_is_refused_on_a_page(self, browser):
        shown = browser.ask("POST", "/sign-in", content=b"x" * (21 * 1024 * 1024))

        assert shown.status_code == 413
        assert "超过 20 MB" in shown.text

    def test_the_reader_chooses_the_language(self, browser):
        browser.get("/sign-in")
        assert browser.post("/language", lang="en", next="/sign-in").headers["location"] == "/sign-in"

        english = browser.get("/sign-in")
        assert '<html lang="en">' in english.text
        assert "Sign in" in english.text
