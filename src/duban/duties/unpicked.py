"""The numbered items of a plan that no clause was picked out of, and why: `duties/plan/unpicked.csv`.

Whoever reads that every clause is carried out must also be able to read what was not made a clause.
"""

import csv
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Final

from duban.duties.paper import Paper, PaperItem, compared
from duban.duties.work_plan import PLAN_FOLDER, WorkPlan

UNPICKED_FILE: Final = f"{PLAN_FOLDER}/unpicked.csv"


@dataclass(frozen=True)
class UnpickedItem:
    """An item without a clause."""

    item: PaperItem  #: the item
    reason: str  #: why nothing was picked out of it; empty where nobody has said


@dataclass(frozen=True)
class PlanItems:
    """How the numbered items of a plan stand to its clauses."""

    total: int = 0  #: numbered items, and chapters without items
    unpicked: tuple[UnpickedItem, ...] = ()  #: those no clause stands in, in the order of the paper


def plan_items(root: Path, plan: WorkPlan) -> PlanItems:
    """The items of the plan of the project at `root`. A reasons' file that is missing or not CSV gives no reasons."""
    reasons = _reasons(root / UNPICKED_FILE)
    offsets = [clause.offset for clause in plan.clauses.values()]
    items = Paper(plan.text).items
    bare = (item for item in items if not any(item.begins <= offset < item.ends for offset in offsets))
    return PlanItems(len(items), tuple(UnpickedItem(item, reasons.get(_key(item), "")) for item in bare))


def _key(item: PaperItem) -> tuple[str, str, str]:
    return item.line, compared(item.chapter), compared(item.item)


def _reasons(path: Path) -> dict[tuple[str, str, str], str]:
    try:
        rows = csv.DictReader(StringIO(path.read_bytes().decode("utf-8-sig"), newline=""))
        return {
            ((row["line"] or "").strip(), compared(row["chapter"] or ""), compared(row["item"] or "")): (
                row["reason"] or ""
            ).strip()
            for row in rows
        }
    except (OSError, UnicodeDecodeError, csv.Error, KeyError):
        return {}
