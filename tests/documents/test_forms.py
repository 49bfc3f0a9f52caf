"""What every form makes of every part: the same values, nothing lost, nothing that somebody wrote taken for markup."""

import re
from datetime import date
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook
from rich.console import Console

from duban.base.language import use
from duban.documents import (
    IN_LISTS,
    CalendarDay,
    Column,
    ColumnKind,
    Cut,
    DataTable,
    Document,
    Figures,
    FoldedParts,
    HeatRow,
    HeatTable,
    MarkedValue,
    Months,
    Section,
    Sentence,
    TablesAbreast,
    TextLines,
    Tone,
    as_html,
    as_markdown,
    as_object,
    as_terminal,
    as_xlsx,
)
from duban.documents.document import shade

HOSTILE = '=1+1 <u>[red]|"`'
DAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def chinese():
    with use("zh-CN"):
        yield


def terminal(document, width=80):
    console = Console(width=width, file=StringIO())
    console.print(as_terminal(document), crop=False)
    return console.file.getvalue()


READ = [terminal, as_markdown, as_html]


def table(rows, **given):
    columns = (
        Column("名称", ColumnKind.NAME),
        Column("日期", ColumnKind.DAY),
        Column("件数", ColumnKind.NUMBER),
    )
    return DataTable(columns, rows, **given)


def sheet(document, name):
    return load_workbook(BytesIO(as_xlsx(document)))[name]


@pytest.mark.parametrize(
    "part",
    [
        Sentence(HOSTILE),
        TextLines((Sentence(HOSTILE, depth=1),)),
        Figures(((HOSTILE, 1),)),
        table([[HOSTILE, DAY, 1]]),
        TablesAbreast((table([[HOSTILE, DAY, 1]]),)),
        HeatTable(HOSTILE, ["一"], [HeatRow(HOSTILE, [1])], []),
        HeatTable(HOSTILE, ["一"], [HeatRow(HOSTILE, [1])], [], groups=[(HOSTILE, 1)]),
        Section(HOSTILE, (Sentence("x"),)),
        FoldedParts(HOSTILE, (Sentence("x"),)),
        Months([CalendarDay(DAY, 1, mark=HOSTILE, told=HOSTILE, due=(HOSTILE,))]),
    ],
    ids=lambda part: type(part).__name__,
)
def test_what_people_wrote_is_text_in_every_form(part):
    document = Document(HOSTILE, (part,))
    assert "<u>" not in as_html(document)
    assert "<u>" not in as_markdown(document).replace(r"\<u\>", "")
    assert "[red]" in terminal(document, 200)
    book = load_workbook(BytesIO(as_xlsx(document)))
    assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}
    assert HOSTILE in str(as_object(document))


@pytest.mark.parametrize("form", READ)
def test_a_mark_stands_behind_its_day(form):
    said = re.sub("<[^>]+>", "", form(Document("", (table([["甲", MarkedValue(DAY, "暂"), 1]]),))))
    assert "2026-03-02 暂" in said


def test_in_a_workbook_a_marked_day_stays_a_day():
    listed = sheet(Document("", (table([["甲", MarkedValue(DAY, "暂"), 1]], sheet="清单"),)), "清单")
    assert listed["B2"].value.date() == DAY
    assert listed["B2"].number_format == "yyyy-mm-dd"


class TestACutTable:
    cut = Cut(2, 3, lambda shown, total: f"前 {shown} 行，共 {total} 行")

    def document(self, **given):
        rows = [[f"第{number}行", DAY, number] for number in range(5)]
        return Document("", (table(rows, cut=self.cut, sheet="清单", **given),))

    @pytest.mark.parametrize(("form", "shown"), [(terminal, 2), (as_markdown, 3), (as_html, 3)])
    def test_is_cut_where_it_is_read_and_says_so(self, form, shown):
        said = form(self.document())
        assert len(re.findall(r"第\d行", said)) == shown
        assert f"前 {shown} 行，共 5 行" in said

    def test_is_whole_in_a_workbook_and_for_programs(self):
        assert sheet(self.document(), "清单").max_row == 1 + 5
        assert len(as_object(self.document())["parts"][0]["rows"]) == 5

    def test_may_be_folded_on_a_page_where_nothing_is_lost(self):
        folded = Cut(2, 3, "{} {}".format, lambda count: f"另外 {count} 行")
        rows = [[f"第{number}行", DAY, number] for number in range(5)]
        page = as_html(Document("", (table(rows, cut=folded),)))
        assert len(re.findall(r"第\d行", page)) == 5
        assert "<summary>另外 2 行</summary>" in page


