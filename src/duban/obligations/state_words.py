"""The states of an obligation in words: one word each, wherever a person reads it."""

from typing import NamedTuple, Protocol

from duban.base.language import say

_WORDS = {
    "open": ("在办", "open"),
    "acknowledged": ("已签收", "acknowledged"),
    "reported": ("待复核", "waiting for review"),
    "suspended": ("已中止", "suspended"),
    "done": ("已办结", "done"),
    "waived": ("已免办", "waived"),
    "superseded": ("已被替换", "superseded"),
    "withdrawn": ("已撤回", "withdrawn"),
}

_NOT_OVER = ("open", "acknowledged", "reported", "suspended")


def state_word(state: str, *, unreported: bool = False) -> str:
    """A state as people call it; one that is open because its figures were not reported is 未报数.

    Raises KeyError for what is no state.
    """
    zh, en = ("未报数", "not reported") if unreported else _WORDS[state]
    return say(zh=zh, en=en)


class ObligationMarks(Protocol):
    """How an obligation stands on a day."""

    @property
    def state(self) -> str:
        """One of `STATES`."""

    @property
    def unreported(self) -> bool:
        """Whether it is open because the figures it is judged by were not reported."""

    @property
    def overdue(self) -> bool:
        """Whether it is open past its last day."""

    @property
    def late(self) -> bool:
        """Whether it was done after its last day, or after the first one it had."""

    @property
    def returns(self) -> int:
        """How often its reviewer has sent it back."""


class Marks(NamedTuple):
    """How an obligation stands on a day, of what was read without the rest of a list."""

    state: str  #: one of `STATES`
    overdue: bool  #: whether it is open past its last day
    late: bool  #: whether it was done after its last day, or after the first one it had
    returns: int  #: how often its reviewer has sent it back
    unreported: bool = False  #: whether it is open because the figures it is judged by were not reported


def standing_word(marks: ObligationMarks) -> str:
    """Its state with what a reader must know of it besides, 在办·逾期·退回1次: the same in every list and export."""
    told = state_word(marks.state, unreported=marks.unreported)
    if marks.overdue:
        told += say(zh="·逾期", en=", overdue")
    elif marks.late:
        told += say(zh="·曾逾期", en=", late")
    if marks.returns and marks.state in _NOT_OVER:
        told += say(zh=f"·退回{marks.returns}次", en=f", sent back {marks.returns}×")
    return told


def state_meant(written: str) -> str | None:
    """The state somebody calls by its name in the ledger or by its word, 办结 as well as 已办结; None for what is none."""
    meant = {word.removeprefix("已").removeprefix("被"): state for state, (word, _) in _WORDS.items()}
    word = written.strip().removeprefix("已").removeprefix("被")
    return written if written in _WORDS else meant.get(word)


def all_state_words() -> list[str]:
    """Every state as people call it, the way it goes."""
    return [state_word(state) for state in _WORDS]
