"""`python -m bench.curves`: what a look and what one obligation more cost at ten thousand, a hundred thousand and a million, drawn.

A look is processor time of the server (SQLite works in it), the median of several. The peers: the same table gone through once with
every row looked at, and two other ways to keep what falls due (`bench.peers`) that wake up and find nothing due. One more is
by the clock, of as many as that: an obligation opened or a rung decided, against a raw `executemany` of the same rows, a job
added to APScheduler's SQL store, one turn of healthchecks' loop and one Prefect run each. Kept are `docs/images/curves.svg`,
`docs/images/curves-one-more.svg`; the figures are printed.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path
from statistics import median
from time import process_time
from typing import Final

import httpx

from bench.b2_opening import sides
from bench.b3_patrol_due import OPENED_TOGETHER, patrol_seconds
from bench.b6_pages import LATER, PAGES, account_for, signed_in
from bench.b9_prefect_runs import prefect_run
from bench.drawing import PEER, Chart
from bench.patrol_ledger import NOW, ROOT, ledger_with
from bench.peers import apscheduler, healthchecks_loop
from duban.base.clock import FixedClock
from duban.ledger.database import reading
from duban.notices.patrol import patrol
from duban.web.app import create_app
from duban.workspace.workspace import Workspace

SIZES: Final = (10_000, 100_000, 1_000_000)
LOOKS: Final = 9
DUE_AT_ONCE: Final = 10_000
PREFECT_RUNS: Final = 20


def main() -> None:
    """Measure, draw, and print the figures."""
    looks: dict[str, list[float]] = {}
    more: dict[str, list[float]] = {}
    a_run = prefect_run(PREFECT_RUNS)
    for size in SIZES:
        with tempfile.TemporaryDirectory(prefix="duban-curves-") as folder:
            by_apscheduler, by_loop = apscheduler(Path(folder), size), healthchecks_loop(Path(folder), size)
            with ledger_with(Path(folder), size, due=size // 50) as ws:
                found = _measured(ws)
        found["APScheduler, nothing due" + PEER] = 1000 * by_apscheduler.nothing_due
        found["healthchecks' loop, nothing due" + PEER] = 1000 * by_loop.nothing_due
        _add(looks, found)
        print(size, "ms:", _shown(found), flush=True)
        ours, raw = sides(size)
        due = min(DUE_AT_ONCE, size // 10)
        found = {
            "an obligation opened": ours["seconds"] / size,
            "a rung decided by patrol": patrol_seconds(size, due, OPENED_TOGETHER) / due,
            "a row of a raw executemany" + PEER: raw["seconds"] / size,
            "a job added to APScheduler" + PEER: by_apscheduler.one_more,
            "a turn of healthchecks' loop" + PEER: by_loop.one_more,
            "a Prefect run each" + PEER: a_run,
        }
        found = {name: 1e6 * seconds for name, seconds in found.items()}
        _add(more, found)
        print(size, "µs:", _shown(found), flush=True)
    images = ROOT / "docs" / "images"
    (images / "curves.svg").write_text(Chart(SIZES, "ms", 0.001, 1_000).drawn(looks), encoding="utf-8")
    one_more = Chart(SIZES, "µs", 1, 1_000_000).drawn(more)
    (images / "curves-one-more.svg").write_text(one_more, encoding="utf-8")


def _add(curves: dict[str, list[float]], found: Mapping[str, float]) -> None:
    for name, value in found.items():
        curves.setdefault(name, []).append(value)


def _shown(found: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {value:.3g}" for name, value in found.items())


def _measured(ws: Workspace) -> dict[str, float]:
    """Milliseconds of processor time for each kind of look."""
    account_for(ws)
    app = create_app(lambda: ws, FixedClock(LATER))

    async def pages() -> dict[str, float]:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://duban", follow_redirects=True
        ) as browser:
            await signed_in(browser)
            return {name: await look(partial(browser.get, path)) for name, path in PAGES.items()}

    found = asyncio.run(pages())
    found["patrol, nothing due"] = _turn(lambda: patrol(ws, NOW.replace(year=2023, month=9)))
    found["every row of the table looked at" + PEER] = _turn(partial(_every_row, ws))
    return found


async def look(at: Callable[[], Awaitable[object]]) -> float:
    """Milliseconds of processor time of one look, the median of several."""
    await at()
    times = []
    for _ in range(LOOKS):
        began = process_time()
        await at()
        times.append(process_time() - began)
    return 1000 * median(times)


def _turn(turn: Callable[[], object]) -> float:
    times = []
    for _ in range(LOOKS):
        began = process_time()
        turn()
        times.append(process_time() - began)
    return 1000 * median(times)


def _every_row(ws: Workspace) -> None:
    with reading(ws.ledger) as connection:
        connection.exec_driver_sql("SELECT count(*) FROM obligation NOT INDEXED WHERE period_key <> ''").all()


if __name__ == "__main__":
    main()
