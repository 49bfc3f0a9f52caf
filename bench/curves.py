"""`python -m bench.curves`: what a look costs at ten thousand, a hundred thousand and a million open obligations, drawn.

Measured is the processor time of the server (SQLite works in it), the median of several looks. The peer reads what exists:
the same table gone through once with every row looked at. Kept are `docs/images/curves.svg` and, below it, the figures.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from math import log10
from pathlib import Path
from statistics import median
from tempfile import mkdtemp
from time import process_time
from typing import Final

import httpx

from bench.b6_pages import LATER, PAGES, account_for, signed_in
from bench.patrol_ledger import NOW, ROOT, ledger_with
from duban.base.clock import FixedClock
from duban.ledger.database import reading
from duban.notices.patrol import patrol
from duban.web.app import create_app
from duban.workspace.workspace import Workspace

SIZES: Final = (10_000, 100_000, 1_000_000)
LOOKS: Final = 9
PEER: Final = "every row of the table looked at (peer)"
_WIDE, _HIGH, _LEFT, _TOP = 720, 420, 70, 24
_LEAST, _MOST = 0.1, 10_000.0
_COLOURS: Final = ("#1f5aa6", "#b3261e", "#2e7d32", "#8a5a00", "#6a1b9a", "#00696e", "#555555")


def main() -> None:
    """Measure, draw, and print the figures."""
    found: dict[str, list[float]] = {}
    for size in SIZES:
        folder = Path(mkdtemp(prefix="duban-curves-"))
        try:
            with ledger_with(folder, size, due=size // 50) as ws:
                for name, milliseconds in _measured(ws).items():
                    found.setdefault(name, []).append(milliseconds)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        print(size, {name: round(values[-1], 2) for name, values in found.items()}, flush=True)
    (ROOT / "docs" / "images" / "curves.svg").write_text(drawn(found), encoding="utf-8")


def _measured(ws: Workspace) -> Mapping[str, float]:
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
    found[PEER] = _turn(partial(_every_row, ws))
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


def drawn(found: Mapping[str, Sequence[float]]) -> str:
    """The curves as SVG, both axes by powers of ten."""
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {_HIGH}" font-family="sans-serif" font-size="12">',
        f'<rect width="{_WIDE}" height="{_HIGH}" fill="white"/>',
    ]
    for power in range(int(log10(_LEAST)), int(log10(_MOST)) + 1):
        y = _y(10.0**power)
        lines.append(f'<path d="M{_LEFT} {y:.0f}H{_x(SIZES[-1]):.0f}" stroke="#ddd"/>')
        lines.append(f'<text x="{_LEFT - 8}" y="{y + 4:.0f}" text-anchor="end">{10.0**power:g} ms</text>')
    lines += [
        f'<text x="{_x(size):.0f}" y="{_HIGH - 8}" text-anchor="middle">{size:,} open</text>'
        for size in SIZES
    ]
    for place, (name, values) in enumerate(found.items()):
        colour, dashed = _COLOURS[place % len(_COLOURS)], ' stroke-dasharray="5 4"' if name == PEER else ""
        path = "L".join(f"{_x(size):.0f} {_y(value):.1f}" for size, value in zip(SIZES, values, strict=True))
        lines.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"{dashed}/>')
        y = _TOP + 18 * place + 10
        lines.append(
            f'<path d="M{_x(SIZES[-1]) + 14:.0f} {y}h16" stroke="{colour}" stroke-width="2"{dashed}/>'
        )
        lines.append(f'<text x="{_x(SIZES[-1]) + 36:.0f}" y="{y + 4}">{name.removesuffix(" (peer)")}</text>')
    return "\n".join([*lines, "</svg>", ""])


def _x(size: int) -> float:
    return _LEFT + 20 + (log10(size) - log10(SIZES[0])) / (log10(SIZES[-1]) - log10(SIZES[0])) * 320


def _y(milliseconds: float) -> float:
    part = (log10(max(milliseconds, _LEAST)) - log10(_LEAST)) / (log10(_MOST) - log10(_LEAST))
    return _HIGH - 36 - part * (_HIGH - 36 - _TOP)


if __name__ == "__main__":
    main()
