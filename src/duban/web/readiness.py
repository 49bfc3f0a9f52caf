"""Whether each part does its work, for whatever watches the service; no token, and nothing in it but yes or no.

| address | 200 | 503 |
|---|---|---|
| `/readyz` | the ledger can be read: this process can serve | it cannot |
| `/readyz/PART` | the part does its work: ledger, content, hold (nothing waits for a person), opening, patrol, deliver, audit | it does not |

A round that fell silent takes no page out of service: `/readyz` tells of it and stays 200, `/readyz/deliver` does not.
"""

from typing import Final

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from duban.deliveries.holding import standing_hold
from duban.ledger.database import reading
from duban.ledger.heartbeats import LOOPS, loop_beats
from duban.web.pages.visiting import Site, site_of

READY: Final = "/readyz"
PARTS: Final = ("ledger", "content", "hold", *(loop.name for loop in LOOPS))


def add_readiness(app: FastAPI) -> None:
    """Answer at the addresses above."""

    def ready(request: Request) -> Response:
        found = parts(site_of(request))
        return JSONResponse(found, 200 if found["ledger"] == "ok" else 503)

    def part_ready(part: str, request: Request) -> Response:
        if part not in PARTS:
            raise HTTPException(404)
        found = parts(site_of(request)).get(part, "unknown")
        return JSONResponse({part: found}, 200 if found == "ok" else 503)

    app.get(READY, include_in_schema=False)(ready)
    app.get(f"{READY}/{{part}}", include_in_schema=False)(part_ready)


def parts(site: Site) -> dict[str, str]:
    """Each part and how it stands: ok, held, silent, never, problems, unavailable. Never raises, and says nothing else."""
    try:
        ws = site.workspace()
        with reading(ws.ledger) as connection:
            beats = loop_beats(connection, site.clock.now())
            held = standing_hold(connection) is not None
    except (
        Exception
    ):  # whatever it is: the answer is that the ledger does not serve, and the log has the reason
        return {"ledger": "unavailable"}
    words = {
        each.loop.name: "never" if each.at is None else "silent" if each.silent else "ok" for each in beats
    }
    content, hold = "problems" if ws.draft.problems else "ok", "held" if held else "ok"
    return {"ledger": "ok", "content": content, "hold": hold, **words}
