"""A batch held against the ledger as a rehearsal, or taken down in one transaction: all of the good rows, or none."""

from __future__ import annotations

import pickle
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, TYPE_CHECKING

from duban.base.clock import business_date
from duban.base.language import say
from duban.facts import (
    Intake,
    UnmatchedAnswer,
    matched_by_number,
    recording,
    take_facts,
    take_subjects,
    unmatched_answers,
)
from duban.importing.judging import Judge
from duban.importing.sheets import letters
from duban.importing.spellings import NoValue, UnreadableCell, read_text
from duban.importing.verdicts import JudgedRow, Verdict
from duban.ledger.database import reading
from duban.ledger.watermarks import progress

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from duban.definitions.definitions import Definitions
    from duban.facts import NewFact, NewSubject
    from duban.importing.batches import Batch
    from duban.ledger.principals import Principal
    from duban.workspace.workspace import Workspace


@dataclass(frozen=True)
class RefusedCell:
    """One reason why a row is not taken."""

    sheet: str  #: the sheet's name
    row: int  #: the row, from 1
    column: str  #: the column's letters, empty for the whole row
    heading: str  #: the column's name
    value: str  #: what stands there
    reason: str  #: why it is refused, and how to mend it


@dataclass
class ImportResult:
    """What came of a batch, or would come of it."""

    rows: Counter[Verdict] = field(default_factory=Counter)  #: rows by verdict
    facts: Counter[str] = field(default_factory=Counter)  #: new facts by kind
    corrected: Counter[str] = field(default_factory=Counter)  #: facts corrected, by kind
    withdrawn: Counter[str] = field(default_factory=Counter)  #: facts withdrawn, by kind
    subjects_new: int = 0  #: subjects registered
    subjects_changed: int = 0  #: subjects brought up to date
    refused: list[RefusedCell] = field(default_factory=list)  #: every reason for a refusal
    first: list[JudgedRow] = field(default_factory=list)  #: the first rows that were not refused
    numbers: list[str] = field(default_factory=list)  #: the numbers of what it brings, for the access log
    written: bool = False  #: whether it was written
    #: of what was written, the answers whose number matches nothing, or that have none
    unmatched: list[UnmatchedAnswer] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether no row was refused."""
        return not self.rows["refused"]

    @property
    def brings_something(self) -> bool:
        """Whether anything is to be recorded."""
        return bool(self.rows["new"] or self.rows["changed"])

    def remarks(self, definitions: Definitions, most: int) -> list[str]:
        """What deserves a look in what was taken, in the reader's words: `most` one by one, and how many more."""
        told = [each.told(definitions) for each in self.unmatched[:most]]
        if (more := len(self.unmatched) - most) > 0:
            told.append(say(zh=f"还有 {more} 条也没有办结任何事项", en=f"{more} more closed nothing either"))
        return told


FIRST_ROWS = 3
"""So many rows are shown as they were understood."""


class _NotClean(Exception):
    pass


OnRefusal = Callable[[JudgedRow], None]
OnProgress = Callable[[int], None]
_Page = tuple[list[tuple[int, "NewSubject"]], list[tuple[int, "NewFact"]]]
"""What one page of rows brings: numbered subjects and facts."""


def rehearse(
    ws: Workspace,
    batch: Batch,
    now: datetime,
    by: Principal,
    *,
    refused: OnRefusal = lambda _: None,
    told: OnProgress = lambda _: None,
) -> ImportResult:
    """What would come of a batch at `now` by this principal; nothing is written. `refused` hears of every row that is refused."""
    outcome = ImportResult()
    with reading(ws.ledger) as connection:
        for _ in _judged(connection, ws.definitions, batch, now, by, outcome, refused, told):
            pass
    return outcome


