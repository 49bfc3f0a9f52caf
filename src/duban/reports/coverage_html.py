"""The coverage report as one self-contained HTML page that prints on A4 landscape."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from duban import language
from duban.reports import coverage_words as words
from duban.reports.coverage import Coverage, Known

if TYPE_CHECKING:
    from jinja2 import Template


def as_html(coverage: Coverage) -> str:
    """The report as a page: no request leaves it, and a colour only repeats the word it stands under."""
    return _template().render(coverage=coverage, words=words, Known=Known, lang=language.current())


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    text = files("duban.reports").joinpath("coverage.html.j2").read_text(encoding="utf-8")
    return Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    ).from_string(text)
