"""The pages in a real Chromium, as people see them: looked for by role and visible name, at a real socket.

Whatever a test does, the browser may ask nothing of anybody else, and neither a script's error nor a report of the content
policy may come. Without Chromium all of it is left out, and said.
"""

import io
import shutil
import warnings
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from PIL import Image

from duban.web.serving import WebServer, log_file, take_address
from duban.web.settings import WebSettings
from tests.web.conftest import calendar, chinese, plain_city, settings  # noqa: F401 - fixtures
from tests.web.pages.conftest import (  # noqa: F401 - fixtures
    at_nine,
    dead,
    door,
    office,
    quick_hashes,
    two_persons,
    with_mapping,
)
from tests.web.pages.people import PASSWORD

NAMES = ("chromium", "chromium-browser", "google-chrome")
AXE = Path(__file__).parents[2] / "assets" / "node_modules" / "axe-core" / "axe.min.js"
DESK = {"width": 1366, "height": 900}
PHONE = {"width": 360, "height": 740}


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="module")
def chromium():
    """A Chromium of this machine, for one file of tests: its event loop must not stand when others want theirs."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip("no Chromium here: apt-get install chromium fonts-noto-cjk")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from playwright.sync_api import sync_playwright

        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
            yield browser
            browser.close()


@pytest.fixture
def served(door):  # noqa: F811
    """The small bureau with its people, at a free port of this machine."""
    server = WebServer(door.app, take_address(WebSettings(port=0)), log_file(door.ws.root))
    server.start()
    door.address = server.address
    yield door
    assert server.stop(10)


class Screen:
    """One person's screen, and what went wrong on it."""

    def __init__(self, browser, address, **context):
        self.address = address
        self.context = browser.new_context(base_url=address, locale="zh-CN", **context)
        self.context.set_default_timeout(15_000)
        self.page = self.context.new_page()
        self.wrong = []
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.wrong.append(f"script: {error}"))
        self.page.on("request", self._request)

    def _console(self, message):
        # That a page was refused is its status, and no mistake of the page's.
        if message.type in {"error", "warning"} and not message.text.startswith("Failed to load resource"):
            self.wrong.append(f"{message.type}: {message.text}")

    def _request(self, request):
        if urlsplit(request.url).netloc != urlsplit(self.address).netloc:
            self.wrong.append(f"asked elsewhere: {request.url}")

    def sign_in(self, name, password=PASSWORD):
        self.page.goto("/sign-in")
        self.page.get_by_label("账号").fill(name)
        self.page.get_by_label("口令").fill(password)
        self.page.get_by_role("button", name="登录", exact=True).click()
        return self.page

    def faults(self):
        """What axe finds that keeps people out, by its rule. Skips without axe."""
        if not AXE.is_file():
            pytest.skip("axe-core is not here: npm ci --prefix assets")
        self.page.evaluate(AXE.read_text("utf-8"))
        found = self.page.evaluate("async () => (await axe.run()).violations")
        return [
            f"{each['id']}: {each['nodes'][0]['html'][:200]}"
            for each in found
            if each["impact"] in {"serious", "critical"}
        ]

    def bare_numbers(self):
        """The cells of lists that show a figure alone and do not say of what: a phone shows no heading of a column."""
        return self.page.evaluate(
            """[...document.querySelectorAll('.list td.num')].filter(cell => cell.offsetParent
              && cell.closest('table').tHead && /^([\\d.,%]+|[·—])$/.test(cell.innerText.trim())
              && ['none', '""', 'normal'].includes(getComputedStyle(cell, '::before').content))
              .map(cell => cell.closest('tr').innerText)"""
        )

    def too_wide(self):
        """By how many pixels the page is wider than the screen."""
        return self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )


@pytest.fixture
def screen(chromium, served):
    """`screen()`: somebody's screen; `screen(viewport=PHONE)`, `screen(java_script_enabled=False)`."""
    opened = []

    def screen(**context):
        opened.append(Screen(chromium, served.address, **{"viewport": DESK, **context}))
        return opened[-1]

    yield screen
    wrong = [each for one in opened for each in one.wrong]
    for one in opened:
        one.context.close()
    assert wrong == []


def a_photograph(width, height):
    file = io.BytesIO()
    Image.new("RGB", (width, height), "#cc8844").save(file, "JPEG")
    return {"name": "image.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}
