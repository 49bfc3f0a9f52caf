"""Coming in and out in a real browser: by mouse, by keyboard, without a script, on a phone."""

import pytest

from duban.access.links import make_link
from tests.browser.conftest import PHONE
from tests.web.pages.people import PASSWORD, hand


def test_one_comes_in_and_goes_out(screen):
    mine = screen()
    page = mine.sign_in("林")
    page.get_by_role("link", name="林经办").wait_for()
    page.get_by_role("button", name="退出").click()

    page.get_by_role("heading", name="登录").wait_for()
    page.goto("/me")
    page.get_by_role("heading", name="登录").wait_for()


def test_the_password_is_all_that_is_typed_again(screen):
    mine = screen()
    page = mine.sign_in("林", "wrong password")

    assert "账号或口令不对" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("账号").input_value() == "林"
    assert page.evaluate("document.activeElement.name") == "password"
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("link", name="林经办").wait_for()


def test_by_keyboard_alone(screen):
    page = screen().page
    page.goto("/sign-in")
    assert page.evaluate("document.activeElement.name") == "name"
    page.keyboard.type("林")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")

    page.get_by_role("link", name="林经办").wait_for()


def test_without_a_script(screen):
    page = screen(java_script_enabled=False).sign_in("林")
    page.get_by_role("link", name="林经办").click()
    page.get_by_role("heading", name="我的账号").wait_for()

    page.get_by_role("button", name="退出").first.click()
    page.get_by_role("heading", name="登录").wait_for()


def test_a_newcomer_chooses_a_password_by_the_link(screen, served):
    link = f"/welcome/{make_link(served.ws.ledger, served.accounts['沈'].id, hand(served))}"
    page = screen().page
    page.goto(link)
    page.get_by_label("新口令").fill("xinlaide ren, yijuhua")
    page.get_by_label("再输一遍").fill("xinlaide ren, yijuhua")
    page.get_by_role("button", name="设置并登录").click()
    page.get_by_role("link", name="沈经办").wait_for()

    page.goto(link)
    assert "已经用过" in page.get_by_role("alert").inner_text()


def test_an_admin_makes_an_account_and_hands_the_link_over(screen):
    page = screen().sign_in("安")
    page.get_by_role("link", name="安管理").wait_for()
    page.goto("/admin/accounts")
    page.get_by_role("link", name="新建账号").click()
    page.get_by_role("combobox", name="单位").select_option(label="　三元区局")
    page.get_by_role("button", name="看这个单位的岗位").click()
    page.get_by_label("账号（登录时输入）").fill("chen")
    page.get_by_label("姓名").fill("陈新来")
    page.get_by_role("group", name="角色").get_by_label("经办人").check()
    page.get_by_label("食品流通科", exact=True).check()
    page.get_by_role("button", name="建账号并生成链接").click()

    assert page.get_by_label("链接").input_value().startswith(page.url.split("/admin")[0] + "/welcome/")


@pytest.mark.parametrize(
    "path", ["/sign-in", "/me", "/admin/accounts", "/admin/accounts/new", "/admin/tokens"]
)
def test_nobody_is_kept_out_and_a_phone_is_wide_enough(screen, path):
    mine = screen(viewport=PHONE)
    if path != "/sign-in":
        mine.sign_in("安").get_by_role("link", name="安管理").wait_for()
    mine.page.goto(path)

    assert mine.too_wide() == 0
    assert mine.faults() == []
