"""Taking down subjects and facts: once, whatever is repeated, and with a reason for what is refused."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from importlib import import_module

import pytest
from sqlalchemy import select

from duban.duties.reporters import Reporters
from duban.facts import NewFact, NewSubject, record_facts, record_subjects
from duban.ledger.database import insert_ignore, reading, writing
from duban.ledger.tables import FACT, SUBJECT
from tests.obligations.small_bureau import SELLER, at, quarterly
from tests.principals import CITY, OPERATOR, county, station

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


def test_others_write_between_the_pages_of_a_long_import(here, ledger, monkeypatch):
    seen = []

    def somebody_writes(_connection):
        with writing(ledger) as connection:
            connection.exec_driver_sql("UPDATE unit SET name = name WHERE code = '350400'")
        seen.append(len(rows(ledger, FACT, "ref")))

    recording = import_module("duban.facts.recording")  # the package has a function of that name
    monkeypatch.setattr(recording, "PAGE", 2)
    monkeypatch.setattr(recording, "let_others_write", somebody_writes)
    assert record_facts(here.ws, [a_fact(ref) for ref in "12345"], NOW, OPERATOR).new == 5
    assert seen == [2, 4]
    assert record_facts(here.ws, [a_fact(ref) for ref in "6789"], NOW, OPERATOR, whole=True).new == 4
    assert seen == [2, 4]


class TestSpellings:
    """Whoever states it, by whatever entrance: `duban.base.folding`."""

    def test_a_subject_and_its_facts_are_one_however_they_are_spelt(self, here, ledger):
        spelt = [
            NewSubject(SELLER, code, "甲店", "350404") for code in ("SY-1", "sy—1", "ＳＹ－1", "SY-1_x000D_")
        ]
        recorded = record_subjects(here.ws, spelt, here.ws.clock.now(), OPERATOR)
        assert (recorded.new, recorded.unchanged) == (1, 3)
        facts = [a_fact(ref, subject=(SELLER, "sy – 1")) for ref in ("a—1", "A-1", "Ａ－１")]
        assert record_facts(here.ws, facts, NOW, OPERATOR).new == 1
        withdrawn = a_fact("A2", subject=(SELLER, "SY-1"), revises=("抽检系统\u200b", "a-1"), withdrawn=True)
        assert record_facts(here.ws, [withdrawn], NOW, OPERATOR).new == 1
        assert rows(ledger, FACT, "ref") == [("A-1",), ("A2",)]

    @pytest.mark.parametrize("asked", ["SY-1", "sy—1", "ＳＹ-1\u202c"])
    def test_it_is_found_however_it_is_asked_for(self, here, ledger, asked):
        record_subjects(
            here.ws, [NewSubject(SELLER, "SY-1", "甲店", "350404")], here.ws.clock.now(), OPERATOR
        )
        with reading(ledger) as connection:
            found = select(SUBJECT.c.name).where(SUBJECT.c.code == asked)
            assert connection.execute(found).scalar_one() == "甲店"


class TestFacts:
    def test_a_fact_is_taken_down_once(self, here, ledger):
        assert record_facts(here.ws, [a_fact()], NOW, OPERATOR).new == 1
        again = record_facts(here.ws, [a_fact(), a_fact("2"), a_fact("2")], NOW, OPERATOR)
        assert (again.new, again.unchanged, again.refused) == (1, 2, [])
        assert rows(ledger, FACT, "ref") == [("1",), ("2",)]

    def test_the_same_number_of_another_source_is_another_fact(self, here):
        assert record_facts(here.ws, [a_fact(), a_fact(source="投诉平台")], NOW, OPERATOR).new == 2

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
        recorded = record_facts(
            here.ws, [a_fact("1"), a_fact(**{"ref": "2", **wrong}), a_fact("3")], NOW, OPERATOR
        )
        assert recorded.new == 2
        assert [refused.row for refused in recorded.refused] == [2]
        assert reason in recorded.refused[0].reason

    def test_a_number_under_a_misspelt_name_is_not_lost(self, here):
        def held(ref, **data):
            return a_fact(ref, kind="event.held", subject=None, unit="350404", data=data)

        rows = [held("1", 场次=9), held("2", 场次数=9), held("3", 场次=9, 场次数=9), held("4", 场次数="九场")]
        taken = record_facts(here.ws, [*rows, held("5", 参加人数=3)], NOW, OPERATOR)

        [refused] = taken.refused
        assert (refused.row, refused.field) == (2, "data.场次数")
        assert refused.reason == "“场次数”不是举办活动的项目，是不是“场次”？"

    def test_each_row_is_told_what_became_of_it(self, here):
        record_facts(here.ws, [a_fact("1")], NOW, OPERATOR)
        recorded = record_facts(
            here.ws,
            [a_fact("1"), a_fact("2"), a_fact("3", subject=(SELLER, "S9")), a_fact("2")],
            NOW,
            OPERATOR,
        )
        assert recorded.outcomes == {1: "unchanged", 2: "new", 4: "unchanged"}
        assert [(refused.row, refused.field) for refused in recorded.refused] == [(3, "subject")]

    def test_rows_taken_whole_are_all_taken_or_none(self, here, ledger):
        rows_given = [a_fact("1"), a_fact("2", happened_on=date(2023, 10, 10)), a_fact("3")]
        recorded = record_facts(here.ws, rows_given, NOW, OPERATOR, whole=True)
        assert not recorded.written
        assert (recorded.new, [refused.row for refused in recorded.refused]) == (2, [2])
        assert rows(ledger, FACT, "ref") == []
        assert record_facts(here.ws, [rows_given[0], rows_given[2]], NOW, OPERATOR, whole=True).written
        assert rows(ledger, FACT, "ref") == [("1",), ("3",)]

    @pytest.mark.parametrize(
        ("other", "field", "reason"),
        [
            ({"happened_on": date(2023, 10, 7)}, "happened_on", "编号“1”已记过，那一条是 2023-10-08 的"),
            ({"data": {"项目": "菌落总数"}}, "data", "编号“1”已记过，内容不同"),
            ({"subject": (SELLER, "S2")}, "subject", "编号“1”已记过，内容不同"),
        ],
    )
    def test_a_number_with_another_result_is_refused(self, here, ledger, other, field, reason):
        here.register("S2")
        record_facts(here.ws, [a_fact("1")], NOW, OPERATOR)
        for given in ([a_fact("1", **other)], [a_fact("9"), a_fact("1", **other)]):
            refused = record_facts(here.ws, given, NOW, OPERATOR).refused[0]
            assert refused.field == field
            assert reason in refused.reason
        assert rows(ledger, FACT, "ref", "data") == [("1", {}), ("9", {})]

    def test_a_grade_that_is_none_is_not_assigned(self, here, ledger):
        for data, reason in (
            ({"grade": "E"}, "没有等级“E”"),
            ({}, "缺少等级，写在 grade 里，例如 grade=A"),
            ({"grade": 1}, "缺少等级"),
        ):
            [refused] = record_facts(
                here.ws, [a_fact(kind="grade.assigned", data=data)], NOW, OPERATOR
            ).refused
            assert refused.field == "data.grade"
            assert reason in refused.reason
        assert rows(ledger, SUBJECT, "grade") == [(None,)]

    def test_whoever_acts_for_one_county_knows_nothing_of_another(self, here, ledger):
        """The station 350404-01 has charge of S1; 沙县 (350405) asks."""
        record_facts(here.ws, [a_fact("1")], NOW, OPERATOR)
        shaxian = county("350405")
        asked = [
            a_fact("2"),
            a_fact("2", subject=(SELLER, "S9")),
            a_fact("3", subject=None, unit="350404", kind="analysis.held"),
            a_fact("3", subject=None, unit="350499", kind="analysis.held"),
        ]
        reasons = [refused.reason for refused in record_facts(here.ws, asked, NOW, shaxian).refused]
        assert reasons[0].replace("S1", "S9") == reasons[1]
        assert reasons[2].replace("350404", "350499") == reasons[3]

        here.register("S5", unit="350405")
        own = {"subject": (SELLER, "S5")}
        recorded = record_facts(
            here.ws, [a_fact("1", **own), a_fact("4", revises=("抽检系统", "9"), **own)], NOW, shaxian
        )
        assert recorded.outcomes == {1: "new"}
        assert recorded.refused[0].reason == "要更正的事实不存在：抽检系统/9"
        assert rows(ledger, FACT, "ref", "owner") == [("1", CITY), ("1", "350405")]

    def test_what_was_recorded_before_authors_were_kept_is_the_county_s_it_is_about(self, here, ledger):
        """Nobody knows who recorded it: its county repeats and corrects it, a station does not; it is shown as its source's."""
        before = {
            "kind": "sample.failed",
            "subject_id": 1,
            "happened_on": date(2023, 10, 8),
            "recorded_at": NOW,
        }
        with writing(ledger) as connection:
            insert_ignore(connection, FACT, [{**before, "source": "抽检系统", "ref": "1"}])
        sanyuan, liedong = county("350404", "350404-01"), station("350404-01")
        for who in (sanyuan, liedong, OPERATOR):
            assert record_facts(here.ws, [a_fact("1")], NOW, who).outcomes == {1: "unchanged"}
        withdrawn = a_fact("2", revises=("抽检系统", "1"), withdrawn=True)
        [refused] = record_facts(here.ws, [withdrawn], NOW, liedong).refused
        assert refused.reason == "抽检系统/1 是三元区局报的，由三元区局或它的上级更正、撤销"
        assert record_facts(here.ws, [withdrawn], NOW, sanyuan).new == 1

    @pytest.mark.parametrize(
        ("may", "who", "reason"),
        [
            (
                Reporters(levels=("city", "county")),
                station("350404-01"),
                "“检出不合格样品”由市局、县局报，列东所不能报",
            ),
            (
                Reporters(sources=("监督抽检",)),
                OPERATOR,
                "“检出不合格样品”只从“监督抽检”来，不从“抽检系统”来",
            ),
            (
                Reporters(roles=("officer",)),
                replace(OPERATOR, account=1, roles=frozenset({"admin"})),
                "“检出不合格样品”由经办人报",
            ),
        ],
    )
    def test_a_kind_is_reported_by_those_the_vocabulary_names(self, here, may, who, reason):
        vocabulary = here.ws.definitions.vocabulary
        kinds = {
            **vocabulary.facts,
            "sample.failed": replace(vocabulary.facts["sample.failed"], reported_by=may),
        }
        definitions = replace(here.ws.definitions, vocabulary=replace(vocabulary, facts=kinds))
        [refused] = record_facts(replace(here.ws, definitions=definitions), [a_fact("1")], NOW, who).refused
        assert refused.reason == reason

    def test_today_is_not_the_future_until_midnight_in_shanghai(self, here):
        fact = a_fact(happened_on=date(2023, 10, 10))
        before, after = at("2023-10-09").replace(hour=23, minute=59), at("2023-10-10").replace(hour=0)
        assert record_facts(here.ws, [fact], before, OPERATOR).refused
        assert record_facts(here.ws, [fact], after, OPERATOR).new == 1

    def test_about_a_unit(self, here, ledger):
        record_facts(here.ws, [a_fact(kind="analysis.held", subject=None, unit="350404")], NOW, OPERATOR)
        assert rows(ledger, FACT, "unit", "subject_id") == [("350404", None)]

    def test_a_correction_is_a_new_fact(self, here, ledger):
        record_facts(here.ws, [a_fact("1")], NOW, OPERATOR)
        record_facts(here.ws, [a_fact("2", revises=("抽检系统", "1"), withdrawn=True)], NOW, OPERATOR)
        (first, none), (_, revised) = rows(ledger, FACT, "id", "revises")
        assert (none, revised) == (None, first)
        assert rows(ledger, FACT, "data")[1] == ({"withdrawn": True},)

    def test_a_grade_is_given_by_the_newest_assignment_that_stands(self, here, ledger):
        def assigned(ref, day, grade, **more):
            record_facts(
                here.ws,
                [a_fact(ref, kind="grade.assigned", happened_on=day, data={"grade": grade}, **more)],
                NOW,
                OPERATOR,
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
                    lambda n: (
                        record_facts(here.ws, [a_fact(f"{n}-{k}") for k in range(20)], NOW, OPERATOR).new
                    ),
                    range(4),
                )
            )
        assert done == [20] * 4
        assert len(rows(ledger, FACT, "id")) == 80


