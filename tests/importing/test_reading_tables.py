"""Tables as bureaus keep them: what stands above the heading, beside it and below it does not matter."""

import re
import zipfile
from datetime import date, datetime

import pytest

from tests.importing.tables import LICENCES, SAMPLES, City, code, counts, reasons, sample, text, workbook


def licence(number, unit="列东所", **more):
    return [
        f"JY{number:05}",
        code(number),
        f"青溪食品店{number}号（虚构）",
        more.get("kind", "食品销售经营者"),
        unit,
        more.get("day", "2023-08-01"),
    ]


@pytest.fixture
def one_shop(city):
    city.register(1, 2, 3)
    return city


class TestTexts:
    @pytest.mark.parametrize(
        ("encoding", "named"),
        [
            ("gbk", "GBK"),
            ("gb18030", "GBK"),
            ("utf-8", "UTF-8"),
            ("utf-8-sig", "UTF-8"),
            ("utf-16", "UTF-16"),
        ],
    )
    def test_every_encoding_bureaus_use_is_told_by_itself(self, one_shop, tmp_path, encoding, named):
        file = text(tmp_path / "抽检.csv", [SAMPLES, sample("S1")], encoding)
        with one_shop.read(file) as batch:
            assert batch.encoding == named
        assert counts(one_shop.take(file)) == {"new": 1}

    @pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
    def test_the_delimiter_is_told_by_itself(self, one_shop, tmp_path, delimiter):
        file = text(tmp_path / "抽检.csv", [SAMPLES, sample("S1", food="糕点，蛋糕")], delimiter=delimiter)
        assert counts(one_shop.take(file)) == {"new": 1}
        assert one_shop.facts("data") == [({"样品": "糕点，蛋糕"},)]

    def test_a_cell_may_have_line_breaks_and_commas(self, one_shop, tmp_path):
        file = text(tmp_path / "抽检.csv", [SAMPLES, sample("S1", food='蛋糕\n"大", 500g'), sample("S2", 2)])
        assert counts(one_shop.take(file)) == {"new": 2}
        assert one_shop.facts("data")[0] == ({"样品": '蛋糕 "大", 500g'},)

    def test_a_sign_that_only_gb18030_has(self, one_shop, tmp_path):
        file = text(tmp_path / "抽检.csv", [SAMPLES, sample("S1", food="䶮糕")], "gb18030")
        one_shop.take(file)
        assert one_shop.facts("data") == [({"样品": "䶮糕"},)]


class TestHeadings:
    def test_titles_above_in_merged_cells(self, one_shop, tmp_path):
        rows = [
            ["监督抽检结果汇总（虚构）"],
            ["单位：三明市局", None, None, "2023年8月"],
            [],
            SAMPLES,
            sample("S1"),
        ]
        file = workbook(tmp_path / "a.xlsx", rows, merged=["A1:F1", "D2:F2"])
        with one_shop.read(file) as batch:
            assert batch.tables[0].heading.row == 4
        assert counts(one_shop.take(file)) == {"new": 1}

    def test_a_heading_of_two_rows(self, one_shop, tmp_path):
        upper = ["抽样单编号", "被抽样单位", None, "检验", None]
        lower = [None, "统一社会信用代码", "单位名称", "检验结论", "报告日期"]
        rows = [["汇总"], upper, lower, ["S1", code(1), "某店", "不合格", "2023-08-01"]]
        file = workbook(tmp_path / "a.xlsx", rows, merged=["A2:A3", "B2:C2", "D2:E2"])
        with one_shop.read(file) as batch:
            assert batch.tables[0].heading.row == 3
        assert counts(one_shop.take(file)) == {"new": 1}

    @pytest.mark.parametrize(
        "heading",
        ["*报告日期", "报告日期：", "报 告 日 期", "报告\n日期", "报告日期（年/月/日）", "签发日期(必填)"],
    )
    def test_a_column_is_known_by_any_of_its_names(self, one_shop, tmp_path, heading):
        file = workbook(tmp_path / "a.xlsx", [[*SAMPLES[:5], heading], sample("S1")])
        assert counts(one_shop.take(file)) == {"new": 1}

    def test_the_order_of_columns_and_other_columns_do_not_matter(self, one_shop, tmp_path):
        heading = [None, "序号", *reversed(SAMPLES), "备注", "合计"]
        file = workbook(tmp_path / "a.xlsx", [heading, [None, 1, *reversed(sample("S1")), "无", 3]])
        assert counts(one_shop.take(file)) == {"new": 1}

    def test_the_better_name_wins_when_two_columns_could_be_meant(self, one_shop, tmp_path):
        file = workbook(tmp_path / "a.xlsx", [[*SAMPLES, "签发日期"], [*sample("S1"), "2020-01-01"]])
        one_shop.take(file)
        assert one_shop.facts("happened_on") == [("2023-08-01",)]


