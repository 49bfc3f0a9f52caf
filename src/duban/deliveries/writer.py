"""One writer for many senders: what they write at the same moment becomes one transaction.

A transaction costs a wait for the disk, however little it writes. While one sender waits for it, the others' work gathers,
and the next one writes it all.
"""

from collections.abc import Callable, Sequence
from contextvars import Context, copy_context
from datetime import datetime
from itertools import islice, takewhile
from threading import Lock

from sqlalchemy import Connection, Engine

from duban.deliveries.settling import Settlement, gathered, settle
from duban.ledger.database import writing

MOST_AT_ONCE = 16


class _Work:
    """What one sender wants to be written, and whether it was."""

    def __init__(
        self,
        order: str,
        write: Callable[[Connection], None] | None,
        ends: Sequence[Settlement],
        context: Context,
    ) -> None:
        self.order = order
        self.write = write
        self.ends = ends
        self.context = context
        self.done = False
        self.error: BaseException | None = None


class Writer:
    """Writes for any number of threads of one run, which began at `now` (aware UTC) and has leased as `holder`: one transaction
    after the other.
    """

    def __init__(self, ledger: Engine, holder: str, now: datetime) -> None:
        self._ledger = ledger
        self._holder = holder
        self._now = now
        self._writing = Lock()
        self._queue: list[_Work] = []
        self._queueing = Lock()

    def do(
        self,
        write: Callable[[Connection], None] | None,
        order: str = "",
        ends: Sequence[Settlement] = (),
    ) -> None:
        """Write, together with what others have to write now; returns when it is kept. Raises what the writing raises.

        What fails takes the others of its transaction with it: each of them is told. `order`: writings are done by it, so that
        two processes never wait for each other. `ends`: what became of earlier parcels, written before anything else; where there
        is nothing to `write` besides, also into a ledger that a newer program has taken over: what was sent is not unsent by that.
        """
        work = _Work(order, write, ends, copy_context())
        with self._queueing:
            self._queue.append(work)
        with self._writing:
            while not work.done:
                self._write_next()
        if work.error is not None:
            raise work.error

    def _write_next(self) -> None:
        with self._queueing:
            only_ends = self._queue[0].write is None
            alike = takewhile(lambda work: (work.write is None) == only_ends, self._queue)
            together = list(islice(alike, MOST_AT_ONCE))
            self._queue = self._queue[len(together) :]
        error: BaseException | None = None
        try:
            with writing(self._ledger, whosever=only_ends) as connection:
                for end in gathered(end for work in together for end in work.ends):
                    settle(connection, self._holder, end, self._now)
                for each in sorted(together, key=lambda work: work.order):
                    if each.write is not None:
                        each.context.run(each.write, connection)
        except BaseException as wrong:
            error = wrong
        for each in together:
            each.done, each.error = True, error
