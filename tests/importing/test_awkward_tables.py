"""Tables that came out wrong for others: each file in `trials/` is a small made-up form of a fault reported in public."""

import openpyxl
import pytest

from duban.cli import main
from duban.importing.containers import UnusableFile
from tests.importing.tables import (
    LICENCES,
    ROOT,
    SAMPLES,
    SHOP,
    TRIALS,
    City,
    at,
    code,
    counts,
    reasons,
    sample,
    text,
    workbook,
)

MONTH = ["月份", "应办结数", "按时办结数"]


def trial(number):
    (found,) = TRIALS.glob(f"{number}-*")
    return found


@pytest.fixture
def city(city: City):
    """With the example licences, on 9 October 2023."""
    city.clock.moment = at("2023-10-09")
    city.take(ROOT / "duties/imports/examples/许可证清单-虚构.csv")
    return city


def brought(city, *names, kind="sample.failed"):
    return [tuple(row) for row in city.facts("kind", *names) if row[0] == kind]


@pytest.mark.parametrize(
    ("number", "verdicts"),
    [
        ("01", {"new": 6}),
        ("03", {"refused": 1, "new": 1}),
        ("04", {"refused": 2, "new": 1}),
        ("06", {"new": 2}),
        ("08", {"new": 1, "unchanged": 1}),
        ("11", {"new": 2}),
        ("12", {"refused": 2}),
        ("13", {"new": 8}),
        ("15", {"new": 4, "nothing": 1}),
        ("17", {"new": 1, "nothing": 1}),
        ("19", {"new": 2}),
        ("21", {"new": 2}),
        ("22", {"new": 1}),
        ("23", {"new": 1}),
        ("28", {"new": 1, "refused": 1}),
    ],
)
def test_what_each_file_gives(city, number, verdicts):
    assert counts(city.take(trial(number))) == verdicts


class TestQuotationMarks:
    def test_a_stray_one_swallows_no_row(self, city):
        city.take(trial("01"))
        assert brought(city, "ref", "happened_on", "data")[1] == (
            "sample.failed",
            "Q2",
            "2023-09-02",
            {"样品": '"5寸蛋糕'},
        )

    @pytest.mark.parametrize("closing", ['8寸"', '"8寸"披萨', '8寸""', 'x"y"z', '"'])
    def test_wherever_the_next_one_stands(self, city, tmp_path, closing):
        rows = [
            ["Q1", SHOP, "甲", '"5寸', "不合格", "2023-09-01"],
            ["Q2", SHOP, "甲", "x", "不合格", "2023-09-02"],
        ]
        rows.append(["Q3", SHOP, "甲", closing, "不合格", "2023-09-03"])
        file = tmp_path / "a.csv"
        file.write_text("\n".join(map(",".join, [SAMPLES, *rows])), "utf-8")
        city.take(file)
        assert [ref for _, ref in brought(city, "ref")] == ["Q1", "Q2", "Q3"]

    def test_in_the_last_cell_of_a_row(self, city, tmp_path):
        lines = ["抽样单编号,信用代码,检验结论,报告日期,样品名称"]
        lines += [f'P{number},{SHOP},不合格,2023-09-01,"糕点{number}' for number in range(3)]
        file = tmp_path / "a.csv"
        file.write_text("\n".join(lines), "utf-8")
        assert counts(city.take(file)) == {"new": 3}

    def test_a_cell_of_several_lines_stays_one(self, city, tmp_path):
        rows = [sample(f"S{number}", food="一,\n二\n三,四") for number in range(3)]
        rows = [[ref, SHOP, *others] for ref, _, *others in rows]
        assert counts(city.take(text(tmp_path / "a.csv", [SAMPLES, *rows], "utf-8"))) == {"new": 3}
        first = [["备注\n（甲）", *row] for row in rows]
        file = text(tmp_path / "b.csv", [["备注", *SAMPLES], *first], "utf-8")
        assert counts(city.take(file)) == {"unchanged": 3}


