"""Next year's paper beside this year's clauses: made from this year's own, changed in known places."""

import csv
from datetime import date

import pytest

from duban.base.starter import copy_starter
from duban.definitions.definitions import load_definitions
from duban.documents import as_markdown
from duban.duties.decisions import DECISIONS_FILE, read_decisions
from duban.duties.paper import Paper
from duban.duties.unpicked import plan_items
from duban.duties.work_plan import load_plan
from duban.reports.coverage import coverage
from duban.rollover.comparison import ClauseFate, compare
from duban.rollover.drafting import RolloverRefused, draft, numbers_told, read_paper
from duban.rollover.words import rollover_document

NEW = "每年9月底前完成一次大型游乐设施专项检查,检查覆盖率达到100%。"
AFTER_NEW = "(八)构建双重预防机制。"


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    root = tmp_path_factory.mktemp("this-year") / "project"
    copy_starter(root)
    return root


@pytest.fixture(scope="module")
def plan(project):
    return load_plan(project)


def changed(text, *changes):
    for before, after in changes:
        assert before in text, before
        text = text.replace(before, after)
    return text


@pytest.fixture(scope="module")
def paper(plan):
    """The plan of 2024: a period and a rhythm are others, one sentence is gone, one is new."""
    text = changed(
        plan.text,
        ("2023年5月6日", "2024年4月30日"),
        ("2023年", "2024年"),
        ("取证后一个月内", "取证后二十个工作日内"),
        ("每季度开展一次全市特种设备安全形势分析", "每两个月开展一次全市特种设备安全形势分析"),
        ("检出 3 批次及以上", "检出 2 批次及以上"),
        ("稳妥开展歇业备案", "做好相关工作"),
        (AFTER_NEW, AFTER_NEW + NEW),
    )
    return Paper(text)


def by_id(compared):
    return {each.clause.id: each for each in compared if each.clause}


def test_a_paper_is_the_same_as_itself(plan):
    compared = compare(plan, Paper(plan.text))
    assert [each.fate for each in compared] == [ClauseFate.SAME] * 388
    assert not any(each.undecided for each in compared)


def test_the_plan_s_own_year_is_no_change(plan):
    later = changed(plan.text, ("2023年", "2024年"))
    compared = compare(plan, Paper(later))
    assert {each.fate for each in compared} == {ClauseFate.SAME}
    assert by_id(compared)["XY-01"].text.startswith("2024年全市企业信用风险差异化抽查")


def test_a_year_that_stays_as_it_was_is_no_change_either(plan):
    """《2021-2023年…指导意见》 keeps its name, and a sentence of the old year's is not a new one."""
    later = changed(plan.text, ("2023年5月6日", "2024年4月30日"), ("2023年全市", "2024年全市"))
    assert Paper(later).year == 2024
    compared = compare(plan, Paper(later))
    assert {each.fate for each in compared} == {ClauseFate.SAME}
    assert not any(each.undecided for each in compared)


def test_words_that_changed_beside_a_number_are_told_too(plan):
    text = changed(
        plan.text,
        ("每季度开展一次全市特种设备安全形势分析", "每两个月至少开展一次全市特种设备安全形势分析"),
        ("一是总结提升高考和中考电梯安全服务保障工作经验", "一是持续做好高考和中考电梯安全服务保障工作"),
    )
    compared = compare(plan, Paper(text))
    found = by_id(compared)
    assert found["TS-01"].reworded_beside
    assert found["TS-06"].text == "持续做好高考和中考电梯安全服务保障工作"
    told = as_markdown(rollover_document(compared, 2023, 2024))
    assert "每季度 → 每两个月；" in told
    assert "至少" in told


def test_what_is_another_clause_s_own_words_is_no_rewording_of_this_one(plan):
    """Three shares stand side by side in one sentence: the one whose number changed is not the neighbour's."""
    text = changed(plan.text, ("投诉按时初查率(不低于99.5%)", "投诉按时初查率(不低于99.6%)"))
    found = by_id(compare(plan, Paper(text)))
    assert found["XB-01"].text.endswith("投诉按时初查率(不低于99.6%)")
    assert found["XB-01"].numbers == (("99.5%",), ("99.6%",))
    assert found["XB-02"].fate is ClauseFate.SAME


