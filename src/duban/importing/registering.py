"""A subject as a register's rows state it together, whatever their order and in however many files.

The newest row says what the subject is called and whose it is; it is active as long as one of its licences is valid. An old
licence that ended closes nothing while another stands.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from duban.facts import NewSubject

if TYPE_CHECKING:
    from duban.importing.batches import Licences, SubjectRows
    from duban.importing.drafts import Draft


def stated(before: NewSubject | None, draft: Draft, rows: SubjectRows, earlier: Licences) -> NewSubject:
    """The subject as its newest row states it, active while one of its licences is valid.

    `earlier` are the licences the ledger knows: what is older than the newest of them says nothing of the subject but
    whether its own licence is valid.
    """
    newest = max((since for since, _ in earlier.values()), default=None)
    outdated = before is not None and newest is not None and rows.on is not None and rows.on < newest
    subject = before if outdated and before is not None else _merged(before, draft)
    if not rows.licences:
        return subject
    valid = dict(earlier)
    for number, (since, active) in rows.licences.items():
        if number not in valid or since >= valid[number][0]:
            valid[number] = (since, active)
    return replace(subject, active=any(active for _, active in valid.values()))


def _merged(before: NewSubject | None, draft: Draft) -> NewSubject:
    """The subject as the row states it; what the row leaves out stays as it was."""
    given: dict[str, Any] = dict(draft.given)
    if draft.name:
        given["name"] = draft.name
    if before is None:
        return NewSubject(
            draft.kinds[0],
            draft.code,
            given.pop("name", ""),
            given.pop("unit", ""),
            attributes=dict(draft.attributes),
            **given,
        )
    return replace(before, attributes={**before.attributes, **draft.attributes}, **given)