class TestWidths:
    def test_a_row_of_more_values_than_headings_is_shifted(self, city):
        outcome = city.take(trial("03"))
        ((place, reason),) = reasons(outcome)
        assert (place, reason[:8]) == ("2", "比表头多 2 格")

    @pytest.mark.parametrize("row", ['"S1,{},,,不合格,2023-09-01"', "S1\t{}\t\t\t不合格\t2023-09-01"])
    def test_a_row_that_was_not_cut_into_columns_says_so(self, city, tmp_path, row):
        file = tmp_path / "a.csv"
        file.write_text(
            "\n".join([",".join(SAMPLES), row.format(SHOP), f"S2,{SHOP},,,不合格,2023-09-01"]), "utf-8"
        )
        ((place, reason),) = reasons(city.take(file))
        assert (place, reason.partition("（")[0]) == ("2", "这一行都在一个格子里，没有分成列")

    def test_empty_cells_behind_a_row_shift_nothing(self, city, tmp_path):
        file = text(tmp_path / "a.csv", [SAMPLES, ["S1", SHOP, "", "", "不合格", "2023-09-01", "", ""]])
        assert counts(city.take(file)) == {"new": 1}

    def test_a_remark_beside_the_table_of_a_workbook_shifts_nothing(self, city, tmp_path):
        rows = [SAMPLES, ["S1", SHOP, "", "", "不合格", "2023-09-01", None, "已核"]]
        assert counts(city.take(workbook(tmp_path / "a.xlsx", rows))) == {"new": 1}


class TestValuesThatProgramsChanged:
    @pytest.mark.parametrize(("shown", "month"), [("0.00", "2022-10-31"), ("General", None), ("0.0", None)])
    def test_a_month_that_became_a_number_counts_as_it_is_shown(self, city, tmp_path, shown, month):
        book = openpyxl.Workbook()
        book.active.append(["单位", "月份", "应办结数", "按时办结数"])
        book.active.append(["三元区", 2022.1, 9, 9])
        book.active["B2"].number_format = shown
        book.save(tmp_path / "a.xlsx")
        outcome = city.take(tmp_path / "a.xlsx")
        if month is None:
            assert "说不清是 1 月还是 10 月" in outcome.refused[0].reason
        else:
            assert city.facts("kind", "happened_on")[-1] == ("complaint.tallied", month)

    @pytest.mark.parametrize("written", ["2022.1", "２０２２．１"])
    def test_a_month_in_a_text_file_may_have_been_a_number(self, city, tmp_path, written):
        file = text(
            tmp_path / "a.csv", [["单位", *MONTH], ["三元区", written, 9, 9], ["沙县区", "2022.9", 9, 9]]
        )
        outcome = city.take(file)
        assert counts(outcome) == {"new": 1, "refused": 1}
        assert "说不清是 1 月还是 10 月" in outcome.refused[0].reason

    def test_a_number_shown_with_noughts_or_as_a_share(self, city, tmp_path):
        book = openpyxl.Workbook()
        for row in (SAMPLES, [42, SHOP, None, None, "不合格", "2023-09-01"]):
            book.active.append(row)
        book.active["A2"].number_format = "000000"
        book.save(tmp_path / "a.xlsx")
        city.take(tmp_path / "a.xlsx")
        assert city.facts("ref")[-1] == ("000042",)
        book = openpyxl.Workbook()
        for row in (["单位", "月份", "应办结数", "按时办结数"], ["三元区", "2023-08", 9, 0.995]):
            book.active.append(row)
        book.active["D2"].number_format = "0.0%"
        book.save(tmp_path / "b.xlsx")
        assert reasons(city.take(tmp_path / "b.xlsx")) == [("D2", "“99.5%”是百分比，这里要写数量")]

    def test_a_moment_is_on_the_day_of_the_project_s_zone(self, city, tmp_path):
        file = text(tmp_path / "a.csv", [SAMPLES, ["S1", SHOP, "", "", "不合格", "2023-08-31T16:30:00Z"]])
        city.take(file)
        assert city.facts("happened_on")[-1] == ("2023-09-01",)


class TestOrderOfRows:
    """One licence is valid: the shop is there, in whatever order and in however many files."""

    OLD, NEW = ["JY-OLD", "2018-06-01"], ["JY-NEW", "2023-06-01"]

    def register(self, tmp_path, *licences, name="a"):
        rows = [
            [number, code(9), f"青溪{day}（虚构）", "食品销售经营者", "列东所", day, state]
            for (number, day), state in licences
        ]
        return text(tmp_path / f"{name}.csv", [[*LICENCES, "证书状态"], *rows])

    @pytest.mark.parametrize("several", [False, True])
    @pytest.mark.parametrize("newest_first", [False, True])
    @pytest.mark.parametrize(
        ("old", "new", "active"),
        [("注销", "有效", True), ("有效", "注销", True), ("注销", "注销", False), ("有效", "有效", True)],
    )
    def test_the_state_does_not_hang_on_it(self, city, tmp_path, old, new, active, newest_first, several):
        rows = [(self.OLD, old), (self.NEW, new)]
        if newest_first:
            rows.reverse()
        for number, part in enumerate([[row] for row in rows] if several else [rows]):
            assert "refused" not in counts(city.take(self.register(tmp_path, *part, name=f"a{number}")))
        known = {
            subject[0]: subject[1:] for subject in city.subjects("code", "active", "name", "registered_on")
        }
        assert known[code(9)] == (active, "青溪2023-06-01（虚构）", "2023-06-01")
        again = city.take(self.register(tmp_path, *rows, name="b"))
        assert counts(again) == {"unchanged": 2}

    def test_the_newest_state_of_one_licence_counts(self, city, tmp_path):
        renewed = ["JY-NEW", "2023-09-01"]
        city.take(self.register(tmp_path, (self.NEW, "有效")))
        assert dict(city.subjects("code", "active"))[code(9)] is True
        city.take(self.register(tmp_path, (renewed, "注销"), (self.NEW, "有效"), name="b"))
        assert dict(city.subjects("code", "active"))[code(9)] is False


