"""One channel during one run: how many senders it has, its limits, and when it rests.

The first message goes alone. Once one has got through, several go at a time, so that a slow server costs its waiting
time once and not for every recipient. After three failures running the channel rests until the next round: what was not
tried stays as it was.
"""

import logging
from collections import deque
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING, Protocol
from zlib import crc32

from duban.channels.answer_words import in_words
from duban.channels.channel import INBOX, Channel
from duban.deliveries.leasing import Parcel
from duban.deliveries.message import DeliveryTally
from duban.deliveries.outbox import Outbox
from duban.deliveries.preparing import Preparation
from duban.deliveries.settling import Settlement
from duban.ledger.unavailable import LedgerOfNewer, LedgerUnavailable

if TYPE_CHECKING:
    from duban.deliveries.apprise_adapter import Sender

logger = logging.getLogger("duban.deliveries")

FAILURES_IN_A_ROW = 3
AT_A_TIME = 4
MOST_BY_ONE = 5
"""A limit of a second up to this is for one sender."""
REST = timedelta(minutes=1)
BREATH = 1.0
"""Seconds a sender pauses after a service said that messages come too fast; after three times running the channel rests."""
TRIES_AGAIN = 1.0
"""Seconds between two tries to write down what became of messages, while the ledger cannot be had."""
LONGEST_WAIT = timedelta(seconds=2)
"""A sender waits so long for a channel's bucket of a second; for a minute's it leaves the message to the next round."""


class Round(Protocol):
    """What a line must know of the run it belongs to."""

    @property
    def began(self) -> datetime:
        """The run's moment, aware UTC."""

    def late(self) -> bool:
        """Whether it is time to stop."""

    def holds(self) -> bool:
        """Whether what the run has leased is still its own."""

    def moment(self) -> datetime:
        """What time it is by now, aware UTC."""

    def wait(self, seconds: float) -> None:
        """Let so many seconds pass."""


