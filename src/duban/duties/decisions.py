"""What has to be decided when a new plan takes the place of the old one: `duties/plan/decisions.csv`, a row for each.

`duban rollover` writes it; a person fills in the column `decision`; the coverage report counts what is left.
"""

import csv
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from io import StringIO
from pathlib import Path
from typing import Final

from duban.base.language import say
from duban.base.problems import Problem, ProblemsFound, did_you_mean
from duban.duties.work_plan import PLAN_FOLDER

DECISIONS_FILE: Final = f"{PLAN_FOLDER}/decisions.csv"
OPEN: Final = "待定"
"""What stands in `decision` until a person writes another word: 沿用, 改写, 取消, 新增, 不编."""


@dataclass(frozen=True)
class PlanDecision:
    """One clause that is not what it was, or one sentence that is new."""

    id: str  #: the clause's number; a proposed one for what is new
    line: str  #: the business line
    fate: str  #: what became of it, in words
    before: str  #: this year's words; empty for what is new
    after: str  #: the new plan's words; empty for what is gone
    numbers: str  #: the numbers that changed, in words
    place: str  #: chapter and item in the new plan
    duties: str  #: the duties that rest on it, by id
    decision: str  #: what a person decided; `OPEN` or empty: nobody yet

    @property
    def undecided(self) -> bool:
        """Whether nobody has decided yet."""
        return self.decision.strip() in ("", OPEN)


COLUMNS: Final = tuple(each.name for each in fields(PlanDecision))


def read_decisions(root: Path) -> list[PlanDecision]:
    """The decisions of the project at `root`; none where no plan was rolled over.

    Raises ProblemsFound when the file is not what `duban rollover` writes: columns lost, or not UTF-8.
    """
    path = root / DECISIONS_FILE
    if not path.is_file():
        return []
    try:
        rows = csv.DictReader(StringIO(path.read_bytes().decode("utf-8-sig"), newline=""), strict=True)
        missing = [column for column in COLUMNS if column not in (rows.fieldnames or ())]
        if missing:
            what = say(zh=f"缺少列：{'、'.join(missing)}", en=f"lacks the columns: {', '.join(missing)}")
            raise ProblemsFound([Problem(DECISIONS_FILE, 1, 1, what)])
        return [PlanDecision(**{column: row[column] or "" for column in COLUMNS}) for row in rows]
    except UnicodeDecodeError:
        what = say(zh="不是 UTF-8 编码", en="is not encoded in UTF-8")
        mend = say(zh="请另存为 UTF-8（CSV UTF-8）", en="save it as CSV UTF-8")
        raise ProblemsFound([Problem(DECISIONS_FILE, 0, 0, what, mend)]) from None
    except csv.Error as error:
        what = say(zh=f"不是正确的 CSV：{error}", en=f"is not proper CSV: {error}")
        raise ProblemsFound([Problem(DECISIONS_FILE, 0, 0, what)]) from None


def gone_clauses(decisions: Iterable[PlanDecision]) -> frozenset[str]:
    """The clauses that the new plan no longer has, by number."""
    return frozenset(each.id for each in decisions if not each.after)


def unknown_clause(clause: str, known: Iterable[str], gone: Collection[str]) -> tuple[str, str]:
    """That the plan does not have a clause, and what to do: end the duty where a new plan left the clause out
    (`gone`), else mend what may be a slip for one of the `known`.
    """
    what = say(zh=f"计划里没有条款“{clause}”", en=f"the plan has no clause “{clause}”")
    if clause not in gone:
        return what, did_you_mean(clause, known)
    return what, say(
        zh=f"新计划里没有了（{DECISIONS_FILE}）：事项要取消，或者改依据",
        en=f"the new plan no longer has it ({DECISIONS_FILE}): end the duty, or let it rest on something else",
    )


def undecided_told(left: Sequence[PlanDecision]) -> str:
    """How many places of a new plan nobody has decided on, by what became of them, and where they are listed."""
    by_fate = Counter(each.fate for each in left)
    counted = say(zh="、", en=", ").join(f"{fate} {count}" for fate, count in by_fate.items())
    return say(
        zh=f"换计划还有 {len(left)} 处待定（{counted}），逐条列在 {DECISIONS_FILE}。",
        en=f"{len(left)} places of the new plan are undecided ({counted}): see {DECISIONS_FILE}.",
    )


def as_csv(decisions: list[PlanDecision]) -> str:
    """The decisions as the file's text, with Excel's mark at its beginning."""
    out = StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(COLUMNS)
    rows.writerows([getattr(each, column) for column in COLUMNS] for each in decisions)
    return "\ufeff" + out.getvalue()
