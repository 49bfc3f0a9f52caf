"""One service per project: a lock that dies with its process, and a note that says where the service answers."""

from __future__ import annotations

import fcntl
import json
import os
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from duban.runtime.environment import runtime_folder
from duban.runtime.private import write_closed

NOTE = "service.json"
LOCK = "service.lock"


class AlreadyRunning(Exception):
    """Another process on this machine serves the project; `pid` is its process id, 0 if unknown."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        super().__init__(str(pid))


class Presence:
    """The right to be the service of a project, held while the block lasts.

    The operating system gives the lock back when the process ends, also after `kill -9`, so a crash never blocks the
    next start. Several machines may serve one ledger all the same: there the ledger's own keys and leases decide.
    """

    def __init__(self, root: Path) -> None:
        self._folder = runtime_folder(root)
        self._lock = -1

    def __enter__(self) -> Self:
        lock = os.open(self._folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(lock)
            raise AlreadyRunning(int(_read(self._folder).get("pid", 0))) from None
        self._lock = lock
        return self

    def announce(self, api: str, page: str = "") -> None:
        """Write down where Prefect's server and the pages of this service answer, for the other commands.

        Also the names, not the values, of its environment variables: a channel's address may stand in one that only
        the operator's shell has.
        """
        note = {"pid": os.getpid(), "api": api, "page": page, "variables": sorted(os.environ)}
        draft = self._folder / f"{NOTE}.new"
        draft.unlink(missing_ok=True)
        write_closed(draft, json.dumps(note))
        draft.replace(self._folder / NOTE)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        (self._folder / NOTE).unlink(missing_ok=True)
        os.close(self._lock)


def running_api(root: Path) -> str | None:
    """Where Prefect's server of the running service answers, or None when no service runs for the project."""
    return _told(root, "api")


def running_page(root: Path) -> str | None:
    """Where the pages and the API of the running service answer, or None when no service runs for the project."""
    return _told(root, "page")


def running_variables(root: Path) -> frozenset[str] | None:
    """The names of the environment variables the running service has, or None when no service runs for the project."""
    folder = root / ".duban"
    names = _read(folder).get("variables")
    return frozenset(map(str, names)) if isinstance(names, list) and _is_held(folder / LOCK) else None


def _told(root: Path, what: str) -> str | None:
    folder = root / ".duban"
    address = _read(folder).get(what)
    return str(address) if address and _is_held(folder / LOCK) else None


def _is_held(lock: Path) -> bool:
    try:
        handle = os.open(lock, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    else:
        return False
    finally:
        os.close(handle)


def _read(folder: Path) -> dict[str, Any]:
    try:
        note = json.loads((folder / NOTE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return note if isinstance(note, dict) else {}