class TestSubjects:
    def test_new_changed_and_unchanged(self, here, ledger):
        first = NewSubject(SELLER, "S2", "甲店", "350404", attributes={"业态": "便利店"})
        assert record_subjects(here.ws, [first], here.ws.clock.now(), OPERATOR).new == 1
        assert record_subjects(here.ws, [first], here.ws.clock.now(), OPERATOR).unchanged == 1
        moved = NewSubject(SELLER, "S2", "甲店", "350405", attributes={"业态": "便利店"})
        assert record_subjects(here.ws, [moved], here.ws.clock.now(), OPERATOR).changed == 1
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
        recorded = record_subjects(here.ws, [NewSubject(**given)], here.ws.clock.now(), OPERATOR)
        assert recorded.new == 0
        assert reason in recorded.refused[0].reason

    def test_a_register_that_only_adds_does_not_change(self, here, ledger):
        first = NewSubject(SELLER, "S2", "甲店", "350404", grade="B")
        record_subjects(here.ws, [first], here.ws.clock.now(), OPERATOR, change=False)
        again = record_subjects(
            here.ws,
            [NewSubject(SELLER, "S2", "甲店", "350404"), NewSubject(SELLER, "S2", "乙店", "350404")],
            here.ws.clock.now(),
            OPERATOR,
            change=False,
        )
        assert (again.outcomes, [refused.row for refused in again.refused]) == ({1: "unchanged"}, [2])
        assert rows(ledger, SUBJECT, "name", "grade")[1] == ("甲店", "B")

    def test_a_code_is_its_county_s_and_no_county_gives_away_a_subject(self, here, ledger):
        shaxian, now = county("350405"), here.ws.clock.now()
        given_away = NewSubject(SELLER, "S3", "丙店", "350404")
        [refused] = record_subjects(here.ws, [given_away], now, shaxian).refused
        assert refused.field == "unit"
        assert record_subjects(here.ws, [NewSubject(SELLER, "S1", "同号店", "350405")], now, shaxian).new == 1
        assert rows(ledger, SUBJECT, "code", "unit") == [("S1", "350404-01"), ("S1", "350405")]

    def test_subjects_taken_whole_are_all_taken_or_none(self, here, ledger):
        good = NewSubject(SELLER, "S2", "甲店", "350404")
        wrong = NewSubject(SELLER, "S3", "乙店", "350499")
        assert not record_subjects(here.ws, [good, wrong], here.ws.clock.now(), OPERATOR, whole=True).written
        assert rows(ledger, SUBJECT, "code") == [("S1",)]


