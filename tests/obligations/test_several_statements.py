"""One event that the city, a county and a station each report is one event, while any of them still says so."""

from datetime import date

import pytest
from sqlalchemy import select, text

from duban.cadence.counting import Cohort, Tally
from duban.explanations.obligation import explain
from duban.facts import NewFact, merge_subject, record_facts
from duban.ledger.database import reading
from duban.ledger.tables import FACT
from duban.obligations.counts import PeriodDays
from duban.obligations.shares import standings
from duban.obligations.statements import counts_for_event
from duban.simulation.given import from_ledger
from tests.obligations.small_bureau import (
    SELLER,
    at,
    first_inspection,
    flight_check,
    number_to_reach,
    quarterly,
    share_to_keep,
)
from tests.principals import OPERATOR, county, station

CITY, COUNTY, STATION = OPERATOR, county("350404", "350404-01"), station("350404-01")
EVERYBODY = (COUNTY, CITY, STATION)
SAMPLE, LICENCE, VISIT = "sample.failed", "certificate.issued", "inspection.done"


def tell(here, by, ref, day="2023-09-05", kind=SAMPLE, *, on=None, unit=None, about="S1", **more):
    """One unit's own fact of an export."""
    about = None if unit else (SELLER, about)
    fact = NewFact(kind, about, unit, date.fromisoformat(day), "抽检系统", ref, **more)
    recorded = record_facts(here.ws, [fact], at(on or "2023-10-09"), by)
    assert recorded.new == 1, recorded.refused


def take_back(here, by, ref, kind=SAMPLE, **more):
    tell(here, by, f"{ref}#2", kind=kind, revises=("抽检系统", ref), withdrawn=True, **more)


@pytest.fixture
def checked(bureau):
    here = bureau(flight_check(), first_inspection(), on="2023-09-01")
    here.register("S1")
    here.open("2023-09-01")
    return here


class TestAFinding:
    def test_one_sample_that_three_units_report_is_one_sample(self, checked):
        for by in EVERYBODY:
            tell(checked, by, "1")
            assert checked.open("2023-10-09").total == 0

    def test_three_samples_that_two_units_report_open_one_flight_check(self, checked):
        for by in (COUNTY, CITY):
            for ref in "123":
                tell(checked, by, ref)
        assert checked.open("2023-10-09").by_duty == {"flight-check": 1}
        for ref in "123":
            tell(checked, STATION, ref)
        assert checked.open("2023-10-10").total == 0
        assert checked.owed("state", "evidence_facts") == [("open", [1, 2, 3])]

    def test_a_withdrawal_of_one_s_own_changes_nothing_and_of_the_last_takes_it_away(self, checked):
        for by in (COUNTY, CITY):
            for ref in "123":
                tell(checked, by, ref)
        checked.open("2023-10-09")
        take_back(checked, COUNTY, "1")
        assert checked.open("2023-10-10").total == 0
        assert checked.owed("state") == ["open"]
        take_back(checked, CITY, "1")
        checked.open("2023-10-11")
        assert checked.owed("state") == ["withdrawn"]

    def test_reporting_first_and_withdrawing_hides_nothing_from_the_city(self, checked):
        for ref in "123":
            tell(checked, COUNTY, ref)
        checked.open("2023-10-09")
        for ref in "123":
            take_back(checked, COUNTY, ref)
        checked.open("2023-10-10")
        for ref in "123":
            tell(checked, CITY, ref)
        assert checked.open("2023-10-11").by_duty == {"flight-check": 1}
        assert checked.owed("state") == ["withdrawn", "open"]

    def test_another_day_under_the_same_number_is_another_statement(self, checked):
        tell(checked, COUNTY, "1", "2020-01-06")
        for ref in "123":
            tell(checked, CITY, ref)
        assert checked.open("2023-10-09").by_duty == {"flight-check": 1}


