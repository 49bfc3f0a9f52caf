"""`duban simulate`: a span of days lived ahead, and nothing written."""

import pytest

SELLERS = """
subjects:
  - {kind: 食品销售者, unit: "350404", grade: C, count: 200}
"""


def test_a_year_ahead_of_the_starter_project(duban, project):
    ran = duban("simulate", "--from", "2026-01-01")
    assert ran.code == 0
    assert "督办预演（2026-01-01 至 2026-12-31）" in ran.out
    assert "没有计入，因为没有给出监管对象" in ran.out


def test_without_days_it_is_the_present_year(duban, project):
    told = duban("simulate", "--json").json
    assert (told["from"], told["to"]) == ("2023-01-01", "2023-12-31")


def test_it_writes_nothing_but_the_file_that_was_asked_for(duban, project):
    before = {path for path in project.rglob("*") if path.is_file()}
    assert duban("simulate", "--from", "2026-01-01", "-o", "预演.html").code == 0
    assert {path for path in project.rglob("*") if path.is_file()} - before == {project / "预演.html"}


@pytest.mark.parametrize(
    ("name", "begins"), [("a.html", b"<!doctype html>"), ("a.xlsx", b"PK"), ("a.json", b"{"), ("a.md", b"# ")]
)
def test_the_file_s_ending_says_the_form(duban, project, name, begins):
    ran = duban("simulate", "--out", name)
    assert ran.code == 0
    assert f"已写入 {name}" in ran.out
    assert (project / name).read_bytes().startswith(begins)


def test_one_unit_and_one_line(duban, project):
    whole = duban("simulate", "--json").json
    part = duban("simulate", "--unit", "三元区市场监管局", "--line", "食品流通", "--json").json
    assert part["scope"] == "三元区市场监管局"
    assert list(part["by_line"]) == ["食品流通安全监督管理"]
    assert 0 < part["obligations"] < whole["obligations"]
    assert {unit["code"] for unit in part["load"]} <= {"350404", *(f"350404-0{n}" for n in range(1, 6))}


def test_subjects_of_a_file_are_counted(duban, project):
    (project / "户数.yaml").write_text(SELLERS, "utf-8")
    without = duban("simulate", "--json").json
    counted = duban("simulate", "--given", "户数.yaml", "--json").json
    assert (counted["obligations"] - without["obligations"]) % 200 == 0
    assert counted["by_kind"]["frequency"] >= 400  # grade C: two visits a year each
    assert set(counted["left_out"]["without_subjects"]) < set(without["left_out"]["without_subjects"])


def test_subjects_and_facts_of_the_ledger_are_counted(duban, city):
    told = duban("simulate", "--from", "2023-07-01", "--with-ledger", "--json").json
    assert told["by_kind"]["within"] == 1
    assert "cp-first-inspection" not in told["left_out"]["without_facts"]


def test_mistakes_in_the_file_are_said_with_their_place(duban, project):
    (project / "户数.yaml").write_text(SELLERS.replace("grade: C", "grade: Z"), "utf-8")
    ran = duban("simulate", "--given", "户数.yaml")
    assert ran.code == 1
    assert "户数.yaml:3:" in ran.err
    assert "没有等级“Z”" in ran.err


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--from", "2026-13-01"], 2, "--from：没有这一天：2026-13-01"),
        (["--from", "2026-02-01", "--to", "2026-01-01"], 2, "--to 2026-01-01 早于 --from 2026-02-01"),
        (["--from", "2041-01-01"], 1, "2041"),
        (["--acting", "everybody"], 2, "--acting 只能写 nobody、on-target"),
        (["-o", "a.doc"], 2, "看不出要什么格式：a.doc"),
        (["--unit", "火星"], 2, "没有单位“火星”"),
        (["--line", "火星"], 2, "没有条线“火星”"),
        (["--with-ledger", "--given", "a.yaml"], 2, "只能写一个"),
        (["--most-in-week", "0"], 2, "--most-in-week"),
    ],
)
def test_what_cannot_be_simulated_is_refused_in_one_line(duban, project, arguments, code, said):
    ran = duban("simulate", *arguments)
    assert ran.code == code
    assert said in ran.err
    assert len(ran.err.splitlines()) == 1


def test_limits_say_who_is_flooded(duban, project):
    strict = duban("simulate", "--most-in-message", "1", "--json").json
    lenient = duban("simulate", "--most-in-message", "9999", "--most-in-week", "9999", "--json").json
    assert strict["flooded"]
    assert lenient["flooded"] == []
    assert strict["limits"] == {"in_a_message": 1, "in_a_week": 60}


def test_in_english(duban, project):
    assert "Simulation, " in duban("simulate", lang="en").out
