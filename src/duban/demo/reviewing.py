"""How the made-up offices hand in evidence, and how their reviewers close what was reported or send it back."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import NamedTuple

from sqlalchemy import Connection, select
from sqlmodel import col

from duban.base.language import say
from duban.bureau.unit_posts import UnitPost
from duban.demo.habits import office
from duban.demo.made_up import MARK, SEED
from duban.ledger.bulk import insert_ignore
from duban.ledger.database import reading, writing
from duban.ledger.rows import columns_of, rows_of
from duban.ledger.tables import EVIDENCE_FILE, REPORTED, Obligation, Submission
from duban.obligations.cause import Cause
from duban.obligations.evidence import Evidence, KeptEvidence, keep
from duban.obligations.review import approve, lacking, send_back
from duban.workspace.workspace import Workspace

LEFT = 18
"""So many reports, at the most half of them, the reviewers have not got round to."""
FORGOTTEN = 0.02
"""So many are reported without their evidence at first: those are sent back."""
TO_MEND = timedelta(days=10)
"""So long somebody has for what was sent back."""


class _Waiting(NamedTuple):
    obligation_id: int
    reviewer: str


def hand_in_evidence(ws: Workspace, now: datetime) -> None:
    """Hand in what is missing of everything that waits for review, but for some that was never sent back: one made-up file
    for each piece's name, kept once.
    """
    reported = select(col(Obligation.id), col(Obligation.returns)).where(col(Obligation.state) == REPORTED)
    with reading(ws.ledger) as connection:
        returns = dict(connection.execute(reported).tuples().all())
        absent = lacking(connection, returns)
    given = {
        number: pieces
        for number, pieces in absent.items()
        if returns[number] or Random(f"{SEED} {number}").random() >= FORGOTTEN
    }
    files = _files(ws, {piece for pieces in given.values() for piece in pieces})
    rows = [
        {
            "obligation_id": number,
            "name": files[piece].name,
            "sha256": files[piece].sha256,
            "size": files[piece].size,
            "stored_as": files[piece].stored_as,
            "added_at": now,
            "added_by": office(),
        }
        for number, pieces in given.items()
        for piece in pieces
    ]
    with writing(ws.ledger) as connection:
        insert_ignore(connection, EVIDENCE_FILE, rows)


def _files(ws: Workspace, pieces: Iterable[str]) -> dict[str, KeptEvidence]:
    """A made-up file for each piece of evidence, by its name."""
    made = {}
    with TemporaryDirectory() as folder:
        path = Path(folder) / "made-up.txt"
        for piece in sorted(pieces):
            text = say(zh="演示用的虚构材料，没有内容", en="made up for the demonstration, without content")
            path.write_text(f"{piece}{MARK}\n{text}\n", encoding="utf-8")
            made[piece] = keep(ws.root, Evidence(path, f"{piece}{MARK}.txt"))
    return made


def review(ws: Workspace, now: datetime, on: date) -> None:
    """Let every reviewer look at what waits for them at `now`, of business date `on`: most is closed, what lacks evidence is
    sent back, and some is left for the next time.
    """
    waiting = (
        select(*columns_of(Submission, _Waiting))
        .join(Obligation, col(Obligation.id) == col(Submission.obligation_id))
        .where(
            col(Submission.settled_at).is_(None),
            col(Submission.kind) == "report",
            col(Obligation.confidential).is_(False),
        )
    )
    before: dict[str, list[int]] = defaultdict(list)
    with reading(ws.ledger) as connection:
        rows = rows_of(connection, waiting, _Waiting)
        rows.sort(key=lambda row: Random(f"{SEED} {row.obligation_id} {on}").random())
        for row in rows[min(LEFT, len(rows) // 2) :]:
            before[row.reviewer].append(row.obligation_id)
        absent = lacking(connection, [number for these in before.values() for number in these])
    with writing(ws.ledger) as connection:
        for reviewer, these in before.items():
            cause = Cause(_name(ws, UnitPost.parse(reviewer)), now, on)
            _decide(connection, ws, these, absent, cause)


def _decide(
    connection: Connection,
    ws: Workspace,
    these: Collection[int],
    absent: Mapping[int, tuple[str, ...]],
    cause: Cause,
) -> None:
    back: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for number in these:
        if number in absent:
            back[absent[number]].append(number)
    approve(connection, [number for number in these if number not in absent], cause)
    for pieces, lacks in back.items():
        why = say(
            zh=f"没有附{'、'.join(pieces)}，请补上后再报",
            en=f"without {', '.join(pieces)}: hand it in and report again",
        )
        days = dict.fromkeys(lacks, cause.on + TO_MEND)
        send_back(connection, ws.definitions, days, cause.because(why))


def _name(ws: Workspace, reviewer: UnitPost) -> str:
    post = ws.definitions.project.post(reviewer.unit, reviewer.post)
    return (post and post.holder) or f"{say(zh='复核人', en='the reviewer')}{MARK}"
