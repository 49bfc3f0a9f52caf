"""Who receives how much: notices become deliveries to posts over channels, and deliveries become messages.

The rules are those of patrol and delivery: `who_is_told`, `channels_for`, office hours, one message a recipient and
channel, what is confidential in a message of its own. Every quantity is an array over the days of the span, so that a
rung of many duties costs a post one addition.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from duban.base.clock import business_date
from duban.base.days import ONE_DAY
from duban.bureau.unit_posts import UnitPost
from duban.channels.channel import INBOX
from duban.channels.routes import Channels, channels_for
from duban.ladders.addressing import who_is_told
from duban.ladders.office_hours import may_go_out_at
from duban.obligations.rungs import ladder_for, office_start

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from duban.definitions.definitions import Definitions
    from duban.duties.grammar import Duty
    from duban.ladders.ladder import Ladder
    from duban.simulation.notices import SimulatedNotice
    from duban.simulation.owed import ByUnit

Line = tuple[UnitPost, str]
"""A recipient and a channel."""


@dataclass(frozen=True)
class Speaker:
    """What obligations share of which the same posts are told over the same channels on one day."""

    by_unit: ByUnit  #: The units that owe them.
    ladder: Ladder  #: The ladder they climb.
    owner_post: str  #: The post that owes them.
    line: str  #: Their duty's line.
    confidential: bool  #: Whether they go apart from the rest.
    #: Those that go out together, each with the day since which the posts are staffed as when it was decided.
    rungs: tuple[tuple[str, date], ...]


@dataclass(frozen=True)
class Receipt:
    """What one post receives over one channel, day by day."""

    #: Obligations in the day's one message, each once however many of its rungs have fallen due.
    together: NDArray[np.int64]
    apart: NDArray[np.int64]  #: Confidential ones, in the day's one message about such.
    deliveries: NDArray[np.int64]  #: All notices.

    @property
    def told(self) -> NDArray[np.int64]:
        """Obligations the post is told of."""
        return self.together + self.apart

    @property
    def messages(self) -> NDArray[np.int64]:
        """Messages they come in."""
        return np.minimum(self.together, 1) + np.minimum(self.apart, 1)

    @property
    def largest(self) -> NDArray[np.int64]:
        """Obligations in the fullest message of each day."""
        return np.maximum(self.together, self.apart)


class Mail:
    """The post office of a span of days: it is given notices and says what everybody receives."""

    def __init__(self, definitions: Definitions, channels: Channels, first: date, last: date) -> None:
        self._definitions = definitions
        self._channels = channels
        self._first, self._last = first, last
        self._spoken: dict[Speaker, NDArray[np.int64]] = defaultdict(self._nothing)
        self._staffing = _changes(definitions, first, last)
        self._goes_out = cache(self._office_day)

    def decide(self, duty: Duty, by_unit: ByUnit, notices: Iterable[SimulatedNotice]) -> None:
        """Take the notices of obligations of one duty that share their dates, once for all their units."""
        by_day: dict[date, list[tuple[str, date]]] = defaultdict(list)
        for notice in notices:
            day = self._goes_out(notice.decided_on, notice.rung.urgent)
            if day <= self._last:
                by_day[day].append((notice.rung.key, self._staffed_since(notice.decided_on)))
        ladder = ladder_for(self._definitions, duty.id, duty.ladder)
        for day, rungs in by_day.items():
            speaker = Speaker(by_unit, ladder, duty.owner.post, duty.line, duty.confidential, tuple(rungs))
            self._spoken[speaker][(day - self._first).days] += 1

    def received(self) -> Mapping[Line, Receipt]:
        """What every post that hears of anything receives within the span."""
        found: dict[Line, Receipt] = defaultdict(
            lambda: Receipt(self._nothing(), self._nothing(), self._nothing())
        )
        for speaker, days in self._spoken.items():
            for unit, count in speaker.by_unit:
                for line, notices in self._lines(speaker, unit).items():
                    received = found[line]
                    received.deliveries[:] += notices * count * days
                    told = received.apart if speaker.confidential else received.together
                    told[:] += count * days
        return dict(sorted(found.items()))

    def _nothing(self) -> NDArray[np.int64]:
        return np.zeros((self._last - self._first).days + 1, np.int64)

    def _office_day(self, decided_on: date, urgent: bool) -> date:
        """The day on which a notice goes out that is decided when the office opens on `decided_on`."""
        project = self._definitions.project
        morning = office_start(decided_on, project)
        moment = may_go_out_at(morning, project, self._definitions.calendar, urgent=urgent)
        return business_date(moment, project.zone)

    def _staffed_since(self, day: date) -> date:
        """The first of the days up to `day` on which the same posts are staffed."""
        return max(change for change in self._staffing if change <= day)

    def _lines(self, speaker: Speaker, unit: str) -> Counter[Line]:
        """Who hears of an obligation of `unit`, over which channel, by how many notices."""
        project = self._definitions.project
        lines: Counter[Line] = Counter()
        for key, on in speaker.rungs:
            rung = next(rung for rung in speaker.ladder.rungs if rung.key == key)
            told = who_is_told(
                project,
                speaker.ladder,
                rung,
                unit=unit,
                owner_post=speaker.owner_post,
                line=speaker.line,
                on=on,
            )
            for recipient in told.recipients:
                post = project.post(recipient.unit, recipient.post)
                channels = channels_for(
                    self._channels,
                    unit_level=project.units[recipient.unit].level,
                    post=post.role if post else recipient.post,
                    stage=rung.stage.value,
                    confidential=speaker.confidential,
                    addresses=post.addresses if post else {},
                    owing=project.codes_up(unit),
                )
                lines.update((recipient, channel) for channel in channels)
        return lines


def inboxes(received: Mapping[Line, Receipt]) -> dict[UnitPost, Receipt]:
    """What each post is told, whatever the channels: the inbox is part of every route."""
    return {recipient: each for (recipient, channel), each in received.items() if channel == INBOX}


def _changes(definitions: Definitions, first: date, last: date) -> list[date]:
    """The first day, and every day up to the last on which a post begins or ceases to be away."""
    changes = {first}
    for unit in definitions.project.units.values():
        for post in unit.posts.values():
            for begins, ends in post.away:
                changes |= {begins, ends + ONE_DAY}
    return sorted(day for day in changes if first <= day <= last)
