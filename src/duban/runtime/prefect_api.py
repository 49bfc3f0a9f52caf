"""Asking a Prefect server over plain HTTP: a kept connection, the login, JSON in and out, never a proxy.

Nothing of Prefect is loaded for it: `duban fact add` and `duban doctor` must not pay for that.
"""

import base64
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from socket import SHUT_RDWR
from typing import Any, Self
from urllib.parse import urlsplit

from duban.runtime.login import kept_login
from duban.runtime.presence import known_api

SECONDS = 5.0
PAGE = 200
"""The most rows Prefect gives at once."""


class PrefectSilent(Exception):
    """The server at `url` cannot be reached, or does not answer in time; the `reason` is in the words of whoever found out."""

    def __init__(self, url: str, reason: str) -> None:
        self.url = url
        self.reason = reason
        super().__init__(f"{url}: {reason}")


class PrefectRefuses(Exception):
    """The server says no; `status` is the HTTP status (401 for a wrong login, 404 for what is not there)."""

    def __init__(self, status: int, text: str) -> None:
        self.status = status
        super().__init__(f"{status} {text[:300]}")


class PrefectApi:
    """One kept connection to the server behind `url` (`http://127.0.0.1:4200/api`), for one thread at a time.

    `login` is `user:password`; without it only `/health` and `/ready` answer. Each answer may take `seconds`.
    """

    def __init__(self, url: str, login: str | None = None, *, seconds: float = SECONDS) -> None:
        parts = urlsplit(url)
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self.url = url
        self._path = parts.path.rstrip("/")
        self._connection = kind(parts.hostname or "", parts.port, timeout=seconds)
        self._over = False
        self._headers = {"Content-Type": "application/json"}
        if login:
            self._headers["Authorization"] = "Basic " + base64.b64encode(login.encode()).decode()

    def ask(self, method: str, path: str, what: object = None) -> Any:
        """The answer to one request at `path` (`/flow_runs/filter`), None when it has no body; `what` is sent as JSON.

        Raises PrefectSilent when no whole answer comes, PrefectRefuses for one with a status from 300 on.
        """
        body = None if what is None else json.dumps(what).encode()
        while not self._over:
            fresh = self._connection.sock is None
            try:
                return self._asked(method, path, body)
            except (HTTPException, OSError) as error:
                self._connection.close()
                # A kept connection may have been closed at the other end; one that is new has no such excuse.
                if fresh or isinstance(error, TimeoutError):
                    raise PrefectSilent(self.url, f"{type(error).__name__}: {error}") from None
        raise PrefectSilent(self.url, "the connection was given up")

    def every(self, path: str, what: Mapping[str, object]) -> list[dict[str, Any]]:
        """Every row that the filter `what`, sent to `path`, finds, page by page. Raises as `ask` does."""
        found: list[dict[str, object]] = []
        while True:
            page = self.ask("POST", path, {**what, "limit": PAGE, "offset": len(found)})
            found += page
            if len(page) < PAGE:
                return found

    def _asked(self, method: str, path: str, body: bytes | None) -> object:
        self._connection.request(method, f"{self._path}{path}", body, self._headers)
        reply = self._connection.getresponse()
        text = reply.read()
        if reply.status >= 300:
            raise PrefectRefuses(reply.status, text.decode("utf-8", "replace"))
        try:
            return json.loads(text) if text else None
        except ValueError:
            raise PrefectSilent(self.url, f"no JSON: {text[:80]!r}") from None

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()

    def give_up(self) -> None:
        """Ask nothing more, and break off what is being asked, from another thread: the asker gets PrefectSilent."""
        self._over = True
        socket = self._connection.sock
        if socket is not None:
            with suppress(OSError):
                socket.shutdown(SHUT_RDWR)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failed: object) -> None:
        self.close()


def prefect_of(root: Path, *, seconds: float = SECONDS) -> PrefectApi | None:
    """The Prefect server of the project: the one `PREFECT_API_URL` names, else that of the running service; or None.

    Each of its answers may take `seconds`.

    The login is `PREFECT_API_AUTH_STRING` for the first, else `DUBAN_PREFECT_LOGIN`, else the kept one.
    """
    api = known_api(root)
    if api is None:
        return None
    named = os.environ.get("PREFECT_API_AUTH_STRING") if os.environ.get("PREFECT_API_URL") else None
    login = named or os.environ.get("DUBAN_PREFECT_LOGIN") or kept_login(root / ".duban")
    return PrefectApi(api, login, seconds=seconds)


def answers(api: str, seconds: float = 1.0) -> bool:
    """Whether Prefect's server behind `api` says it is well, within `seconds`. Asks for no login."""
    with PrefectApi(api, seconds=seconds) as server:
        try:
            server.ask("GET", "/health")
        except (PrefectSilent, PrefectRefuses):
            return False
    return True
