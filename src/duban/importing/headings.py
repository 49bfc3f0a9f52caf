"""Finding the heading row of a table, and which of its columns is which.

Above it may stand titles, units and dates in merged cells; it may take two rows (a group's name over its columns).
Column names are compared without blanks, width, signs, numbers before them and notes in brackets or on a line below. Where
two columns may be meant, the values below decide: 检验结果 that holds 1.2×10^6 is no conclusion, 结论 that holds 合格 is.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC
from typing import TYPE_CHECKING

from duban.base.folding import name_key
from duban.base.language import say
from duban.base.problems import did_you_mean
from duban.importing.spellings import UnreadableCell, Value, is_nothing, read_text
from duban.importing.written_days import read_day

if TYPE_CHECKING:
    from duban.importing.grammar import MappingFile

ROWS_LOOKED_AT = 40
"""The heading is among the first rows, or nowhere."""
_NO_LETTER = re.compile(r"[^\w()\[\]]|_")
_IN_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")
_MULTIPLE = re.compile(
    r"(?:[(\[【/]|单位:)(?:单位:)?([十百千万亿]{1,2}[件人户家次批份场元起个项条台辆只]?次?)(?:[)\]】]|$)"
)
_NUMBERED = re.compile(r"^(?:\(?\d{1,2}\)?|[一二三四五六七八九十]{1,3}(?=[、.．]))[、.．]?")


@dataclass(frozen=True)
class Heading:
    """A heading row, and the place of each column it was read for."""

    row: int  #: its number, the last of two
    texts: tuple[str, ...]  #: what stands in it, without blanks
    places: Mapping[str, int]  #: the place of each column of the mapping, from 0
    twice: tuple[tuple[str, int, int], ...] = ()  #: columns that stand there twice under one name
    of_two: bool = False  #: whether it takes two rows
    width: int = 0  #: how many cells the row has, empty ones at its end included
    others: Mapping[str, tuple[int, ...]] = field(default_factory=dict)  #: further places that may be meant

    def missing(self, required: Iterable[str]) -> list[str]:
        """The required columns that are not there."""
        return [column for column in required if column not in self.places]


def heading_key(text: str) -> str:
    """A column's name as it is compared."""
    return _NO_LETTER.sub("", unicodedata.normalize("NFKC", text)).casefold()


_TRANSLATED = re.compile(r"(?<=[\u4e00-\u9fff])[\s/]+[A-Za-z][\x20-\x7e]*$")
"""The English behind a heading in Chinese: 报告日期 Date of report."""


def heading_keys(text: str) -> Iterator[str]:
    """The forms in which a heading is looked for: as it is, then without notes, then without a number before it."""
    for whole in (text, text.partition("\n")[0]):
        folded = unicodedata.normalize("NFKC", whole).strip()
        bare = _TRANSLATED.sub("", _IN_BRACKETS.sub("", folded))
        for form in (folded, bare, _NUMBERED.sub("", folded), _NUMBERED.sub("", bare)):
            if key := heading_key(form):
                yield key


def multiple_in(text: str) -> str:
    """What a heading or the line above it counts in, if not one by one: 万件 of （单位：万件）; empty if it says nothing."""
    found = _MULTIPLE.search("".join(unicodedata.normalize("NFKC", text).split()))
    return found[1] if found else ""


def multiples(mapping: MappingFile, heading: Heading, above: str) -> dict[str, str]:
    """What the numbers of each column of a mapping count in: 万件, 千克.

    It is what the `heading` says beside the column's name, else what the line `above` the heading says; empty where neither does.
    A column that is known by a name with the multiple in it is not there: its numbers are meant so.
    """
    found = {}
    for column in mapping.numbers:
        text = heading.texts[heading.places[column]] if column in heading.places else ""
        names = (column, *mapping.columns[column])
        if not any(multiple_in(name) and heading_key(name) == heading_key(text) for name in names):
            found[column] = multiple_in(text) or above
    return found


