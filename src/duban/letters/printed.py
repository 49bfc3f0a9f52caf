"""A letter as PDF: the .docx that was issued, laid out as an official paper (GB/T 9704-2012).

A4, margins 37 mm above and 28 mm at the binding, text of 156 × 225 mm: 22 lines of 28 characters of 三号. What the bureau
changed in its template (words, fonts, sizes, alignment, tables) is printed as it stands; pictures are not.
"""

from __future__ import annotations

from html import escape
from io import BytesIO
from typing import TYPE_CHECKING, Final

from duban.documents import page_as_pdf
from duban.documents.word import TEXT_POINTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docx.table import Table
    from docx.text.paragraph import Paragraph

_SERIF: Final = '"Noto Serif CJK SC", "Source Han Serif SC", serif'
_INSTEAD: Final = {
    "方正小标宋简体": '"FZXiaoBiaoSong-B05S", "STZhongsong", "SimSun"',
    "仿宋_GB2312": '"FangSong_GB2312", "FangSong", "STFangsong"',
    "黑体": '"SimHei", "Noto Sans CJK SC"',
}
"""What a font is called elsewhere, and what comes nearest to it."""
STYLE: Final = """
@page { size: A4; margin: 37mm 26mm 35mm 28mm; @bottom-center { content: "— " counter(page) " —"; font-size: 14pt; } }
body { margin: 0; font-size: 16pt; line-height: 28.95pt; letter-spacing: -0.074mm; text-align: justify; line-break: strict; }
p { margin: 0; min-height: 28.95pt; orphans: 1; widows: 1; white-space: pre-wrap; }
p.new { break-before: page; }
table { border-collapse: collapse; width: 156mm; table-layout: fixed; font-size: 12pt; line-height: 18pt; letter-spacing: 0; }
td { border: 0.5pt solid #000; padding: 1mm; vertical-align: top; overflow-wrap: anywhere; text-align: left; }
td p { min-height: 18pt; }
tr { break-inside: avoid; }
"""


def letter_as_pdf(letter: bytes) -> bytes:
    """The letter of a .docx as PDF. Raises PdfUnavailable without `duban[pdf]`."""
    return page_as_pdf(letter_page(letter))


def letter_page(letter: bytes) -> str:
    """The letter of a .docx as a page to be printed."""
    import docx
    from docx.text.paragraph import Paragraph

    paper = docx.Document(BytesIO(letter))
    parts, breaks = [], False
    for block in paper.iter_inner_content():
        if not isinstance(block, Paragraph):
            parts.append(_table(block))
        elif block.runs and not block.text.strip() and 'w:br w:type="page"' in block._p.xml:  # noqa: SLF001
            breaks = True
        else:
            parts.append(_paragraph(block, breaks=breaks))
            breaks = False
    return f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><style>{STYLE}</style><body>{"".join(parts)}</body>'


def _paragraph(block: Paragraph, *, breaks: bool = False) -> str:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    form, style = block.paragraph_format, []
    aligned = {WD_ALIGN_PARAGRAPH.CENTER: "center", WD_ALIGN_PARAGRAPH.RIGHT: "right"}
    if block.alignment in aligned:
        style.append(f"text-align:{aligned[block.alignment]}")
    if form.first_line_indent:
        style.append(f"text-indent:{form.first_line_indent.pt:g}pt")
    if form.keep_with_next:
        style.append("break-after:avoid")
    largest = max((run.font.size.pt for run in block.runs if run.font.size), default=TEXT_POINTS)
    if largest > TEXT_POINTS:
        style.append(f"line-height:{largest * 1.6:g}pt")
    return f'<p{" class=new" if breaks else ""} style="{";".join(style)}">{"".join(_runs(block))}</p>'


def _runs(block: Paragraph) -> Iterator[str]:
    for run in block.runs:
        font = run.font
        names = _INSTEAD.get(font.name or "", "")
        own = f'"{font.name}", ' if font.name and '"' not in font.name else ""
        family = f"{own}{names}{', ' if names else ''}{_SERIF}"
        style = f"font-family:{family}" + (f";font-size:{font.size.pt:g}pt" if font.size else "")
        style += ";font-weight:bold" if font.bold else ""
        yield f'<span style="{escape(style)}">{escape(run.text)}</span>'


def _table(table: Table) -> str:
    widths = [cell.width or 0 for cell in table.rows[0].cells] if table.rows else []
    whole = sum(widths)
    columns = "".join(f'<col style="width:{100 * width / whole:.1f}%">' for width in widths) if whole else ""
    heads = 0
    while heads < len(table.rows) and "w:tblHeader" in table.rows[heads]._tr.xml:  # noqa: SLF001
        heads += 1
    rows = [
        "<tr>"
        + "".join(f"<td>{''.join(map(_paragraph, cell.paragraphs))}</td>" for cell in row.cells)
        + "</tr>"
        for row in table.rows
    ]
    return f"<table>{columns}<thead>{''.join(rows[:heads])}</thead>{''.join(rows[heads:])}</table>"