def test_each_change_is_told_with_its_words_and_numbers(plan, paper):
    compared = compare(plan, paper)
    found = by_id(compared)
    first, quarter, flight = found["CP-01"], found["TS-01"], found["SL-07"]
    assert (first.fate, first.text, first.numbers) == (
        ClauseFate.REWORDED,
        "例行检查要在企业取证后二十个工作日内完成",
        (("一个月",), ("二十个工作日",)),
    )
    assert quarter.numbers == (("每季度",), ("每两个月",))
    assert (flight.fate, flight.changed, flight.numbers) == (
        ClauseFate.REWORDED,
        (("3", "2"),),
        (("3批次",), ("2批次",)),
    )
    assert found["ZC-14"].fate is ClauseFate.GONE
    assert [each.text[-12:] for each in compared if each.fate is ClauseFate.NEW] == [
        "有关部署,做好相关工作。",
        NEW[-12:],
    ]


def test_a_number_beside_a_clause_in_its_sentence_is_to_be_looked_at(plan, paper):
    beside = by_id(compare(plan, paper))["CP-02"]
    assert numbers_told(beside).startswith("同一句里 ")
    assert (beside.fate, beside.text, beside.undecided) == (ClauseFate.SAME, "例行检查率要实现100%", True)


def test_a_sentence_in_another_chapter_has_moved(plan):
    quote = plan.clauses["TS-01"].quote
    text = changed(plan.text, (quote, ""), ("计量工作要点\n", "计量工作要点\n\n" + quote + "。\n"))
    found = by_id(compare(plan, Paper(text)))["TS-01"]
    assert (found.fate, found.passage.line, found.undecided) == (ClauseFate.MOVED, "计量", False)


def test_the_paper_says_its_year_and_day(paper):
    assert (paper.year, paper.issued) == (2024, date(2024, 4, 30))


def test_the_draft_is_a_project_and_what_is_undecided_counts_down_to_none(project, plan, paper, tmp_path):
    definitions = load_definitions(project)
    folder = tmp_path / "2024"
    decisions = draft(folder, definitions, paper, compare(plan, paper), year=2024, issued=date(2024, 4, 30))
    drafted = load_definitions(folder)
    assert (drafted.project.plan.year, drafted.project.plan.issued) == (2024, date(2024, 4, 30))
    assert {"CP-01", "CP-02", "TS-01", "SL-07", "ZC-14"} <= {each.id for each in decisions}
    ended = [each for each in decisions if each.fate == "计划还写着，事项只管到上一年"]
    named = {duty for each in ended for duty in each.duties.split()}
    assert {"bz-snack-craft-standards", "jg-medical-check"} <= named
    assert "ts-quarterly-risk-analysis" not in named
    quotes = [basis.quote for duty in drafted.duties.values() for basis in duty.basis]
    assert drafted.project.plan.title == "2024年全市市场监管业务工作要点"
    assert any(quote.startswith("2024年全市企业信用风险差异化抽查") for quote in quotes)
    new_plan = load_plan(folder)
    items = plan_items(folder, new_plan)
    covered = coverage(drafted, new_plan, items, read_decisions(folder))
    assert len(covered.undecided) == len(decisions)
    (left_out,) = [each for each in decisions if not each.after]
    told = [each for each in covered.findings if each.what == f"计划里没有条款“{left_out.id}”"]
    assert told
    assert all("新计划里没有了" in each.mend for each in told)  # no guess at another clause
    assert not any(left_out.before in each.what for each in covered.findings)
    decide(folder / DECISIONS_FILE)
    assert coverage(drafted, new_plan, items, read_decisions(folder)).undecided == ()


def decide(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows({**row, "decision": "改写"} for row in rows)


def test_what_stands_in_the_folder_is_left_alone(project, plan, paper, tmp_path):
    (tmp_path / "notes.txt").write_text("x", encoding="utf-8")
    with pytest.raises(RolloverRefused, match="不是空的"):
        draft(
            tmp_path,
            load_definitions(project),
            paper,
            compare(plan, paper),
            year=2024,
            issued=date(2024, 4, 30),
        )


@pytest.mark.parametrize("content", [b"\xd0\xcf\x11\xe0 word", "没有标题的文字。".encode()])
def test_what_is_no_plan_is_refused(tmp_path, content):
    path = tmp_path / "plan.doc"
    path.write_bytes(content)
    with pytest.raises(RolloverRefused, match="请把计划另存为纯文本"):
        read_paper(path)


def test_a_paper_from_windows_is_read(plan, tmp_path):
    path = tmp_path / "plan.txt"
    path.write_bytes(plan.text.replace("\n", "\r\n").encode("gb18030"))
    assert read_paper(path).text == plan.text
