"""One channel during one run: how many senders it has, its rate, and when it rests.

The first message goes alone. Once one has got through, several go at a time, so that a slow server costs its waiting
time once and not for every recipient. After three failures running the channel rests until the next round.
"""

from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import datetime, timedelta
from threading import Lock
from zlib import crc32

from duban.base.language import say
from duban.channels.channels import INBOX, Channel
from duban.deliveries.leasing import Parcel
from duban.deliveries.outbox import Outbox, Tally
from duban.deliveries.settling import hand_back
from duban.ledger.database import writing

FAILURES_IN_A_ROW = 3
AT_A_TIME = 4


class Line:
    """A channel that sends its parcels for one run; it keeps its failures and its rate from batch to batch.

    `allowed` is how many messages its rate leaves for now, None without a rate; `late` says when to stop.
    """

    def __init__(
        self, channel: Channel, outbox: Outbox, now: datetime, allowed: int | None, late: Callable[[], bool]
    ) -> None:
        self._channel = channel
        self._outbox = outbox
        self._now = now
        self._allowed = allowed
        self._late = late
        self._lock = Lock()
        self._waiting: deque[Parcel] = deque()
        self._failures = 0
        self._last_error = ""
        self._flows = False

    def send(self, parcels: list[Parcel]) -> Tally:
        """Send the parcels; returns what became of them."""
        # Those tried least come first, in another order each round: a few bad addresses cannot stand in the way.
        self._waiting = deque(
            sorted(
                parcels, key=lambda each: (each.attempts, crc32(f"{each.attempts}{each.message_id}".encode()))
            )
        )
        tally = self._work(until_it_flows=True)
        # The inbox has one writer: the ledger takes no more at a time.
        senders = 1 if self._channel.kind == INBOX else min(AT_A_TIME, len(self._waiting))
        if senders > 1:
            with ThreadPoolExecutor(senders, "send") as threads:
                for done in [threads.submit(copy_context().run, self._work) for _ in range(senders)]:
                    tally += done.result()
        else:
            tally += self._work()
        return tally

    def _work(self, *, until_it_flows: bool = False) -> Tally:
        """Take one parcel after the other, as one sender; at first only until a message has got through."""
        tally = Tally()
        while not (until_it_flows and self._flows):
            with self._lock:
                if not self._waiting:
                    break
                if self._late():
                    tally.held += self._hand_back(self._now)
                    break
                if self._allowed is not None and self._allowed <= 0:
                    tally.held += self._hand_back(self._now + timedelta(minutes=1))
                    break
                parcel = self._waiting.popleft()
                rests = self._failures >= FAILURES_IN_A_ROW
                if self._allowed is not None and not rests:
                    self._allowed -= 1
            if rests:
                tally += self._outbox.fail(parcel, self._channel, self._why_it_rests())
                continue
            went = self._outbox.send(parcel, self._channel)
            tally += went.tally
            with self._lock:
                self._learn(tried=went.tried, error=went.error)
        return tally

    def _learn(self, *, tried: bool, error: str) -> None:
        if not tried:
            # Nothing was sent, so nothing is taken off the rate.
            if self._allowed is not None:
                self._allowed += 1
        elif error:
            self._failures += 1
            self._last_error = error
        else:
            self._flows = True
            # A channel that has been declared resting stays so: its round is over.
            if self._failures < FAILURES_IN_A_ROW:
                self._failures = 0

    def _why_it_rests(self) -> str:
        return say(
            zh=f"渠道连续失败 {FAILURES_IN_A_ROW} 次，本轮不再尝试：{self._last_error}",
            en=f"the channel failed {FAILURES_IN_A_ROW} times running and rests: {self._last_error}",
        )

    def _hand_back(self, again_at: datetime) -> int:
        rows = [pair for each in self._waiting for pair in zip(each.deliveries, each.before, strict=True)]
        self._waiting.clear()
        with writing(self._outbox.ledger) as connection:
            hand_back(connection, self._outbox.holder, rows, again_at)
        return len(rows)
