"""The worked story of docs/zh/importing.md: three failed batches, a retest, and a fourth.

They arrive out of order, from three places, as bureaus send them: a workbook with a title, a GBK text, the office's own
list in UTF-8.
"""

import csv

import pytest

from tests.importing.tables import SAMPLES, City, code, counts, text, workbook

FLIGHT_CHECK = "sl-flight-check"
INSPECTED = ["样品编号", "受检单位名称", "社会信用代码", "检验结果", "签发日期"]


@pytest.fixture
def bureau(city_on_each: City):
    city_on_each.register(1)
    city_on_each.open("2023-09-01", FLIGHT_CHECK)
    return city_on_each


@pytest.fixture
def files(tmp_path):
    """The files as they come in, one after the other."""
    provincial = workbook(
        tmp_path / "省级抽检八月.xlsx",
        [
            ["2023年8月省级监督抽检结果（虚构）"],
            [],
            SAMPLES,
            ["S2023-08", code(1), "", "糕点", "不合格", "2023年8月25日"],
        ],
        merged=["A1:F1"],
    )
    county = text(
        tmp_path / "县级抽检二月.csv", [INSPECTED, ["X2023-02", "", code(1), "不合格", "2023/2/10"]], "gbk"
    )
    own = tmp_path / "市级抽检五月.csv"
    with own.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([SAMPLES, ["C2023-05", code(1), "", "豆制品", "不合格", 45056]])
    retest = text(
        tmp_path / "复检.csv",
        [[*SAMPLES, "复检结论"], ["X2023-02", code(1), "", "", "不合格", "2023-09-15", "合格"]],
    )
    fourth = text(
        tmp_path / "省级抽检九月.csv", [SAMPLES, ["S2023-09", code(1), "", "糕点", "不合格", "2023-09-20"]]
    )
    return provincial, county, own, retest, fourth


def test_the_flight_check_opens_once_is_withdrawn_and_opens_again(bureau, files):
    provincial, county, own, retest, fourth = files

    for place, file in enumerate((provincial, county)):
        assert counts(bureau.take(file)) == {"new": 1}
        assert bureau.open(f"2023-09-0{4 + place}", FLIGHT_CHECK).total == 0
    assert counts(bureau.take(own)) == {"new": 1}
    assert bureau.open("2023-09-06", FLIGHT_CHECK).total == 1
    numbers = dict(bureau.facts("ref", "id"))
    assert bureau.obligations("state", "fact_id", "evidence_facts") == [
        ("open", numbers["S2023-08"], sorted(numbers.values()))
    ]

    for file in (own, county, provincial):
        assert counts(bureau.take(file)) == {"unchanged": 1}
    assert bureau.open("2023-09-07", FLIGHT_CHECK).total == 0

    bureau.clock.moment = bureau.clock.now().replace(day=18)
    assert counts(bureau.take(retest)) == {"changed": 1}
    bureau.open("2023-09-18", FLIGHT_CHECK)
    assert bureau.obligations("state") == [("withdrawn",)]

    assert counts(bureau.take(county)) == {"unchanged": 1}
    bureau.open("2023-09-19", FLIGHT_CHECK)
    assert bureau.obligations("state") == [("withdrawn",)]

    bureau.clock.moment = bureau.clock.now().replace(day=21)
    assert counts(bureau.take(fourth)) == {"new": 1}
    assert bureau.open("2023-09-21", FLIGHT_CHECK).total == 1
    numbers = dict(bureau.facts("ref", "id"))
    assert bureau.obligations("state", "fact_id", "evidence_facts")[1] == (
        "open",
        numbers["S2023-09"],
        sorted(numbers[ref] for ref in ("C2023-05", "S2023-08", "S2023-09")),
    )
