"""Which clause is carried out by what, and how sure its number is."""

import pytest

from duban.base.problems import ProblemsFound
from duban.duties.work_plan import load_plan
from tests.coverage.conftest import CLAUSES, QUARTERLY


def duty(number, clause, quote, body, *, source=""):
    source = f", source: {source}" if source else ""
    return f"""
  - id: ts-{number}
    title: 第{number}个事项
    basis: {{clause: {clause}, quote: {quote}{source}}}
    {body}
"""


MONTHLY = "every: 每月\n    due: 当月末"


def test_a_clause_without_a_duty_is_uncovered(project):
    assert project.known() == {
        "TS-01": "quantified",
        "TS-02": "uncovered",
        "TS-03": "uncovered",
        "TS-04": "uncovered",
        "JG-01": "uncovered",
    }


def test_the_report_counts_by_line_and_says_what_is_left(project):
    covered = project.coverage()

    assert [(line.line, line.clauses, line.covered) for line in covered.lines] == [
        ("特种设备安全监察", 4, 1),
        ("价格监督检查", 1, 0),
    ]
    assert (covered.total, covered.covered, len(covered.uncovered)) == (5, 1, 4)
    assert covered.findings == ()


def test_one_duty_may_carry_out_several_clauses(project):
    both = QUARTERLY.replace("clause: TS-01", "clause: [TS-01, TS-02]")
    project.write_duties(both)

    assert project.known()["TS-01"] == project.known()["TS-02"] == "quantified"


def test_a_number_from_a_statute_is_statutory_and_names_it(project):
    project.write_duties(duty(2, "TS-02", "及时通报分析结果", MONTHLY, source="特种设备安全法第八条"))
    clause = project.coverage().clauses[1]

    assert clause.known == "statutory"
    assert clause.duties[0].sources == ("特种设备安全法第八条",)


def test_the_plan_outranks_the_statute_where_it_gives_the_number(project):
    project.write_duties(QUARTERLY.replace("分析}", "分析, source: 特种设备安全法第八条}"))

    assert project.known()["TS-01"] == "quantified"


def test_a_number_that_follows_from_the_words_is_implied(project):
    project.write_duties(duty(3, "TS-03", "召开行业座谈会", MONTHLY))

    assert project.known()["TS-03"] == "implied"
    assert project.coverage().findings == ()


def test_any_assumed_value_makes_the_clause_assumed_and_is_listed_for_a_person(project):
    project.write_duties(
        QUARTERLY.replace("due: 季度末", "due: {value: 季度末, assumed: 计划未写期限，待确认}")
    )
    covered = project.coverage()

    assert covered.clauses[0].known == "assumed"
    assert [(each.duty_id, each.clauses, each.key, each.reason) for each in covered.assumed] == [
        ("ts-quarterly", ("TS-01",), "due", "计划未写期限，待确认")
    ]
    assert covered.assumed[0].path == "duties/特种设备.yaml"


def test_of_several_duties_the_least_sure_counts(project):
    again = QUARTERLY.replace("ts-quarterly", "ts-again").replace(
        "季度末", "{value: 季度末, assumed: 计划未写期限}"
    )
    project.write_duties(QUARTERLY, again)
    clause = project.coverage().clauses[0]

    assert [each.duty_id for each in clause.duties] == ["ts-quarterly", "ts-again"]
    assert clause.known == "assumed"


@pytest.mark.parametrize("clause, quote", [("TS-02", "及时通报分析结果"), ("TS-04", "持续压实企业主体责任")])
def test_a_number_that_comes_from_nowhere_is_a_finding(project, clause, quote):
    project.write_duties(duty(4, clause, quote, MONTHLY))
    covered = project.coverage()

    assert project.known()[clause] == "unexplained"
    (finding,) = covered.findings
    assert str(finding) == (
        f"duties/特种设备.yaml:5:5: 事项 ts-4: 计划没有给数（{clause}），也没有写法规依据，频次、期限没有来历，"
        "请写成 {value: …, assumed: 原因}，或在 basis 里写 source"
    )


