"""A part of a SQLite ledger: what some duties are owed, however much else the ledger holds."""

import pytest
from sqlalchemy import func, insert, select, text, update

from duban.ledger import excerpts
from duban.ledger.database import reading, writing
from duban.ledger.excerpts import excerpt
from duban.ledger.rehearsals import rehearsing
from duban.ledger.tables import ACCESS_RECORD, NOTICE, OBLIGATION, OBLIGATION_EVENT, SUBJECT
from duban.ledger.unavailable import LedgerUnavailable
from duban.notices.patrol import patrol
from duban.workdays import load_calendar
from tests.obligations.small_bureau import ROOT, Bureau, at, first_inspection, quarterly

NOW = at("2023-10-19")


@pytest.fixture
def here(sqlite_ledger):
    """The analyses of two counties, which are overdue and said so, and the first inspections of three shops."""
    bureau = Bureau(
        sqlite_ledger,
        load_calendar(ROOT / "calendar"),
        (quarterly("analysis"), first_inspection()),
        "2023-09-01",
    )
    bureau.register("S1", "S2", "S3")
    for code in ("S1", "S2", "S3"):
        bureau.fact("certificate.issued", "2023-10-08", code=code)
    bureau.open("2023-10-09")
    bureau.clock.moment = NOW
    assert patrol(bureau.ws, NOW).notices > 0
    return bureau


def counted(connection, table):
    return connection.scalar(select(func.count()).select_from(table))


def test_holds_what_these_duties_are_owed_and_reads_whatever_else_in_the_ledger(here):
    with rehearsing(excerpt(here.ledger, ["analysis"])) as connection:
        owed = connection.execute(select(OBLIGATION.c.duty_id, OBLIGATION.c.unit)).all()
        assert sorted(owed) == [("analysis", "350404"), ("analysis", "350405")]
        said = set(connection.scalars(select(NOTICE.c.obligation_id)))
        assert said == set(connection.scalars(select(OBLIGATION.c.id)))
        assert counted(connection, SUBJECT) == 3


def test_what_is_done_there_is_taken_back_and_never_happened_here(here):
    with reading(here.ledger) as connection:
        before = connection.execute(select(OBLIGATION)).all()
    part = excerpt(here.ledger, ["analysis"])
    for _ in range(2):
        with rehearsing(part) as connection:
            assert connection.execute(update(OBLIGATION).values(returns=7)).rowcount == 2
            assert set(connection.scalars(select(OBLIGATION.c.returns))) == {7}
    with reading(here.ledger) as connection:
        assert connection.execute(select(OBLIGATION)).all() == before


def test_nobody_who_writes_waits_and_what_they_write_is_not_seen_until_the_next_time(here):
    part = excerpt(here.ledger, ["analysis"])
    event = {"kind": "acknowledged", "at": NOW, "actor": "林晓", "reason": "", "details": {}}
    with rehearsing(part) as connection:
        owed = connection.scalar(select(OBLIGATION.c.id))
        before = counted(connection, OBLIGATION_EVENT), counted(connection, SUBJECT)
        with writing(here.ledger) as other:
            other.execute(insert(OBLIGATION_EVENT).values(obligation_id=owed, **event))
        here.register("S4")
        assert (counted(connection, OBLIGATION_EVENT), counted(connection, SUBJECT)) == before
    with rehearsing(part) as connection:
        after = counted(connection, OBLIGATION_EVENT), counted(connection, SUBJECT)
    assert after == (before[0] + 1, before[1] + 1)


def test_what_is_not_there_is_not_written(here):
    entry = {"at": NOW, "act": "x", "outcome": "200", "touched": [], "count": 1}
    with (
        pytest.raises(LedgerUnavailable, match="只读"),
        rehearsing(excerpt(here.ledger, ["analysis"])) as connection,
    ):
        connection.execute(insert(ACCESS_RECORD).values(entry))


def test_very_much_is_none(here, monkeypatch):
    monkeypatch.setattr(excerpts, "MOST", 3)
    assert excerpt(here.ledger, ["first-inspection"]) is not None
    assert excerpt(here.ledger, ["first-inspection", "analysis"]) is None


def test_what_goes_in_is_found_by_its_duty_and_its_obligation(here):
    read_whole = set()
    with excerpt(here.ledger, ["analysis"]).connect() as connection:
        for table, rows in excerpts.ROWS.items():
            steps = text(f"EXPLAIN QUERY PLAN {rows.format(table)}")
            found = [step.detail for step in connection.execute(steps, {"duties": "[]"})]
            read_whole |= {line.split()[1] for line in found if line.startswith("SCAN whole.")}
    few = ("unit", "post_holder", "duty_version", "calendar_version", "watermark")
    assert read_whole == {f"whole.{name}" for name in few}
