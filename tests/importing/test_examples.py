"""The made-up tables in `duties/imports/examples/`: what docs/zh/importing.md shows is what they give."""

import re

import pytest

from duban.base.starter import copy_starter
from tests.importing.tables import ROOT, City, counts, reasons

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
