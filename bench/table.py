"""docs/bench.md: what was measured when, beside what; a part that is measured again replaces its own rows and no other."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.rows import Row

HEADINGS = ("#", "work", "ours", "peer", "ratio", "budget", "met", "measured")
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"


@dataclass(frozen=True)
class Moment:
    """When a part was measured, in which form, and what ran beside it."""

    day: str  #: the day (UTC)
    quick: bool  #: smaller inputs, for a look
    load: float  #: how many processes wanted a processor, on average, while it ran

    @classmethod
    def now(cls, *, quick: bool, load: float) -> Moment:
        """This moment."""
        return cls(datetime.now(UTC).date().isoformat(), quick, load)

    def __str__(self) -> str:
        form = "quick" if self.quick else "full"
        return f"{self.day}, {form}, load {self.load:.0f} on {os.cpu_count()}"


def cells(row: Row) -> tuple[str, ...]:
    """One row as the table shows it."""
    return (row.code, row.work, row.ours, row.peer, row.ratio, row.budget, "yes" if row.met else "NO")


def machine() -> str:
    """The machine, as far as a ratio may depend on it."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors, {memory:.0f} GB, "
        f"Python {platform.python_version()}"
    )


def keep(page: Path, rows: Sequence[Row], moment: Moment) -> None:
    """Put the rows into the page's table, in the place of those that bear their codes."""
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    table, _, after = rest.partition(END)
    known = [line for line in table.splitlines() if line.startswith("| B")]
    again = {row.code for row in rows}
    kept = [line for line in known if line.split("|")[1].strip() not in again]
    kept += ["| " + " | ".join((*cells(row), str(moment))) + " |" for row in rows]
    kept.sort(key=lambda line: int(line.split("|")[1].strip().removeprefix("B")))
    lines = [
        BEGIN,
        "",
        f"Machine of the last run: {machine()}.",
        "",
        "| " + " | ".join(HEADINGS) + " |",
        "|" + "---|" * len(HEADINGS),
        *kept,
        "",
        END,
    ]
    page.write_text(before + "\n".join(lines) + after, encoding="utf-8")
