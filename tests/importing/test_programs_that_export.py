"""What spreadsheets and other systems make of a table: each comes in as it was meant, or is refused with its place and a mend.

Nothing here asks the ledger: a file is read into drafts.
"""

import openpyxl
import pytest
from openpyxl.styles import Font

from duban.importing.containers import UnusableFile
from tests.importing.drafts import HEAD, MONTH, drafts, reasons, sample
from tests.importing.tables import SAMPLES, SHOP, workbook

EVENTS = "单位,活动日期,活动名称,活动类型,参加人数"


def csv(path, *lines):
    path.write_text("\n".join(lines), "utf-8")
    return path


class TestThousandsCutInTwo:
    @pytest.mark.parametrize(
        ("heading", "row"),
        [
            (f"{EVENTS},备注", "三元区,2023-09-01,宣传月,宣传,1,200,"),
            (f"{EVENTS},备注", "三元区,2023-09-01,宣传月,宣传,1,200"),
            (f"{EVENTS},", "三元区,2023-09-01,宣传月,宣传,1,200"),
            (f"{MONTH},备注", "三元区,2023-08,1,234,900,"),
            (f"{MONTH},备注", "三元区,2023-08,234,1,200"),
            (f"{MONTH},", "三元区,2023-08,1,234,1"),
        ],
    )
    def test_the_empty_cell_at_the_end_does_not_hide_it(self, tmp_path, heading, row):
        (reason,) = reasons(csv(tmp_path / "a.csv", heading, row))
        assert "没有加引号的 1,2" in reason

    @pytest.mark.parametrize(
        ("heading", "row"),
        [
            (f"{EVENTS},备注", '三元区,2023-09-01,宣传月,宣传,"1,200",'),
            (f"{EVENTS},备注", "三元区,2023-09-01,宣传月,宣传,1200,共3场,"),
            (f"{EVENTS},备注", "三元区\t2023-09-01\t宣传月\t宣传\t1200\t300"),
        ],
    )
    def test_nothing_else_is_taken_for_it(self, tmp_path, heading, row):
        heading = heading.replace(",", "\t") if "\t" in row else heading
        (draft,) = drafts(csv(tmp_path / "a.csv", heading, row))
        assert (draft.mistakes, draft.data["人数"]) == ([], 1200)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("200人次", 200),
        ("12 件次", 12),
        ("1 234", 1234),
        ("1，234", 1234),
        ("5,0", None),
        ("12,34", None),
        ("1.2万", None),
        ("约100", None),
        ("(5)", None),
    ],
)
def test_a_number_as_people_write_it(tmp_path, written, number):
    file = workbook(
        tmp_path / "a.xlsx", [EVENTS.split(","), ["三元区", "2023-09-01", "宣传月", "宣传", written]]
    )
    (draft,) = drafts(file)
    assert draft.data.get("人数") == number
    assert bool(draft.mistakes) == (number is None)


class TestCountedInThousands:
    @pytest.mark.parametrize("heading", ["参加人数（百人）", "参加人数\n（单位：万人）", "参加人数【千】"])
    def test_by_the_heading(self, tmp_path, heading):
        rows = [[*EVENTS.split(",")[:4], heading], ["三元区", "2023-09-01", "宣传月", "宣传", 2]]
        (reason,) = reasons(workbook(tmp_path / "a.xlsx", rows))
        assert "换算成一个一个的数" in reason

    @pytest.mark.parametrize(("line", "taken"), [("单位：万件", False), ("单位：件", True)])
    def test_by_the_line_above(self, tmp_path, line, taken):
        rows = [["12315月报", None, None, line], MONTH.split(","), ["三元区", "2023-08", 2, 1]]
        assert (reasons(workbook(tmp_path / "a.xlsx", rows)) == []) == taken


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2023年9月1日（星期五）", True),
        ("周五 2023-9-1", True),
        ("二〇二三年九月一日 星期五", True),
        ("2023年9月1日 星期五 10:30", True),
        ("2023.9.1.", True),
        ("2023.09.01上午", True),
        ("20230901083000", True),
        ("“2023-09-01”", True),
        ("20230901250000", False),
        ("2023年9月1日（星期六）", False),
        ("9月1日", False),
        ("2023-09-01~2023-09-03", False),
        ("1-Sep-23", False),
        ("民国112年9月1日", False),
    ],
)
def test_a_day_as_people_write_it(tmp_path, written, day):
    (draft,) = drafts(csv(tmp_path / "a.csv", HEAD, sample(day=written)))
    assert (draft.on.isoformat() == "2023-09-01" and not draft.mistakes) if day else draft.mistakes


class TestLinesThatAreNoData:
    @pytest.mark.parametrize("title", ["流通环节", "附：餐饮服务", "三、餐饮类", "第三季度"])
    def test_a_title_over_some_rows(self, tmp_path, title):
        rows = [SAMPLES, [title], ["S1", SHOP, None, None, "不合格", "2023-08-01"]]
        assert [draft.ref for draft in drafts(workbook(tmp_path / "a.xlsx", rows, merged=["A2:F2"]))] == [
            "S1"
        ]

    def test_a_total_of_the_whole_city_that_fills_every_column(self, tmp_path):
        rows = ["三元区,2023-08,5,5", "城区小计,2023-08,5,5", "全市合计（件）,2023-08,5,5"]
        assert [draft.unit for draft in drafts(csv(tmp_path / "a.csv", MONTH, *rows))] == ["350404"]


