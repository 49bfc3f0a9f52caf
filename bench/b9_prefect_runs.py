"""B9: what one obligation costs, opened set-wise, against one Prefect run for each.

The peer is the least a design with a run per obligation must pay: an async flow with an empty body, without the
heartbeat thread, called in a warm process against a real Prefect server on a local SQLite database, a few dozen
times. Our side is the whole of `open_owed`: days reckoned, rows, ladder and watermark written.
"""

from __future__ import annotations

import asyncio
import logging
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

from bench.b2_opening import MORNING, subjects, workspace
from bench.rows import Row
from duban.ledger.database import insert_ignore, migrate, writing
from duban.ledger.tables import SUBJECT
from duban.obligations.opening import open_owed
from duban.workspace.workspace import sync

BUDGET = 1000.0
WARM_UP = 3
FULL, QUICK = (100_000, 40), (50_000, 15)


def run(*, quick: bool = False) -> list[Row]:
    """The cost of one obligation and of one run, both in one sitting."""
    size, runs = QUICK if quick else FULL
    ours = _opening(size) / size
    peer = prefect_run(runs)
    ratio = peer / ours
    return [
        Row(
            "B9",
            f"open one obligation, of {size:,} at once",
            f"{ours * 1e6:.1f} µs",
            f"{peer * 1e3:.0f} ms (one Prefect run each, median of {runs})",
            f"{ratio:,.0f}×",
            f"≥ {BUDGET:,.0f}×",
            ratio >= BUDGET,
        )
    ]


def _opening(size: int) -> float:
    """Seconds for opening one obligation for each of `size` subjects on SQLite."""
    with tempfile.TemporaryDirectory(prefix="duban-b9-") as folder:
        ws = workspace(Path(folder) / "ledger.db")
        migrate(ws.ledger)
        sync(ws.ledger, ws.definitions, {}, MORNING)
        with writing(ws.ledger) as connection:
            insert_ignore(connection, SUBJECT, subjects(ws, size))
        began = perf_counter()
        opened = open_owed(ws, MORNING)
        seconds = perf_counter() - began
        ws.ledger.dispose()
    assert opened.total == size, opened
    return seconds


def prefect_run(runs: int) -> float:
    """Seconds for one run of a flow that does nothing: the median, after a few that warm the process up."""
    from prefect import flow
    from prefect.settings import (
        PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
        PREFECT_LOGGING_LEVEL,
        PREFECT_SERVER_ANALYTICS_ENABLED,
        temporary_settings,
    )
    from prefect.testing.utilities import prefect_test_harness

    @flow(name="one-obligation")
    async def one_obligation(subject: int) -> int:
        return subject

    async def many() -> list[float]:
        seconds = []
        for number in range(WARM_UP + runs):
            began = perf_counter()
            assert await one_obligation(number) == number
            seconds.append(perf_counter() - began)
        return seconds[WARM_UP:]

    logging.getLogger("prefect").setLevel(logging.ERROR)
    settings = {
        PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None,
        PREFECT_LOGGING_LEVEL: "ERROR",
        PREFECT_SERVER_ANALYTICS_ENABLED: False,
    }
    with temporary_settings(updates=settings), prefect_test_harness(server_startup_timeout=60):
        return median(asyncio.run(many()))


if __name__ == "__main__":
    for row in run():
        print(f"{row.code}  {row.work}: {row.ours}, {row.peer}: {row.ratio} (budget {row.budget})")
