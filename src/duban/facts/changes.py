"""Changes of subjects: what somebody made of one that was there, written down beside it."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import Connection

from duban.base.json_values import Json, JsonObject
from duban.facts.registered import FIELDS
from duban.facts.rows import NewSubject
from duban.ledger.database import insert_ignore
from duban.ledger.tables import SUBJECT_CHANGE


def note_changes(
    connection: Connection,
    now: datetime,
    author: int,
    these: Mapping[int, tuple[NewSubject, NewSubject]],
    **more: Json,
) -> None:
    """Write down what these subjects, by number, were and have become, and who did it; `more` is what else became what."""
    rows = (
        {
            "subject_id": number,
            "at": now,
            "author_id": author,
            "changed": {**_difference(before, after), **more},
        }
        for number, (before, after) in these.items()
    )
    insert_ignore(connection, SUBJECT_CHANGE, rows)


def _difference(before: NewSubject, after: NewSubject) -> JsonObject:
    return {
        name: [_plain(getattr(before, name)), _plain(getattr(after, name))]
        for name in FIELDS
        if getattr(before, name) != getattr(after, name)
    }


def _plain(value: object) -> Json:
    if isinstance(value, Mapping):
        return dict(value)
    return value.isoformat() if isinstance(value, date) else value  # type: ignore[return-value]
