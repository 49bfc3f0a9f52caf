"""The wake-up event: one per ingested batch of facts, naming their kinds.

Only a wake-up: should it be lost, the hourly sweep opens the same obligations. It is a plain HTTP request, so that
`duban fact add` need not load Prefect.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from duban.runtime.prefect_api import PrefectRefuses, PrefectSilent, prefect_of

EVENT = "duban.facts.recorded"
SECONDS = 2.0


def fact_kind_resource(kind: str) -> str:
    """The name by which a trigger in Prefect recognises a kind of facts."""
    return f"duban.fact-kind.{kind}"


def emit_wakeup(root: Path, kinds: Iterable[str], now: datetime) -> bool:
    """Tell the running service that facts of these kinds have come in; False when it is not running or not reached."""
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
