"""`python -m bench.province`: a province, and the nation's special equipment, reckoned from what a city was measured at.

The constants are measured ones (docs/province.md says where each comes from); the loads are assumptions that stand in one
place, to be changed. Printed is, city by city of the province, what one ledger holds and how long its dearest moments take,
and which of them leaves its bound first as the load grows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

MILLION: Final = 1_000_000
OPEN_BYTES: Final = 750
"""Of one open obligation in PostgreSQL with its indexes, before anything was said about it."""
LIFE_BYTES: Final = 3_100
"""Of one obligation with its whole life: events, notices, deliveries, messages, facts, evidence by name."""
OPENED_A_SECOND: Final = 80_000
"""Obligations opened on SQLite by the clock, with the pauses for other writers."""
COUNTED_A_SECOND: Final = 2_100_000
"""Open obligations that the board's whole count goes through."""
INDEXED_A_SECOND: Final = 290_000
"""Rows an index of a migration takes up, with four of them made at once."""
NAMES_A_SECOND: Final = 9_000_000
"""Names that SQLite goes through for a rare part of one."""
PAGE_SECONDS: Final = 0.015
"""Processor time of one page."""


@dataclass(frozen=True)
class Load:
    """What one ledger carries."""

    name: str
    subjects: int
    a_year: float  #: obligations a subject brings about in a year
    open_share: float  #: which part of a year's obligations is open at once
    officers: int

    @property
    def opened_a_year(self) -> float:
        """Obligations opened in a year."""
        return self.subjects * self.a_year

    @property
    def open(self) -> float:
        """Obligations open at once."""
        return self.opened_a_year * self.open_share


@dataclass(frozen=True)
class Strain:
    """One dear moment: how long it takes under a load, and from when on it is too long."""

    what: str
    takes: Callable[[Load], float]
    bound: float
    unit: str
    mended_by: str

    def breaks_at(self, load: Load) -> float:
        """How many times the load it bears."""
        return self.bound / self.takes(load)


STRAINS: Final = (
    Strain(
        "the first working day: all yearly visits open, a portion at a time",
        lambda load: load.subjects / OPENED_A_SECOND,
        900.0,
        "s until the last is open",
        "a duty for each city",
    ),
    Strain(
        "the board's whole count, once in a hundred times as long",
        lambda load: load.open / COUNTED_A_SECOND,
        1.0,
        "s of one request",
        "a roll-up by unit, duty and day",
    ),
    Strain(
        "a search for a rare part of a name, on SQLite",
        lambda load: load.subjects / NAMES_A_SECOND,
        0.3,
        "s of one request",
        "PostgreSQL, which knows the pairs of letters in names",
    ),
    Strain(
        "a migration that makes indexes",
        lambda load: load.open / INDEXED_A_SECOND,
        120.0,
        "s of standstill",
        "indexes made while running (CONCURRENTLY), by partition",
    ),
    Strain(
        "pages in the busiest hour, one a minute of each officer at work",
        lambda load: load.officers / 60 * PAGE_SECONDS,
        2.0,
        "processors",
        "more page processes behind one address",
    ),
    Strain(
        "a year kept in one file or database",
        lambda load: load.opened_a_year * LIFE_BYTES / 1e9,
        100.0,
        "GB a year",
        "partitions by close year, and Parquet after retention",
    ),
)

CITY = Load("the largest city (1.4 M subjects)", 1_400_000, 2.7, 0.45, 3_000)
PROVINCE = Load("a province in one ledger (7 M)", 7 * MILLION, 2.7, 0.45, 15_000)
NATION = Load("the nation's special equipment (20 M)", 20 * MILLION, 2.0, 0.5, 60_000)
MEASURED = Load("what was measured (1 M open)", 820_000, 2.7, 0.45, 1_000)


def main() -> None:
    """Print the loads, and for each the strains, the first to break on top."""
    for load in (MEASURED, CITY, PROVINCE, NATION):
        size = load.open * OPEN_BYTES / 1e9
        print(
            f"\n{load.name}: {load.opened_a_year / MILLION:.1f} M a year, {load.open / MILLION:.1f} M open, {size:.1f} GB"
        )
        for each in sorted(STRAINS, key=lambda strain: strain.breaks_at(load)):
            state = "holds" if each.breaks_at(load) >= 1 else "BREAKS"
            print(
                f"  {state:6} {each.what}: {each.takes(load):.1f} {each.unit} (bound {each.bound:g});"
                f" borne up to {each.breaks_at(load):.2f} × this; then {each.mended_by}"
            )


if __name__ == "__main__":
    main()
