"""Lists of failed samples as offices publish them: one item a row, cells merged, without numbers."""

import pytest

from duban.importing.containers import UnusableFile
from tests.importing.tables import ROOT, City, at, counts, reasons, text, workbook

SHOP = "三元青溪食品店（虚构）"
HEAD = [
    "序号",
    "抽样编号",
    "被抽样单位名称",
    "食品名称",
    "生产日期/批号",
    "不合格项目",
    "检验结果",
    "标准值",
    "公告日期",
]
BARE = ["序号", "被抽样单位名称", "食品名称", "生产日期/批号", "不合格项目║检验结果║标准值", "公告日期"]


@pytest.fixture
def city(city: City):
    """With the example licences, on 9 October 2023."""
    city.clock.moment = at("2023-10-09")
    city.take(ROOT / "duties/imports/examples/许可证清单-虚构.csv")
    return city


def row(ref="XBJ1", item="菌落总数", day="2023-09-01"):
    return ["1", ref, SHOP, "糕点", "2023-07-01", item, "1.2×10^6", "≤10^5", day]


def failed(city):
    return [
        tuple(each[1:]) for each in city.facts("kind", "source", "ref", "data") if each[0] == "sample.failed"
    ]


def test_a_sample_that_failed_in_two_items_is_one_fact_that_names_both(city, tmp_path):
    rows = [HEAD, row(), row("XBJ2"), row(item="大肠菌群"), row(item="菌落总数")]
    outcome = city.take(text(tmp_path / "a.csv", rows))
    assert counts(outcome) == {"new": 2, "unchanged": 2}
    assert [(ref, data["不合格项目"]) for _, ref, data in failed(city)] == [
        ("XBJ1", "菌落总数；大肠菌群"),
        ("XBJ2", "菌落总数"),
    ]
    assert counts(city.take(text(tmp_path / "b.csv", rows))) == {"unchanged": 4}


def test_so_it_is_where_the_other_cells_are_merged_over_both_rows(city, tmp_path):
    below = [None, None, None, None, None, "大肠菌群", "210", "≤10", None]
    merged = [f"{column}2:{column}3" for column in "ABCDEI"]
    outcome = city.take(workbook(tmp_path / "a.xlsx", [HEAD, row(), below], merged=merged))
    assert counts(outcome) == {"new": 1, "unchanged": 1}
    assert [data["不合格项目"] for _, _, data in failed(city)] == ["菌落总数；大肠菌群"]


def test_an_item_that_is_published_later_corrects_the_fact(city, tmp_path):
    city.take(text(tmp_path / "a.csv", [HEAD, row()]))
    assert counts(city.take(text(tmp_path / "b.csv", [HEAD, row(), row(item="大肠菌群")]))) == {
        "changed": 1,
        "unchanged": 1,
    }
    assert [(ref, data["不合格项目"]) for _, ref, data in failed(city)] == [
        ("XBJ1", "菌落总数"),
        ("XBJ1#2", "菌落总数；大肠菌群"),
    ]


def test_rows_of_one_number_that_differ_otherwise_are_both_refused(city, tmp_path):
    outcome = city.take(text(tmp_path / "a.csv", [HEAD, row(), row(item="大肠菌群", day="2023-09-02")]))
    assert counts(outcome) == {"refused": 2}
    assert all("内容却不同" in str(each) for each in reasons(outcome))


def test_a_list_without_numbers_is_known_again_by_whom_what_and_which_lot(city, tmp_path):
    def listed(name, *rows):
        return text(
            tmp_path / name, [BARE, *([str(place), SHOP, *each] for place, each in enumerate(rows, 1))]
        )

    first = ["糕点", "2023-07-01", "菌落总数║1.2×10^6║≤10^5", "2023-09-01"]
    other_lot = ["糕点", "2023-07-02", "菌落总数║1.2×10^6║≤10^5", "2023-09-01"]
    with city.read(listed("a.csv", first)) as batch:
        assert batch.mapping.name == "监督抽检公告无编号"
    assert counts(city.take(listed("a.csv", first, other_lot))) == {"new": 2}
    assert counts(city.take(listed("b.csv", other_lot, first))) == {"unchanged": 2}
    assert [(source, ref) for source, ref, _ in failed(city)] == [
        ("监督抽检公告", "三元青溪食品店(虚构)/糕点/2023-07-01"),
        ("监督抽检公告", "三元青溪食品店(虚构)/糕点/2023-07-02"),
    ]


def test_a_list_with_neither_number_nor_lot_is_refused_by_what_it_misses(city, tmp_path):
    heading = [name for name in BARE if name != "生产日期/批号"]
    with pytest.raises(UnusableFile, match=r"缺少列“生产日期”.*分不出再次公布的同一批和另一批"):
        city.take(text(tmp_path / "a.csv", [heading, ["1", SHOP, "糕点", "菌落总数", "2023-09-01"]]))
