"""How long a connection may keep a server waiting, and how many may wait at once.

uvicorn waits for a request without end: a few hundred sockets that send half a head would take every file the process
may open. Here the head, the body and the reading of the answer each have their time, and when too many are connected
the one that has kept the server waiting longest goes; a request that is being answered never does.
"""

import asyncio
from dataclasses import dataclass
from typing import ClassVar

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

_TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


@dataclass(frozen=True)
class Patience:
    """What a server grants one connection, and all of them together. Spans are seconds."""

    head: float = 10.0  #: from the first byte of a request (or from the connection) to the end of its head
    body: float = (
        20.0  #: from the head to the end of the body, and a second more for each `pace` bytes that came
    )
    pace: int = 1_000  #: the slowest body that may take its time, bytes a second
    reading: float = 30.0  #: how long an answer may wait for a client that does not read
    most: int = 200  #: connections at once, idle ones counted


class TimedConnection(H11Protocol):
    """One connection to a server: uvicorn's own, with `patience`."""

    patience: ClassVar[Patience] = Patience()
    _timer: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None
    waits_since: float | None = None
    """When it began to wait for its client, on the loop's clock; None while its request is being answered."""
    _for_body = False
    _came = 0
    _upgraded = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take the connection; the one that waits longest goes when there are too many."""
        super().connection_made(transport)
        self._await_more()
        if len(self.connections) > self.patience.most:
            waiting = [
                each
                for each in self.connections
                if isinstance(each, TimedConnection) and each.waits_since is not None
            ]
            min(waiting, key=lambda each: each.waits_since or 0.0, default=self).give_up()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing more is waited for."""
        self._stop_waiting()
        if self._unread is not None:
            self._unread.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what came, and see what is still missing."""
        if self.timeout_keep_alive_task is not None:  # it was idle: its next request begins now
            self._stop_waiting()
        if self.conn.their_state is h11.SEND_BODY:
            self._came += len(data)
        super().data_received(data)
        self._await_more()

    def on_response_complete(self) -> None:
        """The answer is out: the next request may be waited for."""
        super().on_response_complete()
        self._await_more()

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """From here on it is no longer a request."""
        self._upgraded = True
        self._stop_waiting()
        super().handle_websocket_upgrade(event)

    def pause_writing(self) -> None:
        """The client does not read its answer."""
        super().pause_writing()
        self._unread = self.loop.call_later(self.patience.reading, self.transport.abort)

    def resume_writing(self) -> None:
        """It reads again."""
        super().resume_writing()
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _await_more(self) -> None:
        """Wait for a head or for a body, whichever has begun; for neither while a request is being answered."""
        body = self.conn.their_state is h11.SEND_BODY
        if self._upgraded or self.transport.is_closing() or not (body or self.conn.their_state is h11.IDLE):
            self._stop_waiting()
            return
        if self.waits_since is None or body != self._for_body:
            self._stop_waiting()
            self.waits_since, self._for_body = self.loop.time(), body
            self._timer = self.loop.call_later(
                self.patience.body if body else self.patience.head, self._too_slow
            )

    def _too_slow(self) -> None:
        earned = self._came / self.patience.pace if self._for_body else 0.0
        until = (self.waits_since or 0.0) + self.patience.body + earned
        if self._for_body and until > self.loop.time():
            self._timer = self.loop.call_at(until, self._too_slow)
        elif self._for_body or self.timeout_keep_alive_task is None:  # an idle one has uvicorn's own time
            self.give_up()

    def give_up(self) -> None:
        """Close the connection, with an answer if a request had begun and none is on its way."""
        self._stop_waiting()
        begun = self.conn.their_state is h11.SEND_BODY or bool(self.conn.trailing_data[0])
        if begun and self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):  # no answer is on its way
            self.transport.write(_TOO_SLOW)
        self.transport.close()

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self.waits_since = None
        self._came, self._for_body = 0, False


def connection_kind(patience: Patience) -> type[TimedConnection]:
    """The kind of connection that has this `patience`, for uvicorn's `http=`."""
    return type("TimedConnection", (TimedConnection,), {"patience": patience})
