"""The overdue report on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from duban.reports import words
from duban.reports.model import OverdueReport

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

SHOWN = 40


def as_terminal(report: OverdueReport, shown: int = SHOWN) -> RenderableType:
    """The report as rich renderables: the sentence, the board, the `shown` oldest, and how far to trust it."""
    from rich.console import Group
    from rich.text import Text

    parts: list[RenderableType] = [Text(words.title(report), style="bold")]
    if report.suspect:
        parts.append(Text(words.suspicion(), style="bold yellow"))
    parts.append(Text(words.summary(report), style="green" if not report.total else ""))
    if report.total:
        parts += [_board(report), _list(report, shown)]
        if report.total > shown:
            parts.append(Text(words.more_in_excel(shown, report.total), style="dim"))
        if any(overdue.provisional for overdue in report.obligations[:shown]):
            parts.append(Text(words.provisional_note(), style="dim"))
    parts.append(Text(" · ".join(words.trust(report)), style="dim"))
    return Group(*parts)


def _board(report: OverdueReport) -> Table:
    from rich.table import Table

    matrix = report.matrix
    table = Table(title=words.heading_board(), title_justify="left")
    table.add_column(words.line_word())
    for county in (*map(matrix.heading, matrix.counties), words.total_word()):
        table.add_column(county, justify="right")
    for line in matrix.lines:
        cells = [matrix.count(line, county) for county in matrix.counties]
        table.add_row(_plain(line), *(str(cell or "") for cell in cells), str(matrix.line_total(line)))
    sums = [str(matrix.county_total(county)) for county in matrix.counties]
    table.add_section()
    table.add_row(words.total_word(), *sums, str(matrix.total), style="bold")
    return table


def _list(report: OverdueReport, shown: int) -> Table:
    from rich.table import Table

    number, _, duty, _, unit, subject, period, _, deadline, days, rung, _ = words.columns()
    table = Table(title=words.heading_list(), title_justify="left")
    table.add_column(number, no_wrap=True)
    for heading in (duty, unit, subject, period):
        table.add_column(heading, overflow="fold")
    table.add_column(deadline, no_wrap=True)
    table.add_column(days, justify="right")
    table.add_column(rung, no_wrap=True)
    for overdue in report.obligations[:shown]:
        mark = f" {words.provisional_mark()}" if overdue.provisional else ""
        table.add_row(
            overdue.short_id,
            _plain(overdue.title),
            _plain(overdue.unit),
            _plain(overdue.subject),
            _plain(overdue.period_key),
            f"{overdue.deadline.isoformat()}{mark}",
            words.workdays_text(overdue),
            words.stage_name(overdue.stage),
        )
    return table


def _plain(text: str) -> str:
    """Names are shown as written: square brackets in them are not markup."""
    from rich.markup import escape

    return escape(text)
