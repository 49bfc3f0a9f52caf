"""The coverage report on a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from duban.reports import coverage_words as words
from duban.reports.coverage import Coverage, Known, LineTotal

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

_STYLES = {
    Known.ASSUMED: "yellow",
    Known.UNEXPLAINED: "red",
    Known.UNCOVERED: "red",
}


def as_terminal(coverage: Coverage) -> RenderableType:
    """The summary: one row for each line, then what waits for a person and what is wrong."""
    from rich.text import Text

    return _page(coverage, _lines(coverage), Text(words.to_confirm(coverage), style="yellow"))


def clauses_as_terminal(coverage: Coverage) -> RenderableType:
    """Every clause with its duties."""
    headings = words.clause_columns()
    rows = [
        [row[0], row[4], row[5], row[6], row[8], row[9]]
        for clause in coverage.clauses
        for row in words.clause_rows(clause)
    ]
    shown = [headings[place] for place in (0, 4, 5, 6, 8, 9)]
    return _page(coverage, _lines(coverage), _table(words.heading_clauses(), shown, rows))


def uncovered_as_terminal(coverage: Coverage) -> RenderableType:
    """The clauses no duty carries out, for a person to encode."""
    from rich.text import Text

    if not coverage.uncovered:
        return _page(coverage, Text(words.nothing_uncovered(), style="green"))
    headings = words.clause_columns()
    rows = [
        [each.clause.id, each.clause.line, each.clause.quote, words.given_word(each.clause.given)]
        for each in coverage.uncovered
    ]
    shown = [headings[place] for place in (0, 1, 4, 5)]
    return _page(coverage, _table(words.heading_uncovered(), shown, rows))


def assumed_as_terminal(coverage: Coverage) -> RenderableType:
    """The values that no text gives, for a person to confirm."""
    from rich.text import Text

    if not coverage.assumed:
        return _page(coverage, Text(words.nothing_assumed(), style="green"))
    headings = words.assumed_columns()
    rows = [words.assumed_row(each) for each in coverage.assumed]
    kept = (0, 3, 4, 5, 6)
    return _page(
        coverage,
        _table(
            words.heading_assumed(), [headings[n] for n in kept], [[row[n] for n in kept] for row in rows]
        ),
    )


def _page(coverage: Coverage, *parts: RenderableType) -> RenderableType:
    from rich.console import Group
    from rich.text import Text

    findings = [Text(str(finding), style="red") for finding in coverage.findings]
    return Group(
        Text(words.title(coverage), style="bold"),
        Text(words.summary(coverage)),
        *parts,
        *([Text(words.heading_findings(), style="bold red"), *findings] if findings else []),
    )


def _lines(coverage: Coverage) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(words.line_word())
    for heading in words.line_columns():
        table.add_column(heading, justify="right")
    for line in coverage.lines:
        table.add_row(Text(line.line), *_figures(line))
    if len(coverage.lines) > 1:
        table.add_section()
        table.add_row(words.total_word(), *_figures(coverage.whole), style="bold")
    return table


def _figures(line: LineTotal) -> list[RenderableType]:
    from rich.text import Text

    counts = [Text(str(line.counts.get(known, 0) or ""), style=_STYLES.get(known, "")) for known in Known]
    return [str(line.clauses), str(line.covered), *counts]


def _table(title: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left", pad_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    return table
