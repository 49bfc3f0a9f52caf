"""A document as Markdown."""

import re
from collections.abc import Iterable, Iterator, Sequence

from duban.documents.document import (
    ColumnKind,
    DataTable,
    Document,
    Figures,
    FoldedParts,
    Form,
    HeatRow,
    HeatTable,
    Part,
    Section,
    Sentence,
    TablesAbreast,
    TextLines,
    Tone,
    text_of,
)
from duban.documents.months import Months

BEGINS_A_LIST = re.compile(r"^(\d*)([-+#.]+)(?=\s|$)")


def as_markdown(document: Document) -> str:
    """The document as one Markdown text; names in it never become markup."""
    return "\n\n".join([f"# {_plain(document.title)}", *_written(document.parts, 2)]) + "\n"


def _written(parts: Iterable[Part], level: int) -> Iterator[str]:
    for part in parts:
        if Form.MARKDOWN not in part.forms:
            continue
        match part:
            case Sentence(text, tone):
                yield f"> **{_plain(text)}**" if tone in (Tone.DOUBTFUL, Tone.WRONG) else _plain(text)
            case TextLines(lines):
                within = [line for line in lines if Form.MARKDOWN in line.forms]
                least = min((line.depth for line in within), default=0)
                yield "\n".join("  " * (line.depth - least) + f"- {_plain(line.text)}" for line in within)
            case Figures(figures):
                yield "\n".join(f"- {_plain(name)}: {count:,}" for name, count in figures)
            case DataTable():
                yield from _table(part)
            case HeatTable():
                yield from _table(_by_group(part) if part.groups else part.as_table(part.columns))
            case TablesAbreast(tables):
                yield from (text for table in tables for text in _table(table))
            case Months():
                for name, days in part.by_month():
                    due = [f"- {day.on}: {_plain(line)}" for day in days for line in day.due]
                    if due:
                        yield f"{'#' * level} {name}"
                        yield "\n".join(due)
            case FoldedParts(line):
                yield _plain(line)
            case Section(heading, inner):
                yield f"{'#' * level} {_plain(heading)}"
                yield from _written(inner, level + 1)


def _table(table: DataTable) -> Iterator[str]:
    shown = table.shown_in(Form.MARKDOWN)
    rule = ["---:" if column.kind is ColumnKind.NUMBER else "---" for column in shown.columns]
    rows = [*shown.rows, *([shown.foot] if shown.foot else [])]
    lines = [
        [_plain(column.heading) for column in shown.columns],
        rule,
        *([_plain(text_of(cell)) for cell in row] for row in rows),
    ]
    yield "\n".join("| " + " | ".join(line) + " |" for line in lines)
    if table.cut and (told := table.cut.under(Form.MARKDOWN, len(table.rows))):
        yield told


def _by_group(heat: HeatTable) -> DataTable:
    """The heat table with one number for each group of columns."""
    ends, end = [], 0
    for _, columns in heat.groups:
        ends.append((end, end := end + columns))

    def sums(counts: Sequence[int]) -> list[int]:
        return [sum(counts[start:stop]) for start, stop in ends]

    rows = [HeatRow(row.name, sums(row.counts), row.sums) for row in heat.rows]
    return HeatTable(heat.corner, (), rows, heat.sums).as_table([name for name, _ in heat.groups])


def _plain(text: str) -> str:
    """Text that cannot break out of its cell, become markup or begin a list."""
    text = " ".join(text.split())
    for mark in "\\`*_[]<>|":
        text = text.replace(mark, "\\" + mark)
    return BEGINS_A_LIST.sub(r"\1\\\2", text)
