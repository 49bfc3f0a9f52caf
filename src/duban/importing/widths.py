"""Whether a row is one to be read: struck out it is not; in a text a delimiter too many shifts it from its headings.

| a row of a text | is |
|---|---|
| with a value more than the heading has columns | refused: its values are shifted |
| longer than its heading, or filled in behind its last name, with `1` and `234` side by side | refused: 1,234 was cut in two, and only the empty cell at its end makes it fit |
| whose number is followed by three digits among the remarks | refused likewise |
| of which everything stands in one cell, delimiters and all | refused: it was not cut into columns |
| with empty cells at its end, as some programs write them | as it stands |
| with several required columns blank that the row above has | refused once: cells merged downwards leave blanks in a text |
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from duban.base.language import say
from duban.importing.spellings import NoValue, struck_out

if TYPE_CHECKING:
    from duban.importing.headings import Heading

_BEGUN, _GOES_ON = re.compile(r"[1-9]\d{0,2}"), re.compile(r"\d{3}")
_SIGNS_BETWEEN = ", ;|，；"
"""A tab reads as a blank in a tidied cell."""
_REMARKS = ("备注", "说明")


def why_refused_whole(cells: Sequence[object], width: TextWidth | None) -> str | None:
    """Why nothing of a row is taken, None if it is looked at cell by cell; `width` is given of texts."""
    filled = [cell for cell in cells if cell is not None]
    if filled[:1] == [NoValue.STRUCK_OUT] and all(cell is NoValue.STRUCK_OUT for cell in filled):
        return say(zh="这一行", en="") + struck_out()
    return width.why_shifted(cells) if width else None


def merged_above(blank: Sequence[str]) -> str:
    """Why a row of a text is not taken in which these columns are blank and filled in above: as text merged cells leave blanks."""
    columns = say(zh="、", en=", ").join(blank)
    return say(
        zh=f"{columns}空着，上面一行有：多半是合并的单元格另存成文字时丢下的；请每行都填上，或另存为 .xlsx 再导入",
        en=f"{columns} blank, and filled in above: as merged cells are when saved as text; fill in every row, or save the "
        "file as .xlsx",
    )


@dataclass(frozen=True)
class TextWidth:
    """How wide the rows of a text are."""

    delimiter: str  #: the sign between cells
    heading: Heading  #: the heading above them
    numbers: Collection[
        int | None
    ]  #: the places of the columns that hold numbers, None for one that is not there

    def why_shifted(self, cells: Sequence[object]) -> str | None:
        """Why a row is taken for shifted, None if it is not; its cells are tidied, None where there is nothing."""
        width = max(self.heading.width, len(self.heading.texts))
        filled = [cell for cell in cells if cell is not None]
        whole = filled[0] if len(filled) == 1 else None
        if isinstance(whole, str) and max(map(whole.count, _SIGNS_BETWEEN)) >= 2 < width:
            return say(
                zh="这一行都在一个格子里，没有分成列（多了引号，或者用了别的分隔符）；请改成和表头一样",
                en="the whole row stands in one cell: quotation marks too many, or another delimiter; write it like the heading",
            )
        if more := sum(cell is not None for cell in cells[width:]):
            return say(
                zh=f"比表头多 {more} 格：格子里有分隔符（如 1,234 的逗号），后面的都错了位；请给那一格加引号或去掉逗号",
                en=f"{more} cells more than the heading: a cell holds the delimiter (as in 1,234), and what follows is "
                "shifted; quote that cell or take the comma out",
            )
        if self.delimiter not in ",，":
            return None
        longer = len(cells) > width or any(cell is not None for cell in cells[len(self.heading.texts) :])
        for place, (begun, goes_on) in enumerate(pairwise(cells)):
            if not (isinstance(begun, str) and isinstance(goes_on, str)):
                continue
            apart = longer or (place in self.numbers and self._is_remark(place + 1))
            if apart and _BEGUN.fullmatch(begun) and _GOES_ON.fullmatch(goes_on):
                return say(
                    zh=f"“{begun}”和“{goes_on}”像是没有加引号的 {begun},{goes_on}，后面的都错了位；请给那一格加引号或去掉逗号，"
                    "本来就是两格的，另存为 .xlsx 再导入",
                    en=f"“{begun}” and “{goes_on}” seem to be {begun},{goes_on} without quotation marks, and what follows is "
                    "shifted; quote that cell or take the comma out; if they are two cells, save the file as .xlsx",
                )
        return None

    def _is_remark(self, place: int) -> bool:
        texts = self.heading.texts
        return place >= len(texts) or not texts[place] or texts[place].startswith(_REMARKS)
