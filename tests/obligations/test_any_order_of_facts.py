"""Facts arrive late, twice, out of order and corrected: the findings are those of a reference written from the rules.

The reference knows nothing of ledgers, marks or SQL. It takes the facts that stand, a day each, and looks for the
evidence by trying. What an earlier look has found stays found as long as its evidence still meets the rules, or for good
once a person has closed it, and what it rests on is spent: so a late fact renames nothing, and the outcome depends on
purpose on what had been judged before. Without a look in between, the order of arrival makes no difference at all.
"""

import shutil
from collections import Counter
from datetime import date, timedelta
from itertools import count
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from duban.cadence.conditions import CountRule, StreakRule
from duban.cadence.kinds.threshold import ThresholdCadence
from duban.facts import NewFact, record_facts
from duban.ledger.database import open_ledger, reading, writing
from duban.ledger.tables import FACT, OBLIGATION, SUBJECT
from duban.obligations.cause import Cause
from duban.obligations.transitions import move
from duban.workdays import Period, TimeGrain
from tests.obligations.small_bureau import SELLER, Bureau, a_duty, at
from tests.principals import OPERATOR

FIRST = date(2023, 1, 2)
COPIES = count()
SHOPS = ("S1", "S2")
FAILED, EXAM = "sample.failed", "exam.taken"


class Fact(NamedTuple):
    """A fact as a rule sees it; they are ordered by day, then as recorded."""

    day: date
    number: int
    kind: str


class Rule(NamedTuple):
    """So many facts of a kind within a year, or one of them in each of so many quarters running."""

    what: str
    number: int
    of: str

    def met(self, facts, day):
        """Those of the facts, none later than the day, that make the rule hold on it."""
        own = {each for each in facts if each.kind == self.of}
        if self.what == "count":
            own = {each for each in own if within_a_year(each.day, day)}
            return own if len(own) >= self.number else set()
        wanted = {quarter(day) - back for back in range(self.number)}
        own = {each for each in own if quarter(each.day) in wanted}
        return own if {quarter(each.day) for each in own} == wanted else set()

    def as_written(self):
        if self.what == "count":
            return CountRule(count=self.number, of=self.of, within=Period(1, TimeGrain.YEAR))
        return StreakRule(length=self.number, grain=TimeGrain.QUARTER, of=self.of)


DUTIES = {
    "flight-check": ("any", [Rule("count", 3, FAILED), Rule("streak", 3, FAILED)]),
    "either-kind": ("any", [Rule("count", 2, FAILED), Rule("count", 2, EXAM)]),
    "both-kinds": ("all", [Rule("count", 2, FAILED), Rule("count", 2, EXAM)]),
    "often-and-long": ("all", [Rule("count", 4, FAILED), Rule("streak", 2, FAILED)]),
    "failed-while-streak": ("all", [Rule("count", 1, EXAM), Rule("streak", 2, FAILED)]),
}


def on_threshold(duty):
    combine, rules = DUTIES[duty]
    cadence = ThresholdCadence(
        combine=combine, rules=tuple(rule.as_written() for rule in rules), due=Period(20, TimeGrain.WORKDAY)
    )
    return a_duty(duty, cadence, subject=SELLER)


def quarter(day):
    return day.year * 4 + (day.month - 1) // 3


def within_a_year(day, last):
    """一年内: from a day through its corresponding day a year on; 29 February's is the month's last day (民法典 202)."""
    leap_day = (day.month, day.day) == (2, 29)
    return day <= last <= day.replace(year=day.year + 1, day=28 if leap_day else day.day)


