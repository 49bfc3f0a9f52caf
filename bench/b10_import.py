"""B10: rehearse the import of a workbook with 100,000 sampling results against the mere reading of it by openpyxl.

The rehearsal does all an import does but writing: it looks at the container, recognises the table, reads each cell,
compares the rows with each other and holds them against a ledger of 20,000 subjects in which half of the batches are
known. Each side runs in a process of its own, so that its peak memory is its own. `python -m bench.b10_import --rows 10000` for a quick look.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from bench.memory import peak_memory
from bench.rows import Row
from duban.base.clock import FixedClock
from duban.base.credit_codes import check_sign
from duban.definitions.definitions import load_definitions
from duban.facts import NewSubject, record_subjects
from duban.importing.mappings import load_mappings
from duban.importing.reading import read_file
from duban.importing.taking import rehearse, take
from duban.ledger.database import migrate, open_ledger
from duban.ledger.principals import operator
from duban.workspace.workspace import Workspace, sync

ROOT = Path(__file__).resolve().parents[1]
MORNING = datetime(2023, 9, 1, 1, tzinfo=UTC)
SUBJECT_KIND, STATION = "食品销售者", "350404-01"
HEADING = ("抽样单编号", "被抽样单位社会信用代码", "被抽样单位名称", "食品名称", "检验结论", "报告签发日期")
FULL, QUICK, SUBJECTS = 100_000, 10_000, 20_000
TIME_BUDGET, MEMORY_BUDGET = 3.0, 300


def code(number: int) -> str:
    """A made-up unified social credit code."""
    body = f"91350404MA{number:07d}"
    return body + check_sign(body)


def results(rows: int) -> Iterator[tuple[str, ...]]:
    """Made-up sampling results, every other one failed."""
    for number in range(rows):
        of = number % SUBJECTS
        day = f"2023/{number % 8 + 1}/{number % 28 + 1}"
        verdict = "不合格" if number % 2 else "合格"
        yield f"XBJ23{number:08d}", code(of), f"虚构食品店{of}", "糕点", verdict, day


def write_workbook(path: Path, rows: int) -> None:
    """A workbook with a title, the heading and so many results."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("结果")
    for row in (("监督抽检结果（虚构）",), HEADING, *results(rows)):
        sheet.append(row)
    book.save(path)


def run(*, quick: bool = False, rows: int | None = None) -> list[Row]:
    """Both rows of B10: the time against openpyxl's, and the peak memory."""
    size = rows or (QUICK if quick else FULL)
    with tempfile.TemporaryDirectory(prefix="duban-b10-") as folder:
        place = Path(folder)
        (place / "rows").write_text(str(size))
        _child("prepare", place)
        ours, peer = _child("ours", place), _child("peer", place)
    ratio = ours["seconds"] / peer["seconds"]
    return [
        Row(
            "B10",
            f"rehearse the import of {size:,} rows of .xlsx",
            f"{ours['seconds']:.2f} s",
            f"{peer['seconds']:.2f} s (openpyxl reading the rows)",
            f"{ratio:.2f}×",
            f"≤ {TIME_BUDGET:.0f}×",
            ratio <= TIME_BUDGET,
        ),
        Row(
            "B10",
            "peak memory of that import",
            f"{ours['megabytes']:.0f} MB",
            f"{peer['megabytes']:.0f} MB (openpyxl)",
            f"{ours['megabytes']:.0f} MB",
            f"≤ {MEMORY_BUDGET} MB",
            ours["megabytes"] <= MEMORY_BUDGET,
        ),
    ]


def workspace(folder: Path) -> Workspace:
    """The starter project on the ledger in `folder`."""
    ledger = open_ledger(f"sqlite:///{folder / 'ledger.db'}")
    return Workspace(ROOT, load_definitions(ROOT), ledger, FixedClock(MORNING))


def _prepare(folder: Path) -> float:
    size = int((folder / "rows").read_text())
    write_workbook(folder / "results.xlsx", size)
    write_workbook(folder / "before.xlsx", size // 2)
    ws = workspace(folder)
    migrate(ws.ledger)
    sync(ws.ledger, ws.definitions, {}, MORNING)
    shops = (NewSubject(SUBJECT_KIND, code(each), f"虚构食品店{each}", STATION) for each in range(SUBJECTS))
    record_subjects(ws, shops, MORNING, operator(ws.definitions.project, "bench"))
    mappings, _ = load_mappings(ROOT, ws.definitions.vocabulary)
    with read_file(folder / "before.xlsx", ws.definitions, mappings) as batch:
        take(ws, batch, MORNING, operator(ws.definitions.project, "bench"))
    ws.ledger.dispose()
    return 0.0


def _child(side: str, folder: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.b10_import", "--side", side, "--folder", str(folder)]
    ended = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, float] = json.loads(ended.stdout)
    return found


def _ours(folder: Path) -> float:
    ws = workspace(folder)
    mappings, _ = load_mappings(ROOT, ws.definitions.vocabulary)
    began = perf_counter()
    with read_file(folder / "results.xlsx", ws.definitions, mappings) as batch:
        outcome = rehearse(ws, batch, MORNING, operator(ws.definitions.project, "bench"))
    seconds = perf_counter() - began
    assert outcome.clean, outcome.refused[:3]
    assert outcome.rows["new"] == outcome.rows["unchanged"], outcome.rows
    ws.ledger.dispose()
    return seconds


def _peer(folder: Path) -> float:
    from openpyxl import load_workbook

    began = perf_counter()
    book = load_workbook(folder / "results.xlsx", read_only=True, data_only=True)
    count = sum(1 for _ in book.worksheets[0].iter_rows(values_only=True))
    seconds = perf_counter() - began
    assert count > 2
    book.close()
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.b10_import", description=__doc__)
    parser.add_argument("--rows", type=int, default=FULL, help="how many sampling results")
    parser.add_argument("--side", choices=["prepare", "ours", "peer"], help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.side is None:
        for row in run(rows=asked.rows):
            print(f"{row.code}  {row.work}: {row.ours}, {row.peer}: {row.ratio} (budget {row.budget})")
        return
    seconds = {"prepare": _prepare, "ours": _ours, "peer": _peer}[asked.side](asked.folder)
    megabytes = peak_memory()
    print(json.dumps({"seconds": seconds, "megabytes": megabytes}))


if __name__ == "__main__":
    main()
