"""The template of a letter where the bureau has none of its own, after GB/T 9704-2012.

A4; margins 37 mm above and 28 mm at the binding, so that the text is 156 × 225 mm; the title in 二号小标宋, the text in
三号仿宋, 22 lines of 28 characters. Fonts are named, not embedded: a machine without 小标宋 or 仿宋 shows the next of its own.
What stands between braces is filled in: `duban letter template` writes the file for editing in WPS or Word.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Final

from duban.letters.kinds import LetterKind

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

TITLE_FONT, TEXT_FONT, TABLE_FONT = "方正小标宋简体", "仿宋_GB2312", "仿宋_GB2312"
_TITLE_POINTS, _TEXT_POINTS, _TABLE_POINTS, _LINE_POINTS = 22, 16, 12, 28.95
COLUMNS: Final = (
    ("序号", "{{ 项.序号 }}", 11),
    ("编号", "{{ 项.编号 }}", 22),
    ("事项", "{{ 项.事项 }}", 45),
    ("依据", "{{ 项.依据 }}", 34),
    ("期限", "{{ 项.期限 }}", 24),
    ("逾期", "{{ 项.逾期 }}", 20),
)
"""The table of what is owed: heading, field, width in mm; together the width of the text."""


def plain_template(kind: LetterKind) -> bytes:
    """A .docx template of this kind."""
    import docx

    document = docx.Document()
    _page(document)
    _line(document, "{{ 局 }}", font=TITLE_FONT, points=_TITLE_POINTS, centred=True)
    _line(document, kind.title, font=TITLE_FONT, points=_TITLE_POINTS, centred=True)
    _line(document, "{{ 文号 }}", centred=True)
    _line(document, "")
    _line(document, "{{ 单位 }}：")
    _line(document, kind.opening, indented=True)
    _table(document)
    _line(document, kind.request, indented=True)
    _line(document, "")
    for closing in ("{{ 局 }}", "{{ 日期 }}"):
        _line(document, closing, right=True)
    if kind.answer:
        _answer(document)
    held = BytesIO()
    document.save(held)
    return held.getvalue()


def _page(document: Document) -> None:
    from docx.shared import Mm

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.left_margin = Mm(37), Mm(28)
    section.bottom_margin, section.right_margin = Mm(35), Mm(26)


def _line(
    document: Document,
    text: str,
    *,
    font: str = TEXT_FONT,
    points: float = _TEXT_POINTS,
    centred: bool = False,
    right: bool = False,
    indented: bool = False,
) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.paragraph_format.line_spacing = Pt(_LINE_POINTS if points == _TEXT_POINTS else points * 1.6)
    if centred or right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.RIGHT
    if indented:
        paragraph.paragraph_format.first_line_indent = Pt(points * 2)
    _write(paragraph, text, font, points)


def _write(paragraph: Paragraph, text: str, font: str, points: float) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt

    run = paragraph.add_run(text)
    run.font.name, run.font.size = font, Pt(points)
    # The font of Chinese signs is a setting of its own.
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)  # noqa: SLF001


def _table(document: Document) -> None:
    """Headings, and a row for each thing owed between two that only say so and vanish."""
    from docx.shared import Mm

    table = document.add_table(rows=4, cols=len(COLUMNS))
    table.style = "Table Grid"
    table.autofit = False
    rows = [
        [heading for heading, _, _ in COLUMNS],
        ["{%tr for 项 in 事项 %}"],
        [field for _, field, _ in COLUMNS],
        ["{%tr endfor %}"],
    ]
    for number, cells in enumerate(rows):
        for place, (_, _, width) in enumerate(COLUMNS):
            cell = table.cell(number, place)
            cell.width = Mm(width)
            _write(cell.paragraphs[0], cells[place] if place < len(cells) else "", TABLE_FONT, _TABLE_POINTS)


def _answer(document: Document) -> None:
    """The slip to send back, on a page of its own."""
    document.add_page_break()  # type: ignore[no-untyped-call]
    _line(document, "回  执", font=TITLE_FONT, points=_TITLE_POINTS, centred=True)
    _line(document, "")
    _line(document, "{{ 局 }}：")
    _line(document, "{{ 文号 }}{{ 文种 }}已收到。办理情况报告如下：", indented=True)
    for _ in range(8):
        _line(document, "")
    for closing in ("（单位公章）", "{{ 单位 }}", "    年    月    日"):
        _line(document, closing, right=True)
