"""B4: a patrol with nothing due among 1,000,000 open obligations."""

from __future__ import annotations

import shutil
from pathlib import Path
from statistics import median
from tempfile import mkdtemp
from time import perf_counter

from bench.patrol_ledger import NOW, ledger_with
from bench.rows import Row
from duban.notices.patrol import patrol

BUDGET_MS = 10.0


def run(*, quick: bool = False) -> list[Row]:
    """Fill a ledger where every rung lies ahead, then patrol it again and again."""
    open_obligations = 50_000 if quick else 1_000_000
    folder = Path(mkdtemp(prefix="duban-b4-"))
    try:
        with ledger_with(folder, open_obligations, due=0) as ws:
            times = []
            for _ in range(20):
                began = perf_counter()
                decided = patrol(ws, NOW)
                times.append(1000 * (perf_counter() - began))
                assert not decided.notices
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    ours, worst = median(times), max(times)
    return [
        Row(
            code="B4",
            work=f"patrol, nothing due, {open_obligations:,} open",
            ours=f"{ours:.2f} ms (worst {worst:.2f} ms)",
            peer="",
            ratio="",
            budget=f"≤ {BUDGET_MS:.0f} ms",
            met=ours <= BUDGET_MS,
        )
    ]
