"""Subjects and facts taken for granted: from the ledger, or from a file a person wrote."""

from datetime import date

import pytest

from duban.base.problems import ProblemsFound
from duban.simulation import GivenFact, Premises, SubjectGroup, from_ledger, read_given, simulate
from tests.simulation.small_city import (
    CITY,
    EVERY_KIND,
    LIEDONG,
    SANYUAN,
    SELLER,
    SHAXIAN,
    Lived,
    Story,
    before_due,
    first_inspection,
    holiday_supply,
    monthly,
    simulated_notices,
    simulated_obligations,
    visits,
)

FIRST, LAST = date(2023, 3, 1), date(2023, 12, 31)
SHOP = {"业态": "便利店"}


def sellers(count, **more):
    return SubjectGroup(SELLER, more.pop("unit", LIEDONG), count=count, **more)


def total(definitions, *groups, first=FIRST, last=LAST):
    return simulate(definitions, first, last, Premises(groups)).total


class TestGroups:
    def test_a_group_counts_for_as_many_as_it_holds(self, city):
        definitions = city(visits(), monthly("monthly-of-sellers", subject=SELLER))
        one = total(definitions, sellers(1, grade="C"))
        assert total(definitions, sellers(250, grade="C")) == 250 * one
        assert total(definitions, *[sellers(1, grade="C")] * 3) == 3 * one

    def test_each_grade_has_its_own_visits(self, city):
        definitions, year = city(visits()), {"first": date(2023, 1, 1)}
        wanted = {"A": 1, "B": 2, "C": 3, "D": 4, None: 1}
        assert {grade: total(definitions, sellers(1, grade=grade), **year) for grade in wanted} == wanted

    def test_subjects_that_do_not_match_owe_nothing(self, city):
        definitions = city(visits(where={"业态": ("便利店",)}))
        assert total(definitions, sellers(9, attributes={"业态": "商场超市"})) == 0
        assert total(definitions, sellers(9)) == 0
        assert total(definitions, sellers(9, attributes=SHOP)) == 9

    def test_one_registered_after_the_span_owes_nothing_yet(self, city):
        definitions = city(visits())
        assert total(definitions, sellers(1, registered_on=date(2024, 1, 2))) == 0
        assert total(definitions, sellers(1, registered_on=date(2023, 12, 31))) == 1


class TestLedger:
    STORY = Story(
        [
            ("S1", LIEDONG, "C", SHOP, None),
            ("S2", LIEDONG, "C", SHOP, None),
            ("S3", SHAXIAN, None, {}, date(2023, 2, 1)),
        ],
        [
            ("certificate.issued", date(2023, 2, 20), "S1"),
            ("certificate.issued", date(2023, 2, 20), "S2"),
            ("sample.failed", date(2023, 2, 21), "S3"),
            ("analysis.held", date(2023, 2, 25), SANYUAN),
        ],
    )

    def test_the_ledger_gives_what_was_recorded_there(self, city, ledger):
        definitions = city(*EVERY_KIND)
        lived = Lived(ledger, definitions, FIRST, FIRST, self.STORY)

        given = from_ledger(lived.ws)

        assert {(group.unit, group.grade, group.count) for group in given.groups} == {
            (LIEDONG, "C", 2),
            (SHAXIAN, None, 1),
        }
        assert [(event.kind, event.on, event.unit) for event in given.events] == [
            ("certificate.issued", date(2023, 2, 20), None),
            ("certificate.issued", date(2023, 2, 20), None),
            ("sample.failed", date(2023, 2, 21), None),
            ("analysis.held", date(2023, 2, 25), SANYUAN),
        ]
        from_there = simulate(definitions, FIRST, LAST, given)
        written = simulate(definitions, FIRST, LAST, self.STORY.given())
        assert simulated_obligations(from_there) == simulated_obligations(written)
        assert simulated_notices(from_there) == simulated_notices(written)


