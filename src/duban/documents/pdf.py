"""A document as PDF: its page, printed. Needs `duban[pdf]`; nothing is fetched for it, from nowhere."""

from importlib.util import find_spec
from typing import NoReturn

from duban.base.objections import Objection
from duban.documents.document import Document, Form
from duban.documents.html import as_html


class PdfUnavailable(Objection, LookupError):
    """There is nothing here that makes a PDF; the text says what to install."""


def as_pdf(document: Document) -> bytes:
    """The document as PDF. Raises PdfUnavailable without `duban[pdf]`."""
    return page_as_pdf(as_html(document, Form.PDF))


def page_as_pdf(page: str) -> bytes:
    """A page of ours, which names no other file, as PDF. Raises PdfUnavailable without `duban[pdf]`."""
    if find_spec("weasyprint") is None:
        raise PdfUnavailable(
            zh="生成 PDF 要另装 WeasyPrint：pip install 'duban[pdf]'；也可以打开网页或 .docx 再打印成 PDF",
            en="a PDF needs WeasyPrint: pip install 'duban[pdf]'; the page and the .docx can be printed too",
        )
    try:
        from weasyprint import HTML
    except OSError as why:  # its libraries are the system's
        raise PdfUnavailable(
            zh="WeasyPrint 缺系统库 Pango：apt install libpango-1.0-0 libpangoft2-1.0-0；也可以打开网页或 .docx 再打印成 PDF",
            en="WeasyPrint lacks the system's Pango: apt install libpango-1.0-0 libpangoft2-1.0-0; "
            "the page and the .docx can be printed too",
        ) from why

    made: bytes = HTML(string=page, url_fetcher=_nothing).write_pdf()
    return made


def _nothing(url: str, *told: object, **more: object) -> NoReturn:
    raise ValueError(f"a page of duban's names no other file: {url}")