class TestWhatASheetShows:
    def book(self, path, **more):
        book = openpyxl.Workbook()
        for row in (SAMPLES, [7, SHOP, None, None, "不合格", "2023-08-01"]):
            book.active.append(row)
        for cell in book.active[2]:
            cell.font = more.get("font", Font())
        book.active["A2"].number_format = more.get("shown", "General")
        book.save(path)
        return path

    def test_a_row_struck_out_is_not_taken_in_silence(self, tmp_path):
        (reason,) = reasons(self.book(tmp_path / "a.xlsx", font=Font(strike=True)))
        assert reason.startswith("这一行划掉了（删除线）")
        assert reasons(self.book(tmp_path / "b.xlsx", font=Font(strike=False))) == []

    @pytest.mark.parametrize(
        ("shown", "ref"), [('"XN"000', "XN007"), (r"\S\Y-0000", "SY-0007"), ("000", "007"), ('0"号"', "7")]
    )
    def test_a_number_dressed_as_a_code(self, tmp_path, shown, ref):
        (draft,) = drafts(self.book(tmp_path / "a.xlsx", shown=shown))
        assert draft.ref == ref


class TestTexts:
    def test_a_blank_before_a_quotation_mark(self, tmp_path):
        (draft,) = drafts(
            csv(tmp_path / "a.csv", HEAD, f'"S1", "{SHOP}", "甲", "糕点,饼", "不合格", "2023-08-01"')
        )
        assert draft.data == {"样品": "糕点,饼"}

    def test_signs_as_a_web_page_writes_them(self, tmp_path):
        (draft,) = drafts(csv(tmp_path / "a.csv", HEAD, sample("S&amp;1", food="糕点&lt;散装&gt;")))
        assert (draft.ref, draft.data) == ("S&1", {"样品": "糕点<散装>"})

    @pytest.mark.parametrize(
        "lines",
        [
            [f'"{HEAD}"', f'"{sample()}"'],
            [HEAD.replace(",", "   "), sample().replace(",", "   ")],
        ],
    )
    def test_a_table_nobody_cut_into_columns_says_so(self, tmp_path, lines):
        with pytest.raises(UnusableFile, match="都在一个格子里，没有分成列"):
            drafts(csv(tmp_path / "a.csv", *lines))

    def test_what_is_in_no_known_encoding_says_what_to_do(self, tmp_path):
        file = tmp_path / "a.csv"
        file.write_text(HEAD, "utf-32")
        with pytest.raises(UnusableFile, match="表格软件打得开的，另存为"):
            drafts(file)


def test_one_holder_of_two_kinds_has_a_grade_for_each(tmp_path):
    rows = ["统一社会信用代码,对象类别,评定等级,评定日期"]
    rows += [
        f"{SHOP},{kind},{grade},2023-08-01"
        for kind, grade in (("食品销售", "B级"), ("餐饮", "A级"), ("", "C级"))
    ]
    found = drafts(csv(tmp_path / "a.csv", *rows))
    assert [(draft.ref, draft.data["grade"]) for draft in found] == [
        (f"{SHOP}/2023-08-01/食品销售者", "B"),
        (f"{SHOP}/2023-08-01/餐饮服务单位", "A"),
        (f"{SHOP}/2023-08-01", "C"),
    ]


class TestMergedCellsSavedAsText:
    """A number, a shop and a day over three rows: in the workbook one cell each, in the text blanks below the first."""

    ROWS = (f"S1,{SHOP},甲店（虚构）,糕点,不合格,2023-08-01", ",,,面包,不合格,", ",,,蛋糕,不合格,")

    def test_each_row_is_refused_with_one_reason(self, tmp_path):
        told = reasons(csv(tmp_path / "a.csv", HEAD, *self.ROWS))
        assert len(told) == 2
        assert all("抽样单编号、报告日期空着，上面一行有" in each for each in told)
        assert all("另存为 .xlsx" in each for each in told)

    def test_a_row_that_lacks_what_no_row_above_has_is_told_cell_by_cell(self, tmp_path):
        told = reasons(csv(tmp_path / "a.csv", HEAD, ",,,面包,不合格,"))
        assert told.count("没有填") == 2

    def test_in_a_workbook_nothing_is_lost(self, tmp_path):
        rows = [[cell or None for cell in row.split(",")] for row in self.ROWS]
        path = workbook(tmp_path / "a.xlsx", [SAMPLES, *rows], merged=("B2:B4", "F2:F4"))
        told = [each for draft in drafts(path) for each in draft.mistakes]
        assert [each.reason for each in told] == ["没有填", "没有填"]  # the numbers: each sample has its own
