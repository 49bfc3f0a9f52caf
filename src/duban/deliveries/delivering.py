"""Deliver: what waits to be said goes out, each channel in its own thread, each message settled as soon as it is sent.

For one message: its deliveries are leased; they are read again (what is no longer owed is cancelled); the message is put
into words; it is marked as on the line; it is sent with no transaction open; and what became of it is written down. A
process that dies between any two of these steps loses nothing, and only what was on the line may arrive twice, with the
same message id.
"""

import os
import socket
import time
import uuid
from collections.abc import Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import datetime, timedelta
from threading import Event
from typing import TYPE_CHECKING, Final, Protocol

from duban.base.language import current, say, use
from duban.base.problems import Problem
from duban.channels.channel import INBOX, Channel
from duban.channels.current import current_channels
from duban.channels.redaction import guard_logs
from duban.channels.routes import Channels
from duban.deliveries.asking import ask_for_decision
from duban.deliveries.holding import goes_all_the_same, hold_where_unlikely
from duban.deliveries.leasing import Parcel, expire, lease, wait_no_longer_than_the_clock
from duban.deliveries.line import Line
from duban.deliveries.message import DeliveryTally
from duban.deliveries.outbox import Outbox
from duban.deliveries.preparing import Preparation
from duban.ledger.database import writing
from duban.workspace.ahead import refuse_ahead

if TYPE_CHECKING:
    from duban.workspace.workspace import Workspace

LIMIT = 100_000
FIRST_BATCH = 2_000
LARGEST_BATCH = 20_000
LEASE_SECONDS = 300.0
CHANNELS_AT_ONCE = 8
LEAVING: Final = Event()
"""Set once this process is to end: what is on the line is sent, the rest of what was leased is handed back for whoever comes."""


class Watch(Protocol):
    """How long a run has been going, and how it passes time; not a clock."""

    def elapsed(self) -> float:
        """Seconds since the run began."""

    def wait(self, seconds: float) -> None:
        """Let so many seconds pass."""


class StopWatch:
    """The time that really passes."""

    def __init__(self) -> None:
        self._started = time.monotonic()

    def elapsed(self) -> float:
        """Seconds since it was made."""
        return time.monotonic() - self._started

    def wait(self, seconds: float) -> None:
        """Sleep for so many seconds."""
        time.sleep(seconds)


def deliver(
    ws: "Workspace",
    now: datetime,
    limit: int = LIMIT,
    channels: Channels | None = None,
    *,
    lease_seconds: float = LEASE_SECONDS,
    watch: Watch | None = None,
) -> DeliveryTally:
    """Send at most `limit` deliveries that may go out at `now` (aware UTC).

    `channels` default to the project's file; while that file is wrong, to its last good version. If there never was
    one, only the inbox is served, and the others wait. While delivery is held (`holding`), only what is urgent goes.
    What is taken is this process's own for `lease_seconds`. `watch` passes the time between messages to a channel
    that takes only so many a second. Raises MomentAhead.
    """
    refuse_ahead(ws.clock, now)
    problems: tuple[Problem, ...] = ()
    only: Collection[str] | None = None
    if channels is None:
        current = current_channels(ws)
        channels, problems = current.channels, current.problems
        only = None if current.known else (INBOX,)
    guard_logs()
    with writing(ws.ledger) as connection:
        held = hold_where_unlikely(connection, ws, now)
        wait_no_longer_than_the_clock(connection, now)
        tally = DeliveryTally(unknown=expire(connection, now), kept_back=int(held), problems=problems)
    if held:
        ask_for_decision(ws, now)
    run = _Run(ws, now, channels, lease_seconds, watch or StopWatch())
    claimed = 0
    while claimed < limit and not run.late():
        room = min(LARGEST_BATCH, limit - claimed)
        with writing(ws.ledger) as connection:
            parcels = lease(
                connection,
                now,
                holder=run.holder,
                seconds=lease_seconds,
                limit=min(run.batch(), room),
                most=room,
                tear=not claimed or room == LARGEST_BATCH,
                only=only,
                such=goes_all_the_same(ws.definitions) if held else None,
            )
        if not parcels:
            break
        claimed += sum(len(parcel.deliveries) for parcel in parcels)
        tally += run.send_all(parcels)
    return tally


class _Run:
    """One run at one moment: who holds its leases, its channels, and how long it has been going."""

    def __init__(
        self, ws: "Workspace", now: datetime, channels: Channels, lease_seconds: float, watch: Watch
    ) -> None:
        self.holder = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        self.began = now
        self._channels = channels
        self._lease_seconds = lease_seconds
        self._watch = watch
        self._preparation = Preparation(ws, now, channels, self.holder)
        self._outbox = Outbox(ws.ledger, now, self.holder)
        self._lines: dict[str, Line] = {}
        self._sent = 0

    def late(self) -> bool:
        """Whether so much of the leases is used up that a further message might outlive its own, or the process is to end."""
        return LEAVING.is_set() or self._watch.elapsed() > self._lease_seconds / 2

    def holds(self) -> bool:
        """Whether the leases have not run out."""
        return self._watch.elapsed() < self._lease_seconds

    def batch(self) -> int:
        """How many deliveries to lease next: as many as can be sent in half the time that is left, as it went so far."""
        elapsed = self._watch.elapsed()
        if not self._sent or not elapsed:
            return FIRST_BATCH
        left = max(self._lease_seconds / 2 - elapsed, 0)
        return max(int(self._sent / elapsed * left / 2), 1)

    def moment(self) -> datetime:
        """What time it is by now: the run's moment and what has passed since."""
        return self.began + timedelta(seconds=self._watch.elapsed())

    def send_all(self, parcels: Iterable[Parcel]) -> DeliveryTally:
        """Send the parcels, every channel on its own, so that a slow one holds up nobody else."""
        by_channel: dict[str, list[Parcel]] = {}
        for parcel in parcels:
            channel, _ = self._channels.named(parcel.channel)
            by_channel.setdefault(channel.name if channel else parcel.channel, []).append(parcel)
            self._sent += len(parcel.deliveries)
        tally = DeliveryTally()
        with (
            use(current()),  # asked for once, not with each word
            ThreadPoolExecutor(min(CHANNELS_AT_ONCE, len(by_channel)), "deliver") as threads,
        ):
            done = [
                threads.submit(copy_context().run, self._line(name).send, waiting)
                for name, waiting in by_channel.items()
            ]
            for each in done:
                tally += each.result()
        return tally

    def _line(self, name: str) -> Line:
        if name not in self._lines:
            absent = say(zh=f"channels.yaml 里没有渠道“{name}”", en=f"channels.yaml has no channel “{name}”")
            channel = self._channels.by_name.get(name) or Channel(name, "apprise", absent=absent)
            self._lines[name] = Line(channel, self._preparation, self._outbox, self)
        return self._lines[name]

    def wait(self, seconds: float) -> None:
        """Let so many seconds pass."""
        self._watch.wait(seconds)
