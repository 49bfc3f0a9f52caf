"""The coverage report as one self-contained HTML page that prints on A4 landscape."""

from __future__ import annotations

from duban.base import language
from duban.documents.pages import template
from duban.reports import coverage_words as words
from duban.reports.coverage import Coverage, Known


def as_html(coverage: Coverage) -> str:
    """The report as a page: no request leaves it, and a colour only repeats the word it stands under."""
    return template("coverage.html.j2").render(
        coverage=coverage, words=words, Known=Known, lang=language.current()
    )
