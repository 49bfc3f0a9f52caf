"""Issuing a letter: numbered, filled in, kept by its fingerprint, and written into the history of what it is about."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, func
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from duban.base.clock import Present
from duban.base.language import say, use
from duban.base.problems import did_you_mean
from duban.ledger.database import reading
from duban.ledger.sessions import changing
from duban.ledger.short_ids import parse_short_id, short_id
from duban.ledger.tables import Letter, LetterItem, ObligationEvent
from duban.letters.grounds import without_grounds
from duban.letters.issued import FOLDER, kept_letter
from duban.letters.kinds import KINDS, LetterKind, day_word
from duban.letters.letter_rows import letter_rows
from duban.letters.templates import LetterRefused, filled_in, template_of
from duban.obligations.listed import ShownObligation
from duban.obligations.listing import Filter, one
from duban.runtime.private import closed_folder
from duban.workspace.workspace import Workspace

MOST_ITEMS: Final = 500


@dataclass(frozen=True)
class IssuedLetter:
    """A letter that was issued."""

    id: int  #: its row
    kind: str  #: 督办通知书
    number: str  #: 文号: 三市监督〔2026〕5号
    unit: str  #: to whom, by name
    items: int  #: about how many obligations
    path: Path  #: where the file is kept


def kind_named(name: str) -> LetterKind:
    """The kind of letter of that name (督办通知书). Raises LetterRefused for any other, with those there are and the nearest."""
    if name not in KINDS:
        near = did_you_mean(name, KINDS)
        raise LetterRefused(
            zh=f"没有文书“{name}”，可以发：{'、'.join(KINDS)}。{near}",
            en=f"there is no letter “{name}”; there are {', '.join(KINDS)}. {near}",
        )
    return KINDS[name]


@dataclass(frozen=True)
class LetterPreview:
    """A letter as it would be."""

    unit: str  #: to whom, by name; empty where nothing is left to write about
    rows: Sequence[Mapping[str, object]]  #: its rows
    left_out: Mapping[str, str]  #: what it may not speak of, by number, with why


def preview(
    ws: Workspace, kind: LetterKind, numbers: Sequence[str], now: datetime, *, shown_to: Filter
) -> LetterPreview:
    """The letter of `kind`, as of `now` (aware UTC), about those of the `numbers` (short ids) that it may speak of.

    What is not `shown_to` its reader does not exist. Nothing is numbered. Raises LetterRefused as `issue` does.
    """
    present = Present.of(now, ws.definitions.project.zone)
    about, left_out = _spoken_of(ws, kind, numbers, present, shown_to)
    told = {short_id(number): why for number, why in left_out.items()}
    these = [each for each in about if each.id not in left_out]
    if about and not these:
        return LetterPreview("", [], told)
    unit = _addressee(ws, kind, these)
    with use("zh-CN"):
        return LetterPreview(_called(ws, unit), list(letter_rows(ws, these, present)), told)


def issue(
    ws: Workspace,
    kind: LetterKind,
    numbers: Sequence[str],
    now: datetime,
    *,
    actor: str,
    reply_by: date,
    shown_to: Filter,
) -> IssuedLetter:
    """Issue one letter about the obligations with these short ids; what was issued.

    `reply_by` is a local day after today, `actor` who stands in the history. `shown_to` says what exists for them. One letter goes to one unit and
    those below it, unless its kind goes to all; it speaks of nothing that is not as it says (`grounds`). Raises LetterRefused: nothing was numbered then.
    """
    project = ws.definitions.project
    present = Present.of(now, project.zone)
    today = present.on
    if reply_by <= today:
        raise LetterRefused(
            zh=f"回复日期 {reply_by} 不在今天以后",
            en=f"the day of the answer, {reply_by}, is not after today",
        )
    about, left_out = _spoken_of(ws, kind, numbers, present, shown_to)
    unit = _addressee(ws, kind, about)
    if left_out:
        listed = "；".join(f"{short_id(number)} {why}" for number, why in left_out.items())
        raise LetterRefused(zh=f"{kind.name}不能写：{listed}", en=f"{kind.name} cannot speak of: {listed}")
    with use("zh-CN"):
        # Filled in before anybody is kept waiting; whose number was taken meanwhile fills in again with the next one.
        while True:
            with reading(ws.ledger) as connection:
                sequence = _next(connection, today.year)
            number = f"{project.letter_mark}〔{today.year}〕{sequence}号"
            content = _filled_in(ws, kind, about, number, unit, present, reply_by)
            sha256 = hashlib.sha256(content).hexdigest()
            path = _keep(ws.root, sha256, content)
            row = Letter(
                kind=kind.name,
                year=today.year,
                sequence=sequence,
                number=number,
                unit=unit,
                reply_by=reply_by,
                issued_at=now,
                issued_by=actor,
                sha256=sha256,
            )
            try:
                letter = _write_down(ws, row, [each.id for each in about])
                break
            except IntegrityError:
                with reading(ws.ledger) as connection:
                    if _next(connection, today.year) == sequence:
                        raise
    name = project.name_of(unit) if unit else say(zh="各有关单位", en="all units concerned")
    return IssuedLetter(letter, kind.name, number, name, len(about), path)


def _write_down(ws: Workspace, letter: Letter, about: Sequence[int]) -> int:
    """Claim the letter's number and put it into the history of what it is about, in one transaction; its row."""
    told = f"{letter.kind} {letter.number}，{day_word(letter.reply_by)}前回复"
    with changing(ws.ledger) as session:
        session.add(letter)
        session.flush()
        session.add_all(LetterItem(letter_id=letter.id, obligation_id=each) for each in about)
        session.add_all(
            ObligationEvent(
                obligation_id=each,
                at=letter.issued_at,
                kind="letter",
                actor=letter.issued_by,
                reason=told,
                details={"letter": letter.id},
            )
            for each in about
        )
        return letter.id


