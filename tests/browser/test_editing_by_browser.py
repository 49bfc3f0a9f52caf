"""Editing the project's files in a real browser: problems as one writes, keys from the schemas, and all of it without a script."""

import pytest

from duban.web.serving import WebServer, log_file, take_address
from duban.web.settings import WebSettings
from tests.browser.conftest import PHONE
from tests.web.pages.office import ANALYSIS

OPENED = f"/admin/files/file?path={ANALYSIS}"


@pytest.fixture
def served(office):
    """The project with its admins, at a free port of this machine."""
    server = WebServer(office.app, take_address(WebSettings(port=0)), log_file(office.root))
    server.start()
    office.address = server.address
    yield office
    assert server.stop(10)


def an(screen, **context):
    mine = screen(**context)
    mine.sign_in("安").get_by_role("link", name="安管理").wait_for()
    return mine


def test_problems_are_said_as_one_writes_and_keys_are_completed(screen, served):
    before = served.text()
    page = an(screen).page
    page.goto(OPENED)
    editor = page.get_by_role("textbox", name="文件的内容")
    page.get_by_text("草稿已保存").wait_for()

    editor.press("Control+End")
    page.keyboard.type("  soft")
    page.locator(".cm-tooltip-autocomplete").get_by_text("soft").first.wait_for()
    page.keyboard.press("Escape")
    page.keyboard.type("en: x")
    page.get_by_role("listitem").filter(has_text="soften").wait_for()
    page.locator(".cm-lintRange-error").first.wait_for(state="attached")
    assert served.text() == before

    page.reload()  # what was written is kept
    assert "soften" in page.get_by_role("textbox", name="文件的内容").inner_text()
    page.get_by_role("button", name="放弃我的草稿").click()
    page.get_by_text("没有发现问题").wait_for()
    assert served.text() == before


def test_an_older_window_is_told_that_another_has_kept_something_else(screen, served):
    older = an(screen).page
    older.goto(OPENED)
    older.get_by_text("草稿已保存").wait_for()
    newer = older.context.new_page()
    newer.goto(OPENED)
    for page, typed in ((newer, "# 新"), (older, "# 旧")):
        page.get_by_role("textbox", name="文件的内容").press("Control+End")
        page.keyboard.type(typed)
        page.get_by_text("草稿已保存" if page is newer else "您在另一个窗口里改过这份草稿").wait_for()

    newer.reload()
    assert "# 新" in newer.get_by_role("textbox", name="文件的内容").inner_text()


def test_what_i_changed_is_that_of_now_and_goes_when_nothing_is_changed(screen, served):
    page = an(screen).page
    page.goto(OPENED)
    box = page.get_by_role("textbox", name="文件的内容")
    mine = page.locator("section[data-mine]")
    page.get_by_text("草稿已保存").wait_for()
    assert mine.is_hidden()

    for typed in ("甲", "乙"):
        box.press("Control+End")
        page.keyboard.type(f"# {typed}")
        mine.get_by_text(typed).wait_for()
    assert mine.get_by_role("heading", name="我改了什么").count() == 1
    box.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(served.text())
    mine.wait_for(state="hidden")


WRITTEN = [  # after which line, what is typed there, which key is offered, and the line that was begun
    ("title: 全市特种设备安全形势分析", "so", "soft", "  so"),
    ("- id: ts-quarterly-risk-analysis", "cre", "credit", "  cre"),
    ("defaults:", "lad", "ladder", "  lad"),
    ("title: 全市特种设备安全形势分析", "due: {ass", "assumed", "  due: {ass}"),
    ("title: 全市特种设备安全形势分析", "when:\nan", "any", "    an"),
    ("title: 全市特种设备安全形势分析", "when:\nany:\n- cou", "count", "      - cou"),
]
"""A brace that is opened is closed by the editor."""


@pytest.mark.parametrize("above, typed, offered, begun", WRITTEN)
def test_a_key_is_completed_wherever_one_writes_and_a_line_begins_where_its_neighbours_do(
    screen, served, above, typed, offered, begun
):
    page = an(screen).page
    page.goto(OPENED)
    editor = page.get_by_role("textbox", name="文件的内容")
    editor.press("Control+Home")
    for _ in range([line.strip() for line in served.text().splitlines()].index(above)):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("End")
    for part in typed.split("\n"):
        page.keyboard.press("Enter")
        page.keyboard.type(part)

    page.locator(".cm-tooltip-autocomplete li").get_by_text(offered, exact=True).wait_for()
    assert begun in page.locator(".cm-line").all_inner_texts()
    page.keyboard.press("Escape")


@pytest.mark.parametrize("scripted", [True, False])
def test_an_edit_is_planned_and_put_in_force(screen, served, scripted):
    page = an(screen, java_script_enabled=scripted).page
    page.goto(OPENED)
    box = page.get_by_role("textbox", name="文件的内容")
    text = served.text().replace("全市特种设备安全形势分析\n", "新的分析\n", 1)
    if scripted:
        box.press("Control+a")
        page.keyboard.press("Delete")
        page.keyboard.insert_text(text)
        page.get_by_text("草稿已保存").wait_for()
    else:
        box.fill(text)
    page.get_by_role("button", name="看计划").click()
    page.get_by_text("名称: 全市特种设备安全形势分析 → 新的分析").wait_for()
    page.get_by_label("原因").fill("名称按新文件")
    page.get_by_role("button", name="使它生效").click()

    page.get_by_role("status").get_by_text("已经生效").wait_for()
    assert served.text() == text
    page.get_by_role("link", name="第 2 版").click()
    page.get_by_text("新的分析").first.wait_for()


def test_who_holds_a_post_is_filled_in_without_a_script(screen, served):
    page = an(screen, java_script_enabled=False).page
    page.goto("/admin/changes")
    page.locator("#post").get_by_label("单位").select_option(label="三元区市场监管局")
    page.get_by_role("button", name="选好了").click()
    page.get_by_label("岗位").select_option(label="食品流通科")
    page.get_by_role("button", name="选好了").click()
    page.get_by_label("由谁担任").fill("张三")
    page.locator("#post").get_by_role("button", name="写进草稿，看计划").click()
    page.get_by_label("原因").fill("调整分工")
    page.get_by_role("button", name="使它生效").click()

    page.get_by_role("status").get_by_text("已经生效").wait_for()
    assert "食品流通科: {holder: 张三}" in served.text("duban.yaml")


@pytest.mark.parametrize("size", [PHONE, {"width": 1366, "height": 900}])
def test_nobody_is_kept_out_and_every_screen_is_wide_enough(screen, served, size):
    mine = an(screen, viewport=size)
    form = "/admin/changes?unit=350404&post=食品流通科"
    for path in ("/admin/files", OPENED, "/admin/files/plan", "/admin/versions", "/admin/versions/1", form):
        mine.page.goto(path)
        assert (path, mine.too_wide(), mine.faults()) == (path, 0, [])
