"""A list is read from the index in whose order it stands; nothing is looked for among all that the ledger holds."""

import re
from datetime import date
from functools import partial

import pytest
from sqlalchemy import event

from duban.deliveries.standings import unit_standings
from duban.facts.looking import FactFilter, recorded_changes, recorded_facts
from duban.ledger.database import reading
from duban.ledger.sessions import looking
from duban.ledger.tables import OBLIGATION
from duban.letters.issued import issued_letters
from duban.reports.appraisal import appraisal
from duban.reports.appraisal_model import AppraisalPeriod
from duban.reports.audit import look_over
from duban.reports.overdue_board import overdue
from duban.reports.review_totals import review_totals
from duban.reports.status import project_status
from duban.views.board import unit_board
from duban.views.catalogue import catalogue
from duban.views.feeds import feed_entries
from duban.views.for_review import waiting_for_review
from duban.views.lists import ListQuery, list_page
from duban.views.load import year_load
from duban.views.month import month_view
from duban.views.pulse import pulse
from duban.views.searching import search
from duban.views.sight import Sight
from duban.views.tallies import burning_counts, owed_within
from duban.views.waiting import waiting_list
from tests import query_plans
from tests.obligations.small_bureau import (
    POST,
    SELLER,
    Bureau,
    at,
    first_inspection,
    number_to_reach,
    quarterly,
    share_to_keep,
)
from tests.principals import by
from tests.views.conftest import TODAY

CONFINED = re.compile(
    r"(SCAN|SEARCH) obligation\b(?: USING (?:COVERING )?(?:INDEX (\w+)|INTEGER PRIMARY KEY))?"
)
"""How SQLite says by which index it goes through the obligations."""


@pytest.fixture
def explained(ledger):
    """Whatever is selected while something is read, with each step by which SQLite finds it: `explained(lambda: …)`."""
    return partial(query_plans.steps, ledger)


@pytest.fixture
def gone_by(explained):
    """By which indexes the obligations are gone through while something is read: `gone_by(lambda: …)`.

    A count stops at its bound, whichever index it is made from.
    """
    few = {"its number", "ix_obligation_urgent", "ix_obligation_came_back", "ix_obligation_dispatched"}

    def indexes(reads):
        found = set()
        for statement, line in explained(reads):
            how = CONFINED.match(line)
            if how is not None and not (how[2] and statement.startswith("SELECT count(")):
                found.add(how[2] or ("its number" if "PRIMARY KEY" in line else f"{how[1]} of the table"))
            elif "obligation.deadline" in statement and "USE TEMP B-TREE FOR RIGHT PART" in line:
                found.add("half in order")
        return found - few

    return indexes


@pytest.fixture
def read_whole(ledger):
    """Which tables that only grow are gone through from end to end while something is read: `read_whole(lambda: …)`."""
    return partial(query_plans.read_whole, ledger)


@pytest.fixture
def ledger(sqlite_ledger):
    """SQLite has no figures of what a table holds: what it chooses, it chooses for a million as well."""
    return sqlite_ledger


@pytest.mark.parametrize(
    "wanted, index",
    [
        (ListQuery(), "ix_obligation_board"),
        (ListQuery(after="2023-10-20~3"), "ix_obligation_board"),
        (ListQuery(light="red"), "ix_obligation_board"),
        (ListQuery(light="amber"), "ix_obligation_burning"),
        (ListQuery(light="blue"), "ix_obligation_burning"),
        (ListQuery(light="amber", unit="350404"), "ix_obligation_burning"),
        (ListQuery(light="blue", unit="350404"), "ix_obligation_burning"),
        (ListQuery(light="none"), "ix_obligation_board"),
        (ListQuery(late="7"), "ix_obligation_board"),
        (ListQuery(day="2023-10-20"), "ix_obligation_board"),
        (ListQuery(unit="350403", alone="1"), "ix_obligation_unit"),
        (ListQuery(duty="quarterly"), "ix_obligation_duty"),
        (ListQuery(post=f"350403/{POST}"), "ix_obligation_unit"),
        (ListQuery(text="没有这样的"), "ix_obligation_subject"),
        (ListQuery(light="green"), "ix_obligation_state"),
        *(
            (ListQuery(state=state), "ix_obligation_state")
            for state in ("done", "waived", "suspended", "reported")
        ),
        (ListQuery(state="done", after="2023-10-20~3"), "ix_obligation_state"),
        (ListQuery(state="done", unit="350403"), "ix_obligation_state"),
    ],
    ids=str,
)
def test_a_list_goes_by_one_index(seen_by, gone_by, wanted, index):
    sight = seen_by()
    assert gone_by(lambda: list_page(sight, wanted)) == {index}


