"""The wake-up event: one per ingested batch of facts, naming their kinds.

Only a wake-up: should it be lost, the hourly sweep opens the same obligations. It is a plain HTTP request, so that
`duban fact add` need not load Prefect.
"""

import threading
import time
import uuid
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

from duban.runtime.prefect_api import PrefectRefuses, PrefectSilent, prefect_of

EVENT = "duban.facts.recorded"
SECONDS = 2.0
GATHERED = 3.0
"""Seconds in which wake-ups of one process become one."""


def fact_kind_resource(kind: str) -> str:
    """The name by which a trigger in Prefect recognises a kind of facts."""
    return f"duban.fact-kind.{kind}"


def emit_wakeup(root: Path, kinds: Iterable[str], now: datetime) -> bool:
    """Tell the running service of the project at `root` that facts of these kinds have come in at `now` (aware UTC).

    False when it is not running or not reached, or there are no kinds: its next patrol finds the facts all the same.
    """
    names = sorted(set(kinds))
    server = prefect_of(root, seconds=SECONDS) if names else None
    if server is None:
        return False
    event = {
        "id": str(uuid.uuid4()),
        "occurred": now.isoformat(),
        "event": EVENT,
        "resource": {"prefect.resource.id": "duban.facts"},
        "related": [
            {"prefect.resource.id": fact_kind_resource(kind), "prefect.resource.role": "fact-kind"}
            for kind in names
        ],
        "payload": {"kinds": names},
    }
    with server:
        try:
            server.ask("POST", "/events", [event])
        except (PrefectSilent, PrefectRefuses):
            return False
    return True


class GatheredWakeups:
    """The wake-ups of one process: those that come within a moment are told as one, so that a source which posts its facts one
    by one wakes each duty once and not once for each.
    """

    def __init__(self, pause: Callable[[], object] = lambda: time.sleep(GATHERED)) -> None:
        """`pause` is how the first one waits for the others."""
        self._pause = pause
        self._lock = threading.Lock()
        self._kinds: set[str] | None = None

    def emit(self, root: Path, kinds: Iterable[str], now: datetime) -> bool:
        """As `emit_wakeup` of facts of these `kinds`, for the others that come meanwhile too, whose answer is that it will be
        told; `now` (aware UTC) is the first one's.
        """
        with self._lock:
            if self._kinds is not None:
                self._kinds.update(kinds)
                return True
            if prefect_of(root) is None:
                return False
            self._kinds = set(kinds)
        try:
            self._pause()
        finally:
            with self._lock:
                gathered, self._kinds = self._kinds, None
        return emit_wakeup(root, gathered, now)
