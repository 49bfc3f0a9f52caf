"""A value that no text gives is confirmed in its file, and nothing else in the file changes."""

import difflib
from datetime import date

import pytest

from duban.base.starter import copy_starter
from duban.definitions.definitions import load_definitions
from duban.edits.confirmation import NothingToConfirm, confirm, take_back
from duban.edits.touched import touched_duties
from duban.edits.version_words import told_changes
from duban.edits.written import content_changes
from duban.explanations import explain_duty

WORDS = "明市监〔2026〕3号（李四，2026-11-28）"


@pytest.fixture
def root(tmp_path):
    copy_starter(tmp_path / "project")
    return tmp_path / "project"


def texts(root):
    return {path.name: path.read_text("utf-8") for path in (root / "duties").glob("*.yaml")}


def changed(before, after):
    return [
        line
        for name, text in before.items()
        for line in difflib.unified_diff(text.split("\n"), after[name].split("\n"), n=0, lineterm="")
        if line[:1] in "+-" and line[:3] not in ("+++", "---")
    ]


@pytest.mark.parametrize(
    "duty_id, key",
    [("fz-yearly-report", "due"), ("bz-group-standards", "soft"), ("wl-platform-data", "every")],
)
def test_one_line_changes_and_the_value_counts_as_confirmed(root, duty_id, key):
    before = texts(root)

    done = confirm(root, load_definitions(root), duty_id, key, WORDS)

    gone, come = changed(before, texts(root))
    assert WORDS in come
    assert gone[1:].strip().split(":")[0] == key
    duty = load_definitions(root).duties[duty_id]
    assert [each.confirmed for each in duty.assumptions if each.key == key] == [WORDS]
    assert (root / done.path).read_text("utf-8").split("\n")[done.line - 1] == come[1:]


def test_a_confirmed_duty_is_another_version_and_climbs(root):
    before = load_definitions(root).duties["fz-yearly-report"]
    confirm(root, load_definitions(root), "fz-yearly-report", "due", WORDS)
    after = load_definitions(root).duties["fz-yearly-report"]

    assert (before.climbs, after.climbs) == (False, True)
    assert before.fingerprint != after.fingerprint


@pytest.mark.parametrize("duty_id, key", [("fz-yearly-report", "due"), ("bz-group-standards", "soft")])
def test_it_is_taken_back_without_a_trace(root, duty_id, key):
    before = texts(root)
    confirm(root, load_definitions(root), duty_id, key, WORDS)
    take_back(root, load_definitions(root), duty_id, key)

    assert changed(before, texts(root)) == []


def test_a_threshold_s_number_too(root):
    definitions = load_definitions(root)
    duty = next(
        duty
        for duty in definitions.duties.values()
        for each in duty.assumptions
        if each.key == "when.any.0.count"
    )
    confirm(root, definitions, duty.id, "when.any.0.count", WORDS)

    again = load_definitions(root).duties[duty.id]
    assert {each.key: each.confirmed for each in again.assumptions}["when.any.0.count"] == WORDS


def test_what_is_not_there_is_refused_with_what_is(root):
    definitions = load_definitions(root)
    with pytest.raises(NothingToConfirm, match="due"):
        confirm(root, definitions, "fz-yearly-report", "within", WORDS)
    with pytest.raises(NothingToConfirm, match="没有确认过的值"):
        take_back(root, definitions, "fz-yearly-report", "due")


def test_an_explanation_names_the_paper_and_calls_it_unconfirmed_no_more(root):
    confirm(root, load_definitions(root), "fz-yearly-report", "due", WORDS)
    told = explain_duty(load_definitions(root), "fz-yearly-report", date(2023, 1, 9), 1, root=root).duty

    assert ("期限", WORDS) in told.confirmed
    assert "期限" not in [key for key, _ in told.assumptions]
    assert told.provenance == WORDS


def test_an_edit_says_which_value_is_surer_and_on_which_paper(root):
    before = load_definitions(root)
    confirm(root, before, "fz-yearly-report", "due", WORDS)
    confirmed = load_definitions(root)

    [touched] = touched_duties(before, confirmed)

    value = "期限（每年3月1日前）"
    told = (
        f"{value}: 暂定（出自《法治政府建设与责任落实督察工作规定》，据外省工作指引转述，原文待确认；"
        "出处：法治政府建设与责任落实督察工作规定第二十四条：每年3月1日前（据外省工作指引转述，原文待核对））"
        f" → 已确认（{WORDS}）"
    )
    assert [each.text() for each in touched.shown] == [told]
    assert touched.dating_keys == ()
    assert told_changes(before, confirmed) == {"fz-yearly-report": [told]}

    path = root / confirmed.duties["fz-yearly-report"].path
    path.write_text(path.read_text("utf-8").replace(WORDS, "明市监〔2026〕4号"), "utf-8")
    [change] = content_changes(confirmed, load_definitions(root), {}, {})
    title = confirmed.duties["fz-yearly-report"].title
    assert change.text() == f"{title} {value}: 已确认（{WORDS}） → 已确认（明市监〔2026〕4号）"
