"""The work plan a project's duties rest on: its full text, and the clauses picked out of it, from `duties/plan/`."""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from io import StringIO
from pathlib import Path

from duban.base.language import say
from duban.base.problems import Problem, ProblemsFound, did_you_mean
from duban.base.system_words import system_reason

PLAN_FOLDER = "duties/plan"
CLAUSES_FILE = f"{PLAN_FOLDER}/clauses.csv"
COLUMNS = ("id", "line", "chapter", "item", "level", "quote", "note", "offset", "quantified")
"""The columns that are read; others may stand beside them."""


class Quantification(StrEnum):
    """Whether the plan itself gives a clause's number."""

    QUANTIFIED = "quantified"
    IMPLIED = "implied"
    UNQUANTIFIED = "unquantified"
    NONE = "none"


@dataclass(frozen=True)
class Clause:
    """One clause of the plan."""

    id: str  #: Its number, as the list has it.
    line: str  #: The business line it speaks of.
    chapter: str  #: The chapter as printed.
    item: str  #: The item as printed.
    level: str  #: Who is spoken to: city, county, station, all, enterprise.
    quote: str  #: Its text, word for word.
    note: str  #: What whoever picked it out remarks.
    offset: int  #: The place of its first character in the full text.
    given: Quantification  #: Whether the plan gives its number.

    @property
    def place(self) -> str:
        """Where it stands as the paper prints it: 餐饮服务食品安全监管工作要点 四、(十一)."""
        return _place(self.line, self.chapter, self.item)


@dataclass(frozen=True)
class WorkPlan:
    """The plan's text, and its clauses by id in the order of the list."""

    text: str  #: All of it.
    clauses: Mapping[str, Clause]  #: By number, in the order of the list.

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The business lines, in the order of the clauses."""
        return tuple(dict.fromkeys(clause.line for clause in self.clauses.values()))

    def has(self, quote: str) -> bool:
        """Whether the plan says so word for word; only blanks and line breaks may differ."""
        return without_blanks(quote) in self._whole

    def says_at(self, clause: Clause, quote: str) -> bool:
        """Whether `quote` stands in the paragraph of `clause`."""
        begins = self.text.rfind("\n", 0, clause.offset) + 1
        ends = self.text.find("\n", clause.offset)
        paragraph = self.text[begins : ends if ends >= 0 else None]
        return without_blanks(quote) in without_blanks(paragraph)

    @cached_property
    def _whole(self) -> str:
        return without_blanks(self.text)


def without_blanks(text: str) -> str:
    """The text without any white space: what two quotations are compared by."""
    return "".join(text.split())


_NUMERAL = re.compile(r"[一二三四五六七八九十]+[、是]|[((][一二三四五六七八九十]+[))]")


def _place(line: str, chapter: str, item: str) -> str:
    """The plan's part, chapter and item by their printed numbers; what has no number is left out."""
    numbers = (found.group() for part in (chapter, item) if (found := _NUMERAL.match(part)))
    return f"{line}工作要点 {''.join(numbers)}".rstrip(" 、是")


def clause_places(root: Path) -> Mapping[str, str]:
    """Where each clause stands in the paper, by its number; none while the list of clauses cannot be read.

    Messages name a clause so: our own numbers mean nothing to who holds the paper in his hands.
    """
    path = root / CLAUSES_FILE
    try:
        return _places(path, path.stat().st_mtime_ns)
    except (OSError, UnicodeDecodeError, csv.Error):
        return {}


