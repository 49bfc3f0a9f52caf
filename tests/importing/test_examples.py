"""The made-up tables in `duties/imports/examples/`: what docs/zh/importing.md shows is what they give."""

import re

import pytest

from duban.base.starter import copy_starter
from tests.importing.tables import ROOT, City, counts, reasons, text

EXAMPLES = ROOT / "duties/imports/examples"
LICENCES, SAMPLES = EXAMPLES / "许可证清单-虚构.csv", EXAMPLES / "监督抽检结果-虚构.csv"


def test_they_say_that_they_are_made_up():
    for path in EXAMPLES.iterdir():
        first = path.read_bytes().splitlines()[0]
        assert "虚构" in first.decode("utf-8-sig" if path == LICENCES else "gbk")


def test_what_they_give(city: City):
    assert counts(city.take(LICENCES)) == {"new": 4, "refused": 2}
    outcome = city.take(SAMPLES)
    assert counts(outcome) == {"new": 3, "nothing": 1, "refused": 2}
    assert [place for place, _ in reasons(outcome)] == ["B7", "E8"]
    assert city.open("2023-09-04", "sl-flight-check").total == 1


def test_a_list_of_complaints_opens_and_completes_each_by_itself(city: City, tmp_path):
    head = ["登记编号", "类型", "环节", "受理决定", "办理日期", "承办单位", "被投诉举报人"]
    unit = "三元区市场监督管理局"
    rows = [
        ["T001", "投诉", "收到投诉", "", "2023-08-24", unit, "某店（虚构）"],
        ["T001", "投诉", "决定是否受理", "受理", "2023-08-28", unit, "某店（虚构）"],
        ["T002", "投诉", "收到投诉", "", "2023-08-24", unit, "某店（虚构）"],
        ["J001", "举报", "收到举报", "", "2023-08-24", unit, "某厂（虚构）"],
    ]
    assert counts(city.take(text(tmp_path / "清单.csv", [head, *rows]))) == {"new": 4}
    assert city.open("2023-09-04", "xb-complaint-decision").total == 2
    assert city.open("2023-09-04", "xb-complaint-closing", "xb-report-check").total == 2


@pytest.mark.parametrize("path", [LICENCES, SAMPLES])
def test_the_docs_show_the_real_output(path, tmp_path, capsys, monkeypatch):
    from duban.cli import main

    monkeypatch.setenv("DUBAN_LANG", "zh-CN")
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.setenv("DUBAN_CLOCK", "2023-09-04T09:00+08:00")
    copy_starter(tmp_path / "project")
    monkeypatch.chdir(tmp_path / "project")
    name = f"duties/imports/examples/{path.name}"
    if path == SAMPLES:
        main(["import", str(LICENCES), "--yes"])
        capsys.readouterr()
    main(["import", name])
    said = [line.rstrip() for line in capsys.readouterr().out.splitlines() if line.strip()]
    page = (ROOT / "docs/zh/importing.md").read_text("utf-8")
    shown = re.search(rf"\$ duban import {re.escape(name)}\n(.*?)```", page, re.DOTALL)
    assert shown is not None
    assert [line.rstrip() for line in shown[1].splitlines() if line.strip()] == said
