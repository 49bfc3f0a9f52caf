"""What several senders write at the same moment is one transaction, and each hears whether it was kept."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import event, select, text

from duban.deliveries.settling import Settlement, gathered
from duban.deliveries.writer import MOST_AT_ONCE, Writer
from duban.ledger.tables import LEASE

NOW = datetime(2023, 10, 9, 1, 0, tzinfo=UTC)


def lease(number):
    return lambda connection: connection.execute(
        text("INSERT INTO lease (name, holder, until, beat_at) VALUES (:n, 'x', '2023-01-01', '2023-01-01')"),
        {"n": f"step {number}"},
    )


@pytest.fixture
def commits(sqlite_ledger):
    counted = []
    event.listen(sqlite_ledger, "commit", counted.append)
    return counted


def together(writer, *works):
    """Everybody comes while the first is still writing."""
    first, begun, go_on = threading.Event(), threading.Event(), threading.Event()

    def slow(connection):
        begun.set()
        go_on.wait(10)

    with ThreadPoolExecutor(len(works) + 1) as threads:
        leading = threads.submit(writer.do, slow)
        assert begun.wait(10)
        done = [threads.submit(writer.do, work) for work in works]
        while len(writer._queue) < len(works):
            first.wait(0.001)
        go_on.set()
        leading.result()
        return [each.exception() for each in done]


def kept(ledger):
    """The steps that are written; what a new ledger says of itself is none."""
    steps = select(LEASE.c.name).where(LEASE.c.name.like("step %"))
    with ledger.connect() as connection:
        return sorted(connection.execute(steps).scalars())


def test_who_comes_while_another_writes_is_written_with_the_next(sqlite_ledger, commits):
    assert together(Writer(sqlite_ledger, "x", NOW), *(lease(n) for n in range(5))) == [None] * 5

    assert kept(sqlite_ledger) == [f"step {n}" for n in range(5)]
    assert len(commits) == 2


def test_a_transaction_takes_no_more_than_so_many(sqlite_ledger, commits):
    together(Writer(sqlite_ledger, "x", NOW), *(lease(n) for n in range(MOST_AT_ONCE + 1)))

    assert len(kept(sqlite_ledger)) == MOST_AT_ONCE + 1
    assert len(commits) == 3


def test_when_one_fails_nothing_is_kept_and_each_is_told(sqlite_ledger):
    def broken(connection):
        raise ArithmeticError("cannot be written")

    told = together(Writer(sqlite_ledger, "x", NOW), lease(1), broken, lease(2))

    assert [str(error) for error in told] == ["cannot be written"] * 3
    assert kept(sqlite_ledger) == []
    Writer(sqlite_ledger, "x", NOW).do(lease(3))
    assert kept(sqlite_ledger) == ["step 3"]


def test_messages_that_were_only_taken_are_written_down_as_one():
    refused = Settlement(failed=[3], error="no such person", again_at=NOW, attempts=(13,), outcome="refused")
    at_one_of_two = Settlement(sent={4: "one full"}, error="one full", attempts=(14,), outcome="accepted")
    taken = [Settlement(sent={n: None}, again_at=NOW, attempts=(n + 10,), outcome="accepted") for n in (1, 2)]

    assert gathered([taken[0], Settlement(), refused, at_one_of_two, taken[1]]) == [
        refused,
        at_one_of_two,
        Settlement(sent={1: None, 2: None}, attempts=(11, 12), outcome="accepted"),
    ]
    assert gathered([Settlement()]) == []
