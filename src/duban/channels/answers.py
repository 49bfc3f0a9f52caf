"""What a service answered to one message, address by address.

Apprise's own word for it is yes or no. The plugins of `duban.channels.carriers` say more while they send: which address
took the message, which did not and why, and whether it may have arrived although no answer came. Whoever sends listens.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    """What became of one message at one address."""

    accepted: bool  #: whether the address took it
    unsure: bool = False  #: no answer came, so that it may have arrived; `accepted` is False then
    too_fast: bool = False  #: refused only because it came too soon after others: nothing is wrong with it
    rest: int = 0  #: for so many seconds nothing more is to come, where the service said it
    said: str = ""  #: the reason, without secrets
    address: str = ""  #: which of several addresses this is about; empty for a channel's only one


ACCEPTED = Answer(accepted=True)

# Apprise 2 sends in a thread of its own, which sees the caller's context, but nothing local to the caller's thread.
_given: ContextVar[list[Answer] | None] = ContextVar("duban_answers", default=None)


def give(answer: Answer) -> bool:
    """Tell whoever listens what was answered; returns what Apprise wants to hear of it."""
    heard = _given.get()
    if heard is not None:
        heard.append(answer)
    return answer.accepted


@contextmanager
def answers() -> Iterator[list[Answer]]:
    """Collect what plugins are answered while the block runs, also in threads that Apprise starts."""
    heard: list[Answer] = []
    token = _given.set(heard)
    try:
        yield heard
    finally:
        _given.reset(token)
