"""Taking down subjects and facts: once, whatever is repeated, and with a reason for what is refused."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import select

from duban.facts import NewFact, NewSubject, record_facts, record_subjects
from duban.ledger.database import reading
from duban.ledger.tables import FACT, SUBJECT
from tests.opening.small_bureau import SELLER, at, quarterly

NOW = at("2023-10-09")


@pytest.fixture
def here(bureau):
    here = bureau(quarterly())
    here.register("S1")
    return here


def a_fact(ref="1", **more):
    given = {
        "kind": "sample.failed",
        "subject": (SELLER, "S1"),
        "unit": None,
        "happened_on": date(2023, 10, 8),
        "source": "抽检系统",
        "ref": ref,
    }
    return NewFact(**{**given, **more})


def rows(ledger, table, *names):
    with reading(ledger) as connection:
        return [
            tuple(row)
            for row in connection.execute(select(*(table.c[name] for name in names)).order_by(table.c.id))
        ]


class TestFacts:
    def test_a_fact_is_taken_down_once(self, here, ledger):
        assert record_facts(here.ws, [a_fact()], NOW).new == 1
        again = record_facts(here.ws, [a_fact(), a_fact("2"), a_fact("2")], NOW)
        assert (again.new, again.unchanged, again.refused) == (1, 2, [])
        assert rows(ledger, FACT, "ref") == [("1",), ("2",)]

    def test_the_same_number_of_another_source_is_another_fact(self, here):
        assert record_facts(here.ws, [a_fact(), a_fact(source="投诉平台")], NOW).new == 2

    @pytest.mark.parametrize(
        ("wrong", "reason"),
        [
            ({"kind": "sample.faild"}, "没有事实“sample.faild”，是不是“sample.failed”"),
            ({"subject": (SELLER, "S9")}, "没有登记过 食品销售者 S9"),
            ({"subject": ("餐饮服务单位", "S1")}, "与监管对象“餐饮服务单位”无关"),
            ({"happened_on": date(2023, 10, 10)}, "2023-10-10 还没有到"),
            ({"happened_on": date(223, 10, 8)}, "请核对年份"),
            ({"subject": None}, "只能写一个"),
            ({"unit": "350404"}, "只能写一个"),
            ({"subject": None, "unit": "350404"}, "要写明监管对象"),
            ({"subject": None, "unit": "350499", "kind": "analysis.held"}, "没有单位“350499”"),
            ({"ref": " "}, "缺少来源或来源编号"),
            ({"revises": ("抽检系统", "99")}, "要更正的事实不存在：抽检系统/99"),
            ({"withdrawn": True}, "撤销要写明撤销哪一条"),
        ],
    )
    def test_what_cannot_be_true_is_refused_and_the_rest_is_taken(self, here, wrong, reason):
        recorded = record_facts(here.ws, [a_fact("1"), a_fact(**{"ref": "2", **wrong}), a_fact("3")], NOW)
        assert recorded.new == 2
        assert [refused.row for refused in recorded.refused] == [2]
        assert reason in recorded.refused[0].reason

    def test_today_is_not_the_future_until_midnight_in_shanghai(self, here):
        fact = a_fact(happened_on=date(2023, 10, 10))
        before, after = at("2023-10-09").replace(hour=23, minute=59), at("2023-10-10").replace(hour=0)
        assert record_facts(here.ws, [fact], before).refused
        assert record_facts(here.ws, [fact], after).new == 1

    def test_about_a_unit(self, here, ledger):
        record_facts(here.ws, [a_fact(kind="analysis.held", subject=None, unit="350404")], NOW)
        assert rows(ledger, FACT, "unit", "subject_id") == [("350404", None)]

    def test_a_correction_is_a_new_fact(self, here, ledger):
        record_facts(here.ws, [a_fact("1")], NOW)
        record_facts(here.ws, [a_fact("2", revises=("抽检系统", "1"), withdrawn=True)], NOW)
        (first, none), (_, revised) = rows(ledger, FACT, "id", "revises")
        assert (none, revised) == (None, first)
        assert rows(ledger, FACT, "data")[1] == ({"withdrawn": True},)

    def test_a_grade_is_given_by_the_newest_assignment_that_stands(self, here, ledger):
        def assigned(ref, day, grade, **more):
            record_facts(
                here.ws,
                [a_fact(ref, kind="grade.assigned", happened_on=day, data={"grade": grade}, **more)],
                NOW,
            )
            return rows(ledger, SUBJECT, "grade")[0][0]

        assert assigned("1", date(2023, 2, 1), "B") == "B"
        assert assigned("2", date(2022, 2, 1), "D") == "B"
        assert assigned("3", date(2023, 3, 1), "C") == "C"
        assert assigned("4", date(2023, 3, 1), "A", revises=("抽检系统", "3"), withdrawn=True) == "B"

    def test_two_recorders_at_once_lose_nothing(self, here, ledger):
        with ThreadPoolExecutor(4) as pool:
            done = list(
                pool.map(
                    lambda n: record_facts(here.ws, [a_fact(f"{n}-{k}") for k in range(20)], NOW).new,
                    range(4),
                )
            )
        assert done == [20] * 4
        assert len(rows(ledger, FACT, "id")) == 80


class TestSubjects:
    def test_new_changed_and_unchanged(self, here, ledger):
        first = NewSubject(SELLER, "S2", "甲店", "350404", attributes={"业态": "便利店"})
        assert record_subjects(here.ws, [first]).new == 1
        assert record_subjects(here.ws, [first]).unchanged == 1
        moved = NewSubject(SELLER, "S2", "甲店", "350405", attributes={"业态": "便利店"})
        assert record_subjects(here.ws, [moved]).changed == 1
        assert rows(ledger, SUBJECT, "code", "unit") == [("S1", "350404-01"), ("S2", "350405")]

    def test_a_register_without_grades_does_not_take_them_away(self, here, ledger):
        here.register("S1", grade="B")
        here.register("S1")
        assert rows(ledger, SUBJECT, "grade") == [("B",)]

    @pytest.mark.parametrize(
        ("wrong", "reason"),
        [
            ({"kind": "食品销售"}, "没有监管对象“食品销售”，是不是“食品销售者”"),
            ({"unit": "350406"}, "没有单位“350406”"),
            ({"grade": "E"}, "没有等级“E”"),
            ({"attributes": {"业太": "便利店"}}, "没有属性“业太”"),
            ({"attributes": {"业态": "便利"}}, "“业态”不能是“便利”，是不是“便利店”"),
            ({"name": ""}, "缺少编号或名称"),
        ],
    )
    def test_what_is_not_in_the_vocabulary_is_refused(self, here, wrong, reason):
        given = {"kind": SELLER, "code": "S2", "name": "甲店", "unit": "350404", **wrong}
        recorded = record_subjects(here.ws, [NewSubject(**given)])
        assert recorded.new == 0
        assert reason in recorded.refused[0].reason