def test_a_station_goes_by_its_own_unit(seen_by, gone_by):
    sight = seen_by("350403-01")
    assert gone_by(lambda: list_page(sight, ListQuery())) == {"ix_obligation_unit"}


def test_what_burns_is_found_by_its_safe_day(seen_by, gone_by):
    sight = seen_by()
    assert gone_by(lambda: waiting_list(sight)) == {"ix_obligation_burning"}


def test_what_a_post_owes_is_found_by_its_unit(seen_by, gone_by):
    sight = seen_by("350403", posts=[f"350403/{POST}"])
    assert gone_by(lambda: waiting_list(sight)) <= {"ix_obligation_burning", "ix_obligation_unit"}
    assert gone_by(lambda: feed_entries(sight)) == {"ix_obligation_unit", "ix_obligation_closed"}


def test_the_board_goes_by_what_burns_and_what_was_closed(seen_by, gone_by):
    sight = seen_by()
    counted_whole = {"ix_obligation_unit"}  # and remembered: what is open, of which the rest is a share
    read = gone_by(lambda: unit_board(sight))
    assert read - counted_whole == {"ix_obligation_burning", "ix_obligation_closed"}


def test_what_burns_below_a_county_goes_by_its_safe_day(seen_by, gone_by):
    sight = seen_by()

    def count():
        with reading(sight.ws.ledger) as connection:
            burning_counts(connection, sight, owed_within(["350403", "350403-01"]))

    assert gone_by(count) == {"ix_obligation_burning"}


def test_a_month_goes_by_its_days(seen_by, gone_by):
    sight = seen_by("350403")
    read = gone_by(lambda: month_view(sight, date(2023, 10, 1), date(2023, 10, 31)))
    assert read <= {"ix_obligation_board", "ix_obligation_unit"}


def test_the_year_ahead_goes_by_safe_days(seen_by, gone_by):
    sight = seen_by()
    assert gone_by(lambda: year_load(sight)) == {"ix_obligation_burning"}


def test_the_overdue_report_reads_what_is_open(seen_by, gone_by):
    sight = seen_by()
    assert gone_by(lambda: overdue(sight.ws, at(TODAY))) == {"ix_obligation_board"}


def test_the_audit_reads_what_is_open(seen_by, gone_by):
    sight = seen_by()
    read = gone_by(lambda: look_over(sight.ws, at(TODAY)))
    assert read == {"ix_obligation_next_rung", "ix_obligation_duty"}


def test_what_is_measured_is_found_by_its_duty_and_unit(ledger, calendar, gone_by):
    bureau = Bureau(ledger, calendar, [number_to_reach(), share_to_keep()], "2023-01-05")
    bureau.open("2023-01-05")
    bureau.fact("event.held", "2023-02-03", unit="350404", data={"主题": "计量", "场次": 1})
    bureau.fact("complaint.tallied", "2023-02-03", unit="350404", data={"办结": 9, "按时": 9})
    read = gone_by(lambda: bureau.open("2023-04-20"))
    assert read == {"uq_obligation_unit", "SEARCH of the table"}, (
        "the newest number is the last row of the table"
    )


def test_what_waits_for_review_and_what_came_back_is_found_among_itself(seen_by, read_whole):
    sight = seen_by()

    def count():
        with reading(sight.ws.ledger) as connection:
            review_totals(connection, sight.present, None)
            review_totals(connection, sight.present, ["350403", "350404"])

    assert read_whole(count) == set()
    assert read_whole(lambda: waiting_for_review(sight)) == set()


def test_how_the_units_stand_is_counted_along_their_index(seen_by, gone_by):
    sight = seen_by()

    def count():
        with reading(sight.ws.ledger) as connection:
            unit_standings(connection, sight.present)

    assert gone_by(count) == {"ix_obligation_unit", "ix_obligation_burning"}


def test_the_status_counts_what_is_open_and_in_another_state_along_indexes(seen_by, read_whole):
    sight = seen_by()
    assert read_whole(lambda: project_status(sight.ws)) == {
        ("obligation", "ix_obligation_burning"),
        ("obligation", "ix_obligation_state"),
        ("delivery", "ix_delivery_sendable"),
    }


def test_no_page_reads_for_its_top_line_what_waits_or_ever_came(seen_by, read_whole):
    sight = seen_by("350403", posts=[f"350403/{POST}"])
    assert read_whole(lambda: pulse(sight)) == set()


def test_the_duties_and_their_next_days_are_found_one_by_one(seen_by, gone_by):
    sight = seen_by()
    counted_whole = {"ix_obligation_unit", "ix_obligation_closed"}
    assert gone_by(lambda: catalogue(sight)) - counted_whole == {
        "ix_obligation_burning",
        "ix_obligation_duty",
    }


