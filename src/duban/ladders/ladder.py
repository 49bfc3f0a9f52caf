"""Ladders (催办阶梯): who is told when an obligation nears its due day, and who when nobody acts.

`ladder_file` reads them. Offsets count working days, so that a long holiday cannot use a ladder up.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Literal

from duban.ladders.stages import STAGES, stage_word
from duban.workdays import WorkdayCalendar

Anchor = Literal["opening", "target", "deadline"]
Whose = Literal["own", "parent", "city"]


class Stage(StrEnum):
    """How serious a rung is, lightest first."""

    REMIND = "remind"
    URGE = "urge"
    SUPERVISE = "supervise"
    CIRCULATE = "circulate"
    SUMMON = "summon"

    @property
    def weight(self) -> int:
        """0 for a reminder up to 4 for a summons."""
        return list(Stage).index(self)

    def title(self) -> str:
        """The word people read: 提醒, 催办, 督办, 通报, 约谈."""
        return stage_word(self.value)


STAGE_WORDS = {word: Stage(key) for key, word in STAGES.items()}
"""The stages by the words people read and write."""


@dataclass(frozen=True)
class Addressee:
    """A post to be told, at the obligation's own unit, the unit above it, or the city. `post` None: the duty's own post.

    分管领导 is the one that stands for the duty's line, unless this very post is meant (`named`).
    """

    post: str | None  #: the post's name; None: the duty's own
    unit: Whose = "own"  #: whose: the obligation's own unit, the one above it, or the city
    named: bool = False  #: whether the ladder names the post itself


@dataclass(frozen=True)
class Rung:
    """One step of a ladder: `offset` working days after (negative: before) the anchor day, who is told, how urgently.

    A rung of an emergency has `minutes` instead: so many after (before) the moment it opened or is due, on any day; with
    `repeat` it speaks again after so many minutes, as long as nobody has signed. An urgent rung is sent outside office
    hours too. `key` stays the same when the offset is edited.
    """

    key: str  #: its name within the ladder
    stage: Stage  #: how serious it is
    offset: int  #: working days after the anchor day; negative: before
    anchor: Anchor  #: the day it is counted from
    to: tuple[Addressee, ...]  #: who is told
    urgent: bool = False  #: whether it is sent at any hour
    minutes: int | None = None  #: of what is counted in hours: minutes after opening
    repeat: int | None = None  #: told again after so many minutes until somebody signs

    @property
    def until_signed(self) -> bool:
        """Whether it falls silent once somebody has signed: it tells that nobody has."""
        return self.minutes is not None and self.anchor == "opening"


@dataclass(frozen=True)
class Ladder:
    """The rungs of one ladder, in the order they fall due."""

    name: str  #: what the project calls it
    rungs: tuple[Rung, ...]  #: its steps, in the order they fall due

    @property
    def by_hours(self) -> bool:
        """Whether it is one of emergencies: rungs by minutes and hours, from the moment of opening on."""
        return any(rung.minutes is not None for rung in self.rungs)


def up_to_urging(ladder: Ladder) -> Ladder:
    """The ladder without the rungs above 催办: for what no text sets, or no notice has dated, and nobody has confirmed."""
    rungs = tuple(rung for rung in ladder.rungs if rung.stage.weight <= Stage.URGE.weight)
    return replace(ladder, name=f"{ladder.name} ≤ {Stage.URGE.value}", rungs=rungs)


def rung_day(rung: Rung, *, opened_on: date, target: date, deadline: date, calendar: WorkdayCalendar) -> date:
    """The business date a rung falls due: never before the obligation opened.

    `target` is the safe day, `deadline` the legal one; working days are counted on `calendar`. Raises UnknownYear
    past the end of the calendar.
    """
    anchor = {"opening": opened_on, "target": target, "deadline": deadline}[rung.anchor]
    return max(opened_on, calendar.add(anchor, rung.offset))