class TestRows:
    def test_blank_rows_totals_notes_and_repeated_headings_are_no_data(self, one_shop, tmp_path):
        rows = [
            SAMPLES,
            sample("S1"),
            [None, "  ", "\u3000"],
            ["小 计", None, None, "1 批次"],
            SAMPLES,
            sample("S2", 2),
            ["三元区小计", None, None, 1],
            ["合计：", None, None, "2 批次"],
            ["填表人：张三（虚构）", None, "审核：李四（虚构）"],
            ["备注：数据截至八月底"],
            [],
        ]
        file = workbook(tmp_path / "a.xlsx", rows)
        with one_shop.read(file) as batch:
            assert dict(batch.skipped) == {"blank": 1, "total": 3, "heading": 1, "note": 2}
        assert counts(one_shop.take(file)) == {"new": 2}

    @pytest.mark.parametrize(
        ("foot", "kind"),
        [
            (["", "总计：2批次"], "total"),
            (["共2批次"], "total"),
            (["本页合计", None, None, None, 2], "total"),
            (["", "", "合 计", "", 2], "total"),
            (["填表人：张三（虚构）", "", "审核人：李四（虚构）", "", "2023-9-1"], "note"),
            (["※ 说明：本表虚构"], "note"),
            (["（此页无正文）"], "note"),
            (["—以下空白—"], "note"),
            (["-2-"], "note"),
            (["— 12 —"], "note"),
            (["第 1 页 共 3 页"], "note"),
            (["第2页/共3页", "", "", ""], "note"),
            (["（号）", "（代码）", "（名称）", "（年月日）"], "heading"),
        ],
    )
    def test_what_stands_at_the_foot_of_a_table(self, one_shop, tmp_path, foot, kind):
        file = workbook(tmp_path / "a.xlsx", [SAMPLES, sample("S1"), foot])
        with one_shop.read(file) as batch:
            assert dict(batch.skipped) == {kind: 1}

    @pytest.mark.parametrize("ref", ["共2批次", "说明：S1", "甲合计"])
    def test_a_whole_row_is_data_whatever_its_number(self, one_shop, tmp_path, ref):
        assert counts(one_shop.take(workbook(tmp_path / "a.xlsx", [SAMPLES, sample(ref)]))) == {"new": 1}

    def test_rows_hidden_by_a_filter_are_read_and_counted(self, one_shop, tmp_path):
        file = rewritten(tmp_path, rb'<row r="2"', b'<row r="2" hidden="1"')
        with one_shop.read(file) as batch:
            assert [(table.hidden_rows, batch.rows) for table in batch.tables] == [(1, 1)]

    def test_a_merged_cell_holds_for_every_row_it_spans(self, city, tmp_path):
        rows = [LICENCES, licence(1), licence(2, None), licence(3, None), licence(4, "列西所")]
        file = workbook(tmp_path / "a.xlsx", rows, merged=["E2:E4"])
        assert counts(city.take(file)) == {"new": 4}
        assert [unit for (unit,) in city.subjects("unit")] == ["350404-01"] * 3 + ["350404-02"]

    def test_dates_in_every_form_in_one_column(self, one_shop, tmp_path):
        days = [
            "2023-08-01",
            "2023年8月1日",
            "２０２３／８／１",
            45139,
            "45139",
            date(2023, 8, 1),
            datetime(2023, 8, 1, 9),
        ]
        rows = [SAMPLES, *(sample(f"S{place}", day=day) for place, day in enumerate(days))]
        assert counts(one_shop.take(workbook(tmp_path / "a.xlsx", rows))) == {"new": len(days)}
        assert set(one_shop.facts("happened_on")) == {("2023-08-01",)}

    def test_a_million_formatted_but_empty_columns_do_no_harm(self, one_shop, tmp_path):
        import openpyxl

        file = tmp_path / "a.xlsx"
        book = openpyxl.Workbook()
        for row in (SAMPLES, sample("S1")):
            book.active.append(row)
        book.active["XFD2"] = " "
        book.save(file)
        assert counts(one_shop.take(file)) == {"new": 1}

    def test_each_mistake_has_its_cell(self, one_shop, tmp_path):
        rows = [
            SAMPLES,
            sample("S1", day="2023-02-30"),
            sample("S2", result="基本合格"),
            sample("", 1),
            ["S4", 9.13e17, None, "糕点", "不合格", "昨天"],
            sample("S5", day="#N/A"),
        ]
        assert reasons(one_shop.rehearse(workbook(tmp_path / "a.xlsx", rows))) == [
            ("F2", "没有这一天：2023-02-30"),
            (
                "E3",
                "不认识“基本合格”，认识的有：不合格、不合格样品、问题样品、不符合、否、合格、符合、是、合格样品、纯抽检合格样品、复检合格、复检不合格",
            ),
            ("A4", "没有填"),
            ("B5", "编号被表格软件当成了数字 9.1300E+17，末尾几位已经丢失；请把这一列设为“文本”后重新填"),
            ("F5", "“昨天”不是日期，请写成 2023-01-05"),
            ("F6", "单元格是错误值 #N/A，请改正公式或填上内容"),
        ]