def looks_like_heading(cells: Sequence[Value], names: Collection[str]) -> bool:
    """Whether two cells of a row at least, and half of those that are filled, are names of columns."""
    if sum(cell in names for cell in cells) < 2:
        return False
    filled = [cell for cell in cells if cell not in (None, "")]
    return 2 * sum(isinstance(cell, str) and heading_key(cell) in names for cell in filled) >= len(filled)


def find_heading(
    mapping: MappingFile, rows: Sequence[tuple[int, Sequence[Value]]], aliases: Mapping[str, tuple[str, int]]
) -> Heading | None:
    """The row among the first ones in which most columns of the mapping are recognised; None if none is in any.

    `rows` are a sheet's first rows with their numbers from 1, `aliases` what each folded heading stands for: a column and how
    good a name of it this is, 0 the best. A heading on two rows is one, by the number of the lower.
    """
    best: Heading | None = None
    for place, (number, cells) in enumerate(rows[:ROWS_LOOKED_AT]):
        texts = _texts(cells)
        candidates = [(texts, Heading(number, (), {}, width=len(cells)))]
        if place + 1 < len(rows):
            following, below = rows[place + 1]
            width = max(len(cells), len(below))
            two = Heading(following, (), {}, of_two=True, width=width)
            candidates.append((_over(texts, _texts(below)), two))
        for written, candidate in candidates:
            found = _recognise(written, candidate, aliases)
            if found.places and (best is None or _worth(mapping, found) > _worth(mapping, best)):
                best = found
    return best and _settled(mapping, best, [cells for number, cells in rows if number > best.row])


def known_headings(mapping: MappingFile) -> dict[str, tuple[str, int]]:
    """Every name a column may have, compared form → the column and how far down its list the name stands."""
    known: dict[str, tuple[str, int]] = {}
    for column, aliases in mapping.columns.items():
        for rank, heading in enumerate((column, *aliases)):
            known.setdefault(heading_key(heading), (column, rank))
    return known


def why_unrecognised(mapping: MappingFile, heading: Heading, missing: Sequence[str]) -> str:
    """Which columns a heading lacks, in the reader's words, and what in it may have been meant by them.

    `missing` are names of columns of the mapping; what is like one is said among headings that stand for none.
    """
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


def _recognise(written: Sequence[str], candidate: Heading, aliases: Mapping[str, tuple[str, int]]) -> Heading:
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for place, text in enumerate(written):
        known = next((aliases[key] for key in heading_keys(text) if key in aliases), None)
        if known is not None:
            column, rank = known
            found[column].append((rank, place))
    twice = []
    for column, ranked in found.items():
        ranked.sort()
        if len(ranked) > 1 and ranked[0][0] == ranked[1][0]:
            twice.append((column, ranked[0][1], ranked[1][1]))
    return replace(
        candidate,
        texts=tuple("".join(text.split()) for text in written),
        places={column: ranked[0][1] for column, ranked in found.items()},
        others={
            column: tuple(place for _, place in ranked) for column, ranked in found.items() if ranked[1:]
        },
        twice=tuple(twice),
    )


def _settled(mapping: MappingFile, heading: Heading, below: Sequence[Sequence[Value]]) -> Heading:
    """Of several columns that may be meant, the first in the mapping's order whose filled cells can mostly be read."""
    places = dict(heading.places)
    for column, candidates in heading.others.items():
        known = {name_key(value) for values in mapping.translations(column) for value in values}
        if not known and not (mapping.fact and mapping.fact.on.column == column):
            continue
        for place in candidates:
            cells = [row[place] for row in below if place < len(row) and not is_nothing(row[place])]
            if cells and 2 * sum(_fits(cell, known) for cell in cells) >= len(cells):
                places[column] = place
                break
    return replace(heading, places=places)


def _fits(cell: Value, known: Collection[str]) -> bool:
    try:
        if known:
            return name_key(read_text(cell)) in known
        read_day(cell, UTC)
    except UnreadableCell:
        return False
    return True


def _texts(cells: Sequence[Value]) -> tuple[str, ...]:
    """What stands in the cells of a heading, a note on a second line kept apart."""
    texts = []
    for cell in cells:
        try:
            lines = cell.splitlines() if isinstance(cell, str) else [cell]
            texts.append("\n".join(filter(None, map(read_text, lines))))
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