class TestCreditCodes:
    """Kinds whose code is a 统一社会信用代码: the check sign is verified before the subject is taken down."""

    GOOD = "91350100M000100Y43"

    @pytest.fixture
    def strict(self, here):
        vocabulary = here.ws.definitions.vocabulary
        kind = replace(vocabulary.subjects[SELLER], credit_code=True)
        checked = replace(vocabulary, subjects={SELLER: kind})
        return replace(here.ws, definitions=replace(here.ws.definitions, vocabulary=checked))

    def test_a_right_one_is_taken(self, strict):
        assert (
            record_subjects(
                strict, [NewSubject(SELLER, self.GOOD, "甲店", "350404")], strict.clock.now(), OPERATOR
            ).new
            == 1
        )

    @pytest.mark.parametrize(
        ("code", "reason"),
        [
            ("91350100M000100Y44", "末位应是“3”，或者前 17 位有错"),
            ("91350100M000100Y4", "应有 18 位，“91350100M000100Y4”有 17 位"),
            ("91350100M000100I43", "不会有“I”"),
            ("91350100s000100Y43", "不会有“S”"),
        ],
    )
    def test_a_wrong_one_is_refused_with_what_it_should_be(self, strict, code, reason):
        recorded = record_subjects(
            strict, [NewSubject(SELLER, code, "甲店", "350404")], strict.clock.now(), OPERATOR
        )
        assert recorded.new == 0
        assert reason in recorded.refused[0].reason

    def test_other_kinds_may_be_numbered_as_they_like(self, here):
        assert (
            record_subjects(
                here.ws, [NewSubject(SELLER, "S-2", "甲店", "350404")], here.ws.clock.now(), OPERATOR
            ).new
            == 1
        )