class TestAHeatTable:
    heat = HeatTable(
        "条线",
        ["一月", "二月"],
        [HeatRow("甲", [0, 4], [4]), HeatRow("乙", [1, 8], [9])],
        ["合计"],
        HeatRow("合计", [1, 12], [13]),
    )

    def test_the_shade_repeats_the_number_and_nothing_has_none(self):
        cells = re.findall(r'<td class="n s(\d)">(.*?)</td>', as_html(Document("", (self.heat,))))
        assert cells == [("0", ""), ("2", "4"), ("1", "1"), ("4", "8")]

    @pytest.mark.parametrize(
        ("count", "worst", "dark"), [(0, 0, 0), (0, 9, 0), (1, 1, 1), (1, 99, 1), (99, 99, 4)]
    )
    def test_there_are_four_shades(self, count, worst, dark):
        assert shade(count, worst) == dark

    def test_its_sums_are_in_every_form(self):
        document = Document("", (self.heat,))
        assert re.search(r"合计 +1 +12 +13", terminal(document))
        assert "| 合计 | 1 | 12 | 13 |" in as_markdown(document)
        assert [cell.value for cell in [*sheet(document, "汇总").iter_rows()][-1]] == ["合计", 1, 12, 13]
        assert as_object(document)["parts"][0]["foot"] == ["合计", 1, 12, 13]

    @pytest.mark.parametrize("width", [40, 60, 80, 200])
    def test_no_number_is_broken_and_no_name_lost_however_narrow_the_terminal(self, width):
        months = [f"{number}月" for number in range(1, 13)]
        heat = HeatTable(
            "条线", months, [HeatRow("食品", [1234 if width > 60 else 12] * 12, [999])], ["合计"]
        )
        said = terminal(Document("", (heat,)), width)
        assert "食品" in said
        assert len(re.findall(r"\b(?:1234|12)\b", said.rpartition("─")[2])) == 12


def test_many_columns_are_told_in_groups():
    weeks = [f"第{number}周" for number in range(8)]
    heat = HeatTable(
        "单位",
        weeks,
        [HeatRow("甲局", [1, 0, 2, 0, 3, 0, 4, 0], [10])],
        ["合计"],
        groups=[("1月", 4), ("2月", 4)],
    )
    document = Document("", (heat,))
    assert re.search(r"甲局 +▂ ▄ ▆ █ +10", terminal(document))
    assert "| 甲局 | 3 | 7 | 10 |" in as_markdown(document)
    assert as_html(document).count('colspan="4"') == 2
    assert [cell.value for cell in [*sheet(document, "汇总").iter_rows()][-1]][:5] == [
        "甲局",
        1,
        None,
        2,
        None,
    ]


def test_a_part_stands_only_in_the_forms_it_is_for():
    document = Document("", (Sentence("给程序", forms=IN_LISTS), Sentence("给人")))
    for form in READ:
        assert "给程序" not in form(document)
    assert "给程序" in str(as_object(document))


def test_a_line_as_written_is_not_broken_so_that_it_can_be_searched():
    line = "移动 1 件 " * 30
    assert line in terminal(Document("", (TextLines((Sentence(line, depth=1),)),)))


def test_a_chinese_sentence_is_broken_where_the_line_ends():
    said = terminal(Document("", (Sentence("应办事项 " * 20),)), 40).splitlines()
    assert len(said) > 1
    assert len({len(line) for line in said[:-1]}) == 1


def test_sheets_have_names_that_excel_takes():
    document = Document("", (table([["甲", DAY, 1]], sheet="条线 [全部]: 2026/03 " * 3),), sheet="a/b")
    names = load_workbook(BytesIO(as_xlsx(document))).sheetnames
    assert names[0] == "a b"
    assert all(len(name) <= 31 for name in names)


def test_a_cell_may_lead_to_a_section_of_the_page():
    rows = [
        [MarkedValue("食品", leads_to="食品 1/2"), DAY, 1],
        [MarkedValue("别处", leads_to="没有这一节"), DAY, 1],
    ]
    page = as_html(Document("", (table(rows), Section("食品 1/2", (Sentence("x"),)))))
    (place,) = re.findall(r'<a href="#(\w+)">食品</a>', page)
    assert f'id="{place}"' in page
    assert page.count("<a ") == 1


def test_a_tone_never_stands_without_its_words():
    page = as_html(
        Document("", (Sentence("有错", Tone.WRONG), TextLines((Sentence("小心", Tone.DOUBTFUL),))))
    )
    assert '<p class="wrong" role="alert">有错</p>' in page
    assert '<li class="doubtful">小心</li>' in page


@pytest.mark.parametrize("text", ["+ 新增 1 件", "- 2 件", "# 标题", "1. 第一步"])
def test_in_markdown_a_line_that_begins_like_a_list_is_still_one_line(text):
    written = as_markdown(Document("x", (TextLines((Sentence(text, depth=1),)),)))
    (line,) = [line for line in written.splitlines() if line.startswith("- ")]
    assert not re.match(r"- (?:[-+#]|\d+\.) ", line)
    assert line.replace("\\", "") == f"- {text}"
