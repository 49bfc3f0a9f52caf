"""The overdue report as one self-contained HTML page that prints on A4 landscape."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from duban import language
from duban.reports import words
from duban.reports.model import OverdueReport

if TYPE_CHECKING:
    from jinja2 import Template

SHOWN = 500
SHADES = 4


def as_html(report: OverdueReport, shown: int = SHOWN) -> str:
    """The report as a page: no request leaves it, and a colour only repeats the number it stands under."""
    return _template().render(
        report=report,
        shown=report.obligations[:shown],
        cut=report.total > shown,
        words=words,
        lang=language.current(),
        shade=lambda count: _shade(count, report.matrix.worst),
        provisional=any(overdue.provisional for overdue in report.obligations[:shown]),
    )


def _shade(count: int, worst: int) -> int:
    """0 for nothing overdue, else 1 to SHADES against the worst cell of the board."""
    return 0 if count <= 0 else 1 + (count - 1) * SHADES // max(worst, 1)


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    text = files("duban.reports").joinpath("overdue.html.j2").read_text(encoding="utf-8")
    return Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    ).from_string(text)