def test_a_dash_is_a_dash_in_a_subject_s_code(city):
    city.take(trial("11"))
    assert [each for (each,) in city.subjects("code") if each.startswith("SY")] == ["SY-0001"]


def test_numbers_that_cannot_be_true_together(city):
    assert reasons(city.take(trial("12"))) == [
        ("D2", "“按时办结数”有 10，比“应办结数”5 还多，不可能"),
        ("C3", "“99.5%”是百分比，这里要写数量"),
        ("D3", "“100%”是百分比，这里要写数量"),
    ]


def test_signs_for_nothing(city):
    city.take(trial("15"))
    assert [ref for _, ref in brought(city, "ref")] == ["R1", "R2", "R3", "R5"]


class TestTheRightColumn:
    def test_of_two_likely_ones_the_one_that_can_be_read(self, city):
        city.take(trial("17"))
        assert brought(city, "ref") == [("sample.failed", "W1")]

    def test_the_preferred_name_wins_where_both_can_be_read(self, city, tmp_path):
        rows = [[*SAMPLES[:5], "检验结果", "报告日期"], ["S1", SHOP, "", "", "不合格", "合格", "2023-09-01"]]
        assert counts(city.take(workbook(tmp_path / "a.xlsx", rows))) == {"new": 1}

    @pytest.mark.parametrize(
        "heading",
        [
            "6.报告日期",
            "报告日期▲",
            "（6）报告日期（必填）",
            "报告日期\n格式：2023-01-05",
            "【报告日期】",
            "报告日期[年月日]★",
            "六、报告日期",
        ],
    )
    def test_signs_numbers_and_notes_in_a_heading_do_not_matter(self, city, tmp_path, heading):
        rows = [[*SAMPLES[:5], heading], ["S1", SHOP, "", "", "不合格", "2023-09-01"]]
        assert counts(city.take(workbook(tmp_path / "a.xlsx", rows))) == {"new": 1}


class TestOneHolderOfTwoKinds:
    def test_where_the_sample_was_taken_says_which(self, city):
        city.take(trial("18a"))
        assert counts(city.take(trial("18b"))) == {"new": 2}
        kinds = dict(city.subjects("id", "kind"))
        assert [(ref, kinds[subject]) for _, ref, subject in brought(city, "ref", "subject_id")] == [
            ("U1", "食品销售者"),
            ("U2", "餐饮服务单位"),
        ]

    def test_a_holder_of_one_kind_is_that_one(self, city, tmp_path):
        file = text(
            tmp_path / "a.csv", [[*SAMPLES, "抽样环节"], ["S1", SHOP, "", "", "不合格", "2023-09-01", "网购"]]
        )
        assert counts(city.take(file)) == {"new": 1}