def test_the_duties_go_through_nothing_but_what_is_counted_whole(seen_by, read_whole):
    sight = seen_by()
    assert read_whole(lambda: catalogue(sight)) == {("obligation", "ix_obligation_unit")}


def test_the_letters_of_one_obligation_are_found_by_its_number(seen_by, read_whole):
    sight = seen_by()
    assert read_whole(lambda: issued_letters(sight.ws, obligation=1)) == set()


def test_the_appraisal_goes_through_the_obligations_once(seen_by, read_whole):
    sight = seen_by()
    month = AppraisalPeriod.named("2023-09")
    assert read_whole(lambda: appraisal(sight.ws, at(TODAY), month)) == {("obligation", None)}


def test_a_search_looks_for_an_enterprise_along_the_names(seen_by, bureau, read_whole):
    sight = seen_by("350403")
    assert read_whole(lambda: search(sight, "没有这样的")) <= {("subject", "ix_subject_name")}


@pytest.mark.parametrize("kind", [None, SELLER])
def test_what_was_told_of_one_subject_is_found_by_it(seen_by, explained, kind):
    sight = seen_by()

    def look():
        with looking(sight.ws.ledger) as session:
            about = FactFilter(subject_kind=kind, subject_code="S1")
            recorded_facts(session, about, sight.principal, size=10)
            recorded_facts(session, about, sight.principal, size=10, newest=True)
            recorded_changes(session, sight.principal, kind=kind, code="S1", size=10)

    told = [line for _, line in explained(look) if re.match("(SCAN|SEARCH) (fact|subject_change)", line)]
    by_subject = "SEARCH fact USING INDEX ix_fact_subject (subject_id=?)"
    changed = "SEARCH subject_change USING INDEX ix_subject_change_subject (subject_id=? AND id>?)"
    assert told == [by_subject, by_subject, changed]


@pytest.mark.parametrize("credit", ["shared", "alone"])
def test_which_facts_were_used_is_found_by_whom_they_are_about(ledger, calendar, read_whole, credit):
    analysis = quarterly(done_by="analysis.held", credit=credit)
    visit = first_inspection(credit=credit)
    bureau = Bureau(ledger, calendar, [analysis, visit], "2023-01-05")
    bureau.register("S1")
    bureau.open("2023-01-05")
    bureau.open("2023-04-10")
    bureau.fact("certificate.issued", "2023-04-10")
    bureau.open("2023-04-11")
    bureau.fact("inspection.done", "2023-04-11")
    bureau.fact("analysis.held", "2023-04-11", unit="350404")
    assert read_whole(lambda: bureau.open("2023-04-12")) == set()
    assert sorted(bureau.owed("state")).count("done") == 2


@pytest.mark.postgres
def test_postgresql_goes_through_no_list_row_by_row(postgresql_ledger, calendar):
    bureau = Bureau(postgresql_ledger, calendar, [quarterly()], "2023-05-01")
    bureau.open(TODAY)
    bureau.clock.moment = at(TODAY)
    names = [column.name for column in OBLIGATION.columns if column.name != "id"]
    anew = {
        "period_key": "period_key || n",
        "deadline": "deadline + mod(n, 300)",
        "target": "target + mod(n, 300)",
    }
    columns = ", ".join(names)
    values = ", ".join(anew.get(name, name) for name in names)
    many = (
        f"INSERT INTO obligation ({columns}) SELECT {values} FROM obligation, generate_series(1, 5000) AS n"
    )
    with postgresql_ledger.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("SET session_replication_role = replica")  # rows without their families
        connection.exec_driver_sql(many)
        connection.exec_driver_sql("ANALYZE obligation")
    sight = Sight(bureau.ws, by("林"), bureau.clock.now())
    asked = []
    event.listen(postgresql_ledger, "before_cursor_execute", lambda *told: asked.append(told[2:4]))
    for wanted in (
        *(ListQuery(light=light) for light in ("", "red", "amber", "blue", "none", "green")),
        *(ListQuery(state=state) for state in ("done", "waived", "suspended", "reported")),
        *(ListQuery(unit="350403", alone="1"), ListQuery(post=f"350403/{POST}"), ListQuery(day="2023-10-20")),
    ):
        list_page(sight, wanted)
    with postgresql_ledger.connect() as connection:
        for statement, parameters in [each for each in asked if each[0].startswith("SELECT obligation")]:
            plan = connection.exec_driver_sql(f"EXPLAIN {statement}", parameters).scalars().all()
            assert "Seq Scan on obligation " not in " ".join(plan), (statement, parameters, plan)
