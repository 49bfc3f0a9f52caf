"""The overdue report as one self-contained HTML page that prints on A4 landscape."""

from __future__ import annotations

from duban.base import language
from duban.documents.pages import shade, template
from duban.reports import words
from duban.reports.model import OverdueReport

SHOWN = 500


def as_html(report: OverdueReport, shown: int = SHOWN) -> str:
    """The report as a page: no request leaves it, and a colour only repeats the number it stands under."""
    return template("overdue.html.j2").render(
        report=report,
        shown=report.obligations[:shown],
        cut=report.total > shown,
        words=words,
        lang=language.current(),
        shade=lambda count: shade(count, report.matrix.worst),
        provisional=any(overdue.provisional for overdue in report.obligations[:shown]),
    )
