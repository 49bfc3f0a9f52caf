"""Facts arrive late, twice, out of order and corrected: the findings are those of a reference written from the rules.

The reference knows nothing of ledgers, marks or SQL. It takes the facts that stand, a day each, and looks for the
evidence by trying. What an earlier look has found stays found as long as its evidence still meets a rule, and what it
rests on is spent: so a late fact renames nothing, and the outcome depends on purpose on what had been judged before.
Without a look in between, the order of arrival makes no difference at all.
"""

import shutil
from collections import Counter
from datetime import date, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from duban.facts import NewFact, record_facts
from duban.ledger.database import open_ledger, reading
from duban.ledger.tables import FACT, OBLIGATION
from tests.opening.small_bureau import SELLER, Bureau, at, flight_check

FIRST = date(2023, 1, 2)
COPIES = count()


def quarter(day):
    return day.year * 4 + (day.month - 1) // 3


def within_a_year(day, last):
    """一年内: from a day through its corresponding day a year on; 29 February's is the month's last day (民法典 202)."""
    leap_day = (day.month, day.day) == (2, 29)
    return day <= last <= day.replace(year=day.year + 1, day=28 if leap_day else day.day)


def three_in_a_year(facts, last):
    met = {each for each in facts if within_a_year(each[0], last)}
    return met if len(met) >= 3 else set()


def three_quarters_running(facts, last):
    wanted = {quarter(last) - back for back in range(3)}
    met = {each for each in facts if each[0] <= last and quarter(each[0]) in wanted}
    return met if {quarter(day) for day, _ in met} == wanted else set()


def reference(standing, found):
    """What a look finds: `standing` are (day, number) pairs, `found` the evidence, as sets, of earlier looks."""
    kept = []
    for evidence in found:
        left = evidence & standing
        if left == evidence or any(
            three_in_a_year({each for each in left if each <= last}, last[0])
            or three_quarters_running({each for each in left if each <= last}, last[0])
            for last in left
        ):
            kept.append(evidence)
    spent, streaks_after = set(), -1

    def spend(evidence):
        nonlocal spent, streaks_after
        if not evidence:
            return
        last = max(evidence)[0]
        spent |= three_in_a_year(evidence, last)
        if three_quarters_running(evidence, last):
            streaks_after = max(streaks_after, quarter(last))

    for evidence in kept:
        spend(evidence & standing)
    completed = {
        max(evidence) for evidence in kept
    }  # by one fact one finding, with the evidence it had at first
    new = []
    for fact in sorted(standing):
        known = {each for each in standing if each <= fact}
        counted = three_in_a_year(known - spent, fact[0])
        if fact not in counted:
            counted = set()
        running = three_quarters_running(known, fact[0]) if quarter(fact[0]) - 2 > streaks_after else set()
        if counted or running:
            if fact not in completed:
                new.append(counted | running)
            spend(counted | running)
    return kept + new


class Sampled:
    """A shop whose failed batches are written down and looked at."""

    def __init__(self, calendar, path):
        self.ledger = open_ledger(f"sqlite:///{path}")
        self.here = Bureau(self.ledger, calendar, [flight_check()], "2023-01-01")
        self.here.register("S1")
        self.here.open("2023-01-01")
        self.moment = at("2024-12-02")

    def arrive(self, batch, *, again=False):
        """A batch of (ref, day or None for withdrawn, revises or None); each batch a day after the one before."""
        facts = [
            NewFact(
                "sample.failed",
                (SELLER, "S1"),
                None,
                day or FIRST,
                "测试",
                ref,
                revises=("测试", revises) if revises else None,
                withdrawn=day is None,
            )
            for ref, day, revises in batch
        ]
        recorded = record_facts(self.here.ws, facts, self.moment)
        assert not recorded.refused
        assert recorded.new == (0 if again else len(batch))
        self.moment += timedelta(days=1)

    def look(self):
        self.here.open(self.moment.date().isoformat())

    def standing(self):
        """The facts that nothing has corrected or withdrawn, as the reference takes them."""
        with reading(self.ledger) as connection:
            rows = connection.execute(FACT.select()).all()
        revised = {row.revises for row in rows}
        return {
            (row.happened_on, row.id)
            for row in rows
            if row.id not in revised and not row.data.get("withdrawn")
        }

    def findings(self):
        """The evidence, as sets of facts, of the obligations that stand."""
        with reading(self.ledger) as connection:
            days = {row.id: row.happened_on for row in connection.execute(FACT.select())}
            rows = connection.execute(OBLIGATION.select().where(OBLIGATION.c.state == "open")).all()
        return [frozenset((days[number], number) for number in row.evidence_facts) for row in rows]


@pytest.fixture
def sampled(calendar, migrated_sqlite_file, tmp_path):
    def fresh():
        path = tmp_path / f"{next(COPIES)}.db"
        shutil.copy(migrated_sqlite_file, path)
        return Sampled(calendar, path)

    return fresh


days = st.integers(0, 660).map(lambda number: FIRST + timedelta(days=number))


@st.composite
def histories(draw):
    """Failed batches and corrections of some of them, in any order that lets a correction name what it corrects."""
    facts = [
        (f"f{number}", day, None) for number, day in enumerate(draw(st.lists(days, min_size=3, max_size=9)))
    ]
    facts = draw(st.permutations(facts))
    for number, of in enumerate(draw(st.lists(st.sampled_from(facts), max_size=3, unique=True))):
        after = facts.index(of) + 1
        place = draw(st.integers(after, len(facts)))
        facts.insert(place, (f"c{number}", draw(st.none() | days), of[0]))
    cuts = draw(st.lists(st.booleans(), min_size=len(facts), max_size=len(facts)))
    batches = [[]]
    for fact, cut in zip(facts, cuts, strict=True):
        if batches[-1] and (cut or fact[2]):  # a correction comes in a later batch than what it corrects
            batches.append([])
        batches[-1].append(fact)
    return batches


few = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def by_day(findings):
    return Counter(tuple(sorted(day for day, _ in evidence)) for evidence in findings)


class TestAnyOrder:
    @few
    @given(histories())
    def test_looked_at_once_the_order_of_arrival_makes_no_difference(self, sampled, batches):
        shop, in_order = sampled(), sampled()
        for batch in batches:
            shop.arrive(batch)
            shop.arrive(batch, again=True)
        shop.look()
        stood = sorted(shop.standing())
        in_order.arrive([(f"o{place}", day, None) for place, (day, _) in enumerate(stood)])
        in_order.look()
        assert by_day(shop.findings()) == by_day(in_order.findings())
        assert Counter(shop.findings()) == Counter(map(frozenset, reference(set(stood), [])))

    @few
    @given(histories())
    def test_looked_at_after_each_batch_it_is_what_the_reference_finds(self, sampled, batches):
        shop, found = sampled(), []
        for batch in batches:
            shop.arrive(batch)
            shop.look()
            found = reference(shop.standing(), found)
            assert Counter(shop.findings()) == Counter(map(frozenset, found))
            shop.arrive(batch, again=True)
            shop.look()
            assert Counter(shop.findings()) == Counter(map(frozenset, found))