def test_a_clause_that_does_not_exist_is_found_at_its_place(project):
    project.write_duties(QUARTERLY.replace("clause: TS-01", "clause: TS-11"))
    (finding,) = project.coverage().findings

    assert str(finding) == (
        "duties/特种设备.yaml:7:21: 事项 ts-quarterly: 计划里没有条款“TS-11”，是不是“TS-01”？"
    )


def test_a_sentence_the_plan_does_not_say_is_found_and_the_clause_is_quoted(project):
    project.write_duties(QUARTERLY.replace("每季度开展一次", "每月开展一次"))
    (finding,) = project.coverage().findings

    assert (finding.path, finding.line, finding.column) == ("duties/特种设备.yaml", 7, 35)
    assert "计划里没有这句话" in finding.what
    assert "TS-01 的原文是“每季度开展一次全市特种设备安全形势分析”" in finding.mend


def test_only_blanks_may_differ_from_the_plan(project):
    project.write_duties(QUARTERLY.replace("quote: 每季度开展一次", "quote: 每季度 开展一次"))
    assert project.coverage().findings == ()

    project.write_duties(
        QUARTERLY.replace("形势分析}", "形势分析，及时通报分析结果}")
    )  # the plan has a half-width comma
    assert len(project.coverage().findings) == 1


def test_a_sentence_from_another_paragraph_than_its_clause_is_found(project):
    project.write_duties(
        QUARTERLY.replace("quote: 每季度开展一次全市特种设备安全形势分析", "quote: 召开行业座谈会")
    )
    (finding,) = project.coverage().findings

    assert finding.what == "这句话在计划里，但不在 TS-01 那一段"


def test_a_duty_that_rests_on_a_statute_alone_is_not_looked_up_in_the_plan(project):
    statute = QUARTERLY.replace("clause: TS-01", "source: 特种设备安全法第八条").replace(
        "每季度开展", "定期开展"
    )
    project.write_duties(statute)

    assert project.coverage().findings == ()


class TestThePlanItself:
    def wrong(self, project):
        with pytest.raises(ProblemsFound) as found:
            load_plan(project.root)
        return [str(problem) for problem in found.value.problems]

    def test_a_clause_that_is_not_at_its_offset(self, project):
        project.write_clauses(CLAUSES[:1], offset=3)
        assert self.wrong(project) == ["duties/plan/clauses.csv:2:1: TS-01 的原文不在全文第 3 个字处"]

    def test_a_number_used_twice(self, project):
        project.write_clauses([CLAUSES[0], CLAUSES[0]])
        assert self.wrong(project) == ["duties/plan/clauses.csv:3:1: 条款编号“TS-01”在第 2 行已经用了"]

    def test_a_word_that_is_none(self, project):
        project.write_clauses([(*CLAUSES[0][:3], "quantfied")])
        assert self.wrong(project) == [
            "duties/plan/clauses.csv:2:1: quantified 没有“quantfied”这个值，是不是“quantified”？"
        ]

    def test_no_text_at_all(self, project):
        (project.root / "duties/plan/plan.txt").unlink()
        assert "没有计划全文" in self.wrong(project)[0]

    def test_two_texts(self, project):
        (project.root / "duties/plan/2024.txt").write_text("另一年", encoding="utf-8")
        assert "计划全文不止一个" in self.wrong(project)[0]

    def test_a_text_in_another_encoding(self, project):
        (project.root / "duties/plan/plan.txt").write_bytes("工作要点".encode("gb18030"))
        assert self.wrong(project) == ["duties/plan/plan.txt: 不是 UTF-8 编码，请另存为 UTF-8"]

    def test_a_missing_column(self, project):
        (project.root / "duties/plan/clauses.csv").write_text("id,line\nTS-01,x\n", encoding="utf-8")
        assert "缺少列：chapter" in self.wrong(project)[0]
