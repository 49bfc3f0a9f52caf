"""The template of a letter where the bureau has none of its own, after GB/T 9704-2012.

A4; margins 37 mm above and 28 mm at the binding, so that the text is 156 × 225 mm; the title in 二号小标宋, the text in
三号仿宋, 22 lines of 28 characters. Fonts are named, not embedded: a machine without 小标宋 or 仿宋 shows the next of its own.
What stands between braces is filled in: `duban letter template` writes the file for editing in WPS or Word.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Final

from duban.documents.word import (
    TEXT_FONT,
    TITLE_FONT,
    TITLE_POINTS,
    official_page,
    repeat,
    write_line,
    write_run,
)
from duban.letters.kinds import LetterKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docx.document import Document

COLUMNS: Final = (
    ("序号", "{{ 项.序号 }}", 11),
    ("编号", "{{ 项.编号 }}", 25),
    ("事项", "{{ 项.事项 }}", 38),
    ("依据", "{{ 项.依据 }}", 27),
    ("期限", "{{ 项.期限 }}", 30),
    ("逾期", "{{ 项.逾期 }}", 25),
)
"""The table of what is owed: heading, field, width in mm; together the width of the text. A day and so many working
days stand on one line."""
LIST_POINTS: Final = 10.5
"""五号, as what is listed is set."""
WHOSE: Final = ("单位", "{{ 项.单位 }}", 25)
"""Stands instead of the number where a letter goes to several units: who reads it asks first whose each is."""


def plain_template(kind: LetterKind) -> bytes:
    """A .docx template of this kind."""
    import docx

    document = docx.Document()
    official_page(document)
    write_line(document, "{{ 局 }}", font=TITLE_FONT, points=TITLE_POINTS, centred=True)
    write_line(document, kind.title, font=TITLE_FONT, points=TITLE_POINTS, centred=True)
    write_line(document, "{{ 文号 }}", centred=True)
    write_line(document, "")
    write_line(document, "{{ 单位 }}：")
    write_line(document, kind.opening, indented=True)
    columns = COLUMNS if kind.to_one else (COLUMNS[0], WHOSE, *COLUMNS[2:])
    _table(document, columns)
    # A signature never stands on a page without words of the text.
    write_line(document, kind.request, indented=True, kept=True)
    write_line(document, "", kept=True)
    write_line(document, "{{ 局 }}", right=True, kept=True)
    write_line(document, "{{ 日期 }}", right=True)
    if kind.answer:
        _answer(document)
    held = BytesIO()
    document.save(held)
    return held.getvalue()


def _table(document: Document, columns: Sequence[tuple[str, str, int]]) -> None:
    """Headings, and a row for each thing owed between two that only say so and vanish."""
    from docx.shared import Mm

    table = document.add_table(rows=4, cols=len(columns))
    table.style = "Table Grid"
    table.autofit = False
    rows = [
        [heading for heading, _, _ in columns],
        ["{%tr for 项 in 事项 %}"],
        [field for _, field, _ in columns],
        ["{%tr endfor %}"],
    ]
    for number, cells in enumerate(rows):
        for place, (_, _, width) in enumerate(columns):
            cell = table.cell(number, place)
            cell.width = Mm(width)
            write_run(cell.paragraphs[0], cells[place] if place < len(cells) else "", TEXT_FONT, LIST_POINTS)
    repeat(table.rows[0])


def _answer(document: Document) -> None:
    """The slip to send back, on a page of its own."""
    document.add_page_break()  # type: ignore[no-untyped-call]
    write_line(document, "回  执", font=TITLE_FONT, points=TITLE_POINTS, centred=True)
    write_line(document, "")
    write_line(document, "{{ 局 }}：")
    write_line(document, "{{ 文号 }}{{ 文种 }}已收到。办理情况报告如下：", indented=True)
    for _ in range(8):
        write_line(document, "")
    for closing in ("（单位公章）", "{{ 单位 }}", "    年    月    日"):
        write_line(document, closing, right=True)