class TestWhatAFactOpens:
    def test_it_opens_once(self, checked):
        tell(checked, COUNTY, "1", kind=LICENCE)
        checked.open("2023-10-09")
        for by in (CITY, STATION):
            tell(checked, by, "1", kind=LICENCE)
        assert checked.open("2023-10-10").total == 0
        assert checked.owed("fact_id") == [1]

    @pytest.mark.parametrize("together", [True, False], ids=["in one batch", "later"])
    def test_it_stays_while_one_of_them_says_so(self, checked, together):
        tell(checked, COUNTY, "1", kind=LICENCE)
        checked.open("2023-10-09")
        tell(checked, CITY, "1", kind=LICENCE)
        if not together:
            checked.open("2023-10-10")
        take_back(checked, COUNTY, "1", kind=LICENCE)
        assert checked.open("2023-10-11").total == 0
        assert checked.owed("state") == ["open"]
        take_back(checked, CITY, "1", kind=LICENCE)
        checked.open("2023-10-12")
        assert checked.owed("state") == ["withdrawn"]

    def test_after_the_county_took_its_own_back_the_city_s_opens(self, checked):
        tell(checked, COUNTY, "1", kind=LICENCE)
        checked.open("2023-10-09")
        take_back(checked, COUNTY, "1", kind=LICENCE)
        checked.open("2023-10-10")
        tell(checked, CITY, "1", kind=LICENCE)
        assert checked.open("2023-10-11").total == 1
        assert checked.owed("state", "fact_id") == [("withdrawn", 1), ("open", 3)]

    @pytest.mark.parametrize("by", [COUNTY, STATION], ids=["who told it first", "who told it again"])
    def test_whoever_takes_its_own_back_takes_nothing_of_another_s(self, checked, by):
        for each in (COUNTY, STATION):
            tell(checked, each, "1", kind=LICENCE)
            checked.open("2023-10-09")
        take_back(checked, by, "1", kind=LICENCE)
        checked.open("2023-10-10")
        assert checked.owed("state", "fact_id") == [("open", 1)]

    def test_a_correction_that_the_others_take_over_leaves_one(self, checked):
        for by in (COUNTY, CITY):
            tell(checked, by, "1", kind=LICENCE)
        checked.open("2023-10-09")
        other_day = {"kind": LICENCE, "revises": ("抽检系统", "1")}
        tell(checked, CITY, "1-更正", "2023-09-07", **other_day)
        checked.open("2023-10-10")
        assert checked.owed("state", "fact_id") == [("open", 1), ("open", 3)]
        tell(checked, COUNTY, "更1", "2023-09-07", **other_day)
        checked.open("2023-10-11")
        assert checked.owed("state", "fact_id") == [("withdrawn", 1), ("open", 3)]

    @pytest.mark.parametrize("first, second", [(COUNTY, CITY), (CITY, COUNTY)], ids=["first", "second"])
    def test_a_visit_that_two_report_completes_one_and_stays_done_while_one_says_so(
        self, checked, first, second
    ):
        for ref in "12":
            tell(checked, CITY, ref, kind=LICENCE)
        checked.open("2023-10-09")
        for by in (COUNTY, CITY):
            tell(checked, by, "V", "2023-09-20", VISIT)
        checked.open("2023-10-10")
        assert checked.owed("state") == ["done", "open"]
        for by, still in ((first, "done"), (second, "open")):
            take_back(checked, by, "V", VISIT)
            checked.open("2023-10-11")
            assert checked.owed("state") == [still, "open"]

    def test_what_one_completed_the_other_completes_no_more(self, checked):
        for ref in "12":
            tell(checked, CITY, ref, kind=LICENCE)
        checked.open("2023-10-09")
        for by, day in ((COUNTY, "2023-10-10"), (CITY, "2023-10-11")):
            tell(checked, by, "V", "2023-09-20", VISIT)
            checked.open(day)
        take_back(checked, COUNTY, "V", VISIT)
        checked.open("2023-10-12")
        assert checked.owed("state") == ["done", "open"]

    def test_an_explanation_says_who_else_reported_it(self, checked):
        for by in (COUNTY, CITY, STATION):
            tell(checked, by, "1", kind=LICENCE)
        take_back(checked, STATION, "1", kind=LICENCE)
        checked.open("2023-10-09")
        [number] = checked.owed("id")
        [line] = explain(checked.ws, number).facts
        assert line == (
            "2023-09-05 取得许可证（来源 抽检系统，编号 1，县局系统（三元区局）记，三明市局也报了，补报于 2023-10-09）"
        )


