"""A document for programs: plain values, in the reader's words. A report with keys of its own gives those instead."""

import dataclasses
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import Enum
from pathlib import PurePath

from duban.documents.document import (
    Cell,
    DataTable,
    Document,
    Figures,
    FoldedParts,
    Form,
    HeatTable,
    Part,
    Section,
    Sentence,
    TablesAbreast,
    TextLines,
    bare,
)
from duban.documents.months import Months


def as_object(document: Document) -> dict[str, object]:
    """The document as an object for JSON: its title, and each part under the name of what it is; days in ISO 8601."""
    return {"title": document.title, "parts": _parts(document.parts)}


def _parts(parts: Iterable[Part]) -> list[dict[str, object]]:
    return [_part(part) for part in parts if Form.JSON in part.forms]


def _part(part: Part) -> dict[str, object]:
    match part:
        case Sentence(text, tone):
            return {"sentence": text, **({"tone": tone.value} if tone else {})}
        case TextLines(lines):
            return {"lines": [line.text for line in lines if Form.JSON in line.forms]}
        case Figures(figures):
            return {"figures": dict(figures)}
        case DataTable():
            return _table(part)
        case HeatTable():
            return _table(part.as_table(part.columns))
        case TablesAbreast(tables):
            return {"parts": [_table(table) for table in tables]}
        case Months():
            return {
                "days": [
                    {"on": day.on.isoformat(), "count": day.count, "mark": day.mark, "due": list(day.due)}
                    for day in part.days
                ]
            }
        case FoldedParts(line, inner):
            return {"section": line, "parts": _parts(inner)}
        case Section(heading, inner):
            return {"section": heading, "parts": _parts(inner)}
        case _:
            raise TypeError(f"no part of a document: {part!r}")


def _table(table: DataTable) -> dict[str, object]:
    shown = table.shown_in(Form.JSON)
    found: dict[str, object] = {
        "columns": [column.heading for column in shown.columns],
        "rows": [[_value(cell) for cell in row] for row in shown.rows],
    }
    return {**found, "foot": [_value(cell) for cell in shown.foot]} if shown.foot else found


def _value(cell: Cell) -> str | int | None:
    value, _, _ = bare(cell)
    return value if value is None or isinstance(value, str | int) else value.isoformat()


def plain(value: object) -> object:
    """`value` in JSON's own types: dataclasses as objects, days and moments in ISO 8601, whatever can be gone through as a list."""
    if isinstance(value, Enum):
        return plain(value.value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, str | int | float | bool) or value is None:
        return value
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, PurePath):
        return str(value)
    if isinstance(value, Iterable):
        return [plain(each) for each in value]
    return str(value)
