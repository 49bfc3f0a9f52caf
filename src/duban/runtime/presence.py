"""One service and one registrar per project and machine: locks that die with their process, notes that say where they
answer.
"""

import fcntl
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

from duban.base.system_words import naming
from duban.runtime.environment import runtime_folder
from duban.runtime.private import write_closed

SERVICE = "service"
"""The part of whoever runs the rounds: `duban up`, `duban work`."""
REGISTRAR = "registrar"
"""The part of whoever tells Prefect what should stand there: `duban up`, `duban register`."""
PARTS = (SERVICE, REGISTRAR)
REGISTERING = "registering"
"""Held beside them by the registrar while what should stand in Prefect is on its way there."""


class AlreadyRunning(Exception):
    """Another process on this machine does the part: `command` (`duban up`), its process id `pid`, 0 if unknown."""

    def __init__(self, command: str, pid: int) -> None:
        self.command = command
        self.pid = pid
        super().__init__(f"{command} {pid}")


class Presence:
    """The right to be a project's service, or its registrar, or both on this machine, held while the block lasts.

    The operating system gives the lock back when the process ends, also after `kill -9`, so a crash never blocks the
    next start. Several machines may serve one ledger all the same: there the ledger's own keys and leases decide.
    """

    def __init__(self, root: Path, command: str = "duban up", parts: Sequence[str] = PARTS) -> None:
        self._folder = runtime_folder(root)
        self._command = command
        self._parts = parts
        self._locks: list[int] = []

    def __enter__(self) -> Self:
        for part in self._parts:
            lock = os.open(self._folder / f"{part}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            self._locks.append(lock)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                self._let_go()
                other = _read(self._folder, part)
                raise AlreadyRunning(
                    str(other.get("command", "duban up")), int(other.get("pid", 0))
                ) from None
        return self

    def announce(self, api: str, page: str = "") -> None:
        """Write down where Prefect's server (`api`) and the pages of this service (`page`) answer, for the other commands; empty
        where it has none.

        Also the names, not the values, of its environment variables: a channel's address may stand in one that only
        the operator's shell has.
        """
        note = {
            "command": self._command,
            "pid": os.getpid(),
            "api": api,
            "page": page,
            "variables": sorted(os.environ),
        }
        for part in self._parts:
            draft = self._folder / f"{part}.json.new"
            draft.unlink(missing_ok=True)
            with naming(draft):
                write_closed(draft, json.dumps(note))
            draft.replace(self._folder / f"{part}.json")

    def __exit__(self, *failed: object) -> None:
        for part in self._parts:
            (self._folder / f"{part}.json").unlink(missing_ok=True)
        self._let_go()

    def _let_go(self) -> None:
        while self._locks:
            os.close(self._locks.pop())


def known_api(root: Path) -> str | None:
    """Where the Prefect server of the project answers: the one `PREFECT_API_URL` names, which several machines share,
    else that of the service running here; None when there is neither.
    """
    return os.environ.get("PREFECT_API_URL") or running_api(root)


def running_api(root: Path) -> str | None:
    """Where Prefect's server of the running service answers, or None when no service runs for the project."""
    return _told(root, "api")


def running_page(root: Path) -> str | None:
    """Where the pages and the API of the running service answer, or None when no service runs for the project."""
    return _told(root, "page")


def running_variables(root: Path) -> frozenset[str] | None:
    """The names of the environment variables the running service has, or None when no service runs for the project."""
    names = _announced(root, "variables")
    return frozenset(map(str, names)) if isinstance(names, list) else None


def is_registering(root: Path) -> bool:
    """Whether a service of this machine is bringing Prefect to what should stand there, or about to: no fault is one yet."""
    return _is_held(root / ".duban" / f"{REGISTERING}.lock")


def _told(root: Path, what: str) -> str | None:
    address = _announced(root, what)
    return str(address) if address else None


def _announced(root: Path, what: str) -> object:
    """What whoever runs the rounds here, else the registrar, has written down under that name."""
    folder = root / ".duban"
    for part in PARTS:
        if (told := _read(folder, part).get(what)) and _is_held(folder / f"{part}.lock"):
            return told
    return None


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


def _read(folder: Path, part: str) -> dict[str, Any]:
    try:
        note = json.loads((folder / f"{part}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return note if isinstance(note, dict) else {}
