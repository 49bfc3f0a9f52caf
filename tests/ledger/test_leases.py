"""A step that only one may do at a time is done by whoever holds its lease."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

from sqlalchemy import select

from duban.ledger.database import open_ledger, reading
from duban.ledger.leases import beat, hold, release
from duban.ledger.tables import LEASE

NOW = datetime(2023, 10, 9, 1, 0, tzinfo=UTC)


def after(seconds):
    return NOW + timedelta(seconds=seconds)


def test_while_one_holds_it_the_other_waits(ledger):
    assert hold(ledger, "patrol", "甲", NOW, 60)
    assert not hold(ledger, "patrol", "乙", after(59), 60)
    assert hold(ledger, "deliver", "乙", after(59), 60)


def test_a_holder_that_died_loses_it_when_its_time_is_up(ledger):
    hold(ledger, "patrol", "甲", NOW, 60)
    assert hold(ledger, "patrol", "乙", after(60), 60)
    assert not beat(ledger, "patrol", after(61), "甲", 60)


def test_beating_keeps_it(ledger):
    hold(ledger, "patrol", "甲", NOW, 60)
    assert beat(ledger, "patrol", after(50), "甲", 60)
    assert not hold(ledger, "patrol", "乙", after(100), 60)


def test_only_its_holder_gives_it_back(ledger):
    hold(ledger, "patrol", "甲", NOW, 60)
    assert not release(ledger, "patrol", "乙")
    assert release(ledger, "patrol", "甲")
    assert hold(ledger, "patrol", "乙", after(1), 60)


def test_a_heartbeat_is_written_down_even_if_it_never_was_a_lease(ledger):
    beat(ledger, "heartbeat", NOW)
    beat(ledger, "heartbeat", after(3600))
    with reading(ledger) as connection:
        assert connection.execute(select(LEASE.c.beat_at)).scalar_one() == after(3600)


def test_of_eight_that_want_it_at_once_one_gets_it(ledger, ledger_database):
    barrier = Barrier(8)

    def want(holder):
        engine = open_ledger(ledger_database)
        try:
            barrier.wait()
            return hold(engine, "patrol", holder, NOW, 60)
        finally:
            engine.dispose()

    with ThreadPoolExecutor(8) as people:
        got = list(people.map(want, [f"holder-{number}" for number in range(8)]))
    assert got.count(True) == 1
