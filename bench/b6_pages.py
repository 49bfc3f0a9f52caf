"""B6: the pages with 1,000,000 open obligations, 20,000 of them overdue; and an export of 100,000 rows.

Each page is asked for through the whole application, as a browser that is signed in does, without the socket.
"""

from __future__ import annotations

import asyncio
import resource
import shutil
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from tempfile import mkdtemp
from time import perf_counter

import httpx

from bench.patrol_ledger import NOW, ledger_with
from bench.rows import Row
from duban.access.accounts import Hand, make_account
from duban.access.links import choose_by_link, make_link
from duban.access.mandates import Mandate
from duban.base.clock import FixedClock
from duban.ledger.short_ids import short_id
from duban.web.app import create_app
from duban.workspace.workspace import Workspace

BUDGET_MS = 100.0
MEMORY_MB = 100.0
LATER = NOW + timedelta(days=11)
"""When what is due in the ledger is overdue."""
PASSWORD = "三明督办演示 2026"
PAGES = {
    "board": "/board",
    "drill-down": "/board?unit=350404",
    "list": "/obligations?light=red&unit=350404",
    "search": f"/search?text={short_id(4)}",
    "obligation": f"/obligations/{short_id(4)}",
}


def run(*, quick: bool = False) -> list[Row]:
    """Fill a ledger, look at each page again and again, and export a list."""
    count = 50_000 if quick else 1_000_000
    folder = Path(mkdtemp(prefix="duban-b6-"))
    try:
        with ledger_with(folder, count, due=count // 50) as ws:
            return asyncio.run(_looked_at(ws, count))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _looked_at(ws: Workspace, count: int) -> list[Row]:
    clock = FixedClock(LATER)
    hand = Hand("bench", clock.now(), "bench")
    account = make_account(ws, "leader", Mandate("局长", frozenset({"supervisor"}), "350400"), hand)
    choose_by_link(ws.ledger, make_link(ws.ledger, account.id, hand), PASSWORD, hand)
    transport = httpx.ASGITransport(create_app(lambda: ws, clock))
    async with httpx.AsyncClient(
        transport=transport, base_url="http://duban", follow_redirects=True
    ) as browser:
        form = (
            (await browser.get("/sign-in")).text.partition('name="form_token" value="')[2].partition('"')[0]
        )
        await browser.post("/sign-in", data={"form_token": form, "name": "leader", "password": PASSWORD})
        rows = [await _page(browser, name, path, count) for name, path in PAGES.items()]
        rows.append(await _export(browser))
    return rows


async def _page(browser: httpx.AsyncClient, name: str, path: str, count: int) -> Row:
    times = []
    for _ in range(41):
        began = perf_counter()
        answer = await browser.get(path)
        times.append(1000 * (perf_counter() - began))
        assert answer.status_code == 200, answer.text
    first, again = times[0], times[1:]
    return Row(
        code="B6",
        work=f"page: {name}, {count:,} open",
        ours=f"p95 {_p95(again):.0f} ms (first {first:.0f} ms)",
        peer="",
        ratio="",
        budget=f"p95 ≤ {BUDGET_MS:.0f} ms",
        met=_p95(again) <= BUDGET_MS,
    )


async def _export(browser: httpx.AsyncClient) -> Row:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    began = perf_counter()
    answer = await browser.get("/obligations.xlsx")
    took = perf_counter() - began
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - before
    return Row(
        code="B6",
        work="Excel of a list, at most 100,000 rows",
        ours=f"{took:.1f} s, {len(answer.content) / 1e6:.1f} MB, {grown:.0f} MB more in memory",
        peer="",
        ratio="",
        budget=f"≤ {MEMORY_MB:.0f} MB more",
        met=grown <= MEMORY_MB,
    )


def _p95(times: Sequence[float]) -> float:
    return sorted(times)[int(0.95 * len(times))]
