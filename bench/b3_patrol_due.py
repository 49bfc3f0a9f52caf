"""B3: a patrol with 10,000 rungs due of 1,000,000 open obligations, against the same 10,000 of 20,000.

Twice: with obligations that were opened together, a hundred at a time, falling due together, as they do; and with
every due one on a page of its own, the worst a database can be given, where the pages themselves set the price.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import mkdtemp
from time import perf_counter

from bench.patrol_ledger import NOW, ledger_with
from bench.rows import Row
from duban.notices.patrol import patrol

NOTICES_A_SECOND = 10_000
COST_RATIO = 1.3
OPENED_TOGETHER = 100
TIMES = 3


def run(*, quick: bool = False) -> list[Row]:
    """Patrol the large ledger and the small one with the same rungs due, and compare."""
    due, large, small = (1_000, 50_000, 3_000) if quick else (10_000, 1_000_000, 30_000)
    among_few = patrol_seconds(small, due, OPENED_TOGETHER)
    among_many = patrol_seconds(large, due, OPENED_TOGETHER)
    scattered = patrol_seconds(large, due, 1)
    ratio = among_many / among_few
    return [
        Row(
            code="B3",
            work=f"patrol, {due:,} rungs due of {large:,} open",
            ours=f"{among_many:.2f} s, {due / among_many:,.0f} notices/s",
            peer=f"{among_few:.2f} s of {small:,} open",
            ratio=f"{ratio:.2f}×",
            budget=f"≥ {NOTICES_A_SECOND:,}/s; ≤ {COST_RATIO}×",
            met=due / among_many >= NOTICES_A_SECOND and ratio <= COST_RATIO,
        ),
        Row(
            code="B3",
            work="the same, every due one on a page of its own",
            ours=f"{scattered:.2f} s, {due / scattered:,.0f} notices/s",
            peer=f"{among_few:.2f} s of {small:,} open",
            ratio=f"{scattered / among_few:.2f}×",
            budget=f"≥ {NOTICES_A_SECOND:,}/s",
            met=due / scattered >= NOTICES_A_SECOND,
        ),
    ]


def patrol_seconds(open_obligations: int, due: int, together: int) -> float:
    """The best of three patrols over `due` rungs each, in one ledger that has three times as many."""
    folder = Path(mkdtemp(prefix="duban-b3-"))
    times = []
    try:
        with ledger_with(folder, open_obligations, due=TIMES * due, together=together) as ws:
            for _ in range(TIMES):
                began = perf_counter()
                decided = patrol(ws, NOW, limit=due)
                times.append(perf_counter() - began)
                assert decided.notices == due
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return min(times)
