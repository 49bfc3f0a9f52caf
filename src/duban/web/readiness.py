"""Whether each part does its work, for whatever watches the service; no token, and nothing in it but yes or no.

| address | 200 | 503 |
|---|---|---|
| `/readyz` | the ledger can be read: this process can serve | it cannot |
| `/readyz/PART` | the part does its work: ledger, content, opening, patrol, deliver, audit | it does not |

A round that fell silent takes no page out of service: `/readyz` tells of it and stays 200, `/readyz/deliver` does not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from duban.base.clock import Clock
from duban.ledger.database import reading
from duban.ledger.heartbeats import LOOPS, loop_beats
from duban.workspace.workspace import Workspace

if TYPE_CHECKING:
    from fastapi import FastAPI

READY: Final = "/readyz"
PARTS: Final = ("ledger", "content", *(loop.name for loop in LOOPS))


def add_readiness(app: FastAPI, workspace: Callable[[], Workspace], clock: Clock) -> None:
    """Answer at the addresses above."""

    def ready() -> Response:
        found = parts(workspace, clock)
        return JSONResponse(found, 200 if found["ledger"] == "ok" else 503)

    def part_ready(part: str) -> Response:
        if part not in PARTS:
            raise HTTPException(404)
        found = parts(workspace, clock).get(part, "unknown")
        return JSONResponse({part: found}, 200 if found == "ok" else 503)

    app.get(READY, include_in_schema=False)(ready)
    app.get(f"{READY}/{{part}}", include_in_schema=False)(part_ready)


def parts(workspace: Callable[[], Workspace], clock: Clock) -> dict[str, str]:
    """Each part and how it stands: ok, silent, never, problems, unavailable. Never raises, and says nothing else."""
    try:
        ws = workspace()
        with reading(ws.ledger) as connection:
            beats = loop_beats(connection, clock.now())
    except (
        Exception
    ):  # whatever it is: the answer is that the ledger does not serve, and the log has the reason
        return {"ledger": "unavailable"}
    words = {
        each.loop.name: "never" if each.at is None else "silent" if each.silent else "ok" for each in beats
    }
    return {"ledger": "ok", "content": "problems" if ws.draft.problems else "ok", **words}
