"""Finding the heading row of a table, and which of its columns is which.

Above it may stand titles, units and dates in merged cells; it may take two rows (a group's name over its columns).
Column names are compared without blanks, width, asterisks and what stands in brackets at the end.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from duban.base.language import say
from duban.base.problems import did_you_mean
from duban.importing.spellings import UnreadableCell, Value, read_text

if TYPE_CHECKING:
    from duban.importing.grammar import MappingFile

ROWS_LOOKED_AT = 40
"""The heading is among the first rows, or nowhere."""
_DECORATION = re.compile(r"[\s*＊:：_\-—/、,.。·]+")
_IN_BRACKETS = re.compile(r"\([^()]*\)$")


@dataclass(frozen=True)
class Heading:
    """A heading row: its number (the last of two), what stands in it, and the place of each column it was read for."""

    row: int
    texts: tuple[str, ...]
    places: Mapping[str, int]
    twice: tuple[tuple[str, int, int], ...] = ()
    of_two: bool = False

    def missing(self, required: Iterable[str]) -> list[str]:
        """The required columns that are not there."""
        return [column for column in required if column not in self.places]


def heading_key(text: str) -> str:
    """A column's name as it is compared."""
    return _DECORATION.sub("", unicodedata.normalize("NFKC", text)).casefold()


def bare_key(key: str) -> str:
    """A compared name without what stands in brackets at its end: 报告日期(年/月/日)."""
    return _IN_BRACKETS.sub("", key)


def find_heading(
    mapping: MappingFile, rows: Sequence[tuple[int, Sequence[Value]]], aliases: Mapping[str, tuple[str, int]]
) -> Heading | None:
    """The row among the first ones in which most columns of the mapping are recognised; None if none is in any."""
    best: Heading | None = None
    for place, (number, cells) in enumerate(rows[:ROWS_LOOKED_AT]):
        candidates = [Heading(number, _texts(cells), {})]
        if place + 1 < len(rows):
            below = _texts(rows[place + 1][1])
            candidates.append(Heading(rows[place + 1][0], _over(candidates[0].texts, below), {}, of_two=True))
        for candidate in candidates:
            found = _recognise(candidate, aliases)
            if found.places and (best is None or _worth(mapping, found) > _worth(mapping, best)):
                best = found
    return best


def known_headings(mapping: MappingFile) -> dict[str, tuple[str, int]]:
    """Every name a column may have, compared form → the column and how far down its list the name stands."""
    known: dict[str, tuple[str, int]] = {}
    for column, aliases in mapping.columns.items():
        for rank, heading in enumerate((column, *aliases)):
            known.setdefault(heading_key(heading), (column, rank))
    return known


def why_unrecognised(mapping: MappingFile, heading: Heading, missing: Sequence[str]) -> str:
    """Which columns are missing, and what in the heading may have been meant by them."""
    unused = [
        text for place, text in enumerate(heading.texts) if text and place not in heading.places.values()
    ]
    said = []
    for column in missing:
        near = did_you_mean(column, unused) if len(unused) > 12 or _near(column, unused) else ""
        said.append(f"“{column}”" + (say(zh=f"（{near}）", en=f" ({near})") if near else ""))
    return say(zh="、", en=", ").join(said)


def _near(column: str, texts: Iterable[str]) -> bool:
    from difflib import get_close_matches

    return bool(get_close_matches(column, list(texts), n=1, cutoff=0.6))


def _worth(mapping: MappingFile, heading: Heading) -> tuple[int, int, bool]:
    needed = len(mapping.required) - len(heading.missing(mapping.required))
    return needed, len(heading.places), not heading.of_two


def _recognise(candidate: Heading, aliases: Mapping[str, tuple[str, int]]) -> Heading:
    places: dict[str, int] = {}
    ranks: dict[str, int] = {}
    twice: list[tuple[str, int, int]] = []
    for place, text in enumerate(candidate.texts):
        key = heading_key(text)
        known = aliases.get(key) or aliases.get(bare_key(key)) if key else None
        if known is None:
            continue
        column, rank = known
        if column in places and rank == ranks[column]:
            twice.append((column, places[column], place))
        if column not in places or rank < ranks[column]:
            twice = [each for each in twice if each[0] != column]
            places[column], ranks[column] = place, rank
    return replace(candidate, places=places, twice=tuple(twice))


def _texts(cells: Sequence[Value]) -> tuple[str, ...]:
    texts = []
    for cell in cells:
        try:
            texts.append(read_text(cell).replace(" ", ""))
        except UnreadableCell:
            texts.append("")
    while texts and not texts[-1]:
        texts.pop()
    return tuple(texts)


def _over(upper: tuple[str, ...], lower: tuple[str, ...]) -> tuple[str, ...]:
    """Two heading rows as one: the lower name where there is one, else the upper."""
    width = max(len(upper), len(lower))
    pad = ("",) * width
    return tuple(
        below or above for above, below in zip((upper + pad)[:width], (lower + pad)[:width], strict=True)
    )
