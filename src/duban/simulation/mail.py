"""Who receives how much: notices become deliveries to posts over channels, and deliveries become messages.

The rules are the patrol's: `who_is_told`, `channels_for`, office hours. Days are numbered from 0, the first of the span,
and every quantity is an array over the days, so that a rung of many duties costs a post one addition.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from duban.clock import business_date
from duban.notifications.channels import INBOX, Channels, channels_for
from duban.patrol.addressing import who_is_told
from duban.patrol.office_hours import may_go_out_at
from duban.rungs import office_start

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from duban.definitions import Definitions
    from duban.ladders import Ladder, Rung
    from duban.simulation.owed import ByUnit

ONE_DAY = timedelta(days=1)
Line = tuple[str, str]
"""A recipient (`unit/post`) and a channel."""


@dataclass(frozen=True)
class Speaker:
    """What notices share that are told to the same posts over the same channels."""

    by_unit: ByUnit
    ladder: str
    rung: str
    owner_post: str
    confidential: bool


@dataclass(frozen=True)
class Received:
    """What one post receives over one channel, day by day: obligations told together in the day's one message, and
    confidential ones, each in a message of its own.
    """

    together: NDArray[np.int64]
    alone: NDArray[np.int64]

    @property
    def told(self) -> NDArray[np.int64]:
        """Obligations the post is told of."""
        return self.together + self.alone

    @property
    def messages(self) -> NDArray[np.int64]:
        """Messages they come in."""
        return np.minimum(self.together, 1) + self.alone

    @property
    def largest(self) -> NDArray[np.int64]:
        """Obligations in the fullest message of each day."""
        return np.maximum(self.together, np.minimum(self.alone, 1))


class Mail:
    """The post office of a span of days: it is given notices and says what everybody receives."""

    def __init__(self, definitions: Definitions, channels: Channels, first: date, last: date) -> None:
        self._definitions = definitions
        self._channels = channels
        self._first = first
        self._days = (last - first).days + 1
        self._decided: dict[Speaker, NDArray[np.int64]] = {}

    def decide(self, speaker: Speaker, on: date) -> None:
        """Note one notice, for every obligation of the speaker's units, decided on a day of the span."""
        days = self._decided.get(speaker)
        if days is None:
            days = self._decided[speaker] = np.zeros(self._days, np.int64)
        days[(on - self._first).days] += 1

    def received(self) -> Mapping[Line, Received]:
        """What every post that hears of anything receives within the span."""
        together: dict[Line, NDArray[np.int64]] = defaultdict(self._nothing)
        alone: dict[Line, NDArray[np.int64]] = defaultdict(self._nothing)
        go_out = {urgent: self._go_out(urgent=urgent) for urgent in (False, True)}
        stretches = self._stretches()
        for speaker, decided in self._decided.items():
            ladder, rung = self._rung(speaker)
            lines = alone if speaker.confidential else together
            for begins, ends in stretches:
                sent = self._sent(decided, go_out[rung.urgent], begins, ends)
                if not sent.any():
                    continue
                on = self._first + begins * ONE_DAY
                for unit, count in speaker.by_unit:
                    for line in self._lines(speaker, ladder, rung, unit, on):
                        lines[line] += count * sent
        return {line: Received(together[line], alone[line]) for line in sorted({*together, *alone})}

    def _nothing(self) -> NDArray[np.int64]:
        return np.zeros(self._days, np.int64)

    def _rung(self, speaker: Speaker) -> tuple[Ladder, Rung]:
        ladder = self._definitions.ladders[speaker.ladder]
        return ladder, next(rung for rung in ladder.rungs if rung.key == speaker.rung)

    def _go_out(self, *, urgent: bool) -> NDArray[np.int64]:
        """For each day, the day on which what is decided at its office hour goes out; past the span, one day too many."""
        project, calendar = self._definitions.project, self._definitions.calendar
        found = []
        for number in range(self._days):
            morning = office_start(self._first + number * ONE_DAY, project)
            moment = may_go_out_at(morning, project, calendar, urgent=urgent)
            found.append((business_date(moment, project.zone) - self._first).days)
        return np.minimum(np.array(found, np.int64), self._days)

    def _sent(
        self, decided: NDArray[np.int64], go_out: NDArray[np.int64], begins: int, ends: int
    ) -> NDArray[np.int64]:
        sent = np.zeros(self._days + 1, np.int64)
        np.add.at(sent, go_out[begins:ends], decided[begins:ends])
        return sent[:-1]

    def _stretches(self) -> list[tuple[int, int]]:
        """Runs of days, first and one past the last, in which the same posts are staffed."""
        borders = {0, self._days}
        for unit in self._definitions.project.units.values():
            for post in unit.posts.values():
                for begins, ends in post.away:
                    borders |= {(begins - self._first).days, (ends - self._first).days + 1}
        inside = sorted(border for border in borders if 0 <= border <= self._days)
        return list(pairwise(inside))

    def _lines(self, speaker: Speaker, ladder: Ladder, rung: Rung, unit: str, on: date) -> list[Line]:
        project = self._definitions.project
        told = who_is_told(project, ladder, rung, unit=unit, owner_post=speaker.owner_post, on=on)
        lines = []
        for recipient in told.recipients:
            code, _, name = recipient.partition("/")
            post = project.post(code, name)
            lines += [
                (recipient, channel)
                for channel in channels_for(
                    self._channels,
                    unit_level=project.units[code].level,
                    post=name,
                    stage=rung.stage.value,
                    confidential=speaker.confidential,
                    addresses=post.addresses if post else {},
                )
            ]
        return lines


def inboxes(received: Mapping[Line, Received]) -> dict[str, Received]:
    """What each post is told, whatever the channels: the inbox is part of every route."""
    return {recipient: each for (recipient, channel), each in received.items() if channel == INBOX}
