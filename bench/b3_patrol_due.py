"""B3: a patrol with 10,000 rungs due of 1,000,000 open obligations, against the same 10,000 of 20,000."""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import mkdtemp
from time import perf_counter

from bench.patrol_ledger import NOW, ledger_with
from bench.rows import Row
from duban.patrol import patrol

NOTICES_A_SECOND = 10_000
COST_RATIO = 1.3


def run(*, quick: bool = False) -> list[Row]:
    """Patrol the large ledger and the small one with the same rungs due, and compare."""
    due, large, small = (1_000, 50_000, 2_000) if quick else (10_000, 1_000_000, 20_000)
    among_few = _seconds(small, due)
    among_many = _seconds(large, due)
    rate, ratio = due / among_many, among_many / among_few
    return [
        Row(
            code="B3",
            work=f"patrol, {due:,} rungs due of {large:,} open",
            ours=f"{among_many:.2f} s, {rate:,.0f} notices/s",
            peer=f"{among_few:.2f} s of {small:,} open",
            ratio=f"{ratio:.2f}×",
            budget=f"≥ {NOTICES_A_SECOND:,}/s; ≤ {COST_RATIO}×",
            met=rate >= NOTICES_A_SECOND and ratio <= COST_RATIO,
        )
    ]


def _seconds(open_obligations: int, due: int) -> float:
    folder = Path(mkdtemp(prefix="duban-b3-"))
    try:
        with ledger_with(folder, open_obligations, due=due) as ws:
            began = perf_counter()
            decided = patrol(ws, NOW)
            spent = perf_counter() - began
            assert decided.notices == due
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return spent