class TestSheets:
    def test_every_sheet_with_the_heading_is_read_and_the_others_are_named(self, one_shop, tmp_path):
        more = [
            ("二月", [["标题"], SAMPLES, sample("S2", 2)]),
            ("说明", [["本表由抽检系统导出"]]),
            ("空白", []),
        ]
        file = workbook(tmp_path / "a.xlsx", [SAMPLES, sample("S1")], title="一月", more=more)
        with one_shop.read(file) as batch:
            assert [table.name for table in batch.tables] == ["一月", "二月"]
            assert batch.left_out == [("说明", "没有认出表头")]
        assert counts(one_shop.take(file)) == {"new": 2}

    def test_a_hidden_sheet_is_not_read_and_said_so(self, one_shop, tmp_path):
        file = workbook(
            tmp_path / "a.xlsx",
            [SAMPLES, sample("S1")],
            title="旧",
            hidden=True,
            more=[("新", [SAMPLES, sample("S2")])],
        )
        with one_shop.read(file) as batch:
            assert batch.left_out == [("旧", "隐藏的工作表")]
        one_shop.take(file)
        assert one_shop.facts("ref") == [("S2",)]

    def test_formulas_count_by_the_value_the_spreadsheet_computed(self, one_shop, tmp_path):
        file = with_cell(tmp_path, '<c r="F2"><f>TODAY()-31</f><v>45139</v></c>')
        one_shop.take(file)
        assert one_shop.facts("happened_on") == [("2023-08-01",)]

    @pytest.mark.parametrize(
        "cell",
        [
            '<c r="F2"><f>DATE(2023,8,1)</f></c>',
            '<c r="F2" s="0"><f>A1</f><v></v></c>',
            '<c r="F2"><f t="shared" si="0"/><v/></c>',
        ],
    )
    def test_a_formula_nobody_computed_is_refused_with_its_place(self, one_shop, tmp_path, cell):
        outcome = one_shop.rehearse(with_cell(tmp_path, cell))
        assert [place for place, _ in reasons(outcome)] == ["F2"]
        assert "公式没有算出的值" in outcome.refused[0].reason
        assert outcome.refused[0].value == "（公式）"


