"""The same figures on the terminal, as a page, as a workbook and as JSON."""

import io
import re
import zipfile

import openpyxl
import pytest
from rich.console import Console

from duban.base.language import use
from duban.documents import as_html, as_terminal, as_xlsx
from duban.reports.coverage_words import Listing, coverage_document
from tests.coverage.conftest import QUARTERLY

ASSUMED = QUARTERLY.replace("due: 季度末", "due: {value: 季度末, assumed: 计划未写期限，待确认}")


@pytest.fixture
def covered(project):
    """One of five clauses, on an assumed due date."""
    project.write_duties(ASSUMED)
    return project.coverage()


@pytest.fixture
def wrong(project):
    """One duty that names a clause the plan does not have."""
    project.write_duties(QUARTERLY.replace("TS-01", "TS-09"))
    return project.coverage()


def printed(covered, listing=None):
    console = Console(file=io.StringIO(), width=160)
    console.print(as_terminal(coverage_document(covered, listing)))
    return console.file.getvalue()


def test_the_summary_says_how_much_is_left_and_what_waits_for_a_person(covered):
    text = printed(covered)

    assert "摘录 5 条，已编成事项 1 条（20.0%），还有 4 条没有编。" in text
    assert "1 个事项有 1 处数是假定的，需要人工确认" in text
    assert re.search(r"合计 +5 +1 +1 +4", text)


def test_one_line_is_shown_clause_by_clause(covered):
    text = printed(covered.only(["特种设备安全监察"]), Listing.CLAUSES)

    assert re.search(
        r"TS-01 +每季度开展.*写明 +ts-quarterly +定期 +假定，待确认：期限：计划未写期限，待确认", text
    )
    assert re.search(r"TS-02 +及时通报分析结果 +未写数 +未编", text)
    assert "JG-01" not in text


def test_the_uncovered_are_listed(covered):
    text = printed(covered, Listing.UNCOVERED)

    assert "TS-01" not in text
    assert "依法处理价格举报" in text


def test_the_assumed_are_listed_with_their_place(covered):
    text = printed(covered, Listing.ASSUMED)

    assert "计划未写期限，待确认" in text
    assert "duties/特种设备.yaml:5" in text


def test_findings_stand_under_every_terminal_form(wrong):
    for listing in (None, *Listing):
        assert "要改的地方" in printed(wrong, listing)
        assert "计划里没有条款“TS-09”" in printed(wrong, listing)


def test_the_page_is_self_contained_and_escapes_what_people_wrote(project):
    project.write_duties(ASSUMED.replace("计划未写期限，待确认", "'<b>计划</b>未写，待确认'"))
    page = as_html(coverage_document(project.coverage(), None))

    assert "&lt;b&gt;计划&lt;/b&gt;未写，待确认" in page
    assert not re.search(r"<(script|link|img|iframe)|https?://|url\(", page)
    assert page.count('class="id"') == 5 + 1


def test_the_workbook_holds_lines_clauses_and_assumptions_as_text(covered):
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(coverage_document(covered, None))))

    assert book.sheetnames == ["按条线", "逐条", "假定待确认", "没有摘录职责的条目"]
    clauses = [[cell.value for cell in row] for row in book["逐条"].iter_rows(min_row=2)]
    assert [row[0] for row in clauses] == ["TS-01", "TS-02", "TS-03", "TS-04", "JG-01"]
    assert clauses[0][6] == "ts-quarterly"
    assert book["逐条"].auto_filter.ref == "A1:K6"
    last = [cell.value for cell in list(book["按条线"].iter_rows())[-1]]
    assert last[:3] == ["合计", 5, 1]


def test_findings_have_a_sheet_of_their_own(wrong):
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(coverage_document(wrong, None))))

    assert "TS-09" in book["要改的地方"]["A2"].value


def test_a_reason_that_begins_with_an_equals_sign_stays_text(project):
    project.write_duties(ASSUMED.replace("计划未写期限，待确认", "=1+1 待确认"))
    content = as_xlsx(coverage_document(project.coverage(), None))

    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        sheets = [parts.read(name).decode() for name in parts.namelist() if "worksheets" in name]
    assert not any("<f>" in sheet for sheet in sheets)


def test_everything_is_there_in_english(covered):
    with use("en"):
        text = printed(covered) + printed(covered, Listing.UNCOVERED)

    assert "1 of the plan's 5 clauses are carried out by duties (20.0%), 4 are not yet." in text
    assert "Clauses no duty carries out" in text
