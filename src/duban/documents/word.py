"""A document as .docx, for WPS and Word: an official paper's page (GB/T 9704-2012), on its side where a table is wide.

A4, text of 156 × 225 mm, the title in 二号小标宋, text in 三号仿宋, headings in 三号黑体; tables in 小四. Fonts are named, with
what the machine has in their place.
"""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from typing import TYPE_CHECKING, Final

from duban.documents.document import (
    DataTable,
    Document,
    Figures,
    FoldedParts,
    Form,
    HeatTable,
    Part,
    Section,
    Sentence,
    TablesAbreast,
    TextLines,
    Tone,
    text_of,
)

if TYPE_CHECKING:
    from docx.document import Document as Paper
    from docx.table import _Row
    from docx.text.paragraph import Paragraph

TITLE_FONT, TEXT_FONT, HEADING_FONT = "方正小标宋简体", "仿宋_GB2312", "黑体"
TITLE_POINTS, TEXT_POINTS, TABLE_POINTS, LINE_POINTS = 22, 16, 12, 28.95
_WIDE: Final = 7
"""A table of more columns is read on a page on its side."""
_NOT_IN_XML: Final = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF])


def as_docx(document: Document) -> bytes:
    """The paper's bytes."""
    import docx

    paper = docx.Document()
    official_page(paper, on_its_side=_widest(document.parts) > _WIDE)
    write_line(paper, document.title, font=TITLE_FONT, points=TITLE_POINTS, centred=True)
    _write(paper, document.parts)
    held = BytesIO()
    paper.save(held)
    return held.getvalue()


def official_page(paper: Paper, *, on_its_side: bool = False) -> None:
    """A4 with the margins of an official paper: 37 mm above, 28 mm at the binding, text of 156 × 225 mm.

    `on_its_side` turns the page for a wide table. Source: GB/T 9704—2012, 5.2.
    """
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm

    page = paper.sections[0]
    width, height, top, left, bottom, right = (210, 297, 37, 28, 35, 26)
    if on_its_side:
        page.orientation = WD_ORIENT.LANDSCAPE
        width, height, top, left, bottom, right = (297, 210, 28, 35, 26, 37)
    page.page_width, page.page_height = Mm(width), Mm(height)
    page.top_margin, page.left_margin = Mm(top), Mm(left)
    page.bottom_margin, page.right_margin = Mm(bottom), Mm(right)


def write_line(
    paper: Paper,
    text: str,
    *,
    font: str = TEXT_FONT,
    points: float = TEXT_POINTS,
    centred: bool = False,
    right: bool = False,
    indented: bool = False,
    kept: bool = False,
) -> None:
    """One paragraph in a `font` of so many `points`, 22 lines of which stand on a page.

    `centred` or at the `right`, its first line `indented` by two signs; `kept` on the page of what follows it.
    """
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    paragraph = paper.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.paragraph_format.line_spacing = Pt(LINE_POINTS if points <= TEXT_POINTS else points * 1.6)
    paragraph.paragraph_format.keep_with_next = kept or None
    if centred or right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.RIGHT
    if indented:
        paragraph.paragraph_format.first_line_indent = Pt(points * 2)
    write_run(paragraph, text, font, points)


def write_run(paragraph: Paragraph, text: str, font: str, points: float) -> None:
    """Put text into a paragraph, in a font of so many `points`, Chinese and Latin alike; signs that no file can hold
    are left out.
    """
    from docx.oxml.ns import qn
    from docx.shared import Pt

    run = paragraph.add_run(text.translate(_NOT_IN_XML))
    run.font.name, run.font.size = font, Pt(points)
    # The font of Chinese signs is a setting of its own.
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)  # noqa: SLF001


def _widest(parts: Iterable[Part]) -> int:
    """The most columns of any table."""
    most = 0
    for part in parts:
        if Form.WORD not in part.forms:
            continue
        match part:
            case DataTable():
                most = max(most, len(part.shown_in(Form.WORD).columns))
            case HeatTable():
                most = max(most, 1 + len(part.columns) + len(part.sums))
            case Section(_, inner) | FoldedParts(_, inner):
                most = max(most, _widest(inner))
    return most


def _write(paper: Paper, parts: Iterable[Part]) -> None:
    for part in parts:
        if Form.WORD not in part.forms:
            continue
        match part:
            case Sentence():
                _sentence(paper, part)
            case TextLines(lines):
                for line in lines:
                    if Form.WORD in line.forms:
                        _sentence(paper, line)
            case Figures(figures):
                write_line(paper, "，".join(f"{name} {count:,}" for name, count in figures), indented=True)
            case DataTable():
                _table(paper, part)
            case HeatTable():
                _table(paper, part.as_table(part.short or part.columns))
            case TablesAbreast(tables):
                for table in tables:
                    _table(paper, table)
            case FoldedParts(line, _):
                write_line(paper, line, indented=True)
            case Section(heading, inner):
                write_line(paper, heading, font=HEADING_FONT, indented=True)
                _write(paper, inner)


def _sentence(paper: Paper, sentence: Sentence) -> None:
    quiet = sentence.tone is Tone.QUIET
    font = HEADING_FONT if sentence.tone in (Tone.STRONG, Tone.DOUBTFUL, Tone.WRONG) else TEXT_FONT
    write_line(
        paper, sentence.text, font=font, points=TABLE_POINTS if quiet else TEXT_POINTS, indented=not quiet
    )


def _table(paper: Paper, part: DataTable) -> None:
    shown = part.shown_in(Form.WORD)
    headings = [column.heading for column in shown.columns]
    rows = [[text_of(cell) for cell in row] for row in (*shown.rows, *([shown.foot] if shown.foot else []))]
    table = paper.add_table(rows=0, cols=len(headings))
    table.style = "Table Grid"
    for place, texts in enumerate([headings, *rows] if any(headings) else rows):
        heads = place == 0 and any(headings)
        row = table.add_row()
        for cell, text in zip(row.cells, texts, strict=True):
            font = HEADING_FONT if heads else TEXT_FONT
            write_run(cell.paragraphs[0], text, font, TABLE_POINTS)
        if heads:
            repeat(row)
    if told := part.cut and part.cut.under(Form.WORD, len(part.rows)):
        write_line(paper, told, points=TABLE_POINTS)


def repeat(row: _Row) -> None:
    """Have a heading row stand at the head of each page."""
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001
