"""Deliver: what waits to be said goes out, each channel in its own thread, each message settled as soon as it is sent.

For one message: its deliveries are leased and committed; they are read again (what is no longer owed is cancelled);
the message is put into words and sent with no transaction open; and what became of it is written down in one
transaction. A process that dies between any two of these steps loses nothing, and only what it was sending may be
sent twice, with the same message id.
"""

import os
import socket
import time
import uuid
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from duban.base.language import say
from duban.base.problems import Problem
from duban.channels.channels import INBOX, Channel, Channels
from duban.channels.current import current_channels
from duban.channels.redaction import guard_logs
from duban.deliveries.leasing import (
    Parcel,
    expire,
    lease,
    sent_since,
)
from duban.deliveries.line import Line
from duban.deliveries.outbox import Outbox, Tally
from duban.ledger.database import reading, writing

if TYPE_CHECKING:
    from duban.workspace.workspace import Workspace

LIMIT = 100_000
BATCH = 20_000
LEASE_SECONDS = 300.0
CHANNELS_AT_ONCE = 8


@dataclass(frozen=True)
class Delivered:
    """What one run did, in deliveries; `messages` are the digests they went out in.

    `failed` will be tried again; `unknown` may have arrived and will be sent again under the same number; `dead` were
    given up and told to an inbox instead; `cancelled` were no longer owed; `passed` had nobody at the post;
    `held` wait for a channel's rate or for a wrong channels file (`problems`).
    """

    sent: int = 0
    failed: int = 0
    unknown: int = 0
    cancelled: int = 0
    dead: int = 0
    passed: int = 0
    held: int = 0
    messages: int = 0
    problems: tuple[Problem, ...] = ()


def deliver(
    ws: "Workspace",
    now: datetime,
    limit: int = LIMIT,
    channels: Channels | None = None,
    *,
    lease_seconds: float = LEASE_SECONDS,
) -> Delivered:
    """Send at most `limit` deliveries that may go out at `now` (aware UTC).

    `channels` default to the project's file; while that file is wrong, to its last good version.
    If there never was one, only the inbox is served, and the others wait.
    """
    problems: tuple[Problem, ...] = ()
    only: Collection[str] | None = None
    if channels is None:
        current = current_channels(ws)
        channels, problems = current.channels, current.problems
        only = None if current.known else (INBOX,)
    guard_logs()
    with writing(ws.ledger) as connection:
        tally = Tally(unknown=expire(connection, now))
    run = _Run(ws, now, channels, lease_seconds)
    claimed = 0
    while claimed < limit and not run.late():
        with writing(ws.ledger) as connection:
            parcels = lease(
                connection,
                now,
                holder=run.holder,
                seconds=lease_seconds,
                limit=min(BATCH, limit - claimed),
                tear=not claimed or limit - claimed >= BATCH,
                only=only,
            )
        if not parcels:
            break
        claimed += sum(len(parcel.deliveries) for parcel in parcels)
        tally += run.send_all(parcels)
    return Delivered(**vars(tally), problems=problems)


class _Run:
    """One run at one moment: who holds its leases, its channels, and how long it has been going."""

    def __init__(self, ws: "Workspace", now: datetime, channels: Channels, lease_seconds: float) -> None:
        self.holder = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        self._ws = ws
        self._now = now
        self._channels = channels
        self._lease_seconds = lease_seconds
        self._outbox = Outbox(ws, now, channels, self.holder)
        self._lines: dict[str, Line] = {}
        # A stop-watch, not a clock: it measures how much of the leases this run has used up.
        self._elapsed: Callable[[], float] = _stop_watch()

    def late(self) -> bool:
        """Whether so much of the leases is used up that a further message might outlive its own."""
        return self._elapsed() > self._lease_seconds / 2

    def send_all(self, parcels: Iterable[Parcel]) -> Tally:
        """Send the parcels, every channel on its own, so that a slow one holds up nobody else."""
        by_channel: dict[str, list[Parcel]] = {}
        for parcel in parcels:
            by_channel.setdefault(parcel.channel, []).append(parcel)
        tally = Tally()
        with ThreadPoolExecutor(min(CHANNELS_AT_ONCE, len(by_channel)), "deliver") as threads:
            done = [
                threads.submit(copy_context().run, self._line(name).send, waiting)
                for name, waiting in by_channel.items()
            ]
            for each in done:
                tally += each.result()
        return tally

    def _line(self, name: str) -> Line:
        if name not in self._lines:
            channel = self._channels.by_name.get(name) or Channel(
                name, "apprise", absent=_unknown_channel(name)
            )
            self._lines[name] = Line(channel, self._outbox, self._now, self._allowance(channel), self.late)
        return self._lines[name]

    def _allowance(self, channel: Channel) -> int | None:
        """How many messages the channel's rate leaves for now; None without a rate."""
        if not channel.rate:
            return None
        with reading(self._ws.ledger) as connection:
            return channel.rate - sent_since(connection, channel.name, self._now - timedelta(minutes=1))


def _unknown_channel(name: str) -> str:
    return say(zh=f"channels.yaml 里没有渠道“{name}”", en=f"channels.yaml has no channel “{name}”")


def _stop_watch() -> Callable[[], float]:
    started = time.monotonic()
    return lambda: time.monotonic() - started
