"""What an admin manages in a browser: a table handed in, mended and taken; dead letters sent again; every page wide enough."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE
from tests.web.pages.sample_tables import OTHERS, a_workbook, facts

PAGES = ("/admin/imports", "/admin/imports/1", "/admin/engine", "/admin/accounts/new", "/admin/tokens")


def test_an_unknown_table_is_said_how_to_read_and_taken_and_its_refused_rows_are_fetched(
    screen, with_mapping
):
    page = screen().sign_in("高")
    page.goto("/admin/imports")
    page.get_by_label("文件").set_input_files(
        {"name": "抽检.xlsx", "mimeType": "application/octet-stream", "buffer": a_workbook(headings=OTHERS)}
    )
    page.get_by_role("button", name="先看会怎样").click()
    expect(page.get_by_role("alert")).to_contain_text("请在下面选是哪一种表、哪一列是什么")
    page.get_by_label("是哪一种表").select_option(label="抽检结果（每批次一行）")
    page.get_by_role("button", name="按这样再看一遍").click()
    page.get_by_label("抽样单编号").select_option("单号")
    page.get_by_label("编号", exact=True).select_option("店")
    page.get_by_role("button", name="按这样再看一遍").click()

    expect(page.get_by_role("heading", name="不能导入的行")).to_be_visible()
    with page.expect_download() as saved:
        page.get_by_role("link", name="下载这些行").click()
    assert saved.value.suggested_filename == "抽检-不能导入的行.xlsx"
    page.get_by_role("button", name="写入台账").click()
    expect(page.get_by_role("main")).to_contain_text("已导入")
    assert facts(with_mapping) == {"A-1"}


def test_dead_letters_are_chosen_all_at_once_and_sent_again(screen, dead):
    page = screen().sign_in("安")
    page.goto("/admin/engine")
    page.get_by_label("全选").check()
    assert page.locator("input[name=number]:checked").count() == len(dead)
    page.get_by_role("button", name="选中的再发一次").click()
    expect(page.get_by_role("status")).to_contain_text("2 条放回队列")
    expect(page.get_by_role("main")).to_contain_text("失败待重试")


def test_nobody_is_kept_out_and_every_page_is_wide_enough_with_all_of_its_bar(screen, with_mapping, dead):
    mine = screen(viewport=PHONE)
    page = mine.sign_in("安")
    page.goto("/admin/imports")
    page.get_by_label("文件").set_input_files(
        {"name": "抽检.xlsx", "mimeType": "application/octet-stream", "buffer": a_workbook()}
    )
    page.get_by_role("button", name="先看会怎样").click()
    expect(page).to_have_url(re.compile("/admin/imports/1$"))
    for path in PAGES:
        page.set_viewport_size(PHONE)
        page.goto(path)
        assert mine.too_wide() <= 0, path
        assert mine.bare_numbers() == [], path
    page.set_viewport_size(DESK)
    for path in PAGES:
        page.goto(path)
        covered = page.evaluate("""Array.from(document.querySelectorAll(".bar nav a")).filter((each) => {
            const box = each.getBoundingClientRect();
            return !each.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2));
        }).map((each) => each.textContent)""")
        assert covered == [], path
        assert mine.faults() == [], path
