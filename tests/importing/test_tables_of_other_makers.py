"""Texts and sheets as other programs leave them: each is read as it was meant, or refused by what is wrong with it.

Nothing here asks the ledger: a file is read into drafts.
"""

import pytest

from duban.base.language import use
from duban.importing.containers import UnusableFile
from duban.importing.reading import read_file
from duban.importing.templates import template_mapping
from tests.importing.drafts import HEAD, MONTH, drafts, reasons, sample
from tests.importing.tables import SAMPLES, SHOP, definitions, mappings, workbook

TWO = "\n".join([HEAD, sample("S1"), sample("S2")])


def raw(path, content):
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("sign", [*"^~¦｜、，；|\t\x01\x1f", "||"])
def test_whatever_sign_stands_between_the_cells(tmp_path, sign):
    file = raw(tmp_path / "a.csv", TWO.replace(",", sign).encode())
    assert [(draft.ref, draft.mistakes) for draft in drafts(file)] == [("S1", []), ("S2", [])]


@pytest.mark.parametrize(
    "content",
    [
        TWO.encode("utf-16-le"),
        TWO.encode("utf-16-be"),
        b"\xef\xbb\xbf" * 2 + TWO.encode(),
        f"sep=,\n{TWO}".encode("gbk"),
        TWO.replace("\n", "\r").encode(),
        TWO.encode("gbk") + b"\n\x1a",
    ],
    ids=["UTF-16", "UTF-16 backwards", "two marks", "sep=", "old Macintosh", "end of file of DOS"],
)
def test_however_the_text_is_kept(tmp_path, content):
    assert [draft.ref for draft in drafts(raw(tmp_path / "a.csv", content))] == ["S1", "S2"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (HEAD.encode() + sample(food="\n糕点鸡蛋").encode("gbk"), "第 2 行换了编码"),
        (HEAD.encode("gbk") + sample(food="\n糕点鸡蛋").encode(), "第 2 行换了编码"),
        (TWO.encode() + b"\xe7\xb3", "第 3 行起不是文字"),
        (TWO.encode().decode("latin-1").encode(), "文字是乱码：第 1 行的"),
        (TWO.encode().decode("gb18030", "replace").encode(), "文字是乱码：第 1 行的"),
    ],
    ids=["GBK behind UTF-8", "UTF-8 behind GBK", "cut off", "misread as Latin", "misread as GBK"],
)
def test_a_text_in_two_encodings_or_a_wrong_one_is_refused_where_it_begins(tmp_path, content, why):
    with use("zh-CN"), pytest.raises(UnusableFile, match=why):
        drafts(raw(tmp_path / "a.csv", content))


@pytest.mark.parametrize("food", ["????", "糕\ufffd"])
def test_lost_signs_are_no_content(tmp_path, food):
    (reason,) = reasons(raw(tmp_path / "a.csv", f"{HEAD}\n{sample(food=food)}".encode()))
    assert "有字丢了" in reason


@pytest.mark.parametrize(
    ("written", "number"), [("1 234", 1234), ("1 2", None), ("12 34", None), ("1 234 5", None)]
)
def test_a_blank_within_a_number_is_of_thousands_or_nobody_knows(tmp_path, written, number):
    file = workbook(tmp_path / "a.xlsx", [MONTH.split(","), ["三元区", "2023-08", written, 1]])
    (draft,) = drafts(file)
    assert draft.data.get("应办结数") == number
    assert bool(draft.mistakes) == (number is None)


@pytest.mark.parametrize(
    "line",
    [
        "2023年9月30日",
        "二〇二三年九月三十日",
        "以上数据真实有效",
        "——完——",
        "打印时间：2023-09-30 10:00",
        "截至9月30日",
        "2.逾期不报的，予以通报。",
        "（2）不合格的附检验报告。",
        "逾期不报的单位予以通报。",
        "（盖章）",
    ],
)
def test_what_whoever_signs_a_table_writes_below_is_no_row(tmp_path, line):
    rows = [SAMPLES, ["S1", SHOP, "", "", "不合格", "2023-09-01"], [line]]
    with read_file(workbook(tmp_path / "a.xlsx", rows), definitions(), mappings()) as batch:
        assert (batch.rows, dict(batch.skipped)) == (1, {"note": 1})


@pytest.mark.parametrize(
    ("sheet", "unit", "agree"),
    [
        ("三元区", "沙县区", False),
        ("列东所", "三元区", False),
        ("三元区", "列东所", True),
        ("三明市局", "沙县区", True),
    ],
)
def test_a_row_of_another_unit_than_its_sheet_is_named_after_is_refused(tmp_path, sheet, unit, agree):
    rows = [MONTH.split(","), [unit, "2023-08", 5, 5]]
    told = reasons(workbook(tmp_path / "a.xlsx", rows, title=sheet))
    assert [("哪一个对，请改成一致" in each) for each in told] == ([] if agree else [True])


def test_a_published_list_without_numbers_is_told_why_it_needs_them(tmp_path):
    rows = [
        ["序号", "被抽样单位名称", "食品名称", "不合格项目║检验结果║标准值", "公告日期"],
        [1, "甲", "糕点", "菌", "2023-09-01"],
    ]
    with use("zh-CN"), pytest.raises(UnusableFile, match="分不出再次公布的同一批和另一批"):
        drafts(workbook(tmp_path / "a.xlsx", rows))


@pytest.mark.parametrize("name", ["training.held", "sample.failed", "zero.reported"])
def test_a_form_s_sheets_of_choices_are_not_told_as_unread(tmp_path, name):
    of = definitions().vocabulary
    form = template_mapping(of.facts[name], of)
    more = [(title, [["编号", "名称"], ["1", "甲"]]) for title in sorted(form.offers)]
    file = workbook(
        tmp_path / "a.xlsx",
        [[*form.written.columns], ["x"] * len(form.written.columns)],
        more=[*more, ("汇总", [["甲"]])],
    )
    with read_file(file, definitions(), {name: form}) as batch:
        assert [title for title, _ in batch.left_out] == ["汇总"]


def test_a_heading_with_its_english_behind_it_is_known(tmp_path):
    english = ["Sample No.", "USCC", "Name", "Food", "Result", "Date of report"]
    rows = [
        [f"{name} {other}" for name, other in zip(SAMPLES, english, strict=True)],
        sample("S1").split(","),
    ]
    assert [(draft.ref, draft.mistakes) for draft in drafts(workbook(tmp_path / "a.xlsx", rows))] == [
        ("S1", [])
    ]
