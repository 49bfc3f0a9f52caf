"""B8: `duban check` on the starter project, cold, against importing Prefect, both as fresh processes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from time import perf_counter

from bench.rows import Row

ROOT = Path(__file__).parents[1]


def _seconds(*arguments: str) -> float:
    """How long a fresh interpreter takes for `arguments`."""
    environment = {**os.environ, "DUBAN_PROJECT": str(ROOT)}
    began = perf_counter()
    subprocess.run([sys.executable, *arguments], cwd=ROOT, env=environment, check=True, capture_output=True)
    return perf_counter() - began


def run(quick: bool = False) -> list[Row]:
    """The medians of alternating runs, after one of each that fills the disk cache."""
    check, peer = ("-m", "duban", "check"), ("-c", "import prefect")
    _seconds(*check)
    _seconds(*peer)
    pairs = [(_seconds(*check), _seconds(*peer)) for _ in range(3 if quick else 9)]
    ours, theirs = (median(side) for side in zip(*pairs, strict=True))
    ratio = ours / theirs
    return [
        Row(
            code="B8",
            work="`duban check` on the whole starter project, cold",
            ours=f"{ours:.2f} s",
            peer=f"{theirs:.2f} s for `import prefect`",
            ratio=f"{ratio:.2f}×",
            budget="≤ 1.0×",
            met=ratio <= 1.0,
        )
    ]
