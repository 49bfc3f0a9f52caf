"""A table that somebody handed in on a page: kept until it is taken, dropped, or a week old; taken once.

The file lies under `.duban/imports/NUMBER/`, outside what the web serves, and is its owner's alone. It is rehearsed as often
as anybody looks, and taken by the same functions as `duban import`. Of a file that was taken only its refused rows stay.
"""

import hashlib
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Final, cast

from sqlmodel import col, select, update

from duban.base.json_values import JsonObject
from duban.facts import UnmatchedAnswer
from duban.importing.batches import Batch
from duban.importing.containers import container_of
from duban.importing.forms import all_mappings
from duban.importing.mappings import TableMapping
from duban.importing.mending import mended
from duban.importing.reading import read_file
from duban.importing.refused_rows import RefusedRows
from duban.importing.taking import ImportResult, rehearse, take
from duban.importing.verdicts import Verdict
from duban.ledger.database import reading, writing
from duban.ledger.principals import Principal
from duban.ledger.rows import first_of
from duban.ledger.sessions import changing, looking
from duban.ledger.tables import HandedInTable
from duban.runtime.private import closed_folder
from duban.workspace.workspace import Workspace

FOLDER: Final = Path(".duban") / "imports"
KEPT_FOR: Final = timedelta(days=7)
REFUSED_ROWS: Final = "refused.xlsx"
_NAME_BYTES: Final = 200
_PIECE: Final = 1 << 20


@dataclass(frozen=True)
class EarlierTaking:
    """That a file of the same content was taken before."""

    handed_in_by: str  #: by whom
    taken_at: datetime  #: when, aware UTC


class TakenAlready(Exception):
    """The file was taken meanwhile, or let go: nothing is done a second time."""


def hand_in(
    ws: Workspace, by: Principal, name: str, content: IO[bytes], now: datetime, default_unit: str | None
) -> HandedInTable:
    """Keep a file that somebody handed in.

    `name` is what the file is called on their machine, `content` is open for reading, `now` is aware UTC, and `default_unit` the
    code of the unit of rows that name none. Files left too long are let go first.
    Raises UnusableFile for what is no table at all; then nothing is kept. Raises ValueError for a principal without an account.
    """
    if by.account is None:
        raise ValueError("a table is handed in by somebody with an account")
    drop_stale(ws, now)
    waiting = closed_folder(ws.root / FOLDER) / f"new-{by.account}-{now:%Y%m%d%H%M%S%f}"
    path = closed_folder(waiting) / _short(name)
    try:
        fingerprint, size = _copy(content, path)
        container_of(path)
        with changing(ws.ledger) as session:
            row = HandedInTable(
                account_id=by.account,
                name=name,
                sha256=fingerprint,
                size=size,
                handed_in_at=now,
                handed_in_by=by.name,
                default_unit=default_unit,
            )
            session.add(row)
            session.flush()
            waiting.rename(folder_of(ws, row.id))
    except BaseException:
        shutil.rmtree(waiting, ignore_errors=True)
        raise
    return row


def handed_in_by(ws: Workspace, by: Principal, limit: int) -> Sequence[HandedInTable]:
    """What the account of `by` handed in, the newest first and `limit` of them at most; what was taken as well."""
    mine = select(HandedInTable).where(HandedInTable.account_id == by.account)
    with looking(ws.ledger) as session:
        return session.exec(mine.order_by(col(HandedInTable.id).desc()).limit(limit)).all()


def handed_in(ws: Workspace, by: Principal, number: int) -> HandedInTable | None:
    """The table of this `number` if the account of `by` handed it in; None for what is not there, and for somebody else's."""
    with looking(ws.ledger) as session:
        row = session.get(HandedInTable, number)
    return row if row is not None and row.account_id == by.account else None


def taken_before(ws: Workspace, sha256: str, *, besides: int = 0) -> EarlierTaking | None:
    """Whether a file of this content was taken before, by whomever and however; the last time, table `besides` aside."""
    same = (
        select(HandedInTable.handed_in_by, HandedInTable.taken_at)
        .where(
            HandedInTable.sha256 == sha256,
            col(HandedInTable.taken_at).is_not(None),
            HandedInTable.id != besides,
        )
        .order_by(col(HandedInTable.taken_at).desc())
        .limit(1)
    )
    with reading(ws.ledger) as connection:
        return first_of(connection, same, EarlierTaking)


def choose(
    ws: Workspace, of: HandedInTable, mapping: str | None, chosen: dict[str, str], default_unit: str | None
) -> None:
    """Read the file `of` from now on by another mapping, or with other columns; for this file alone.

    `mapping` is its name, None for whichever the heading tells; `chosen` gives columns of it the headings that stand for them;
    `default_unit` is the code of the unit of rows that name none. Nothing is checked until it is read.
    """
    with changing(ws.ledger) as session:
        row = session.get_one(HandedInTable, of.id)
        row.mapping, row.chosen, row.default_unit = mapping, chosen, default_unit
        session.add(row)


def mappings_for(ws: Workspace, of: HandedInTable) -> dict[str, TableMapping]:
    """Every mapping by name, the one that was chosen with its columns as they were chosen. Raises ProblemsFound."""
    mappings = all_mappings(ws)
    if of.mapping in mappings and of.chosen:
        mappings[of.mapping] = mended(mappings[of.mapping], of.chosen)
    return mappings


@contextmanager
def batch_of(ws: Workspace, of: HandedInTable) -> Iterator[Batch]:
    """What the table `of` holds. Raises UnusableFile, also when it is no longer kept; ProblemsFound."""
    mappings = mappings_for(ws, of)
    asked = of.mapping if of.mapping in mappings else None
    with read_file(
        path_of(ws, of), ws.definitions, mappings, asked=asked, default_unit=of.default_unit
    ) as batch:
        yield batch


