"""The same report on the terminal, as Markdown, as HTML and as Excel."""

import re
from dataclasses import replace
from datetime import date, datetime
from html.parser import HTMLParser
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook
from rich.console import Console

from duban.base import language
from duban.documents import as_html, as_markdown, as_terminal, as_xlsx
from duban.ledger.heartbeats import LOOPS, beat
from duban.notices.patrol import patrol
from duban.reports import overdue, overdue_document
from tests.notices.bureau import SHAXIAN, at

HOSTILE = '=HYPERLINK("http://x") <b>|[店]'


@pytest.fixture
def report(bureau):
    """Two overdue obligations, one of an enterprise with a name nobody should have let in."""
    bureau.owe(subject=HOSTILE)
    bureau.owe(unit=SHAXIAN, provisional=True)
    patrol(bureau.ws, at("2023-10-12 09:00"))
    return overdue(bureau.ws, at("2023-10-12 09:00"))


@pytest.fixture
def nothing_overdue(bureau):
    """And the engine is sound."""
    bureau.owe()
    for loop in LOOPS:
        beat(bureau.ledger, loop.kept_as, at("2023-09-20 08:55"))
    return overdue(bureau.ws, at("2023-09-20 09:00"))


def on_terminal(report):
    console = Console(width=200, file=StringIO())
    console.print(as_terminal(overdue_document(report)))
    return console.file.getvalue()


def in_markdown(report):
    return as_markdown(overdue_document(report))


def on_page(report):
    return as_html(overdue_document(report))


def as_workbook(report):
    return load_workbook(BytesIO(as_xlsx(overdue_document(report))))


FORMS = [on_terminal, in_markdown, on_page]


@pytest.mark.parametrize("form", FORMS)
def test_every_form_says_the_same(report, form):
    text = form(report)
    for said in (
        "逾期 2 项",
        "尤溪县市场监管局",
        "食品流通安全监督管理",
        "2023-10-09",
        "督办",
        "送达情况不明 0",
    ):
        assert said in text
    assert report.obligations[0].short_id in text


@pytest.mark.parametrize("form", FORMS)
def test_every_form_speaks_english_too(report, form):
    with language.use("en"):
        text = form(report)
    assert "2 of 2 open obligations are overdue" in text
    assert "Engine last alive" in text
    assert not re.search("逾期|期限|合计|数据", text)


@pytest.mark.parametrize("form", FORMS)
def test_when_nothing_is_overdue_a_friendly_sentence_stands_alone(nothing_overdue, form):
    text = form(nothing_overdue)
    assert "没有逾期的应办事项" in text
    assert "清单" not in text


@pytest.mark.parametrize("form", FORMS)
def test_that_nothing_is_overdue_is_no_good_news_while_nobody_looks(bureau, nothing_overdue, form):
    assert "辛苦了" in form(nothing_overdue)
    assert "请注意" not in form(nothing_overdue)
    text = form(overdue(bureau.ws, at("2023-09-21 09:00")))
    assert "辛苦了" not in text
    warned = text.index(
        "请注意：督办引擎最近一次正常是 2023-09-20 08:55（1天前），没有动静：开办、巡查、发送。"
    )
    assert warned < text.index("在办 1 项，逾期 0 项")


@pytest.mark.parametrize("form", FORMS)
def test_doubtful_data_is_said_first(report, form):
    text = form(replace(report, suspect=True))
    assert text.index("数据存疑") < text.index("清单")
    assert "数据存疑" not in form(report)


@pytest.mark.parametrize("form", FORMS)
def test_provisional_deadlines_are_marked_and_explained(report, form):
    text = form(report)
    assert "2023-10-09 暂" in re.sub("<[^>]+>", "", text)
    assert "尚未公布放假安排" in text


@pytest.mark.parametrize("form", [as_terminal, as_markdown, as_html])
def test_a_list_that_was_cut_says_where_the_rest_is(report, form):
    console = Console(width=200, file=StringIO())
    console.print(form(overdue_document(report, 1)))
    assert "前 1 项" in console.file.getvalue()


