"""A document as one self-contained HTML page that prints on A4 landscape: no request leaves it, and it runs no script."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from duban.base import language
from duban.documents import months
from duban.documents.document import Document, FoldedParts, Form, HeatTable, Part, Section, bare, text_of

if TYPE_CHECKING:
    from jinja2 import Template

WIDTH, HEIGHT, FLOOR, TOP = 1160, 150, 130, 16
"""The chart over a heat table, in the drawing's own units."""


def as_html(document: Document, form: Form = Form.HTML) -> str:
    """The document as a page, to be read as one or printed as PDF. Everything people wrote is escaped; a colour only
    repeats the words it stands under.
    """
    places = {
        heading: f"s{number}" for number, heading in enumerate(dict.fromkeys(_headings(document.parts)))
    }
    return _template().render(
        document=document,
        lang=language.current(),
        form=form,
        places=places,
        months=months,
        bare=bare,
        text_of=text_of,
        chart=_chart,
        starts=_starts,
    )


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["kind"] = lambda part: type(part).__name__
    environment.filters["number"] = _number
    text = files("duban.documents").joinpath("page.html.j2").read_text(encoding="utf-8")
    return environment.from_string(text)


def _number(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def _headings(parts: Iterable[Part]) -> Iterable[str]:
    for part in parts:
        if isinstance(part, Section) and Form.HTML in part.forms:
            yield part.heading
        if isinstance(part, Section | FoldedParts):
            yield from _headings(part.parts)


@dataclass(frozen=True)
class Bar:
    """One column of a heat table in the chart above it, in the drawing's own units."""

    x: float  #: Its left edge.
    y: float  #: Its upper edge.
    width: float  #: How wide it is.
    height: float  #: How high: in proportion to the count.
    count: int  #: The sum of the column.
    told: str  #: The column and its sum, for who points at it.
    group: str  #: The name of the group that begins with it; empty for the others.

    @property
    def middle(self) -> float:
        """Where its number stands."""
        return round(self.x + self.width / 2, 1)


@dataclass(frozen=True)
class Chart:
    """The sums of a heat table's columns."""

    bars: tuple[Bar, ...]  #: From left to right.
    font: int  #: The size of its numbers: smaller where they are long.
    width: int = WIDTH  #: How wide the drawing is.
    height: int = HEIGHT  #: How high it is.
    floor: int = FLOOR  #: Where the bars stand.


def _starts(heat: HeatTable) -> Mapping[int, str]:
    """The columns with which a group begins, and its name."""
    found, place = {}, 0
    for name, columns in heat.groups:
        found[place] = name
        place += columns
    return found


def _chart(heat: HeatTable) -> Chart:
    sums: Sequence[int] = heat.column_sums or [0 for _ in heat.columns]
    worst = max(sums, default=0) or 1
    step = WIDTH / max(len(sums), 1)
    starts = _starts(heat)
    found = []
    for place, (heading, count) in enumerate(zip(heat.columns, sums, strict=True)):
        height = round((FLOOR - TOP) * count / worst, 1)
        found.append(
            Bar(
                x=round(place * step + step * 0.1, 1),
                y=round(FLOOR - height, 1),
                width=round(step * 0.8, 1),
                height=height,
                count=count,
                told=f"{heading}: {count}",
                group=starts.get(place, ""),
            )
        )
    return Chart(tuple(found), 9 if worst > 999 else 11)