class TestLinesThatAreNoData:
    def test_sections_numbered_blanks_and_numbers_of_columns(self, city):
        with city.read(trial("19")) as batch:
            assert dict(batch.skipped) == {"heading": 1, "section": 2, "blank": 2}

    @pytest.mark.parametrize(
        ("line", "kind"),
        [
            (["三元区（12家）", "", "", "", "", ""], "section"),
            (["第一批", "", "", "", "", ""], "section"),
            (["二、沙县区", "共3家", "", "", "", ""], "section"),
            (["甲", "乙", "1", "2", "3", "4"], "heading"),
            (["(1)", "(2)", "(3)", "(4)", "(5)", "(6)"], "heading"),
            (["/", "/", "—", "无", "", ""], "blank"),
            (["", "", "", "糕点", "", ""], "section"),
            (["三元区小计：12批", "", "", "", "", ""], "total"),
            (["总计（批次）：2", "", "", "", "", ""], "total"),
            (["No.", "USCC", "Shop", "Food", "Result", "Date of report"], "heading"),
            (["", "", "件", "万元", "", ""], "heading"),
            (["制表人：张三", "", "", "", "审核人：李四", "2023-09-30"], "note"),
            (["（例）XBJ001", SHOP, "", "", "不合格", "2023-01-01"], "note"),
            (["例：XBJ001", SHOP, "", "", "不合格", "2023-01-01"], "note"),
        ],
    )
    def test_others(self, city, tmp_path, line, kind):
        file = text(tmp_path / "a.csv", [SAMPLES, line, ["S1", SHOP, "", "", "不合格", "2023-09-01"]])
        with city.read(file) as batch:
            assert dict(batch.skipped) == {kind: 1}

    @pytest.mark.parametrize(
        "line", [["S9", "", "", "", "", ""], ["S9", SHOP, "", "", "", ""], ["", SHOP, "甲", "", "", ""]]
    )
    def test_a_row_half_filled_in_is_refused_and_not_passed_over(self, city, tmp_path, line):
        file = text(tmp_path / "a.csv", [SAMPLES, line, ["S1", SHOP, "", "", "不合格", "2023-09-01"]])
        assert counts(city.take(file)) == {"new": 1, "refused": 1}


@pytest.mark.parametrize("written", ["不合格。", "“不合格”", "不合格，", "'不合格'"])
def test_what_people_type_around_a_known_word_does_not_matter(city, tmp_path, written):
    file = text(tmp_path / "a.csv", [SAMPLES, ["S1", SHOP, "", "", written, "2023-09-01"]])
    assert counts(city.take(file)) == {"new": 1}


