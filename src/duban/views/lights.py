"""The four lights (三色督办 and green): red 逾期, amber 超应办日或迟办, blue 临近, green 按时办结.

Derived, never stored. What was done late stays amber for ever. An obligation that has time, or that nobody need do any
more, has no light.
"""

from datetime import date
from typing import Final, Literal

from sqlalchemy import ColumnElement, and_, case, func
from sqlmodel import col

from duban.base.clock import Present
from duban.base.language import say
from duban.ledger.lateness import done_in_time, is_over
from duban.ledger.tables import OPEN_STATES, Obligation
from duban.obligations.listed import ListedObligation

Light = Literal["red", "amber", "blue", "green", "none"]
_TARGET: Final = func.coalesce(col(Obligation.target), col(Obligation.deadline))
"""The safe day, written so that its index is not gone by: most of what the ledger holds lies beyond the near ones."""


def light_of(owed: ListedObligation, *, on: date, soon: date) -> Light:
    """The light of one obligation on business date `on`; a safe day up to `soon` is near."""
    if owed.state == "done":
        return "amber" if owed.late else "green"
    if owed.state not in OPEN_STATES:
        return "none"
    if owed.overdue:
        return "red"
    if owed.target < on:
        return "amber"
    return "blue" if owed.target <= soon else "none"


def burning(on: date, soon: date) -> list[ColumnElement[bool]]:
    """That an obligation has one of the lights of what still has to be done; answered from the index on safe days."""
    return [
        col(Obligation.closed_at).is_(None),
        col(Obligation.target) <= soon,
        col(Obligation.state).in_(OPEN_STATES),
    ]


def light_column(present: Present) -> ColumnElement[str]:
    """Which light, in a statement over what is `burning`."""
    return case((is_over(present), "red"), (col(Obligation.target) < present.on, "amber"), else_="blue")


def has_light(light: Light, present: Present, soon: date) -> ColumnElement[bool]:
    """That an obligation has this light at `present`; a safe day up to `soon` is near."""
    on = present.on
    done = and_(col(Obligation.closed_at).is_not(None), col(Obligation.state) == "done")
    match light:
        case "red":
            still_open = col(Obligation.closed_at).is_(None), col(Obligation.state).in_(OPEN_STATES)
            return and_(*still_open, is_over(present))
        case "amber":
            return and_(*burning(on, soon), col(Obligation.target) < on, ~is_over(present))
        case "blue":
            return and_(*burning(on, soon), col(Obligation.target) >= on, ~is_over(present))
        case "green":
            return and_(done, done_in_time())
        case "none":
            return and_(
                col(Obligation.closed_at).is_(None),
                col(Obligation.state).in_(OPEN_STATES),
                col(Obligation.deadline) > soon,  # no safe day lies beyond it
                soon < _TARGET,
            )


def light_word(light: Light) -> str:
    """A light in words: the colour only repeats them."""
    return {
        "red": say(zh="逾期", en="overdue"),
        "amber": say(zh="超过应办日", en="past the safe day"),
        "blue": say(zh="临近", en="near"),
        "green": say(zh="按时办结", en="done on time"),
        "none": say(zh="未到期", en="not due"),
    }[light]
