"""This year's clauses held against a new paper: the same, moved, reworded, gone; and what the paper says besides."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from duban.base.numerals import NUMERAL
from duban.duties.paper import Paper, Passage, compared
from duban.duties.work_plan import Clause, WorkPlan

LIKE_ENOUGH = 0.6
"""The share of a clause's signs that a reworded sentence still has, in the same order."""
LONGEST_ALIKE = 4
"""Signs in a row that both must have: less is chance."""
_NUMBERED = re.compile(rf"\s*(?:{NUMERAL}[、是]|[(（]{NUMERAL}[)）])")
_CANDIDATES = 8
_MOST_PHRASES = 6
"""Phrases between commas that a clause may be made of."""
_NUMBER = re.compile(
    rf"每?{NUMERAL}(?:[个次家批件场期项份日天周月年%％]|个百分点|小时|工作日|季度|以上|以下)+|\d+(?:\.\d+)?[%％]"
    r"|每(?:半年|季度?|[年月周日天旬])"
)
"""Numbers with what they count, and rhythms."""


class ClauseFate(StrEnum):
    """What became of a clause, or where a sentence comes from."""

    SAME = "same"
    MOVED = "moved"
    REWORDED = "reworded"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True)
class Comparison:
    """One clause of this year beside what the new paper has for it; or a sentence that is new."""

    fate: ClauseFate  #: what became of the clause
    clause: Clause | None  #: this year's; None for what is new
    passage: Passage | None  #: where the new paper says it; None for what is gone
    text: str  #: the new paper's words; this year's for what is gone
    offset: int  #: where they begin in the new paper; 0 for what is gone
    changed: tuple[tuple[str, str], ...] = ()  #: the words that changed: before, after; one may be empty
    numbers: tuple[tuple[str, ...], tuple[str, ...]] = (
        (),
        (),
    )  #: the numbers that are not in both: before, after

    @property
    def renumbered(self) -> bool:
        """Whether a number of it, or of its sentence, is another."""
        return any(self.numbers)

    @property
    def reworded_beside(self) -> bool:
        """Whether words other than its numbers are others, too."""
        if self.fate is not ClauseFate.REWORDED or self.clause is None:
            return False
        return compared(_NUMBER.sub("", self.clause.quote)) != compared(_NUMBER.sub("", self.text))

    @property
    def undecided(self) -> bool:
        """Whether a person must say what becomes of it: all but the same words with the same numbers."""
        return self.renumbered or self.fate not in (ClauseFate.SAME, ClauseFate.MOVED)


@dataclass(frozen=True)
class PlanYears:
    """The years of the two papers: a sentence that names the plan's own year is the same in the next one."""

    before: int | None  #: the year of the paper in force
    after: int | None  #: the year of the new one

    def in_next_year(self, text: str) -> str:
        """The text with the old plan's year as the new one's."""
        if self.before is None or self.after is None:
            return text
        return text.replace(f"{self.before}年", f"{self.after}年")


def compare(plan: WorkPlan, paper: Paper) -> list[Comparison]:
    """Every clause of `plan` in its order, then what the paper says besides, in the paper's order."""
    pairs = _Pairs(paper)
    before = Paper(plan.text)
    sections = {clause.line: before.at(clause.offset).line for clause in plan.clauses.values()}
    years = PlanYears(before.year, paper.year)
    stays = {
        name: _word_for_word(clause, before.at(clause.offset), sections, paper, years)
        for name, clause in plan.clauses.items()
    }
    taken = [(each.offset, each.offset + len(each.text)) for each in stays.values() if each is not None]
    held = [
        stays[name] or _reworded(clause, before.at(clause.offset), pairs, years, taken)
        for name, clause in plan.clauses.items()
    ]
    known = before.squeezed[0]
    return [*held, *_new(known + years.in_next_year(known), paper, held)]


def _word_for_word(
    clause: Clause, stood: Passage, sections: Mapping[str, str], paper: Paper, years: PlanYears
) -> Comparison | None:
    for quote in dict.fromkeys((clause.quote, years.in_next_year(clause.quote))):
        offset = paper.find(quote, near=sections[clause.line])
        if offset is not None:
            passage = paper.at(offset)
            there = (passage.line, _title(passage.chapter), _title(passage.item))
            moved = there != (stood.line, _title(stood.chapter), _title(stood.item))
            # A number in another phrase of the sentence may be the clause's own: 检出3批次的, 开展飞行检查.
            numbers = _other_numbers(stood.text, passage.text, years)
            text = paper.span(offset, quote)
            fate = ClauseFate.MOVED if moved else ClauseFate.SAME
            return Comparison(fate, clause, passage, text, offset, numbers=numbers)
    return None