def test_a_file_s_name_breaks_no_output(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("DUBAN_CLOCK", "2023-10-09T09:00+08:00")
    monkeypatch.delenv("DUBAN_PROJECT", raising=False)
    project = str(tmp_path / "project")
    assert main(["init", project]) == 0
    licences = str(ROOT / "duties/imports/examples/许可证清单-虚构.csv")
    main(["import", "--project", project, licences, "--yes"])
    kept = tmp_path / "退回.xlsx"
    assert main(["import", "--project", project, str(trial("28")), "--yes", "--refused", str(kept)]) == 1
    (sheet,) = openpyxl.load_workbook(kept).worksheets
    assert sheet["A2"].value == "Y1"


@pytest.mark.parametrize(
    "sign",
    ["/", "——", "无。", "……", "（空）", "N/A", "暂无", "不详", "　", "—/—", "N.A.", "(blank)", "未提供", "_"],
)
def test_a_sign_for_nothing_is_nothing(city, tmp_path, sign):
    row = ["S1", sign, "三元青溪食品店（虚构）", sign, "不合格", "2023-09-01"]
    city.take(text(tmp_path / "a.csv", [SAMPLES, row], "utf-8"))
    assert brought(city, "ref", "data") == [("sample.failed", "S1", {})]


@pytest.mark.parametrize("kept", ["10", "8.5", "-1", "1" + "0" * 30])
def test_a_count_that_cannot_be_is_refused(city, tmp_path, kept):
    rows = [["单位", *MONTH], ["三元区", "2023-08", "9", kept]]
    outcome = city.take(text(tmp_path / "a.csv", rows, "utf-8"))
    assert counts(outcome) == {"refused": 1}
    assert "按时办结数" in outcome.refused[0].reason


class TestTablesInPieces:
    def test_a_sheet_for_each_county_is_of_the_county_it_is_named_after(self, city, tmp_path):
        more = [("沙县区", [MONTH, ["2023-08", 5, 5]]), ("汇总", [["单位", "数"], ["三元区", 1]])]
        file = workbook(tmp_path / "a.xlsx", [MONTH, ["2023-08", 9, 8]], title="三元区", more=more)
        with city.read(file) as batch:
            assert [name for name, _ in batch.left_out] == ["汇总"]
        city.take(file)
        assert city.facts("unit", "ref")[-2:] == [("350404", "350404/2023-08"), ("350405", "350405/2023-08")]

    @pytest.mark.parametrize(
        "name",
        [
            "沙县区(2)",
            "2.沙县区",
            "沙县区 2023年8月",
            "附件3 沙县局（8月）",
            "沙县",
            "8月-沙县局",
            "2023年8月沙县区",
        ],
    )
    def test_whatever_stands_beside_the_county_in_the_sheet_s_name(self, city, tmp_path, name):
        city.take(workbook(tmp_path / "a.xlsx", [MONTH, ["2023-08", 9, 8]], title=name))
        assert city.facts("unit", "ref")[-1:] == [("350405", "350405/2023-08")]

    def test_a_sheet_without_the_unit_is_left_out_by_name(self, city, tmp_path):
        more = [("第2组", [MONTH, ["2023-08", 5, 5]])]
        file = workbook(tmp_path / "a.xlsx", [MONTH, ["2023-08", 9, 8]], title="三元区", more=more)
        with city.read(file) as batch:
            assert batch.left_out == [("第2组", "第 1 行的表头缺少列“单位”")]

    def test_a_second_table_below_with_its_columns_in_another_order(self, city, tmp_path):
        rows = [SAMPLES, ["S1", SHOP, "", "", "不合格", "2023-09-01"], [], ["二、县级"]]
        rows += [[None, *reversed(SAMPLES)], [None, "2023-09-02", "不合格", "", "", SHOP, "S2"]]
        city.take(workbook(tmp_path / "a.xlsx", rows))
        assert brought(city, "ref", "happened_on")[-2:] == [
            ("sample.failed", "S1", "2023-09-01"),
            ("sample.failed", "S2", "2023-09-02"),
        ]

    def test_another_table_below_is_left_out_by_its_row(self, city, tmp_path):
        rows = [SAMPLES, ["S1", SHOP, "", "", "不合格", "2023-09-01"], []]
        rows += [["检查编号", "信用代码", "检查类型", "检查日期"], ["J1", SHOP, "日常检查", "2023-09-02"]]
        file = workbook(tmp_path / "a.xlsx", rows)
        with city.read(file) as batch:
            assert batch.left_out == [("Sheet1", "第 4 行起是另一张表")]
        assert counts(city.take(file)) == {"new": 1}

    def test_another_table_to_the_right_is_left_out_by_its_column(self, city, tmp_path):
        rows = [
            [*SAMPLES, None, "单位", *MONTH],
            ["S1", SHOP, "", "", "不合格", "2023-09-01", None, "三元区"],
        ]
        file = workbook(tmp_path / "a.xlsx", rows)
        with city.read(file) as batch:
            assert batch.left_out == [("Sheet1", "H 列起是另一张表")]
        assert counts(city.take(file)) == {"new": 1}

    def test_the_title_of_another_table_below_is_no_row(self, city, tmp_path):
        rows = [SAMPLES, ["S1", SHOP, "", "", "不合格", "2023-09-01"], ["12315月报"], ["单位", *MONTH]]
        assert counts(city.take(workbook(tmp_path / "a.xlsx", rows))) == {"new": 1}

    def test_two_tables_side_by_side_are_refused(self, city, tmp_path):
        file = workbook(tmp_path / "a.xlsx", [[*SAMPLES, None, *SAMPLES], ["S1", SHOP]])
        with pytest.raises(UnusableFile, match="两列"), city.read(file):
            pass


def test_a_published_list_without_a_conclusion_has_a_mapping_that_says_what_is_meant(city, tmp_path):
    heading = [
        "序号",
        "抽样编号",
        "标称生产企业名称",
        "被抽样单位名称",
        "被抽样单位地址",
        "食品名称",
        "规格型号",
    ]
    heading += ["生产日期/批号", "不合格项目║检验结果║标准值", "检验机构", "公告日期"]
    row = [
        "1",
        "XBJ1",
        "某厂（虚构）",
        "三元青溪食品店(虚构)",
        "某街",
        "糕点",
        "袋",
        "2023-07-01",
        "菌落总数║1.2×10^6║≤10^5",
    ]
    file = workbook(tmp_path / "a.xlsx", [heading, [*row, "某所", "2023-09-01"]])
    with city.read(file) as batch:
        assert batch.mapping.name == "监督抽检不合格公告"
    city.take(file)
    assert brought(city, "ref", "happened_on", "data") == [
        ("sample.failed", "XBJ1", "2023-09-01", {"样品": "糕点", "不合格项目": "菌落总数║1.2×10^6║≤10^5"})
    ]
    named = ["抽样编号", "被抽样单位名称", "食品名称", "不合格项目", "检验结果", "标准值", "公告日期"]
    row = ["XBJ2", "三元青溪食品店（虚构）", "糕点", "菌落总数", "1.2×10^6", "≤10^5", "2023-09-02"]
    assert counts(city.take(workbook(tmp_path / "b.xlsx", [named, row]))) == {"new": 1}
