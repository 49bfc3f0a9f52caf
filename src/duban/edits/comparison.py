"""Two texts of one file, line by line: what differs, and what two people have written of it brought together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher, unified_diff
from typing import Literal

from duban.base.language import say

LineKind = Literal["gone", "new", "same", "place"]
_KINDS: dict[str, LineKind] = {"-": "gone", "+": "new", " ": "same", "@": "place"}
_Change = tuple[int, int, Sequence[str]]


@dataclass(frozen=True)
class ComparedLine:
    """One line of a comparison."""

    kind: LineKind  #: place: where in the file the next lines stand
    text: str  #: without its mark and line end


def compared(was: str | None, now: str | None) -> list[ComparedLine]:
    """What differs between two texts of a file, with the lines around it; empty where nothing does.

    `was` or `now` is None where the file was not there, or is not any more.
    """
    lines = unified_diff((was or "").splitlines(), (now or "").splitlines(), lineterm="")
    return [
        ComparedLine(_KINDS[line[0]], _place(line) if line[0] == "@" else line[1:])
        for line in lines
        if not line.startswith(("---", "+++"))
    ]


def _place(hunk: str) -> str:
    """`@@ -12,7 +12,7 @@` in the reader's words."""
    number = hunk.partition("+")[2].split()[0].partition(",")[0]
    return say(zh=f"第 {number} 行起", en=f"from line {number}")


def brought_together(opened: str, mine: str, theirs: str) -> str | None:
    """`opened` with what both, `mine` and `theirs`, have changed in it; None where they changed the same or
    neighbouring lines.
    """
    base = opened.splitlines(keepends=True)
    changes = sorted([*_changes(base, mine), *_changes(base, theirs)], key=lambda each: each[:2])
    merged: list[str] = []
    at = -1
    last: _Change | None = None
    for change in changes:
        first, after, lines = change
        if change == last:
            continue
        if first <= at:
            return None
        merged += [*base[max(at, 0) : first], *lines]
        at, last = after, change
    return "".join([*merged, *base[max(at, 0) :]])


def _changes(base: Sequence[str], text: str) -> Iterator[_Change]:
    lines = text.splitlines(keepends=True)
    for tag, first, after, start, end in SequenceMatcher(None, base, lines, autojunk=False).get_opcodes():
        if tag != "equal":
            yield first, after, tuple(lines[start:end])
