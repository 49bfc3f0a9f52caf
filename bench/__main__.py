"""`python -m bench [B1 B4 …] [--quick] [--write]`: one table of ratios, each measured against its peer in one run.

The budgets are those of the design: a ratio compares two things measured on the same machine minutes apart, so the
table means the same on a laptop and on a server. `--write` keeps it in docs/bench.md.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from bench.rows import Row
from bench.table import HEADINGS, Moment, cells, keep

ROOT = Path(__file__).parents[1]
BENCHES = {
    "B1": "b1_workdays",
    "B2": "b2_opening",
    "B3": "b3_patrol_due",
    "B4": "b4_patrol_idle",
    "B5": "b5_deliver",
    "B6": "b6_pages",
    "B7": "b7_simulate",
    "B8": "b8_check",
    "B9": "b9_prefect_runs",
    "B10": "b10_import",
    "B11": "b11_opening_at_once",
    "B12": "b12_judging",
}


def benches(wanted: Sequence[str]) -> dict[str, Callable[..., list[Row]]]:
    """The measurements asked for, or all of them, by code. Raises SystemExit for a code that is not there."""
    present = {code: name for code, name in BENCHES.items() if find_spec(f"bench.{name}")}
    unknown = [code for code in wanted if code not in present]
    if unknown:
        raise SystemExit(f"no such bench: {', '.join(unknown)}; there are {', '.join(present)}")
    return {code: import_module(f"bench.{present[code]}").run for code in wanted or present}


def show(rows: Sequence[Row]) -> None:
    """Print the table."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD)
    for heading in HEADINGS[:-1]:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*cells(row), style=None if row.met else "red")
    Console(width=None if sys.stdout.isatty() else 160).print(table)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the table, and return 1 if a budget was not met; what disagrees with its peer raises."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("code", nargs="*", help=f"which ones: {', '.join(BENCHES)} (default: all)")
    parser.add_argument("--quick", action="store_true", help="smaller inputs, for a look")
    parser.add_argument(
        "--checks",
        action="store_true",
        help="a budget that is missed is shown and fails nothing; only a wrong result does",
    )
    parser.add_argument("--write", action="store_true", help="keep the table in docs/bench.md")
    asked = parser.parse_args(arguments)
    rows: list[Row] = []
    for code, run in benches([code.upper() for code in asked.code]).items():
        print(f"{code} …", file=sys.stderr, flush=True)
        before, measured = os.getloadavg()[0], run(quick=asked.quick)
        rows += measured
        if asked.write:
            load = (before + os.getloadavg()[0]) / 2
            keep(ROOT / "docs" / "bench.md", measured, Moment.now(quick=asked.quick, load=load))
    show(rows)
    return 0 if asked.checks or all(row.met for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
