"""B12: judge a batch of 1,000 failed samples in a ledger of 1,000,000 facts against the same batch among 10,000.

Judging is all that a batch brings: it is taken down, and `open_owed` runs over the whole plan, so that every finding
(三批次以上、连续三个季度) opens. Both ledgers have the same 50,000 sellers; each batch is about other ones, half of whom had
two failures before, so that findings are made. The facts that the larger ledger has more lie over five years and are
about the rest of the sellers. A second row spreads them over all sellers: judging reads what is known of the sellers
it is about, so that costs more. The median of several batches counts. `python -m bench.b12_judging --facts 100000` for a quick look.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from bench.rows import Row
from duban.base.clock import SHANGHAI, FixedClock
from duban.facts import NewFact, record_facts
from duban.ledger.database import insert_ignore, reading, writing
from duban.ledger.principals import operator
from duban.ledger.tables import FACT, SUBJECT, Obligation, Subject
from duban.obligations.opening import open_owed
from duban.workspace.workspace import Workspace, open_workspace

ROOT = Path(__file__).resolve().parents[1]
SELLER = "食品销售者"
DUTY = "sl-flight-check"
TODAY = date(2023, 9, 1)
MORNING = datetime(2023, 9, 1, 9, tzinfo=SHANGHAI)
FULL, QUICK, FEW = 1_000_000, 100_000, 10_000
SELLERS, BATCH, BATCHES = 50_000, 1_000, 7
FIVE_YEARS = 5 * 365
KINDS = ("sample.failed", "inspection.done", "inspection.done", "patrol.done")
"""What happened to the sellers, in equal parts."""
SECONDS_BUDGET, RATIO_BUDGET = 1.0, 1.5


@dataclass(frozen=True)
class Judged:
    """What the batches of one ledger came to: the median of their seconds, and how many findings opened."""

    seconds: float
    findings: int


def run(*, quick: bool = False, facts: int | None = None) -> list[Row]:
    """The seconds of a batch, its ratio among few facts, and what sellers with five years of history cost."""
    size = facts or (QUICK if quick else FULL)
    few, many, dense = _judged(FEW), _judged(size), _judged(size, dense=True)
    ratio = many.seconds / few.seconds
    work = f"judge {BATCH:,} sampling results among {size:,} facts"
    return [
        Row(
            "B12",
            f"{work} ({many.findings:,} findings in {BATCHES} batches)",
            f"{many.seconds:.2f} s",
            f"{few.seconds:.2f} s (the same among {FEW:,} facts)",
            f"{ratio:.2f}×",
            f"≤ {RATIO_BUDGET}×",
            ratio <= RATIO_BUDGET,
        ),
        Row(
            "B12",
            f"{work}, {size // SELLERS} of them about every seller",
            f"{dense.seconds:.2f} s",
            f"{dense.seconds / few.seconds:.2f}× of sellers with one or two",
            f"{dense.seconds:.2f} s",
            f"≤ {SECONDS_BUDGET:.0f} s",
            dense.seconds <= SECONDS_BUDGET,
        ),
    ]


def _judged(size: int, *, dense: bool = False) -> Judged:
    with tempfile.TemporaryDirectory(prefix="duban-b12-") as folder:
        ws = open_workspace(ROOT, FixedClock(MORNING), url=f"sqlite:///{Path(folder) / 'ledger.db'}")
        try:
            _fill(ws, size, dense=dense)
            open_owed(ws, MORNING)
            before = _findings(ws)
            took = [_one_batch(ws, number) for number in range(BATCHES)]
            found = _findings(ws) - before
        finally:
            ws.ledger.dispose()
    assert found > BATCHES * BATCH / 4, found
    return Judged(median(took), found)


def _fill(ws: Workspace, size: int, *, dense: bool) -> None:
    """The sellers, their history, and two failures of this summer for those of whom a third will be reported."""
    reported = BATCHES * BATCH
    stations = [unit.code for unit in ws.definitions.project.units_at("station")]
    sellers = (
        {
            "kind": SELLER,
            "code": _code(n),
            "name": f"虚构食品店{n}",
            "unit": stations[n % len(stations)],
            "attributes": {},
        }
        for n in range(SELLERS)
    )
    with writing(ws.ledger) as connection:
        insert_ignore(connection, SUBJECT, sellers)
        numbers = list(
            connection.execute(
                select(col(Subject.id)).where(col(Subject.kind) == SELLER).order_by(col(Subject.id))
            ).scalars()
        )
        insert_ignore(connection, FACT, _history(numbers if dense else numbers[reported:], size - reported))
        insert_ignore(connection, FACT, _failures(numbers))


def _history(sellers: list[int], size: int) -> Iterator[dict[str, Any]]:
    for n in range(size):
        day = TODAY - timedelta(days=1 + n * FIVE_YEARS // size)
        yield _row(f"H{n}", KINDS[n % len(KINDS)], sellers[n * 7919 % len(sellers)], day)


def _failures(sellers: list[int]) -> Iterator[dict[str, Any]]:
    for n in range(0, BATCHES * BATCH, 2):
        for place, day in enumerate((date(2023, 7, 4), date(2023, 8, 8))):
            yield _row(f"F{n}-{place}", "sample.failed", sellers[n], day)


def _row(ref: str, kind: str, subject: int, day: date) -> dict[str, Any]:
    return {
        "kind": kind,
        "subject_id": subject,
        "happened_on": day,
        "recorded_at": MORNING - timedelta(days=1),
        "source": "bench",
        "ref": ref,
        "data": {},
    }


def _one_batch(ws: Workspace, number: int) -> float:
    """Seconds from the batch's arrival to the last obligation it brings about."""
    places = list(range(number * BATCH, (number + 1) * BATCH))
    Random(number).shuffle(places)
    batch = [
        NewFact("sample.failed", (SELLER, _code(n)), None, TODAY, source="bench-batch", ref=f"B{n}")
        for n in places
    ]
    began = perf_counter()
    recorded = record_facts(ws, batch, MORNING, operator(ws.definitions.project, "bench"))
    opened = open_owed(ws, MORNING)
    took = perf_counter() - began
    assert recorded.new == BATCH, recorded
    assert not opened.refused, opened.refused
    return took


def _findings(ws: Workspace) -> int:
    with reading(ws.ledger) as connection:
        return connection.execute(
            select(func.count()).select_from(Obligation).where(col(Obligation.duty_id) == DUTY)
        ).scalar_one()


def _code(number: int) -> str:
    return f"S{number:07}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.b12_judging", description=__doc__)
    parser.add_argument("--facts", type=int, default=FULL, help="how many facts the larger ledger has")
    for row in run(facts=parser.parse_args().facts):
        print(f"{row.code}  {row.work}: {row.ours}, {row.peer}: {row.ratio} (budget {row.budget})")


if __name__ == "__main__":
    main()
