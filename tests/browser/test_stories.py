"""What people do on the pages, by what they see: the role and the name of a button, a link, a heading."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE, a_photograph
from tests.obligations.small_bureau import at

EVERY = (
    "/", "/board", "/board?by=share", "/obligations", "/search?text=S1", "/inbox", "/duties", "/duties/quarterly",
    "/calendar/2023-10", "/workload", "/goals", "/wall", "/me", "/reports", "/letters", "/assign",
)  # fmt: skip


@pytest.fixture
def overdue(served):
    """What is due on the 20th lies open on the 25th."""
    served.bureau.clock.moment = at("2023-10-25")


def test_an_officer_closes_an_obligation_on_a_phone_with_a_photograph_and_takes_it_back(screen):
    page = screen(viewport=PHONE).sign_in("林")
    page.get_by_role("link", name="全部在办").click()
    page.get_by_role("link", name="quarterly").first.click()
    page.get_by_role("button", name="签收").click()
    expect(page.get_by_role("status")).to_contain_text("已签收。")

    page.get_by_role("link", name="办结").click()
    page.get_by_label("形势分析报告").set_input_files(a_photograph(3000, 2000))
    page.get_by_label("说明").fill("已开会分析")
    page.get_by_role("button", name="确认办结").click()
    expect(page.get_by_role("status")).to_contain_text("已办结。")
    shown = page.get_by_role("img", name="形势分析报告 image.jpg")
    expect(shown).to_be_visible()
    assert shown.evaluate("image => image.naturalWidth") == 400

    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("已重新打开 1 项")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_film_of_two_gigabytes_is_refused_at_once_and_what_was_written_is_there(screen, tmp_path, scripts):
    film = tmp_path / "形势分析报告.mp4"
    with film.open("wb") as file:
        file.truncate(2 * 1024**3)
    page = screen(viewport=PHONE, java_script_enabled=scripts).sign_in("林")
    page.goto("/obligations")
    page.get_by_role("link", name="quarterly").first.click()
    page.get_by_role("link", name="办结").click()
    page.get_by_label("材料").set_input_files(film)
    page.get_by_label("说明").fill("写了很久的说明")
    page.get_by_role("button", name="确认办结").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("没有收下")
    page.go_back()
    expect(page.get_by_label("说明")).to_have_value("写了很久的说明")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_pressed_twice_it_is_done_once(screen, scripts):
    page = screen(java_script_enabled=scripts).sign_in("林")
    page.goto("/obligations")
    page.get_by_role("link", name="quarterly").first.click()
    address = page.url
    page.get_by_role("link", name="会办").click()
    page.get_by_label("请谁会办").select_option(index=1)
    page.get_by_label("说明").fill("请一起核")
    page.get_by_role("button", name="确认会办").dblclick()
    expect(page.get_by_role("status")).to_contain_text("已会办。")
    page.goto(address)
    expect(page.get_by_text("请一起核")).to_have_count(1)


def test_a_supervisor_comes_from_the_board_to_the_worst_obligation_in_two_clicks(screen, overdue):
    page = screen().sign_in("高")
    page.goto("/board")
    page.get_by_role("link", name=re.compile("三元区，逾期")).click()
    page.get_by_role("link", name="quarterly").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("quarterly")
    expect(page.get_by_text("DB-")).to_be_visible()


def test_a_supervisor_finds_the_worst_county_in_two_clicks_and_sends_a_letter(screen, overdue):
    page = screen().sign_in("高")
    page.goto("/board")
    page.get_by_role("link", name="三元区", exact=True).click()
    page.get_by_role("link", name="发督办通知书").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("三元区局")
    page.get_by_label("哪天以前回复").fill("2023-11-08")
    page.get_by_role("button", name="确认发文").click()
    expect(page.get_by_role("status")).to_contain_text("已发 督办通知书")
    with page.expect_download() as saved:
        page.get_by_role("status").get_by_role("link", name="PDF").click()
    assert saved.value.path().read_bytes().startswith(b"%PDF-")

    page.get_by_text("还没有收到；登记").click()
    page.get_by_label("回复了什么").fill("已开会分析，附报告")
    page.get_by_role("button", name="登记").click()
    expect(page.get_by_role("table")).to_contain_text("已开会分析")


def test_on_a_phone_the_worst_county_stands_first_instead_of_the_matrix(screen, overdue):
    page = screen(viewport=PHONE).sign_in("高")
    page.goto("/board")
    expect(page.locator(".matrix")).to_be_hidden()
    page.locator(".worst").get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("三元区局")


def test_without_a_script_everything_is_there_and_can_be_done(screen):
    page = screen(java_script_enabled=False).sign_in("林")
    page.goto("/board")
    expect(page.get_by_role("table").first).to_be_visible()
    page.goto("/obligations")
    page.get_by_role("checkbox").nth(1).check()
    page.get_by_role("group", name="批量办理").get_by_role("button", name="签收").click()
    page.get_by_role("button", name="确认签收").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("已签收 1 项")


def test_by_keyboard_alone_one_comes_to_the_content_and_into_a_list(screen):
    page = screen().sign_in("林")
    page.goto("/obligations")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_role("textbox", name="事项、企业、代码").focus()
    page.keyboard.type("quarterly")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("text=quarterly"))


def test_the_box_at_the_top_chooses_all_and_says_how_many(screen):
    page = screen().sign_in("林")
    page.goto("/obligations")
    page.get_by_label("全选").check()
    boxes = page.get_by_role("checkbox")
    expect(page.locator("[data-chosen]")).to_have_text(str(boxes.count() - 1))


def test_every_page_fits_a_phone_and_keeps_nobody_out(screen, overdue):
    seen = screen()
    page = seen.sign_in("高")
    for path in EVERY:
        page.set_viewport_size(PHONE)
        page.goto(path)
        assert seen.too_wide() <= 0, path
        assert seen.bare_numbers() == [], path
    page.set_viewport_size(DESK)
    for path in EVERY:
        page.goto(path)
        assert seen.faults() == [], path


def test_the_board_prints_on_one_landscape_page(screen, overdue):
    page = screen().sign_in("高")
    page.goto("/board")
    printed = page.pdf(prefer_css_page_size=True)
    assert printed.count(b"/Type /Page\n") + printed.count(b"/Type /Page ") <= 1


def test_a_leader_assigns_on_a_phone_with_a_photograph_of_the_note_and_no_script(screen):
    page = screen(viewport=PHONE, java_script_enabled=False).sign_in("王")
    page.goto("/assign")
    page.get_by_label("事由").fill("报送自查报告")
    page.get_by_label("承办单位").select_option(label="三元区局")
    page.get_by_label("期限：哪一天").fill("2023-10-21")
    page.get_by_label("附件").set_input_files(a_photograph(300, 200))
    page.get_by_role("button", name="先看会怎样").click()
    expect(page.get_by_role("alert")).to_contain_text("请选由哪个岗位承办")

    page.get_by_label("承办岗位").select_option("食品流通科")
    page.get_by_role("button", name="先看会怎样").click()
    expect(page.get_by_role("status")).to_contain_text("三元区局 1 项，10月23日（星期一）到期")
    expect(page.get_by_role("status")).to_contain_text(
        "10月21日（星期六）是休息日，期限顺延到 10月23日（星期一）"
    )
    expect(page.get_by_label("image.jpg")).to_be_checked()

    page.get_by_role("button", name="确认交办 1 项").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("报送自查报告")
    expect(page.get_by_role("link", name="image.jpg")).to_be_visible()
    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_role("status")).to_contain_text("已撤回")
