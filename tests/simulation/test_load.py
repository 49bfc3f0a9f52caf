"""A year with 3,000 enterprises and somebody doing the work: letters that can be read, and visits all over the year."""

from collections import Counter
from datetime import date

import pytest

from duban.deliveries.digests import LONGEST_LETTER
from duban.demo.made_up import enterprises
from duban.simulation import Conduct, Premises, simulate
from duban.simulation.given import SubjectGroup

YEAR = date(2023, 1, 1), date(2023, 12, 31)
OF_ONE = ("地址", "负责人", "电话")


def groups(project):
    """The demonstration's enterprises, those that owe the same as one."""
    alike = Counter(
        (each.kind, each.unit, each.grade, frozenset(each.attributes.items()))
        for each in enterprises(project)
    )
    return tuple(
        SubjectGroup(kind, unit, grade, dict(attributes), count=count)
        for (kind, unit, grade, attributes), count in alike.items()
    )


@pytest.fixture(scope="module")
def year(starter):
    given = Premises(groups(starter.project))
    assert sum(group.count for group in given.groups) == 3_000
    return simulate(starter, *YEAR, given, acting=Conduct.LIKELY)


@pytest.fixture(scope="module")
def visits(year):
    return [each.owing for each in year.obligations if each.owing.duty.kind == "frequency"]


@pytest.mark.slow
class TestAYearOfThreeThousand:
    def test_no_letter_tells_of_more_than_a_person_reads(self, year):
        assert max(post.most_in_a_message for post in year.posts) <= LONGEST_LETTER

    def test_leaders_hear_of_what_lies_in_letters_they_read_too(self, year):
        heads = [post for post in year.posts if post.post in ("主要领导", "分管领导", "科室负责人")]
        assert len(heads) > 20
        assert all(0 < post.most_in_a_message <= LONGEST_LETTER for post in heads)

    def test_with_nobody_acting_more_lies_before_a_head_than_a_letter_tells_of(self, starter):
        """The letter names the worst thirty and counts the rest (tests/deliveries/test_digests.py)."""
        given = Premises(groups(starter.project))
        nobody = simulate(starter, *YEAR, given, acting=Conduct.NOBODY)
        assert LONGEST_LETTER < max(post.most_in_a_message for post in nobody.posts) < 200

    def test_nobody_has_more_than_one_letter_a_day(self, year):
        assert not any(each.owing.duty.confidential for each in year.obligations)
        days = (YEAR[1] - YEAR[0]).days + 1
        assert all(post.messages <= days for post in year.posts)

    def test_visits_are_aimed_at_all_over_the_year(self, visits):
        total = sum(owing.count for owing in visits)
        by_month: Counter[int] = Counter()
        by_day: Counter[date] = Counter()
        for owing in visits:
            by_month[owing.reckoning.target.month] += owing.count
            by_day[owing.reckoning.target] += owing.count
        assert total > 4_000
        assert max(by_month.values()) < total / 8
        assert min(by_month[month] for month in range(1, 13)) > total / 40
        assert max(by_day.values()) < total / 25

    def test_each_stays_due_by_the_last_day_of_its_window(self, visits):
        assert all(owing.reckoning.deadline == owing.window[1] for owing in visits)
        assert all(owing.window[0] <= owing.reckoning.target <= owing.reckoning.deadline for owing in visits)
