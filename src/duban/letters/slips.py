"""The slip (回执) of a letter comes back: when, and what it says, in the history of everything the letter is about."""

from datetime import date, datetime

from sqlmodel import select

from duban.base.clock import business_date
from duban.ledger.sessions import changing
from duban.ledger.tables import LetterItem, ObligationEvent
from duban.letters.issued import RECEIPT, ListedLetter
from duban.letters.kinds import KINDS, day_word
from duban.letters.templates import LetterRefused
from duban.workspace.workspace import Workspace


def take_receipt(
    ws: Workspace, letter: ListedLetter, told: str, now: datetime, *, actor: str, on: date
) -> None:
    """Write into the history of everything a letter is about that its slip (回执) came back on the local day `on`, and
    what it says (`told`); `actor` is the name that stands in the history.

    Raises LetterRefused without a word of what was answered, for a day before the letter, and for a letter without a
    slip.
    """
    zone = ws.definitions.project.zone
    if not told.strip():
        raise LetterRefused(zh="请写明回执说了什么", en="say what the answer was")
    if not KINDS[letter.kind].answer:
        raise LetterRefused(zh=f"{letter.kind}没有回执", en="this kind of letter has no slip")
    if not business_date(letter.issued_at, zone) <= on <= business_date(now, zone):
        raise LetterRefused(
            zh="收到回执的日子要在发文以后、今天以前", en="the day is before the letter, or after today"
        )
    words = f"{letter.kind} {letter.number} 回执（{day_word(on)}收到）：{told.strip()}"
    with changing(ws.ledger) as session:
        items = session.exec(select(LetterItem.obligation_id).where(LetterItem.letter_id == letter.id)).all()
        session.add_all(
            ObligationEvent(
                obligation_id=each,
                at=now,
                kind=RECEIPT,
                actor=actor,
                reason=words,
                details={"letter": letter.id},
            )
            for each in items
        )
