"""Documents: what a report is made of, and one renderer for each form it is read in. Nothing of the trade is in here.

A report is its data (a module that reads), its words (a function that makes a `Document` of the data) and its command.
"""

from duban.documents.document import (
    EVERYWHERE,
    IN_LISTS,
    OFF_THE_SCREEN,
    ON_A_PAGE,
    ON_A_SCREEN,
    READ,
    Cell,
    Column,
    ColumnKind,
    Cut,
    DataTable,
    Document,
    Figures,
    FoldedParts,
    Form,
    HeatRow,
    HeatTable,
    LineStyle,
    MarkedValue,
    Part,
    Section,
    Sentence,
    TablesAbreast,
    TextLines,
    Tone,
)
from duban.documents.excel import as_xlsx
from duban.documents.html import as_html
from duban.documents.markdown import as_markdown
from duban.documents.months import CalendarDay, Months
from duban.documents.objects import as_object
from duban.documents.pdf import PdfUnavailable, as_pdf, page_as_pdf
from duban.documents.terminal import as_terminal
from duban.documents.word import as_docx

__all__ = [
    "EVERYWHERE",
    "IN_LISTS",
    "OFF_THE_SCREEN",
    "ON_A_PAGE",
    "ON_A_SCREEN",
    "READ",
    "CalendarDay",
    "Cell",
    "Column",
    "ColumnKind",
    "Cut",
    "DataTable",
    "Document",
    "Figures",
    "FoldedParts",
    "Form",
    "HeatRow",
    "HeatTable",
    "LineStyle",
    "MarkedValue",
    "Months",
    "Part",
    "PdfUnavailable",
    "Section",
    "Sentence",
    "TablesAbreast",
    "TextLines",
    "Tone",
    "as_docx",
    "as_html",
    "as_markdown",
    "as_object",
    "as_pdf",
    "as_terminal",
    "as_xlsx",
    "page_as_pdf",
]
