"""Rows below a heading that are no data: blank ones, totals, remarks at the foot, the heading printed again."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from duban.importing.spellings import plain

Skipped = Literal["blank", "total", "note", "heading"]
_TOTALS = frozenset(
    ("合计", "小计", "总计", "共计", "累计", "总和", "本页小计", "本页合计", "合计数", "total", "sum")
)
_TOTAL_ENDINGS = ("小计", "合计", "总计")
_COUNTED = re.compile(r"(?:(?:本页)?(?:合计|小计|总计|累计)|共计?|总共)[:：]?\d+\w{0,3}")
_SIGNS = "※*★■◆●—-_=(【[ "
_NOTES = (
    "备注",
    "注:",
    "注1",
    "说明",
    "填表",
    "制表",
    "审核",
    "填报",
    "联系人",
    "联系电话",
    "单位负责人",
    "数据来源",
    "以下空白",
    "此页无正文",
    "以下无正文",
)


def why_no_data(
    cells: Sequence[Any], headings: Mapping[int, str], needed: Sequence[int | None]
) -> Skipped | None:
    """Why a row of tidied cells is no data, None if it is.

    `headings` are the names of the columns by their places, `needed` the places of the required ones. “合计” is a total
    wherever it stands first or second; a total or a remark that begins otherwise must also leave required columns empty.
    """
    filled = [cell for cell in cells if cell is not None]
    if not filled:
        return "blank"
    if all(
        place < len(cells) and isinstance(cells[place], str) and "".join(cells[place].split()) == text
        for place, text in headings.items()
    ):
        return "heading"
    texts = (plain(cell).rstrip(":") for cell in filled if isinstance(cell, str))
    first, second = next(texts, ""), next(texts, "")
    if first.casefold() in _TOTALS or second.casefold() in _TOTALS:
        return "total"
    filled_in = sum(place is not None and place < len(cells) and cells[place] is not None for place in needed)
    if filled_in >= len(needed):
        return None
    if first.endswith(_TOTAL_ENDINGS):
        return "total"
    if filled_in <= 1 and _COUNTED.fullmatch(first):
        return "total"
    begun = first.lstrip(_SIGNS)
    signed = ":" in begun  # 填表人：张三, with the checker and the day in further columns
    return "note" if begun.startswith(_NOTES) and (filled_in <= 1 or signed) else None