class Line:
    """A channel that sends its parcels for one run; it keeps its failures from batch to batch."""

    def __init__(self, channel: Channel, preparation: Preparation, outbox: Outbox, run: Round) -> None:
        self._channel = channel
        self._preparation = preparation
        self._outbox = outbox
        self._run = run
        self._lock = Lock()
        self._waiting: deque[Parcel] = deque()
        self._failures = 0
        self._too_fast = 0
        self._flows = False
        self._full_until: datetime | None = None

    def send(self, parcels: Iterable[Parcel]) -> DeliveryTally:
        """Send the parcels; returns what became of them.

        Raises LedgerUnavailable where the ledger could not be had for a while: what was sent is written down all the same, unless
        that lasts until the leases end, and what was not sent is given back.
        """
        # Those tried least come first, and what failed in another order each round: a few bad addresses cannot stand in the way.
        # Of what is new, what was decided first: that lies together in the ledger, too, and is written together.
        self._waiting = deque(sorted(parcels, key=lambda each: (each.attempts, _place(each))))
        try:
            return self._send_all()
        except LedgerUnavailable:
            self._hand_back(self._waiting)
            raise

    def _send_all(self) -> DeliveryTally:
        tally = self._work(until_it_flows=True)
        senders = min(_senders(self._channel), len(self._waiting))
        if senders > 1:
            with ThreadPoolExecutor(senders, "send") as threads:
                for done in [threads.submit(copy_context().run, self._work) for _ in range(senders)]:
                    tally += done.result()
        else:
            tally += self._work()
        return tally

    def _work(self, *, until_it_flows: bool = False) -> DeliveryTally:
        """Take one parcel after the other, as one sender; at first only until a message has got through."""
        from duban.deliveries.apprise_adapter import Sender

        tally = DeliveryTally()
        open_ends: list[Settlement] = []
        with Sender() as sender:
            try:
                while not (until_it_flows and self._flows):
                    parcel = self._next()
                    if parcel is None:
                        break
                    try:
                        tally += self._send(parcel, sender, open_ends)
                    except LedgerUnavailable:
                        # Another may send it, or give it back: not where it was put on the line.
                        with self._lock:
                            self._waiting.append(parcel)
                        raise
            finally:
                self._settle(open_ends)
        with self._lock:
            if self._stop() is not None:
                tally.held += self._hand_back(self._waiting)
                self._waiting.clear()
        return tally

    def _settle(self, open_ends: list[Settlement]) -> None:
        """Write down what became of the last parcels, however long the ledger cannot be had while they are ours: what was sent and
        is not written down would be sent again.
        """
        while True:
            try:
                self._outbox.settle(open_ends)
            except LedgerOfNewer:  # waiting mends nothing
                raise
            except LedgerUnavailable:
                if not self._run.holds():
                    raise
                self._run.wait(TRIES_AGAIN)
            else:
                return

    def _next(self) -> Parcel | None:
        with self._lock:
            return self._waiting.popleft() if self._waiting and self._stop() is None else None

    def _stop(self) -> datetime | None:
        """Until when the line sends nothing more; None while it goes on."""
        if self._run.late():
            return self._run.began
        if self._failures >= FAILURES_IN_A_ROW:
            return self._run.began + REST
        return self._full_until

    def _send(self, parcel: Parcel, sender: "Sender", open_ends: list[Settlement]) -> DeliveryTally:
        """Prepare one parcel, wait for the channel's limits, send it, and leave what became of it to be settled."""
        prepared = self._preparation.of(parcel, self._channel)
        open_ends.append(prepared.settlement)
        if prepared.later is not None:
            return prepared.tally + self._hold(parcel, prepared.later, for_one=True)
        if prepared.message is None:
            return prepared.tally
        while True:
            wait = self._outbox.put_on_line(prepared.message, self._run.moment(), open_ends)
            if wait is None:
                break
            pause = wait.until - self._run.moment()
            if pause > LONGEST_WAIT or self._run.late():
                # The last of it is waited for then: the next round comes when the bucket is about to have room.
                until = wait.until - LONGEST_WAIT
                return prepared.tally + self._hold(parcel, until, for_one=wait.for_one)
            self._run.wait(max(pause.total_seconds(), 0.001))
        if not prepared.message.on_line:
            return prepared.tally
        fate = self._outbox.send(prepared.message, sender)
        open_ends.append(fate.settlement)
        if fate.error:
            logger.warning("%s: %s", self._channel.name, in_words(fate.error))
        self._learn(error=fate.error, too_fast=fate.too_fast, rest=fate.rest)
        if fate.too_fast:
            self._run.wait(BREATH)
        return prepared.tally + fate.tally

    def _hold(self, parcel: Parcel, until: datetime, *, for_one: bool) -> DeliveryTally:
        """Leave a parcel to a later round, and those behind it, too, unless only its recipient has to wait."""
        with self._lock:
            if not for_one:
                self._full_until = until
            return DeliveryTally(held=self._hand_back([parcel], until))

    def _learn(self, *, error: str, too_fast: bool, rest: int) -> None:
        with self._lock:
            if too_fast:
                self._too_fast += 1
                if rest or self._too_fast >= FAILURES_IN_A_ROW:
                    self._full_until = max(
                        self._run.began + REST, self._run.moment() + timedelta(seconds=rest)
                    )
            elif error:
                self._failures += 1
            else:
                self._flows, self._too_fast = True, 0
                # A channel that has been declared resting stays so: its round is over.
                if self._failures < FAILURES_IN_A_ROW:
                    self._failures = 0

    def _hand_back(self, parcels: Iterable[Parcel], until: datetime | None = None) -> int:
        again_at = until or self._stop() or self._run.began
        return self._outbox.hand_back([each for parcel in parcels for each in parcel.deliveries], again_at)


def _place(parcel: Parcel) -> int:
    """Where it comes among those tried as often: by its first delivery, and at each further attempt elsewhere."""
    return (
        crc32(f"{parcel.attempts}{parcel.message_id}".encode()) if parcel.attempts else parcel.deliveries[0]
    )


def _senders(channel: Channel) -> int:
    """How many send at a time: as the project says, else four. The inbox has one writer: the ledger takes no more; and where a
    service counts by the second, several on the way at once would arrive in another order than they were counted here.
    """
    if channel.kind == INBOX:
        return 1
    if channel.senders:
        return channel.senders
    if channel.per_second:
        return min(AT_A_TIME, max(channel.per_second // MOST_BY_ONE, 1))
    return AT_A_TIME
