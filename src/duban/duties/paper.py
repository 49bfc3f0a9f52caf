"""A work plan as it is printed, cut into passages: which business line, chapter and item each sentence stands under."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from duban.base.numerals import NUMERAL, read_numeral

_SECTION = re.compile(r"\s*(?P<line>\S{2,28}?)工作要点\s*$")
_CHAPTER = re.compile(rf"\s*({NUMERAL}、\S.*?)\s*$")
_ITEM = re.compile(rf"\s*([(（]{NUMERAL}[)）][^。；;]{{0,60}})")
_SENTENCE = re.compile(r"[^。；;\n]+[。；;]?")
_DAY = re.compile(rf"(\d{{4}})年({NUMERAL})月({NUMERAL})日")
_YEAR = re.compile(r"(\d{4})年\S{0,12}工作要点")
_SIGNS = str.maketrans("，；：（）！？", ",;:()!?")
_SHORTEST = 8
"""Signs of a sentence that can be a duty; what is shorter is a heading or a scrap of one."""


@dataclass(frozen=True)
class Passage:
    """A sentence of a plan, and where it stands."""

    line: str  #: the business line's name as the section is headed
    chapter: str  #: the chapter as printed; empty before the first
    item: str  #: the item as printed; empty where the chapter has none
    text: str  #: the sentence, without blanks around it
    offset: int  #: the place of its first sign in the paper


class PaperItem(NamedTuple):
    """A numbered item of a plan, or a chapter that has none."""

    line: str  #: the business line's name as the section is headed
    chapter: str  #: the chapter as printed
    item: str  #: the item as printed; empty for a chapter without items
    begins: int  #: the place of its first sign in the paper
    ends: int  #: the place behind its last


def compared(text: str) -> str:
    """The text as two papers are compared: without blanks, its commas and brackets of one width."""
    return "".join(text.split()).translate(_SIGNS)


@dataclass(frozen=True)
class Paper:
    """The whole text of a plan."""

    text: str  #: as it was published, line by line

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        """Its sentences in their order, headings left out."""
        return tuple(self._passages())

    @cached_property
    def items(self) -> tuple[PaperItem, ...]:
        """Its numbered items in their order, and the chapters that have none."""
        found: list[PaperItem] = []
        for line, chapter, item, begins, paragraph in self._paragraphs:
            if not found or (line, chapter, item) != found[-1][:3]:
                found.append(PaperItem(line, chapter, item, begins, begins))
            found[-1] = found[-1]._replace(ends=begins + len(paragraph))
        with_items = {(each.line, each.chapter) for each in found if each.item}
        named = (each for each in found if each.chapter or each.item)
        return tuple(each for each in named if each.item or (each.line, each.chapter) not in with_items)

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The business lines it has sections for, in their order."""
        return tuple(dict.fromkeys(passage.line for passage in self.passages if passage.line))

    @property
    def year(self) -> int | None:
        """The year in its title, None where there is none."""
        found = _YEAR.search(self.text)
        return int(found[1]) if found else None

    @property
    def issued(self) -> date | None:
        """The first whole date above the first section: the day it was issued."""
        begins = self.passages[0].offset if self.passages else len(self.text)
        found = _DAY.search(self.text[:begins])
        return date(int(found[1]), read_numeral(found[2]), read_numeral(found[3])) if found else None

    @cached_property
    def squeezed(self) -> tuple[str, Sequence[int]]:
        """The text as it is compared, with the place in the paper of each of its signs."""
        places = [place for place, sign in enumerate(self.text) if not sign.isspace()]
        return "".join(self.text[place] for place in places).translate(_SIGNS), places

    def find(self, quote: str, near: str = "") -> int | None:
        """Where the paper says `quote` word for word, blanks aside; where the section headed `near` does, if it does."""
        whole, places = self.squeezed
        wanted = compared(quote)
        found = [match.start() for match in re.finditer(re.escape(wanted), whole)] if wanted else []
        here = [place for place in found if self.at(places[place]).line == near]
        chosen = here or found
        return places[chosen[0]] if chosen else None

    def at(self, offset: int) -> Passage:
        """The sentence that holds the sign at `offset`, or the one before it."""
        place = bisect_right(self.passages, offset, key=lambda passage: passage.offset)
        return self.passages[place - 1] if place else Passage("", "", "", "", 0)

    def span(self, offset: int, quote: str) -> str:
        """What the paper has in place of `quote`, from `offset` on, with its own blanks and line ends."""
        left = len(compared(quote))
        end = offset
        while left and end < len(self.text):
            left -= not self.text[end].isspace()
            end += 1
        return self.text[offset:end]

    @cached_property
    def _paragraphs(self) -> tuple[tuple[str, str, str, int, str], ...]:
        """Each paragraph below a section's heading: its section, chapter and item, where it begins, and its text."""
        found: list[tuple[str, str, str, int, str]] = []
        line = chapter = item = ""
        begins = 0
        for paragraph in self.text.splitlines(keepends=True):
            section = _SECTION.match(paragraph)
            if section:
                line, chapter, item = section["line"].lstrip("0123456789年"), "", ""
            elif heading := self._chapter_of(paragraph):
                chapter, item = heading, ""
            elif named := _ITEM.match(paragraph):
                item = named[1].strip()
            if line and not section:
                found.append((line, chapter, item, begins, paragraph))
            begins += len(paragraph)
        return tuple(found)

    @staticmethod
    def _chapter_of(paragraph: str) -> str | None:
        """The chapter a paragraph is the heading of; one with a sentence in it is none."""
        found = None if "。" in paragraph else _CHAPTER.match(paragraph)
        return found[1] if found else None

    def _passages(self) -> Iterator[Passage]:
        for line, chapter, item, begins, paragraph in self._paragraphs:
            if self._chapter_of(paragraph):
                continue
            for found in _SENTENCE.finditer(paragraph):
                text = found[0].strip()
                if len(compared(text)) >= _SHORTEST and compared(text).rstrip(".。") != compared(item):
                    lead = len(found[0]) - len(found[0].lstrip())
                    yield Passage(line, chapter, item, text, begins + found.start() + lead)