class TestWhatIsCounted:
    YEAR = PeriodDays(date(2023, 1, 1), date(2023, 12, 31))

    def standing(self, here, of, among):
        duty = share_to_keep("每年不低于50%", of=of, among=among)
        with reading(here.ledger) as connection:
            share = duty.cadence.aim
            day = date(2024, 1, 31)
            return standings(connection, here.ws.definitions, duty, share, self.YEAR, ["350404"], day)[
                "350404"
            ]

    def test_a_case_and_its_answer_count_once(self, bureau):
        here = bureau(quarterly())
        for by in (COUNTY, CITY):
            for number in ("甲", "乙"):
                tell(here, by, number, kind="clue.received", unit="350404", data={"编号": number})
            tell(here, by, "答", kind="clue.answered", unit="350404", data={"编号": "甲"})
        asked = Cohort(asked=Tally(fact="clue.received"), same=("编号",))
        found = self.standing(here, Tally(fact="clue.answered"), asked)
        assert (found.part, found.whole) == (1, 2)

    def test_the_same_number_of_another_case_hides_none(self, bureau):
        here = bureau(quarterly())
        for by, number in ((COUNTY, "甲"), (CITY, "乙")):
            tell(here, by, "1", kind="clue.received", unit="350404", data={"编号": number})
        asked = Cohort(asked=Tally(fact="clue.received"), same=("编号",))
        assert self.standing(here, Tally(fact="clue.answered"), asked).whole == 2

    def test_figures_are_added_once(self, bureau):
        here = bureau(quarterly())
        for by in (COUNTY, CITY):
            figures = {"办结": 10, "按时": 9}
            tell(here, by, "9月", kind="complaint.tallied", unit="350404", data=figures)
        tally = {name: Tally(fact="complaint.tallied", amount=name) for name in ("按时", "办结")}
        found = self.standing(here, tally["按时"], tally["办结"])
        assert (found.part, found.whole) == (9, 10)

    def test_an_activity_counts_once_toward_the_goal(self, bureau):
        here = bureau(number_to_reach("全年不少于2场"))
        here.open("2023-01-02")
        for by in (COUNTY, CITY):
            tell(here, by, "1", kind="event.held", unit="350404")
        here.open("2023-10-09")
        assert here.owed("state", unit="350404") == ["open"]
        tell(here, STATION, "2", kind="event.held", unit="350404-01")
        here.open("2023-10-10")
        assert here.owed("state", unit="350404") == ["done"]


def test_a_simulation_from_the_ledger_knows_it_once(checked):
    for by in EVERYBODY:
        tell(checked, by, "1")
    assert [(each.kind, each.on) for each in from_ledger(checked.ws).events] == [(SAMPLE, date(2023, 9, 5))]
    take_back(checked, COUNTY, "1")
    assert len(from_ledger(checked.ws).events) == 1


def test_what_two_tell_of_registrations_merged_later_is_one_event(bureau):
    here = bureau(flight_check(), on="2023-09-01")
    here.register("S1", "S2")
    here.open("2023-09-01")
    for ref in "12":
        tell(here, COUNTY, ref)
        tell(here, CITY, ref, about="S2")
    assert here.open("2023-10-09").total == 0
    day = date(2023, 10, 9)
    merge_subject(here.ws, SELLER, "S1", into="S2", merged_on=day, now=at("2023-10-10"), by=OPERATOR)
    assert here.open("2023-10-10").total == 0
    for by in (COUNTY, CITY):  # of two events and a third, told by both
        tell(here, by, "3", "2023-10-10", about="S2", on="2023-10-11")
    assert here.open("2023-10-11").by_duty == {"flight-check": 1}


def test_only_what_is_told_again_is_held_against_the_others(sqlite_ledger):
    query = select(FACT.c.id).where(FACT.c.kind == SAMPLE, counts_for_event())
    with sqlite_ledger.connect() as connection:
        compiled = query.compile(connection, compile_kwargs={"literal_binds": True})
        plan = [row.detail for row in connection.execute(text(f"EXPLAIN QUERY PLAN {compiled}"))]
    others = [line.partition(" USING ")[2] for line in plan if "older" in line]
    assert others == ["INTEGER PRIMARY KEY (rowid=?)", "INDEX ix_fact_first_told (first_told=? AND rowid<?)"]
