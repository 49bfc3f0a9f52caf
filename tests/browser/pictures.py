"""Pictures of the pages for docs/images/pages/, taken from a running demonstration.

    python -m tests.browser.pictures http://127.0.0.1:4280 officer:PASSWORD supervisor:PASSWORD admin:PASSWORD

Look at each before it is kept.
"""

import io
import re
import shutil
import sys
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parents[2] / "docs" / "images" / "pages"
TABLE = Path(__file__).parents[2] / "duties" / "imports" / "examples" / "许可证清单-虚构.csv"
FILE = "/admin/files/file?path=duties/特种设备.yaml"
DESK, PHONE = {"width": 1366, "height": 900}, {"width": 390, "height": 844}


class Picture(NamedTuple):
    """One picture: who looks, at which address, on what."""

    who: str
    route: str  #: the address as the routes have it
    path: str = ""  #: the address that is opened; empty: the route; `*` stands for the first link there like the route
    size: dict = DESK
    first: str = ""  #: what is done first: a table is handed in, a file edited, the edit put in force


PICTURES = {
    "todo": Picture("officer", "/", size=PHONE),
    "board": Picture("supervisor", "/board"),
    "board-share": Picture("supervisor", "/board", "/board?by=share"),
    "board-phone": Picture("supervisor", "/board", size=PHONE),
    "wall": Picture("supervisor", "/wall"),
    "list": Picture("supervisor", "/obligations", "/obligations?light=red"),
    "obligation": Picture("supervisor", "/obligations/{number}", "/obligations?light=red *"),
    "obligation-phone": Picture("officer", "/obligations/{number}", "/obligations *", PHONE),
    "review": Picture("supervisor", "/review"),
    "assign": Picture("supervisor", "/assign"),
    "inbox": Picture("officer", "/inbox"),
    "message": Picture("officer", "/m/{message}", "/inbox *"),
    "search": Picture("supervisor", "/search", "/search?text=恒茶"),
    "subject": Picture("supervisor", "/subjects/{number}", "/search?text=将乐县和石食品经营部 *"),
    "duties": Picture("supervisor", "/duties"),
    "duty": Picture("supervisor", "/duties/{duty_id}", "/duties *"),
    "calendar": Picture("supervisor", "/calendar/{month}", "/calendar"),
    "workload": Picture("supervisor", "/workload"),
    "goals": Picture("supervisor", "/goals"),
    "letters": Picture("supervisor", "/letters"),
    "letter": Picture("supervisor", "/letters/new", "/letters/new?unit=350421"),
    "reports": Picture("supervisor", "/reports"),
    "files": Picture("admin", "/admin/files"),
    "file": Picture("admin", "/admin/files/file", FILE, first="edit"),
    "plan": Picture("admin", "/admin/files/plan"),
    "changes": Picture("admin", "/admin/changes", "/admin/changes?unit=350404&post=食品流通科"),
    "versions": Picture("admin", "/admin/versions", first="apply"),
    "version": Picture("admin", "/admin/versions/{version}", "/admin/versions *"),
    "letter-templates": Picture("admin", "/admin/letters"),
    "accounts": Picture("admin", "/admin/accounts"),
    "account": Picture("admin", "/admin/accounts/{number}", "/admin/accounts *"),
    "account-new": Picture("admin", "/admin/accounts/new"),
    "tokens": Picture("admin", "/admin/tokens"),
    "engine": Picture("admin", "/admin/engine"),
    "operations": Picture("admin", "/admin/operations"),
    "import": Picture("supervisor", "/admin/imports/{number}", "/admin/imports *", first="hand in"),
    "imports": Picture("supervisor", "/admin/imports"),
    "me": Picture("officer", "/me"),
    "sign-in": Picture("", "/sign-in"),
    "report": Picture("supervisor", "/reports/overdue"),
    "appraisal": Picture("supervisor", "/reports/appraisal"),
}


def take(address, passwords):
    """Take every picture whose owner has a password here."""
    from playwright.sync_api import sync_playwright

    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for who, password in passwords.items():
            context = browser.new_context(base_url=address, locale="zh-CN")
            page = context.new_page()
            page.goto("/sign-in")
            page.set_viewport_size(DESK)
            (FOLDER / "sign-in.png").write_bytes(_small(page.screenshot()))
            page.get_by_label("账号").fill(who)
            page.get_by_label("口令").fill(password)
            page.get_by_role("button", name="登录", exact=True).click()
            for name, picture in PICTURES.items():
                if picture.who == who:
                    page.set_viewport_size(picture.size)
                    if picture.first:
                        FIRST[picture.first](page)
                    if picture.first != "edit":
                        _open(page, picture)
                    (FOLDER / f"{name}.png").write_bytes(_small(page.screenshot()))
            context.close()
        browser.close()


def _open(page, picture):
    path, star, _ = (picture.path or picture.route).partition(" *")
    page.goto(path)
    if star:
        like = re.compile(re.sub(r"\{\w+\}", r"[^/?]+", picture.route) + "$")
        links = page.evaluate(
            "Array.from(document.querySelectorAll('main a')).map(a => a.getAttribute('href'))"
        )
        page.goto(next(link for link in links if like.fullmatch(link or "") and not link.endswith("/new")))


def _hand_in(page):
    """A table with rows that are refused."""
    page.goto("/admin/imports")
    rows = [line.split(",") for line in TABLE.read_text("utf-8-sig").splitlines()]
    rows[3][2] = ""
    file = "\n".join(map(",".join, rows)).encode()
    page.get_by_label("文件").set_input_files(
        {"name": "许可证清单-十月.csv", "mimeType": "text/csv", "buffer": file}
    )
    page.get_by_role("button", name="先看会怎样").click()


def _edit(page):
    """What is owed every quarter is owed every month; the plan stands beside it."""
    page.goto(FILE)
    page.get_by_role("textbox", name="文件的内容").press("Control+Home")
    for _ in range(14):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("End")
    page.keyboard.press("Backspace")
    page.keyboard.press("Backspace")
    page.keyboard.insert_text("月")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("End")
    for _ in "季度末":
        page.keyboard.press("Backspace")
    page.keyboard.insert_text("月底")
    page.locator("[data-plan]").get_by_text("多久一次: 每季度 → 每月").wait_for()


def _apply(page):
    page.goto("/admin/files/plan")
    page.get_by_label("原因").fill("按新的工作要点，形势分析改为每月一次")
    page.get_by_role("button", name="使它生效").click()


FIRST = {"hand in": _hand_in, "edit": _edit, "apply": _apply}


def _small(png):
    from PIL import Image

    file = io.BytesIO()
    Image.open(io.BytesIO(png)).convert("RGB").quantize(160).save(file, "PNG", optimize=True)
    return file.getvalue()


if __name__ == "__main__":
    take(sys.argv[1], dict(each.split(":", 1) for each in sys.argv[2:]))
