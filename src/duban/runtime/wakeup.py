"""The wake-up event: one per ingested batch of facts, naming their kinds.

Only a wake-up: should it be lost, the hourly sweep opens the same obligations. It is a plain HTTP request, so that
`duban fact add` need not load Prefect.
"""

from __future__ import annotations

import json
import os
import urllib.request
import uuid
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from duban.runtime.presence import running_api

EVENT = "duban.facts.recorded"
SECONDS = 2.0


def fact_kind_resource(kind: str) -> str:
    """The name by which a trigger in Prefect recognises a kind of facts."""
    return f"duban.fact-kind.{kind}"


def emit_wakeup(root: Path, kinds: Iterable[str], now: datetime) -> bool:
    """Tell the running service that facts of these kinds have come in; False when it is not running or not reached."""
    names = sorted(set(kinds))
    api = os.environ.get("PREFECT_API_URL") or running_api(root)
    if api is None or not names:
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
    request = urllib.request.Request(  # noqa: S310 - the project's own Prefect server
        f"{api}/events", data=json.dumps([event]).encode(), headers={"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as reply:  # noqa: S310
            return bool(reply.status < 300)
    except (OSError, ValueError):
        return False