def with_cell(tmp_path, cell):
    """A workbook whose cell F2 is this XML."""
    return rewritten(tmp_path, rb'<c r="F2"[^>]*>.*?</c>', cell.encode())


def rewritten(tmp_path, pattern, instead):
    """A workbook whose sheet was written by another program: what fits `pattern` in its XML is `instead`."""
    made = workbook(tmp_path / "made.xlsx", [SAMPLES, sample("S1", day=45139)])
    file = tmp_path / "another.xlsx"
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(file, "w") as target:
        for part in source.infolist():
            content = source.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                content, count = re.subn(pattern, instead, content)
                assert count
            target.writestr(part.filename, content)
    return file


@pytest.mark.parametrize(
    ("pattern", "instead"),
    [
        (rb'<dimension ref="[^"]*"', b'<dimension ref="A1"'),  # WPS and exporting systems leave this
        (rb'<dimension ref="[^"]*" ?/>', b""),
        (rb'<c r="[A-Z]+\d+"', b"<c"),  # cells without their place stand side by side
        (rb"</sheetData>", b'</sheetData><phoneticPr fontId="1" type="noConversion"/>'),
    ],
)
def test_what_other_programs_leave_out_or_add_does_not_matter(one_shop, tmp_path, pattern, instead):
    assert counts(one_shop.take(rewritten(tmp_path, pattern, instead))) == {"new": 1}


class TestWhichTable:
    def test_told_by_the_headings(self, city, tmp_path):
        with city.read(workbook(tmp_path / "a.xlsx", [LICENCES, licence(1)])) as batch:
            assert batch.mapping.name == "许可证清单"

    @pytest.mark.parametrize(
        ("rows", "name"),
        [
            (
                [["检查编号", "信用代码", "检查类型", "检查日期"], ["J1", code(1), "日常检查", "2023-08-01"]],
                "监督检查记录",
            ),
            (
                [["信用代码", "企业名称", "等级", "评定日期"], [code(1), "某店", "B级", "2023-08-01"]],
                "风险等级",
            ),
            (
                [["单位", "月份", "应办结数", "按时办结数"], ["三元区", "2023-07", 9, 8]],
                "12315月报",
            ),
            (
                [["单位", "日期", "活动名称", "类型"], ["三元区", "2023-07-01", "食品安全宣传", "宣传"]],
                "活动台账",
            ),
        ],
    )
    def test_each_shipped_mapping_is_recognised_and_its_rows_taken(self, one_shop, tmp_path, rows, name):
        file = text(tmp_path / "a.csv", rows)
        with one_shop.read(file) as batch:
            assert batch.mapping.name == name
        assert counts(one_shop.take(file)) == {"new": 1}


def test_a_tally_is_a_fact_of_its_unit_on_the_last_day_of_the_month(city: City, tmp_path):
    heading = ["承办单位", "统计月份", "投诉接收量", "应办结件数", "按期办结数"]
    file = text(
        tmp_path / "a.csv", [heading, ["三元区市场监督管理局", "2023年7月", "1,204", "1200 件", "１１９９"]]
    )
    city.take(file)
    assert city.facts("kind", "unit", "happened_on", "ref", "data") == [
        (
            "complaint.tallied",
            "350404",
            "2023-07-31",
            "350404/2023-07",
            {"应初查数": 1204, "应办结数": 1200, "按时办结数": 1199},
        )
    ]
