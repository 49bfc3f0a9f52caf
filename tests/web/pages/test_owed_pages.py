"""The pages of what is owed: each is there for whoever may see it, complete without a script, and for nobody else."""

import io
import re

import openpyxl
import pytest

from duban.web.app import create_app
from tests.browser.pictures import FOLDER, PICTURES
from tests.obligations.small_bureau import Bureau, at, share_to_keep
from tests.web.conftest import City
from tests.web.pages.acting import number_in
from tests.web.pages.office import by
from tests.web.pages.people import PEOPLE, Browser, an_account
from tests.web.pages.town import TABLE

PAGES = (
    "/",
    "/board",
    "/board?by=share",
    "/wall",
    "/obligations",
    "/obligations?light=red&unit=350404&text=a",
    "/assign",
    "/search",
    "/search?text=S1",
    "/review",
    "/inbox",
    "/duties",
    "/duties/quarterly",
    "/calendar/2023-10",
    "/workload",
    "/goals",
    "/letters",
    "/reports",
    "/reports/overdue",
    "/reports/appraisal",
    "/reports/appraisal.docx?period=2023-Q3",
    "/reports/overdue.xlsx",
    "/obligations.xlsx",
    "/obligations.csv",
)


def test_what_waits_for_figures_says_so_and_offers_no_report_until_they_are_told(
    sqlite_ledger, calendar, tmp_path, settings
):
    bureau = Bureau(sqlite_ledger, calendar, [share_to_keep()], "2023-01-01")
    bureau.open("2023-08-01")
    city = City(bureau, tmp_path, settings)
    an_account(city, "林", PEOPLE["林"])
    lin = Browser(city)
    lin.sign_in("林")
    address = f"/obligations/{number_in(lin.get('/obligations'), 'on-time')}"

    def offered():
        page = lin.get(address)
        return (
            "数报齐了才能反馈、办结。" in page.text,
            "/acts/complete" in page.text or "act=complete" in page.text,
        )

    assert offered() == (True, False)
    bureau.fact("complaint.tallied", "2023-08-31", unit="350404", data={"办结": 200, "按时": 200})
    assert offered() == (False, True)


@pytest.mark.parametrize("who", ["林", "高", "计"])
def test_every_page_is_there_for_everybody(signed_in, who):
    browser = signed_in(who)

    assert {path: browser.get(path).status_code for path in PAGES} == dict.fromkeys(PAGES, 200)


def test_no_page_is_there_before_the_sign_in(browser):
    assert {browser.get(path).headers["location"][:8] for path in PAGES} == {"/sign-in"}


def test_every_page_reads_in_english_too(signed_in):
    browser = signed_in("高")
    browser.get("/")
    browser.post("/language", lang="en", next="/board")

    for path in PAGES[:-4]:
        page = browser.get(path)
        assert page.status_code == 200
        assert 'lang="en"' in page.text


def test_punctuation_is_the_reader_s_whoever_was_the_first_to_look(signed_in):
    for lang in ("zh-CN", "en", "zh-CN"):
        gao = signed_in("高")
        gao.headers["Accept-Language"] = lang
        asked = [line for line in gao.get("/me").text.splitlines() if "管理员" in line]
        assert asked
        assert [("（管理员）" in line, "(管理员)" in line) for line in asked] == [
            (lang == "zh-CN", lang == "en")
        ] * len(asked)


def test_no_page_asks_for_anything_elsewhere_or_runs_anything_inline(signed_in):
    browser = signed_in("高")
    number = number_in(browser.get("/obligations"))

    for path in (*PAGES[:-6], f"/obligations/{number}", f"/obligations/{number}?act=complete"):
        page = browser.get(path).text
        assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', page)
        assert not re.findall(r"<script(?! src)|<style|\sstyle=|\son\w+=", page)


def test_the_top_line_says_the_day_and_how_fresh_everything_is(signed_in):
    page = signed_in("林").get("/board").text

    assert "2023年10月9日 星期一 · 工作日" in page
    assert "数据截至" in page
    assert "引擎最近正常 还没有" in page
    assert "送达不明 0" in page


def test_an_officer_begins_with_what_waits_and_a_supervisor_with_the_board(signed_in):
    assert "<h1>我的待办</h1>" in signed_in("林").get("/").text
    assert "<h1>逾期看板" in signed_in("高").get("/").text
    assert "<h1>等您决定的" in signed_in("安").get("/").text


@pytest.mark.parametrize(
    ("on", "burning"),
    [
        ("2023-10-09", ["none", "none", "none"]),
        ("2023-10-17", ["none", "none", "blue"]),
        ("2023-10-18", ["none", "blue", "none"]),
        ("2023-10-23", ["red", "none", "none"]),
    ],
)
def test_of_the_lights_above_what_waits_only_those_burn_that_count_something(signed_in, door, on, burning):
    door.bureau.clock.moment = at(on)

    page = signed_in("林").get("/").text

    assert re.findall(r'<li class="(\w+)"><span><b>', page) == burning


def test_another_county_s_obligation_reads_as_one_that_is_not_there(signed_in):
    theirs = number_in(signed_in("沈").get("/obligations"))
    browser = signed_in("林")

    elsewhere, nowhere = browser.get(f"/obligations/{theirs}"), browser.get("/obligations/DB-00XXXX")
    assert (elsewhere.status_code, nowhere.status_code) == (404, 404)
    assert elsewhere.text.replace(theirs, "") == nowhere.text.replace("DB-00XXXX", "")
    assert browser.get("/board?unit=350405").status_code == 404
    assert theirs not in browser.get("/obligations?unit=350405").text
    assert browser.get(f"/search?text={theirs}").status_code == 200