def reference(duty, standing, found, closed=frozenset()):
    """What a look finds: the evidence, as sets of facts, that stays of what was `found` and that comes to it.

    Of those found, the `closed` ones stay whatever becomes of their evidence.
    """
    combine, rules = DUTIES[duty]

    def together(sets, fact):
        """The evidence, of what each rule has, that the fact completes."""
        if combine == "any":
            return {each for one in sets if fact in one for each in one}
        union = {each for one in sets for each in one}
        return union if all(sets) and fact in union else set()

    def holds(facts):
        up_to = {last: {each for each in facts if each <= last} for last in facts}
        return any(
            together([rule.met(known, last.day) for rule in rules], last) for last, known in up_to.items()
        )

    kept = [
        evidence
        for evidence in found
        if evidence in closed or evidence <= standing or holds(evidence & standing)
    ]
    used = [set() for _ in rules]
    streaks_after = [-1 for _ in rules]

    def spend(evidence):
        for place, rule in enumerate(rules):
            last = max(evidence).day
            met = rule.met(evidence, last)
            if met and rule.what == "count":
                used[place] |= met
            elif met:
                streaks_after[place] = max(streaks_after[place], quarter(last))

    def still(place, rule, known, day):
        if rule.what == "count":
            return rule.met(known - used[place], day)
        begins = quarter(day) - rule.number + 1
        return rule.met(known, day) if begins > streaks_after[place] else set()

    for evidence in kept:
        if evidence & standing:
            spend(evidence & standing)
    completed = {
        max(evidence) for evidence in kept
    }  # by one fact one finding, with the evidence it had at first
    new = []
    for fact in sorted(standing):
        known = {each for each in standing if each <= fact}
        evidence = together([still(at, rule, known, fact.day) for at, rule in enumerate(rules)], fact)
        if evidence:
            if fact not in completed:
                new.append(frozenset(evidence))
            spend(evidence)
    return kept + new


class Watched:
    """Two shops about which facts are written down and looked at, under every duty."""

    def __init__(self, calendar, path):
        self.ledger = open_ledger(f"sqlite:///{path}")
        self.here = Bureau(self.ledger, calendar, [on_threshold(duty) for duty in DUTIES], "2023-01-01")
        self.here.register(*SHOPS)
        self.here.open("2023-01-01")
        self.moment = at("2024-12-02")

    def arrive(self, batch, *, again=False):
        """Write a batch down, a day after the one before."""
        facts = [
            NewFact(
                each.kind,
                (SELLER, each.shop),
                None,
                each.day or FIRST,
                "测试",
                each.ref,
                revises=("测试", each.revises) if each.revises else None,
                withdrawn=each.day is None,
            )
            for each in batch
        ]
        recorded = record_facts(self.here.ws, facts, self.moment, OPERATOR)
        assert not recorded.refused
        assert recorded.new == (0 if again else len(batch))
        self.moment += timedelta(days=1)

    def look(self):
        self.here.open(self.moment.date().isoformat())

    def standing(self):
        """The facts about each shop that nothing has corrected or withdrawn."""
        with reading(self.ledger) as connection:
            rows = connection.execute(FACT.select()).all()
            shops = {row.id: row.code for row in connection.execute(SUBJECT.select())}
        revised = {row.revises for row in rows}
        stood = {shop: set() for shop in SHOPS}
        for row in rows:
            if row.id not in revised and not row.data.get("withdrawn"):
                stood[shops[row.subject_id]].add(Fact(row.happened_on, row.id, row.kind))
        return stood

    def findings(self, *states):
        """The obligations that stand, by duty and shop: each one's number, with its evidence as a set of facts."""
        with reading(self.ledger) as connection:
            facts = {
                row.id: Fact(row.happened_on, row.id, row.kind) for row in connection.execute(FACT.select())
            }
            shops = {row.id: row.code for row in connection.execute(SUBJECT.select())}
            query = OBLIGATION.select().where(OBLIGATION.c.state.in_(states or ("open", "done")))
            rows = connection.execute(query.order_by(OBLIGATION.c.id)).all()
        found = {(duty, shop): {} for duty in DUTIES for shop in SHOPS}
        for row in rows:
            evidence = frozenset(facts[number] for number in row.evidence_facts)
            found[row.duty_id, shops[row.subject_id]][row.id] = evidence
        return found

    def finish(self, place):
        """A person does the open one in this place, if there are so many."""
        waiting = sorted(number for some in self.findings("open").values() for number in some)
        if place < len(waiting):
            with writing(self.ledger) as connection:
                cause = Cause("周主任", self.moment, self.moment.date())
                move(connection, {waiting[place]: {}}, "complete", cause)


