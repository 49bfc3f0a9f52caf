"""`python -m bench.province_constants`: the constants of bench/province.py, measured again on this machine, beside what stands there.

One ledger of a million sellers, each of whom owes one visit (`--size` for another number), on SQLite; what a row takes on
PostgreSQL where that is installed. By the clock is what others wait for (opening, indexes), the rest is seconds of a processor.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from time import perf_counter, process_time
from typing import Final

import httpx

from bench import province
from bench.b2_opening import MORNING, prepare, workspace
from bench.b6_pages import account_for, postgresql_of_its_own, signed_in
from bench.curves import look
from bench.patrol_ledger import ledger_with
from duban.base.clock import FixedClock
from duban.ledger.database import reading, writing
from duban.ledger.principals import Principal
from duban.ledger.tables import OBLIGATION
from duban.obligations.opening import open_owed
from duban.views.named_subjects import about_named
from duban.views.sight import Sight
from duban.views.tallies import standing_of
from duban.web.app import create_app
from duban.workspace.workspace import Workspace

MIGRATED: Final = ("ix_obligation_board", "ix_obligation_duty", "ix_obligation_unit", "ix_obligation_closed")
"""Four indexes that a migration of this ledger might make at once."""

SUPERVISOR: Final = Principal("bench", "350400", None, "command", may_write=False, undisclosed=True)
LIST: Final = "/obligations?unit=350404"


def main() -> None:
    """Measure, and print each constant beside the one that stands."""
    asked = argparse.ArgumentParser(prog="python -m bench.province_constants")
    asked.add_argument("--size", type=int, default=province.MILLION)
    size = asked.parse_args().size
    with tempfile.TemporaryDirectory(prefix="duban-province-") as folder:
        for name, found in measured(Path(folder), size):
            print(f"{name} = {found:.4g} (stands as {getattr(province, name):.4g})", flush=True)


def measured(folder: Path, size: int) -> Iterator[tuple[str, float]]:
    """Each constant by its name, with what was found."""
    path = folder / "ledger.db"
    prepare(path, size)
    ws = workspace(path)
    for name, (clock, work) in _works(ws).items():
        began = clock()
        work()
        yield name, size / (clock() - began)
    yield "PAGE_SECONDS", asyncio.run(_page(ws))
    ws.ledger.dispose()
    with (
        postgresql_of_its_own(folder / "postgresql") as url,
        ledger_with(folder, size, due=0, url=url) as there,
        reading(there.ledger) as connection,
    ):
        whole = connection.exec_driver_sql("SELECT pg_total_relation_size('obligation')").scalar_one()
        yield "OPEN_BYTES", whole / size


def _works(ws: Workspace) -> Mapping[str, tuple[Callable[[], float], Callable[[], object]]]:
    """By the constant's name: by which clock, and what is done with every row."""

    def count() -> None:
        with reading(ws.ledger) as connection:
            standing_of(connection, Sight(ws, SUPERVISOR, MORNING))

    def look_for_a_name() -> None:
        with reading(ws.ledger) as connection:
            about_named(connection, "没有这一家")

    def make_indexes() -> None:
        with writing(ws.ledger) as connection:
            for index in OBLIGATION.indexes:
                if index.name in MIGRATED:
                    index.drop(connection)
                    index.create(connection)

    return {
        "OPENED_A_SECOND": (perf_counter, lambda: open_owed(ws, MORNING)),
        "COUNTED_A_SECOND": (process_time, count),
        "NAMES_A_SECOND": (process_time, look_for_a_name),
        "INDEXED_A_SECOND": (perf_counter, make_indexes),
    }


async def _page(ws: Workspace) -> float:
    account_for(ws)
    app = create_app(lambda: ws, FixedClock(MORNING))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://duban", follow_redirects=True
    ) as browser:
        await signed_in(browser)
        return await look(partial(browser.get, LIST)) / 1000


if __name__ == "__main__":
    main()