def _reworded(
    clause: Clause, stood: Passage, pairs: _Pairs, years: PlanYears, taken: Sequence[tuple[int, int]]
) -> Comparison:
    """What is most like a clause that the paper no longer has; the words of another one (`taken`, from where to where in
    the paper) only where nothing else is like it.
    """
    found = pairs.best(clause.quote, stood.line, taken) or pairs.best(clause.quote, stood.line)
    if found is None:
        return Comparison(ClauseFate.GONE, clause, None, clause.quote, 0)
    passage, begins, ends = found
    text = passage.text[begins:ends]
    numbered = _NUMBERED.match(text)
    if numbered:
        begins, text = begins + numbered.end(), text[numbered.end() :]
    return Comparison(
        ClauseFate.REWORDED,
        clause,
        passage,
        text,
        passage.offset + begins,
        tuple(_changes(clause.quote, text)),
        _other_numbers(clause.quote, text, years),
    )


def _title(heading: str) -> str:
    """A heading without its number: what moves down one place because another was put before it has not moved."""
    return re.sub(rf"^[(（]?{NUMERAL}[)）、]", "", compared(heading))


class _Pairs:
    """Finds the sentence that is most like a quotation; those that share no pair of signs with it are never looked at."""

    def __init__(self, paper: Paper) -> None:
        self._passages = paper.passages
        self._by_pair: dict[str, list[int]] = defaultdict(list)
        for number, passage in enumerate(paper.passages):
            for pair in _pairs_of(passage.text):
                self._by_pair[pair].append(number)

    def best(
        self, quote: str, line: str, taken: Sequence[tuple[int, int]] = ()
    ) -> tuple[Passage, int, int] | None:
        """The sentence with the first and last sign of what is like `quote` and not `taken`; of equals one of the same
        section.
        """
        shared: dict[int, int] = defaultdict(int)
        for pair in _pairs_of(quote):
            for number in self._by_pair.get(pair, ()):
                shared[number] += 1
        likeliest = sorted(shared, key=lambda number: (-shared[number], number))[:_CANDIDATES]
        best: tuple[float, bool, Passage, int, int] | None = None
        for number in likeliest:
            passage = self._passages[number]
            like = _likeness(
                quote, passage.text, [(a - passage.offset, b - passage.offset) for a, b in taken]
            )
            if like is None:
                continue
            share, begins, ends = like
            if best is None or (share, passage.line == line) > best[:2]:
                best = share, passage.line == line, passage, begins, ends
        return None if best is None else best[2:]


def _pairs_of(text: str) -> set[str]:
    plain = compared(text)
    return {plain[place : place + 2] for place in range(len(plain) - 1)}


def _likeness(
    quote: str, sentence: str, taken: Iterable[tuple[int, int]] = ()
) -> tuple[float, int, int] | None:
    """How like `quote` the likeliest phrases of a sentence are, and from where to where; None when it is another matter.

    Phrases within what is `taken` are looked past.
    """
    others = [(a, b) for a, b in taken if a < len(sentence) and b > 0]
    ends = [place for place, sign in enumerate(sentence) if sign in ",，。；;、"] + [len(sentence)]
    begins = [0, *(end + 1 for end in ends[:-1])]
    best: tuple[float, int, int] | None = None
    for first, start in enumerate(begins):
        for end in ends[first : first + _MOST_PHRASES]:
            if not len(quote) / 3 < end - start < 3 * len(quote):
                continue
            if any(a <= start and end <= b for a, b in others):
                continue
            matcher = SequenceMatcher(None, quote, sentence[start:end], autojunk=False)
            blocks = matcher.get_matching_blocks()
            share = sum(block.size for block in blocks) / len(quote)
            if share < LIKE_ENOUGH or max(block.size for block in blocks) < LONGEST_ALIKE:
                continue
            if best is None or matcher.ratio() > best[0]:
                best = matcher.ratio(), start, end
    return best


def _changes(before: str, after: str) -> Iterator[tuple[str, str]]:
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind != "equal":
            yield before[a:b], after[c:d]


def _other_numbers(before: str, after: str, years: PlanYears) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The numbers that only one of the texts has. The old plan's year may have stayed or become the new one's: 《2021-2023年…意见》
    keeps its name.
    """
    old, new = _NUMBER.findall(compared(before)), _NUMBER.findall(compared(after))
    known = {*old, *map(years.in_next_year, old)}
    gone = tuple(each for each in old if each not in new and years.in_next_year(each) not in new)
    return gone, tuple(each for each in new if each not in known)


def _new(known: str, paper: Paper, held: Iterable[Comparison]) -> Iterator[Comparison]:
    """The sentences that no clause was found in and that this year's paper does not have either."""
    taken = {each.passage.offset for each in held if each.passage is not None}
    for passage in paper.passages:
        if passage.offset not in taken and compared(passage.text) not in known:
            yield Comparison(ClauseFate.NEW, None, passage, passage.text, passage.offset)