@pytest.fixture
def watched(calendar, migrated_sqlite_file, tmp_path):
    def fresh():
        path = tmp_path / f"{next(COPIES)}.db"
        shutil.copy(migrated_sqlite_file, path)
        return Watched(calendar, path)

    return fresh


class Written(NamedTuple):
    """A fact as it arrives: `day` None withdraws what it revises."""

    ref: str
    shop: str
    kind: str
    day: date | None
    revises: str | None = None


days = st.integers(0, 660).map(lambda number: FIRST + timedelta(days=number))
told = st.tuples(st.sampled_from([*SHOPS[:1] * 3, SHOPS[1]]), st.sampled_from([FAILED, FAILED, EXAM]), days)


@st.composite
def histories(draw):
    """Facts, and corrections of some of them and of corrections, in any order that lets each name what it corrects."""
    facts = [
        Written(f"f{number}", *each)
        for number, each in enumerate(draw(st.lists(told, min_size=3, max_size=12)))
    ]
    facts = list(draw(st.permutations(facts)))
    revised = set()
    for number in range(draw(st.integers(0, 4))):
        of = draw(st.sampled_from([each for each in facts if each.ref not in revised]))
        revised.add(of.ref)
        place = draw(st.integers(facts.index(of) + 1, len(facts)))
        facts.insert(place, Written(f"c{number}", of.shop, of.kind, draw(st.none() | days), of.ref))
    cuts = draw(st.lists(st.booleans(), min_size=len(facts), max_size=len(facts)))
    batches = [[]]
    for fact, cut in zip(facts, cuts, strict=True):
        if batches[-1] and (cut or fact.revises):  # a correction comes in a later batch than what it corrects
            batches.append([])
        batches[-1].append(fact)
    return batches


few = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def by_day(findings):
    return {
        key: Counter(tuple(sorted((fact.day, fact.kind) for fact in evidence)) for evidence in found.values())
        for key, found in findings.items()
    }


def shown(found):
    return {key: Counter(evidence.values()) for key, evidence in found.items()}


class TestAnyOrder:
    @few
    @given(histories())
    def test_looked_at_once_the_order_of_arrival_makes_no_difference(self, watched, batches):
        shops, in_order = watched(), watched()
        for batch in batches:
            shops.arrive(batch)
            shops.arrive(batch, again=True)
        shops.look()
        stood = shops.standing()
        facts = sorted((each, shop) for shop, some in stood.items() for each in some)
        in_order.arrive(
            [Written(f"o{place}", shop, each.kind, each.day) for place, (each, shop) in enumerate(facts)]
        )
        in_order.look()
        assert by_day(shops.findings()) == by_day(in_order.findings())
        assert shown(shops.findings()) == {
            (duty, shop): Counter(reference(duty, stood[shop], [])) for duty in DUTIES for shop in SHOPS
        }

    @few
    @given(histories(), st.lists(st.none() | st.integers(0, 3), min_size=20, max_size=20))
    def test_looked_at_after_each_batch_it_is_what_the_reference_finds(self, watched, batches, finished):
        shops = watched()
        found = {(duty, shop): [] for duty in DUTIES for shop in SHOPS}
        for batch, finish in zip(batches, finished, strict=False):
            shops.arrive(batch)
            shops.look()
            stood, closed = shops.standing(), shops.findings("done")
            found = {
                (duty, shop): reference(duty, stood[shop], before, {*closed[duty, shop].values()})
                for (duty, shop), before in found.items()
            }
            assert shown(shops.findings()) == {key: Counter(some) for key, some in found.items()}
            shops.arrive(batch, again=True)
            shops.look()
            assert shown(shops.findings()) == {key: Counter(some) for key, some in found.items()}
            if finish is not None:
                shops.finish(finish)