@lru_cache(maxsize=4)
def _places(path: Path, _changed: int) -> Mapping[str, str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        return {
            number: _place(*((row.get(column) or "").strip() for column in ("line", "chapter", "item")))
            for row in rows
            if (number := (row.get("id") or "").strip())
        }


def load_plan(root: Path) -> WorkPlan:
    """Read the plan of the project at `root`. Raises ProblemsFound with everything that is wrong with its files."""
    text, problems = _text(root)
    clauses: dict[str, Clause] = {}
    for clause, problem in _clauses(root, text):
        if problem is not None:
            problems.append(problem)
        elif clause is not None:
            clauses[clause.id] = clause
    if text is None or problems:
        raise ProblemsFound(problems)
    return WorkPlan(text, clauses)


def _text(root: Path) -> tuple[str | None, list[Problem]]:
    found = sorted((root / PLAN_FOLDER).glob("*.txt"))
    if len(found) != 1:
        what = (
            say(zh="没有计划全文", en="there is no text of the plan")
            if not found
            else say(zh="计划全文不止一个", en="there is more than one text of the plan")
        )
        mend = say(
            zh=f"请把全文存为 {PLAN_FOLDER}/ 下唯一的 .txt 文件",
            en=f"keep it as the one .txt file in {PLAN_FOLDER}/",
        )
        return None, [Problem(PLAN_FOLDER, 0, 0, what, mend)]
    return _read(found[0], root)


def _read(path: Path, root: Path) -> tuple[str | None, list[Problem]]:
    """The file as it stands, or why it cannot be read. Excel's mark at the beginning is not part of the text."""
    name = path.relative_to(root).as_posix()
    try:
        return path.read_bytes().decode("utf-8-sig"), []
    except UnicodeDecodeError:
        what = say(zh="不是 UTF-8 编码", en="is not encoded in UTF-8")
        return None, [Problem(name, 0, 0, what, say(zh="请另存为 UTF-8", en="save it as UTF-8"))]
    except OSError as error:
        return None, [Problem(name, 0, 0, system_reason(error))]


def _clauses(root: Path, text: str | None) -> Iterator[tuple[Clause | None, Problem | None]]:
    content, problems = _read(root / CLAUSES_FILE, root)
    yield from ((None, problem) for problem in problems)
    if content is None:
        return
    rows = csv.DictReader(StringIO(content, newline=""), strict=True)
    missing = [column for column in COLUMNS if column not in (rows.fieldnames or ())]
    if missing:
        what = say(zh=f"缺少列：{'、'.join(missing)}", en=f"lacks the columns: {', '.join(missing)}")
        yield None, Problem(CLAUSES_FILE, 1, 1, what)
        return
    seen: dict[str, int] = {}
    try:
        for row in rows:
            yield _clause(row, rows.line_num, text, seen)
    except csv.Error as error:
        what = say(zh=f"不是正确的 CSV：{error}", en=f"is not proper CSV: {error}")
        yield None, Problem(CLAUSES_FILE, rows.line_num, 1, what)


def _clause(
    row: Mapping[str, str | None], line: int, text: str | None, seen: dict[str, int]
) -> tuple[Clause | None, Problem | None]:
    def wrong(zh: str, en: str, mend: str = "") -> tuple[None, Problem]:
        return None, Problem(CLAUSES_FILE, line, 1, say(zh=zh, en=en), mend)

    cells = {column: (row[column] or "").strip() for column in COLUMNS}
    number, given, quote = cells["id"], cells["quantified"], cells["quote"]
    if not number or not quote or not cells["line"]:
        return wrong("id、line、quote 都要填", "id, line and quote must all be there")
    if number in seen:
        return wrong(
            f"条款编号“{number}”在第 {seen[number]} 行已经用了",
            f"“{number}” stands in line {seen[number]} too",
        )
    seen[number] = line
    if given not in set(Quantification):
        return wrong(
            f"quantified 没有“{given}”这个值",
            f"quantified is never “{given}”",
            did_you_mean(given, Quantification),
        )
    if not cells["offset"].isdecimal():
        return wrong(f"offset“{cells['offset']}”不是整数", f"the offset “{cells['offset']}” is no number")
    offset = int(cells["offset"])
    if text is not None and not text.startswith(quote, offset):
        return wrong(
            f"{number} 的原文不在全文第 {offset} 个字处",
            f"the text of {number} does not stand at character {offset} of the plan",
        )
    return (
        Clause(
            id=number,
            line=cells["line"],
            chapter=cells["chapter"],
            item=cells["item"],
            level=cells["level"],
            quote=quote,
            note=cells["note"],
            offset=offset,
            given=Quantification(given),
        ),
        None,
    )
