"""Servers that answer without end: an answer may take so long, and be so large, and no more.

A time-out of Python's libraries is how long a server may be silent; one that sends a byte now and then, a line at a time, or
gigabytes, would hold a sender for ever or fill the memory. Here the whole answer has that time.
"""

import socket
import threading
import time
import zlib
from collections.abc import Callable
from contextvars import copy_context
from http.client import HTTPResponse
from io import BufferedReader, RawIOBase
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Final, TypeVar, cast

import requests
from requests.adapters import HTTPAdapter
from urllib3 import ProxyManager, connection, connectionpool
from urllib3.exceptions import HTTPError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

LARGEST: Final = 1024 * 1024
"""Bytes of an answer, packed or unpacked: a robot's takes a hundred."""
_Result = TypeVar("_Result")


class TimedSession(requests.Session):
    """A session whose answers end."""

    def __init__(self) -> None:
        super().__init__()
        for scheme in ("http://", "https://"):
            self.mount(scheme, _TimedAdapter())

    def ask(self, method: str, address: str, **more: object) -> requests.Response:
        """Ask for `address` as `request` does, no redirect followed: the answer with no more than `LARGEST` of its body.

        It has the time-out that is given for reading, from its first byte to its last. Raises RequestException alone,
        for an address that is none, too.
        """
        request = cast("Callable[..., requests.Response]", self.request)
        try:
            answer = request(method, address, stream=True, allow_redirects=False, **more)
        except requests.RequestException:
            raise
        except (HTTPError, ValueError) as error:  # what is said of addresses before they are asked
            raise requests.exceptions.InvalidURL(str(error)) from error
        try:
            answer._content = _beginning(answer)  # noqa: SLF001 - where requests keeps it
        except (HTTPError, OSError) as error:
            answer.close()
            raise requests.exceptions.ChunkedEncodingError(error) from error
        return answer


class TimedReader(RawIOBase):
    """What comes from a socket until the time is over, and no more of it than `most` bytes (None: any)."""

    def __init__(self, connected: socket.socket, most: int | None = None) -> None:
        self._socket = connected
        self._sent = connected.makefile("rb", buffering=0)
        self._most = most
        self.begin()

    def begin(self) -> None:
        """An answer begins, with all the time that the socket waits, and all its bytes."""
        seconds = self._socket.gettimeout()
        self._until = None if seconds is None else time.monotonic() + seconds
        self._left = self._most

    def readable(self) -> bool:
        """That it is for reading."""
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int | None:
        """Read what is there. Raises TimeoutError, and OSError for more than there may be."""
        if self._until is not None:
            waits = self._until - time.monotonic()
            if waits <= 0:
                raise TimeoutError("timed out")
            self._socket.settimeout(waits)
        read: int | None = self._sent.readinto(buffer)
        if self._left is not None:
            self._left -= read or 0
            if self._left < 0:
                raise OSError("the answer has no end")
        return read

    def close(self) -> None:
        """Let go of the socket."""
        self._sent.close()
        super().close()


def within(seconds: float, work: Callable[[], _Result]) -> _Result:
    """What the work comes to, if that takes no longer: looking a name up knows no time-out. Raises TimeoutError, and what the
    work raises; what still goes on then ends with the program.
    """
    done: SimpleQueue[tuple[_Result | None, Exception | None]] = SimpleQueue()

    def run() -> None:
        try:
            done.put((work(), None))
        except Exception as error:  # the caller's to judge
            done.put((None, error))

    threading.Thread(target=copy_context().run, args=(run,), daemon=True).start()
    try:
        result, error = done.get(timeout=seconds)
    except Empty:
        raise TimeoutError(f"no answer within {seconds:.0f} s") from None
    if error is not None:
        raise error
    return result  # type: ignore[return-value]


class _TimedResponse(HTTPResponse):
    def __init__(
        self, sock: socket.socket, debuglevel: int = 0, method: str | None = None, url: str | None = None
    ) -> None:
        super().__init__(sock, debuglevel, method, url)
        self.fp.close()
        self.fp = BufferedReader(TimedReader(sock))


class _Connection(connection.HTTPConnection):
    response_class = _TimedResponse


class _SafeConnection(connection.HTTPSConnection):
    response_class = _TimedResponse


class HTTPConnectionPool(connectionpool.HTTPConnectionPool):
    """Connections to one server; errors call it by this name."""

    ConnectionCls = _Connection


class HTTPSConnectionPool(connectionpool.HTTPSConnectionPool):
    """The same over TLS."""

    ConnectionCls = _SafeConnection


_POOLS: Final = {"http": HTTPConnectionPool, "https": HTTPSConnectionPool}


class _TimedAdapter(HTTPAdapter):
    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **named: object) -> None:
        super().init_poolmanager(connections, maxsize, block, **named)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **named: object) -> ProxyManager:
        manager: ProxyManager = super().proxy_manager_for(proxy, **named)
        manager.pool_classes_by_scheme = _POOLS
        return manager


def _beginning(answer: requests.Response) -> bytes:
    """The beginning of the answer's body, unpacked; the connection is kept where that was all of it."""
    body: bytes = answer.raw.read(LARGEST + 1, decode_content=False)
    if len(body) > LARGEST:
        answer.close()
    if answer.headers.get("Content-Encoding", "").strip().lower() in ("gzip", "x-gzip", "deflate"):
        try:
            return zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(body, LARGEST)
        except zlib.error:
            return body[:LARGEST]
    return body[:LARGEST]
