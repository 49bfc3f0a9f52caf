"""A small plan of two lines and five clauses, and duties that carry part of it out; everything else is the real project."""

import csv
import shutil
from pathlib import Path

import pytest

from duban.definitions.definitions import load_definitions
from duban.duties.unpicked import plan_items
from duban.duties.work_plan import load_plan
from duban.reports.coverage import coverage

ROOT = Path(__file__).parents[2]

TEXT = """特种设备安全监察工作要点

  (一)分析形势。每季度开展一次全市特种设备安全形势分析,及时通报分析结果。

  (二)落实责任。召开行业座谈会。持续压实企业主体责任。

价格监督检查工作要点

  (一)受理举报。依法处理价格举报。
"""
CLAUSES = (
    ("TS-01", "特种设备安全监察", "每季度开展一次全市特种设备安全形势分析", "quantified"),
    ("TS-02", "特种设备安全监察", "及时通报分析结果", "unquantified"),
    ("TS-03", "特种设备安全监察", "召开行业座谈会", "implied"),
    ("TS-04", "特种设备安全监察", "持续压实企业主体责任", "none"),
    ("JG-01", "价格监督检查", "依法处理价格举报", "unquantified"),
)
HEAD = """line: 特种设备安全监察
defaults: {owner: {unit: 市局, post: 特种设备科}, done_by: analysis.held}
duties:
"""
QUARTERLY = """
  - id: ts-quarterly
    title: 季度形势分析
    basis: {clause: TS-01, quote: 每季度开展一次全市特种设备安全形势分析}
    every: 每季度
    due: 季度末
"""


class Project:
    """The project of one test: write duties and plan, then look at the coverage."""

    def __init__(self, root):
        self.root = root
        for name in ("calendar", "notifications"):
            (root / name).symlink_to(ROOT / name)
        (root / "duties/plan").mkdir(parents=True)
        shutil.copyfile(ROOT / "duban.yaml", root / "duban.yaml")
        shutil.copyfile(ROOT / "duties/vocabulary.yaml", root / "duties/vocabulary.yaml")
        (root / "duties/plan/plan.txt").write_text(TEXT, encoding="utf-8")
        self.write_clauses(CLAUSES)
        self.write_duties(QUARTERLY)

    def write_duties(self, *duties):
        (self.root / "duties/特种设备.yaml").write_text(HEAD + "".join(duties), encoding="utf-8")

    def write_clauses(self, clauses, **changes):
        with (self.root / "duties/plan/clauses.csv").open("w", encoding="utf-8-sig", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(["id", "line", "chapter", "item", "level", "quote", "note", "offset", "quantified"])
            for number, line, quote, given in clauses:
                offset = changes.get("offset", TEXT.find(quote))
                rows.writerow([number, line, "", "", "city", quote, "", offset, given])

    def coverage(self):
        plan = load_plan(self.root)
        return coverage(load_definitions(self.root), plan, plan_items(self.root, plan))

    def known(self):
        """How each clause's number is known, by its id."""
        return {each.clause.id: each.known.value for each in self.coverage().clauses}


@pytest.fixture
def project(tmp_path, monkeypatch):
    """The small plan with one duty: TS-01, every quarter. Sentences are compared in Chinese."""
    monkeypatch.setenv("DUBAN_LANG", "zh-CN")
    return Project(tmp_path)
