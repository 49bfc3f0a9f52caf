"""The overdue report as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from duban.reports import words
from duban.reports.model import OverdueReport

SHOWN = 500


def as_markdown(report: OverdueReport, shown: int = SHOWN) -> str:
    """The report as one Markdown document; the list holds the `shown` oldest."""
    parts = [f"# {_cell(words.title(report))}"]
    if report.suspect:
        parts.append(f"> **{words.suspicion()}**")
    parts.append(words.summary(report))
    if report.total:
        parts += [f"## {words.heading_board()}", _board(report)]
        parts += [f"## {words.heading_duties()}", _duties(report)]
        parts += [f"## {words.heading_list()}", _list(report, shown)]
        if report.total > shown:
            parts.append(words.more_in_excel(shown, report.total))
        if any(overdue.provisional for overdue in report.obligations[:shown]):
            parts.append(words.provisional_note())
    parts.append("\n".join(f"- {sentence}" for sentence in words.trust(report)))
    return "\n\n".join(parts) + "\n"


def _board(report: OverdueReport) -> str:
    matrix = report.matrix
    rows = [
        [line, *(matrix.count(line, county) or "" for county in matrix.counties), matrix.line_total(line)]
        for line in matrix.lines
    ]
    sums = [words.total_word(), *(matrix.county_total(county) for county in matrix.counties), matrix.total]
    return _table([words.line_word(), *matrix.counties, words.total_word()], [*rows, sums], right_from=1)


def _duties(report: OverdueReport) -> str:
    rows = [[duty.title, duty.line, duty.overdue, duty.oldest.isoformat()] for duty in report.by_duty]
    return _table(words.duty_columns(), rows, right_from=2)


def _list(report: OverdueReport, shown: int) -> str:
    rows = []
    for overdue in report.obligations[:shown]:
        mark = f" {words.provisional_mark()}" if overdue.provisional else ""
        rows.append(
            [
                overdue.short_id,
                overdue.line,
                overdue.title,
                overdue.county,
                overdue.unit,
                overdue.subject,
                overdue.period_key,
                overdue.opened_on.isoformat(),
                f"{overdue.deadline.isoformat()}{mark}",
                words.workdays_text(overdue),
                words.stage_name(overdue.stage),
                words.yes_or_dash(overdue.acknowledged),
            ]
        )
    return _table(words.columns(), rows, right_from=len(words.columns()))


def _table(headings: Sequence[str], rows: Iterable[Sequence[object]], right_from: int) -> str:
    rule = ["---:" if place >= right_from else "---" for place in range(len(headings))]
    lines = [
        [_cell(heading) for heading in headings],
        rule,
        *([_cell(value) for value in row] for row in rows),
    ]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _cell(value: object) -> str:
    """Text that cannot break out of its cell or become markup."""
    text = " ".join(str(value).split())
    for mark in "\\`*_[]<>|":
        text = text.replace(mark, "\\" + mark)
    return text
