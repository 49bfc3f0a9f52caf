"""What several senders write at the same moment is one transaction, and each hears whether it was kept."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event, select, text

from duban.deliveries.writer import MOST_AT_ONCE, Writer
from duban.ledger.tables import LEASE


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
    assert together(Writer(sqlite_ledger), *(lease(n) for n in range(5))) == [None] * 5

    assert kept(sqlite_ledger) == [f"step {n}" for n in range(5)]
    assert len(commits) == 2


def test_a_transaction_takes_no_more_than_so_many(sqlite_ledger, commits):
    together(Writer(sqlite_ledger), *(lease(n) for n in range(MOST_AT_ONCE + 1)))

    assert len(kept(sqlite_ledger)) == MOST_AT_ONCE + 1
    assert len(commits) == 3


def test_when_one_fails_nothing_is_kept_and_each_is_told(sqlite_ledger):
    def broken(connection):
        raise ArithmeticError("cannot be written")

    told = together(Writer(sqlite_ledger), lease(1), broken, lease(2))

    assert [str(error) for error in told] == ["cannot be written"] * 3
    assert kept(sqlite_ledger) == []
    Writer(sqlite_ledger).do(lease(3))
    assert kept(sqlite_ledger) == ["step 3"]