class TestLeftOut:
    def test_without_subjects_and_facts_what_needs_them_is_named(self, city):
        left_out = simulate(city(monthly(), visits(), first_inspection()), FIRST, LAST).left_out
        assert left_out.without_facts == ("first-inspection",)
        assert left_out.without_subjects == ("visits",)

    def test_given_ones_are_counted(self, city):
        group = sellers(1)
        given = Premises((group,), (GivenFact("certificate.issued", FIRST, about="S1", group=group),))
        left_out = simulate(city(visits(), first_inspection()), FIRST, LAST, given).left_out
        assert (left_out.without_facts, left_out.without_subjects) == ((), ())

    def test_the_end_of_the_calendar_is_where_the_engine_stops_too(self, city, calendar, sqlite_ledger):
        """The rungs of December's obligations lie in a year without calendar: they open no more, the earlier ones do."""
        first, last = date(calendar.last_day.year, 9, 1), calendar.last_day
        definitions = city(monthly(), holiday_supply(names=("元旦假期", "国庆假期")), before_due())
        simulation = simulate(definitions, first, last)
        assert set(simulation.left_out.refused) == {"monthly", "supply", "ahead"}
        assert simulation.total > 0
        opened = Lived(sqlite_ledger, definitions, first, last, Story(), strict=False)
        assert simulated_obligations(simulation) == opened.obligations()


GOOD = f"""
subjects:
  - {{kind: {SELLER}, unit: "{LIEDONG}", grade: C, count: 120}}
  - {{kind: {SELLER}, unit: "{SHAXIAN}", code: S1, attributes: {{业态: 便利店}}, registered: 2023-05-01}}
facts:
  - {{of: certificate.issued, about: S1, on: 2023-05-01}}
  - {{of: analysis.held, about: "{CITY}", on: 2023-05-02}}
"""


class TestFile:
    @pytest.fixture
    def read(self, city, tmp_path):
        def written(text):
            path = tmp_path / "given.yaml"
            path.write_text(text, "utf-8")
            return read_given(path, city(monthly()))

        return written

    def test_groups_and_single_subjects_and_what_happens_to_them(self, read):
        given = read(GOOD)
        assert [(group.unit, group.grade, group.count) for group in given.groups] == [
            (LIEDONG, "C", 120),
            (SHAXIAN, None, 1),
        ]
        assert given.events == (
            GivenFact("certificate.issued", date(2023, 5, 1), about="S1", group=given.groups[1]),
            GivenFact("analysis.held", date(2023, 5, 2), unit=CITY),
        )

    def test_an_empty_list_is_nothing(self, read):
        assert read("subjects: []\n") == Premises()

    @pytest.mark.parametrize(
        ("old", "new", "line", "said"),
        [
            (f'kind: {SELLER}, unit: "{LIEDONG}"', f'kind: 电梯, unit: "{LIEDONG}"', 3, "没有监管对象“电梯”"),
            (f'"{LIEDONG}"', '"350499"', 3, "没有单位“350499”"),
            ("grade: C", "grade: E", 3, "没有等级“E”"),
            ("业态: 便利店", "业态: 便利", 4, "没有值“便利”"),
            ("业态: 便利店", "面积: 大", 4, "没有属性“面积”"),
            ("code: S1", "code: S1, count: 2", 4, "写了编号的是一户"),
            ("grade: C, count: 120", "code: S1", 4, "编号“S1”重复了"),
            ("count: 120", "count: 0", 3, "1"),
            ("of: certificate.issued", "of: certificate.isued", 6, "没有事实“certificate.isued”"),
            ("of: certificate.issued", "of: analysis.held", 6, "与监管对象“食品销售者”无关"),
            ("about: S1", "about: S9", 6, "没有监管对象或单位“S9”"),
            ("of: analysis.held", "of: sample.failed", 7, "要写明监管对象"),
            ("on: 2023-05-02", "on: 2023-02-30", 7, "2023-02-30"),
            ("facts:", "fakts:", 5, "facts"),
        ],
    )
    def test_a_mistake_is_said_with_its_place(self, read, old, new, line, said):
        with pytest.raises(ProblemsFound) as found:
            read(GOOD.replace(old, new, 1))
        (problem,) = found.value.problems
        assert problem.line == line
        assert said in str(problem)