def _about(connection: Connection, number: str, shown_to: Filter) -> ShownObligation:
    try:
        found = one(connection, parse_short_id(number), shown_to)
    except ValueError as error:
        raise LetterRefused(str(error)) from None
    if found is None:
        raise LetterRefused(
            zh=f"没有编号为 {number} 的应办事项", en=f"there is no obligation with the number {number}"
        )
    return found


def _addressee(ws: Workspace, kind: LetterKind, about: Sequence[ShownObligation]) -> str | None:
    if not 0 < len(about) <= MOST_ITEMS:
        raise LetterRefused(
            zh=f"一份文书写 1 到 {MOST_ITEMS} 项", en=f"one letter is about 1 to {MOST_ITEMS} obligations"
        )
    closed = [short_id(each.id) for each in about if each.closed_on is not None]
    if closed:
        raise LetterRefused(zh=f"已经办结：{'、'.join(closed)}", en=f"closed already: {', '.join(closed)}")
    if any(each.confidential for each in about) and (len(about) > 1 or not kind.to_one):
        raise LetterRefused(
            zh="保密事项要单独成文，不能和别的事项写在一起，也不能通报",
            en="a confidential obligation stands in a letter of its own, and is never circulated",
        )
    if not kind.to_one:
        return None
    project = ws.definitions.project
    chains = [
        [unit.code for unit in project.chain(each.unit)] for each in about if each.unit in project.units
    ]
    common = [code for code in chains[0] if all(code in chain for chain in chains)] if chains else []
    level = project.units[common[0]].level if common else "city"
    if not common or (level == "city" and any(len(chain) > 1 for chain in chains)):
        raise LetterRefused(
            zh=f"{kind.name}只发给一个单位；这些事项属于几个县，请分开发，或者发通报",
            en="this letter goes to one unit; these belong to several counties: issue one each, or a circular",
        )
    return common[0]


def _spoken_of(
    ws: Workspace, kind: LetterKind, numbers: Sequence[str], present: Present, shown_to: Filter
) -> tuple[list[ShownObligation], dict[int, str]]:
    """What a letter is asked to speak of, and what of it, by number, it may not, with why."""
    with reading(ws.ledger) as connection:
        about = [_about(connection, number, shown_to) for number in dict.fromkeys(numbers)]
        return about, without_grounds(connection, kind, about, present)


def _called(ws: Workspace, unit: str | None) -> str:
    return ws.definitions.project.name_of(unit) if unit else "各有关单位"


def _next(connection: Connection, year: int) -> int:
    last = select(func.max(col(Letter.sequence))).where(col(Letter.year) == year)
    return (connection.execute(last).scalar() or 0) + 1


def _filled_in(
    ws: Workspace,
    kind: LetterKind,
    about: Sequence[ShownObligation],
    number: str,
    unit: str | None,
    present: Present,
    reply_by: date,
) -> bytes:
    project = ws.definitions.project
    words = {
        "局": project.bureau,
        "文号": number,
        "单位": _called(ws, unit),
        "日期": day_word(present.on),
        "回复日期": day_word(reply_by),
        "件数": len(about),
        "事项": list(letter_rows(ws, about, present)),
    }
    return filled_in(template_of(ws.root, kind), kind, words)


def _keep(root: Path, sha256: str, content: bytes) -> Path:
    closed_folder(root / FOLDER)
    path = kept_letter(root, sha256)
    if not path.exists():
        draft = path.with_suffix(".new")
        draft.write_bytes(content)
        draft.replace(path)
    return path