def take(
    ws: Workspace,
    batch: Batch,
    now: datetime,
    by: Principal,
    *,
    only_if_clean: bool = False,
    refused: OnRefusal = lambda _: None,
    told: OnProgress = lambda _: None,
) -> ImportResult:
    """Take a batch down at `now` (aware UTC) by this principal in one transaction; with `only_if_clean` not a row if any is refused.

    The rows are judged before the ledger is locked, so that others wait for the writing alone. Should somebody record
    something meanwhile, they are judged anew under the lock: `refused` then hears of a row twice.
    """
    with tempfile.TemporaryFile(prefix="duban-import-") as spool:
        outcome = ImportResult()
        with reading(ws.ledger) as connection:
            before = progress(connection)
            for page in _judged(connection, ws.definitions, batch, now, by, outcome, refused, told):
                pickle.dump(page, spool, pickle.HIGHEST_PROTOCOL)
        if only_if_clean and not outcome.clean:
            return outcome
        try:
            with recording(ws) as connection:
                if progress(connection) == before:
                    pages = _kept(spool)
                else:
                    outcome = ImportResult()
                    pages = _judged(
                        connection, ws.definitions, batch, now, by, outcome, refused, lambda _: None
                    )
                kinds = matched_by_number(ws.definitions)
                answers: list[tuple[str, str, str]] = []
                for page in pages:
                    _write(connection, ws.definitions, page, now, by)
                    answers += (
                        (fact.kind, fact.source, fact.ref) for _, fact in page[1] if fact.kind in kinds
                    )
                if only_if_clean and not outcome.clean:
                    raise _NotClean
                outcome.unmatched = unmatched_answers(connection, ws.definitions, answers, by)
        except _NotClean:
            return outcome
    outcome.written = True
    return outcome


def _judged(
    connection: Connection,
    definitions: Definitions,
    batch: Batch,
    now: datetime,
    by: Principal,
    outcome: ImportResult,
    refused: OnRefusal,
    told: OnProgress,
) -> Iterator[_Page]:
    """Judge a batch page by page, counting into `outcome`; gives what each page brings."""
    judge = Judge(batch, definitions, business_date(now, definitions.project.zone), by)
    for drafts in batch.pages():
        page = judge.page(connection, drafts)
        for judged in page:
            _count(batch, judged, outcome)
            if judged.verdict == "refused":
                refused(judged)
        yield (
            [(judged.draft.row, judged.subject) for judged in page if judged.subject],
            [(judged.draft.row, fact) for judged in page for fact in judged.facts],
        )
        told(len(drafts))


def _kept(spool: IO[bytes]) -> Iterator[_Page]:
    end = spool.tell()
    spool.seek(0)
    while spool.tell() < end:
        page: _Page = pickle.load(spool)  # noqa: S301 - our own temporary file
        yield page


def _count(batch: Batch, judged: JudgedRow, outcome: ImportResult) -> None:
    outcome.rows[judged.verdict] += 1
    if judged.verdict == "refused":
        outcome.refused += refused_cells(batch, judged)
        return
    if len(outcome.first) < FIRST_ROWS:
        outcome.first.append(judged)
    if judged.subject:
        if judged.subject_is_new:
            outcome.subjects_new += 1
        else:
            outcome.subjects_changed += 1
    subject = [judged.subject.code] if judged.subject else []
    outcome.numbers += [fact.ref for fact in judged.facts] or subject
    for fact in judged.facts:
        if fact.withdrawn:
            outcome.withdrawn[fact.kind] += 1
        elif fact.revises:
            outcome.corrected[fact.kind] += 1
        else:
            outcome.facts[fact.kind] += 1


def refused_cells(batch: Batch, judged: JudgedRow) -> list[RefusedCell]:
    """Why a row is refused, cell by cell."""
    draft = judged.draft
    table = batch.tables[draft.sheet]
    found = []
    for place, reason in judged.mistakes:
        value = draft.cells[place] if place is not None and place < len(draft.cells) else None
        try:
            shown = read_text(value) if isinstance(value, str | int | float) or value is None else str(value)
        except UnreadableCell:
            shown = str(value)
        if isinstance(value, NoValue):
            shown = value.shown()
        heading = table.heading.texts[place] if place is not None else ""
        column = letters(place) if place is not None else ""
        found.append(RefusedCell(table.name, draft.row, column, heading, shown, reason))
    return found


def _write(
    connection: Connection, definitions: Definitions, page: _Page, now: datetime, by: Principal
) -> None:
    recorded = Intake()
    subjects, waiting = page
    take_subjects(connection, definitions, subjects, now, recorded, by)
    while waiting:
        ready, waiting = _ready(waiting)
        take_facts(connection, definitions, ready, now, recorded, by)
    if recorded.refused:  # the judge let through what the ledger does not take: nothing of the file may stay
        raise RuntimeError(f"row {recorded.refused[0].row}: {recorded.refused[0].reason}")


def _ready(
    waiting: Sequence[tuple[int, NewFact]],
) -> tuple[list[tuple[int, NewFact]], list[tuple[int, NewFact]]]:
    """The facts that revise nothing still waiting, and the others."""
    keys = {(fact.source, fact.ref) for _, fact in waiting}
    ready = [each for each in waiting if each[1].revises not in keys]
    return ready, [each for each in waiting if each[1].revises in keys]