def test_what_is_undisclosed_is_on_no_page_of_whoever_may_not_know(signed_in):
    """The duty itself stands in the plan, and so in the catalogue."""
    browser = signed_in("沈")
    for path in PAGES[:-2]:
        assert path == "/duties" or "station-raid" not in browser.get(path).text, path
    assert "station-raid" in signed_in("王").get("/obligations").text
    assert "接下来" not in browser.get("/duties/station-raid").text


NONSENSE = [
    "/obligations/x",
    "/obligations/DB-%00",
    "/subjects/0",
    "/subjects/99999999999999999999",
    "/m/XX-1",
    "/duties/none",
    "/calendar/2023",
    "/calendar/2023-13",
    "/calendar/9999-99",
    "/obligations?after=~&day=32",
    "/inbox?before=-1",
    "/search?text=%00",
    "/board?unit=%00",
    "/obligations/DB-000012?act=nonsense",
    "/subjects/x",
]


def test_an_address_that_makes_no_sense_is_answered_with_a_page(signed_in):
    browser = signed_in("高")
    for path in NONSENSE:
        answer = browser.get(path)
        assert answer.status_code < 500, path
        assert "<!doctype html>" in answer.text, path


def test_a_list_is_exported_whole_and_without_formulas(signed_in):
    book = openpyxl.load_workbook(io.BytesIO(signed_in("高").get("/obligations.xlsx").content))
    rows = list(book.active.iter_rows(values_only=True))

    assert rows[0][:3] == ("编号", "事项", "监管对象")
    assert rows[-1][0] == "督办引擎最近一次正常 —"
    assert rows[-1][1].startswith("请注意：督办引擎还没有正常运转过")
    assert len(rows) - 3 == len(re.findall(r'name="item"', signed_in("高").get("/obligations").text))
    assert all(cell.data_type != "f" for row in book.active.iter_rows() for cell in row)


def test_the_help_shows_the_guide_with_its_pictures_and_leads_nowhere_else(signed_in):
    browser = signed_in("林")
    shown = browser.get("/help").text
    guide = shown.partition('class="guide"')[2]

    assert "/help" in browser.get("/board").text
    assert 'id="经办人一页"' in guide
    assert 'id="管理员"' not in guide
    assert 'id="督办人和领导"' in signed_in("高").get("/help").text
    assert "href=" not in guide
    browser.post("/language", lang="en")
    assert 'id="an-officers-page"' in browser.get("/help").text
    assert browser.get(re.search(r'src="(/static/guide/\w+.png)"', guide)[1]).content.startswith(b"\x89PNG")


def test_the_script_and_the_style_may_be_kept_and_pages_may_not(signed_in):
    browser = signed_in("林")
    page = browser.get("/board")
    style = re.search(r'href="(/static/duban.css\?\w+)"', page.text)[1]

    assert "immutable" in browser.get(style).headers["cache-control"]
    assert "no-store" in page.headers["cache-control"]


NO_PICTURE = {
    "/sign-in/sso": "leads elsewhere",
    "/sign-in/sso/back": "leads elsewhere",
    "/welcome/{secret}": "chooses a password, as /me does",
    "/calendar": "leads to the month",
    "/help": "the guide, which is made of the others' pictures",
    "/admin/files/beside": "a part of the file's page",
    "/admin/files/schema": "for the script",
    "/admin/proposed/{plan}": "the plan's page with another button",
    "/assign/{number}": "what was assigned, as the form's rehearsal says it",
}


def test_who_looks_a_year_ahead_is_told_where_the_plan_ends(office, signed_in):
    """Empty months after it are no months without work."""
    an = by(office, "安")
    told = "2023年全市市场监管业务工作要点管到 2026-12-31，以后只开长期有效的事项，等下一年的计划"

    assert told in an.get("/workload").text
    assert told in an.get("/duties").text
    assert "等下一年的计划" not in signed_in("高").get("/workload").text  # a bureau that names no plan


def test_every_page_has_a_picture():
    pages = {
        route.removeprefix("GET ")
        for route in TABLE
        if route.startswith("GET ") and not re.search(r"\.\w+$|\.\{form\}$|/files/\{file\}", route)
    }

    assert pages - {picture.route for picture in PICTURES.values()} == set(NO_PICTURE)
    assert {path.stem for path in FOLDER.glob("*.png")} == set(PICTURES)


def test_every_get_route_of_the_pages_is_looked_at_here(door):
    looked_at = {re.sub(r"\?.*", "", path) for path in PAGES} | {
        "/duties/{duty_id}", "/calendar", "/calendar/{month}", "/obligations/{number}", "/subjects/{number}", "/m/{message}",
        "/assign/{number}", "/assign/{number}/files/{file}",
        "/obligations/{number}/files/{file}", "/obligations/{number}/files/{file}/thumbnail",
        "/reports/overdue.{form}", "/letters/new", "/letters/{letter}.{form}",
        "/evidence.zip", "/obligations/{number}/evidence.zip", "/reports/appraisal.{form}", "/help",
    }  # fmt: skip
    of_others = (
        "/sign-in",
        "/welcome",
        "/api",
        "/healthz",
        "/readyz",
        "/static",
        "/me",
        "/admin",
        "/link",
        "/feed",
        "/review",
    )
    routes = {
        route.path
        for route in create_app(door._open, door.bureau.clock).routes
        if "GET" in getattr(route, "methods", ()) and not route.path.startswith(of_others)
    }

    assert routes - looked_at == set()
