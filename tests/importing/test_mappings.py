"""Mappings: those that come with the starter project are in order, and a wrong one is told where and why."""

import os
import re
from pathlib import Path

import pytest

from duban.base.language import use
from duban.base.starter import copy_starter
from duban.duties.vocabulary import NUMBER, FactKind, SubjectKind, Vocabulary
from duban.importing.grammar import (
    READ_WORDS,
    Activity,
    Cell,
    DayColumn,
    FactMapping,
    KindColumn,
    MappingFile,
    SubjectMapping,
)
from duban.importing.mappings import load_mappings
from tests.checked import check
from tests.importing.tables import ROOT, definitions

BAD = Path(__file__).parent / "bad"
MESSAGES = BAD / "messages.txt"
CASES = sorted(path.name for path in BAD.glob("*.yaml"))
VOCABULARY = Vocabulary(
    {
        "食品销售者": SubjectKind("食品销售者", {"业态": ("便利店", "商场超市")}, ("A", "B")),
        "食品生产企业": SubjectKind("食品生产企业"),
        "工业产品生产许可证获证企业": SubjectKind("工业产品生产许可证获证企业"),
    },
    {
        "sample.failed": FactKind(
            "sample.failed",
            "检出不合格样品",
            ("食品销售者", "食品生产企业"),
            data={"重量": NUMBER, "去向": ("已售", "封存")},
        ),
        "grade.assigned": FactKind("grade.assigned", "评定风险等级", ("食品销售者",)),
    },
)
MODELS = (MappingFile, SubjectMapping, FactMapping, KindColumn, Activity, Cell, DayColumn)


@pytest.fixture
def project(tmp_path):
    root = tmp_path / "project"
    (root / "duties/imports").mkdir(parents=True)
    return root


def told(root, case):
    """What is said about one wrong mapping, in both languages."""
    (root / "duties/imports/bad.yaml").write_bytes((BAD / case).read_bytes())
    lines = []
    for language in ("zh-CN", "en"):
        with use(language):
            mappings, problems = load_mappings(root, VOCABULARY)
            assert mappings == {}
            lines += [str(problem) for problem in problems]
    return lines


def golden():
    sections = MESSAGES.read_text(encoding="utf-8").split("== ")[1:]
    return {name: body.strip().splitlines() for name, _, body in (part.partition("\n") for part in sections)}


if "DUBAN_WRITE_GOLDEN" in os.environ:

    def test_write_the_golden_messages(project):
        sections = ["\n".join([f"== {case}", *told(project, case), ""]) for case in CASES]
        MESSAGES.write_text("\n".join(sections), encoding="utf-8")


@pytest.mark.parametrize("case", CASES)
def test_each_wrong_mapping_is_told_as_in_the_golden_file(project, case):
    assert told(project, case) == golden()[case]


def test_the_golden_file_holds_no_case_that_is_gone():
    assert sorted(golden()) == CASES


def test_the_shipped_mappings_are_in_order():
    mappings, problems = load_mappings(ROOT, definitions().vocabulary)
    assert problems == []
    assert {"许可证清单", "监督抽检结果", "监督检查记录", "风险等级", "12315月报", "活动台账"} <= set(
        mappings
    )


def test_duban_check_tells_of_a_wrong_mapping(tmp_path):
    root = tmp_path / "project"
    copy_starter(root)
    assert check(root) == []
    path = root / "duties/imports/监督抽检结果.yaml"
    path.write_text(
        path.read_text("utf-8").replace(
            "不合格: sample.failed, 不合格样品", "不合格: sample.faild, 不合格样品"
        ),
        "utf-8",
    )
    (root / "duties/imports/old.yml").write_text("title: x", "utf-8")
    found = [str(problem) for problem in check(root)]
    assert any(
        re.match(
            r"duties/imports/监督抽检结果.yaml:\d+:\d+: 没有事实“sample.faild”，是不是“sample.failed”？", each
        )
        for each in found
    )
    assert any(each.startswith("duties/imports/old.yml: 不会读取") for each in found)


def test_every_key_of_a_mapping_has_a_heading_in_the_docs():
    page = (ROOT / "docs/zh/importing.md").read_text("utf-8")
    described = set(re.findall(r"^### ([a-z]+)$", page, re.MULTILINE))
    keys = {field.alias or name for model in MODELS for name, field in model.model_fields.items()}
    assert described == keys


def test_every_way_of_reading_is_in_the_docs():
    page = (ROOT / "docs/zh/importing.md").read_text("utf-8")
    for word in READ_WORDS:
        assert f"`{word}`" in page


def test_the_mapping_shown_in_the_docs_is_in_order(project):
    page = (ROOT / "docs/zh/importing.md").read_text("utf-8")
    (shown,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    (project / "duties/imports/shown.yaml").write_text(shown, "utf-8")
    assert load_mappings(project, definitions().vocabulary)[1] == []
