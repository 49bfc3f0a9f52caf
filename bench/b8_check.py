"""B8: `duban check` on the starter project, cold, against importing Prefect, both as fresh processes."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from statistics import median

from bench.rows import Row

ROOT = Path(__file__).parents[1]
BUDGET = 0.6


def _seconds(compiled: Path, *arguments: str) -> float:
    """How long a fresh interpreter works (a processor's time) for `arguments`; what it compiles is kept, as in what is installed."""
    environment = {**os.environ, "DUBAN_PROJECT": str(ROOT), "PYTHONPYCACHEPREFIX": str(compiled)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    began = _of_children()
    subprocess.run([sys.executable, *arguments], cwd=ROOT, env=environment, check=True, capture_output=True)
    return _of_children() - began


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run(quick: bool = False) -> list[Row]:
    """The medians of alternating runs, after one of each that compiles and fills the disk cache."""
    with tempfile.TemporaryDirectory(prefix="duban-b8-") as folder:
        check = partial(_seconds, Path(folder), "-m", "duban", "check")
        peer = partial(_seconds, Path(folder), "-c", "import prefect")
        check()
        peer()
        pairs = [(check(), peer()) for _ in range(3 if quick else 9)]
    ours, theirs = (median(side) for side in zip(*pairs, strict=True))
    ratio = ours / theirs
    return [
        Row(
            code="B8",
            work="`duban check` on the whole starter project, cold",
            ours=f"{ours:.2f} s of a processor",
            peer=f"{theirs:.2f} s for `import prefect`",
            ratio=f"{ratio:.2f}×",
            budget=f"≤ {BUDGET}×",
            met=ratio <= BUDGET,
        )
    ]