class Page(HTMLParser):
    """Collects what a browser would do with the page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.scopes, self.texts, self.lang = [], [], [], None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.tags.append((tag, attributes))
        if tag == "html":
            self.lang = attributes["lang"]
        if tag == "th":
            self.scopes.append(attributes.get("scope"))

    def handle_data(self, data):
        self.texts.append(data)


class TestHtml:
    def test_nothing_is_fetched_and_nothing_runs(self, report):
        page = Page(on_page(report))
        assert {tag for tag, _ in page.tags}.isdisjoint({"script", "link", "img", "iframe", "form", "object"})
        for _, attributes in page.tags:
            assert {"href", "src", "style", "action", "onclick"}.isdisjoint(attributes)
        assert "url(" not in on_page(report)
        assert "@import" not in on_page(report)

    def test_every_heading_cell_says_what_it_heads(self, report):
        assert set(Page(on_page(report)).scopes) == {"col", "row"}

    def test_names_are_text_whatever_they_hold(self, report):
        assert HOSTILE in Page(on_page(report)).texts
        assert "<b>" not in on_page(report)

    def test_a_colour_only_repeats_its_number(self, report):
        for number, cell in re.findall(r'<td class="n s(\d)">(.*?)</td>', on_page(report)):
            assert (number == "0") == (cell == "")

    def test_it_prints_on_a4_landscape_with_repeated_headings(self, report):
        assert "size: A4 landscape" in on_page(report)
        assert "table-header-group" in on_page(report)

    def test_the_page_names_its_language(self, report):
        assert Page(on_page(report)).lang == "zh-CN"
        with language.use("en"):
            assert Page(on_page(report)).lang == "en"


def test_in_markdown_a_name_cannot_break_its_cell(report):
    (row,) = [line for line in in_markdown(report).splitlines() if "HYPERLINK" in line]
    assert len(re.findall(r"(?<!\\)\|", row)) == 14
    assert r"\<b\>" in row


class TestExcel:
    @pytest.fixture
    def book(self, report):
        return as_workbook(report)

    def test_one_sheet_sums_and_one_lists(self, book):
        assert book.sheetnames == ["汇总", "清单"]

    def test_the_board_has_the_same_numbers(self, book):
        rows = [row for row in book["汇总"].iter_rows(values_only=True) if row[0] == "食品流通安全监督管理"]
        assert rows[0][1:4] == (1, 1, 2)

    def test_dates_are_dates_and_numbers_are_numbers(self, book):
        heads = [cell.value for cell in book["清单"][1]]
        row = dict(zip(heads, book["清单"][2], strict=True))
        assert row["期限"].value == datetime(2023, 10, 9)
        assert row["期限"].number_format == "yyyy-mm-dd"
        assert row["逾期工作日"].value == 3

    def test_a_name_never_becomes_a_formula(self, book):
        cells = [cell for row in book["清单"].iter_rows() for cell in row if cell.value == HOSTILE]
        assert [cell.data_type for cell in cells] == ["s"]
        assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)

    def test_headings_stay_in_view_and_the_list_can_be_filtered(self, book):
        sheet = book["清单"]
        assert sheet.freeze_panes == "B2"
        assert sheet.auto_filter.ref == "A1:N3"
        assert sheet.print_title_rows == "$1:$1"

    def test_columns_are_wide_enough_to_read(self, book):
        widths = [book["清单"].column_dimensions[letter].width for letter in "ABCDEFGHIJKLMN"]
        assert min(widths) >= 10

    def test_characters_excel_refuses_are_left_out(self, report):
        first, *rest = report.obligations
        strange = replace(report, obligations=(replace(first, subject="坏\x07店"), *rest))
        assert as_workbook(strange)["清单"]["F2"].value == "坏店"

    def test_an_empty_report_is_a_friendly_workbook(self, nothing_overdue):
        book = as_workbook(nothing_overdue)
        assert "没有逾期" in book["汇总"]["A2"].value
        assert book["清单"].max_row == 1

    def test_in_english_the_sheets_are_too(self, report):
        with language.use("en"):
            book = as_workbook(report)
        assert book.sheetnames == ["Summary", "List"]


def test_an_emergency_is_past_its_hour_before_a_working_day_is_over(bureau):
    bureau.owe(deadline=date(2023, 10, 9), due_at=at("2023-10-09 10:00"), missed=date(2023, 10, 9))
    report = overdue(bureau.ws, at("2023-10-09 11:00"))
    assert "| 已过时限 |" in in_markdown(report)
    report = overdue(bureau.ws, at("2023-10-10 11:00"))
    assert "| 1 |" in in_markdown(report)


def test_a_deadline_beyond_the_calendar_shows_a_dash(bureau):
    bureau.owe(deadline=date(2023, 10, 9))
    report = overdue(bureau.ws, at("2041-02-01 09:00"))
    assert report.obligations[0].workdays_overdue is None
    assert "—" in in_markdown(report)
