"""Reviewing (复核): what was reported is closed (销号), or sent back (退回) with a reason and a new day.

Evidence that is missing cannot be reviewed. What was late stays late: the deadline that was over when it was reported is kept
when it gets another.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import cache

from sqlalchemy import Connection, Select, select
from sqlmodel import col

from duban.base.language import say
from duban.definitions.definitions import Definitions
from duban.ledger.choosing import among_those, portions
from duban.ledger.short_ids import short_id
from duban.ledger.tables import DutyVersion, EvidenceFile, Obligation
from duban.obligations.arming import armed_anew, at_once, dated
from duban.obligations.cause import Cause
from duban.obligations.evidence import missing
from duban.obligations.extension import on_workday
from duban.obligations.moves import MoveRefused
from duban.obligations.submissions import settle
from duban.obligations.transitions import NOTHING, Changes, Details, move


def approve(connection: Connection, these: Collection[int], cause: Cause) -> None:
    """Close these reported obligations, by number, as of the day each was done.

    Raises MoveRefused for one that was not reported, or whose evidence is missing; KeyError for one that is not there.
    """
    for number, pieces in lacking(connection, these).items():
        listed = say(zh="、", en=", ").join(pieces)
        raise MoveRefused(
            zh=f"{short_id(number)} 还缺材料：{listed}；补齐后才能复核，或者退回",
            en=f"{short_id(number)} lacks evidence: {listed}; it can be reviewed when that is there, or sent back",
        )
    done_on = {row.id: row.reported_on for row in dated(connection, these)}
    settle(connection, sorted(these), "approved", cause)
    changes: dict[int, Changes] = {
        number: {"closed_on": on, "reported_on": None} for number, on in done_on.items() if on is not None
    }
    move(connection, dict.fromkeys(these, NOTHING), "approve", cause, changes)


def send_back(
    connection: Connection, definitions: Definitions, these: Mapping[int, date], cause: Cause
) -> None:
    """Send these reported obligations, by number, back to who owes them, with a new day each; the cause says why.

    A rest day moves forward to a working day (民法典 art. 203). The ladder begins anew for a day that is another. Raises MoveRefused for one that was not reported and for a
    day that is past; KeyError for one that is not there; UnknownYear past the calendar's end.
    """
    rows = dated(connection, these)
    details: dict[int, Details] = dict.fromkeys(these, NOTHING)
    moved = []
    for row in rows:
        calendar = definitions.calendar.for_unit(row.unit)
        new, rolled = on_workday(calendar, these[row.id])
        if new < cause.on:
            raise MoveRefused(zh=f"新的期限 {new} 已经过去", en=f"the new day, {new}, is past")
        details[row.id] = {"was": row.deadline.isoformat(), "deadline": new.isoformat()} | (
            {"steps": [step.plain() for step in rolled]} if rolled else {}
        )
        moved.append(row._replace(target=min(calendar.roll_back(these[row.id]), new), deadline=new))
    changes = armed_anew(connection, definitions, zip(rows, moved, strict=True), cause)
    for row in rows:
        changed = changes[row.id]
        changed["reported_on"], changed["returns"] = None, row.returns + 1
        changed["next_rung_at"] = at_once(changed["next_rung_at"], cause)
        if row.missed is None and row.was_late(cause.present):
            changed["missed"] = row.deadline
    settle(connection, sorted(these), "returned", cause)
    move(connection, details, "return", cause, changes)


def lacking(connection: Connection, these: Collection[int]) -> dict[int, tuple[str, ...]]:
    """The evidence that these obligations, by number, need and nobody handed in; without those that lack nothing."""
    found: dict[int, tuple[str, ...]] = {}
    for portion in portions(sorted(these)):
        needed: dict[int, Sequence[str]] = {}
        names: dict[int, list[str]] = {}
        for number, pieces, name in connection.execute(_handed_in(), {"those": portion}).tuples():
            needed[number] = pieces or ()
            names.setdefault(number, []).extend(() if name is None else (name,))
        for number, pieces in needed.items():
            if absent := missing(pieces, names[number]):
                found[number] = absent
    return found


@cache
def _handed_in() -> Select[tuple[int, Sequence[str] | None, str | None]]:
    """What some obligations need, and the names of the files that were handed in."""
    return (
        select(col(Obligation.id), col(DutyVersion.content)["evidence"], col(EvidenceFile.name))
        .join(DutyVersion, col(DutyVersion.id) == col(Obligation.duty_version_id))
        .outerjoin(EvidenceFile, col(EvidenceFile.obligation_id) == col(Obligation.id))
        .where(among_those(col(Obligation.id)))
    )