def rehearse_kept(
    ws: Workspace, batch: Batch, now: datetime, by: Principal, refused: Path | None
) -> ImportResult:
    """What would come of it if `by` imported it at `now` (aware UTC); refused rows go to the workbook `refused`, if any are."""
    if refused is None:
        return rehearse(ws, batch, now, by)
    rows = RefusedRows(refused, batch)
    outcome = rehearse(ws, batch, now, by, refused=rows.add)
    rows.save()
    return outcome


def take_kept(
    ws: Workspace, of: HandedInTable, now: datetime, by: Principal, *, only_if_clean: bool
) -> ImportResult:
    """Take the table `of` down once, note what came of it, keep its refused rows and let the file go.

    `now` is aware UTC. With `only_if_clean` nothing is written where one row is refused: the file stays, and may be taken again.
    Raises UnusableFile, ProblemsFound; TakenAlready when it was taken, or let go, meanwhile.
    """
    if of.taken_at is not None or of.removed_at is not None:
        raise TakenAlready
    with batch_of(ws, of) as batch:
        rows = RefusedRows(folder_of(ws, of.id) / REFUSED_ROWS, batch)
        outcome = take(ws, batch, now, by, only_if_clean=only_if_clean, refused=rows.add)
        rows.save()
    if outcome.written:
        _note(ws, of, now, outcome)
        path_of(ws, of).unlink(missing_ok=True)
    return outcome


def note_taken(
    ws: Workspace, path: Path, sha256: str, by: Principal, now: datetime, outcome: ImportResult
) -> None:
    """Note that a file was taken by command, so that whoever hands it in again is told; the file stays where it is.

    `path` is the file, `sha256` the fingerprint of its content, `by` who took it at `now` (aware UTC), `outcome` what came of it.
    """
    with changing(ws.ledger) as session:
        session.add(
            HandedInTable(
                account_id=by.account,
                name=path.name,
                sha256=sha256,
                size=path.stat().st_size,
                handed_in_at=now,
                handed_in_by=by.name,
                taken_at=now,
                outcome=_counts(outcome),
            )
        )


def fingerprint_of(path: Path) -> str:
    """The fingerprint of a file's content, by which it is known again."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def drop(ws: Workspace, of: HandedInTable, now: datetime) -> None:
    """Let a table that was handed in go: its file and refused rows at once, its row stays and says when (`now`, aware UTC)."""
    shutil.rmtree(folder_of(ws, of.id), ignore_errors=True)
    with writing(ws.ledger) as connection:
        connection.execute(update(HandedInTable).where(col(HandedInTable.id) == of.id).values(removed_at=now))


def drop_stale(ws: Workspace, now: datetime) -> int:
    """Let every file go that was handed in more than a week ago; returns how many."""
    stale = select(HandedInTable).where(
        col(HandedInTable.removed_at).is_(None), col(HandedInTable.handed_in_at) < now - KEPT_FOR
    )
    with looking(ws.ledger) as session:
        found = session.exec(stale).all()
    for each in found:
        drop(ws, each, now)
    return len(found)


def outcome_of(of: HandedInTable) -> ImportResult:
    """What came of a file that was taken, as counts; its rows are known no more."""
    kept = cast("dict[str, dict[str, int]]", of.outcome or {})
    subjects = kept.get("subjects", {})
    return ImportResult(
        rows=cast("Counter[Verdict]", Counter(kept.get("rows", {}))),
        facts=Counter(kept.get("facts", {})),
        corrected=Counter(kept.get("corrected", {})),
        withdrawn=Counter(kept.get("withdrawn", {})),
        subjects_new=subjects.get("new", 0),
        subjects_changed=subjects.get("changed", 0),
        written=of.taken_at is not None,
        unmatched=[
            UnmatchedAnswer(*each)
            for each in cast("list[list[str]]", (of.outcome or {}).get("unmatched", []))
        ],
    )


def folder_of(ws: Workspace, number: int) -> Path:
    """Where the file of a table (by its number) and its refused rows are kept, below the project; it may not be there any more."""
    return ws.root / FOLDER / str(number)


def path_of(ws: Workspace, of: HandedInTable) -> Path:
    """Where the file of a table is kept, under the name it was handed in by as far as a file may be called so."""
    return folder_of(ws, of.id) / _short(of.name)


def _note(ws: Workspace, of: HandedInTable, now: datetime, outcome: ImportResult) -> None:
    """What came of it; of two that were taken at once the first, the other found everything there."""
    first = update(HandedInTable).where(col(HandedInTable.id) == of.id, col(HandedInTable.taken_at).is_(None))
    with writing(ws.ledger) as connection:
        connection.execute(first.values(taken_at=now, outcome=_counts(outcome)))


def _counts(outcome: ImportResult) -> JsonObject:
    return {
        "rows": {str(verdict): count for verdict, count in outcome.rows.items()},
        "facts": dict(outcome.facts),
        "corrected": dict(outcome.corrected),
        "withdrawn": dict(outcome.withdrawn),
        "subjects": {"new": outcome.subjects_new, "changed": outcome.subjects_changed},
        "unmatched": [list(each) for each in outcome.unmatched],
    }


def _short(name: str) -> str:
    """A name that a file system takes, its ending kept: 120 Chinese characters are 360 bytes."""
    while len(name.encode()) > _NAME_BYTES:
        name = name[1:]
    return name


def _copy(content: IO[bytes], path: Path) -> tuple[str, int]:
    fingerprint, size = hashlib.sha256(), 0
    with path.open("wb") as kept:
        while piece := content.read(_PIECE):
            fingerprint.update(piece)
            size += kept.write(piece)
    return fingerprint.hexdigest(), size
