"""What a batch of facts costs follows the batch, not the facts that the ledger holds already."""

import re

import pytest
from sqlalchemy import event

from tests.obligations.small_bureau import Bureau, first_inspection, flight_check, graded_visits

LEDGER_TABLE = r"(fact|subject|obligation|obligation_event|later|o|f)"


@pytest.fixture
def plans(sqlite_ledger, calendar):
    """A bureau, and `plans()`: how SQLite goes about every statement since, by its text."""
    here = Bureau(
        sqlite_ledger, calendar, [flight_check(), first_inspection(), graded_visits()], "2023-01-01"
    )
    here.register("S1", "S2", "S3")
    here.open("2023-01-02")
    asked = {}

    @event.listens_for(sqlite_ledger, "before_cursor_execute")
    def remember(_connection, _cursor, statement, parameters, _context, many):
        if statement.startswith(("SELECT", "WITH", "UPDATE")) and not many:
            asked[statement] = parameters

    def answered():
        event.remove(sqlite_ledger, "before_cursor_execute", remember)
        with sqlite_ledger.connect() as connection:
            return {
                statement: [
                    row.detail
                    for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
                ]
                for statement, parameters in asked.items()
            }

    return here, answered


def test_a_batch_reads_no_table_from_end_to_end(plans):
    here, answered = plans
    for seller in ("S1", "S2"):
        for day in ("2023-02-01", "2023-02-08", "2023-02-15"):
            here.fact("sample.failed", day, code=seller)
    here.fact("certificate.issued", "2023-02-15", code="S3")
    here.fact("inspection.done", "2023-02-16", code="S3")
    assert here.open("2023-02-16").by_duty == {"flight-check": 2, "first-inspection": 1}
    scans = {
        statement: lines
        for statement, plan in answered().items()
        if (lines := [line for line in plan if re.fullmatch(rf"SCAN {LEDGER_TABLE}( USING .*)?", line)])
    }
    assert scans == {}


def test_facts_of_a_kind_are_found_by_what_they_are_about_or_from_the_mark_on(plans):
    here, answered = plans
    for day in ("2023-02-01", "2023-02-08", "2023-02-15"):
        here.fact("sample.failed", day, code="S1")
    here.open("2023-02-16")
    from_the_first = [
        line
        for plan in answered().values()
        for line in plan
        if re.search(r"ix_fact_kind \(kind=\? AND id<\?\)", line)
    ]
    assert from_the_first == []
