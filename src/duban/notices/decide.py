"""What a due obligation's rungs come to: the notices, who hears of them, over which channel, not before when.

Nothing here touches the ledger but to read a definition version once. What many obligations share (the days of a
ladder, the posts of a unit) is worked out once per patrol.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, select
from sqlmodel import col

from duban.base.clock import business_date
from duban.bureau.unit_posts import UnitPost
from duban.channels.current import current_channels
from duban.channels.routes import channels_for
from duban.duties.grammar import Duty, duty_from_content
from duban.ladders.addressing import Audience, who_is_told
from duban.ladders.ladder import Ladder, Rung, up_to_urging
from duban.ladders.office_hours import may_go_out_at
from duban.ledger.tables import ENDED_STATES, OPEN_STATES, DutyVersion
from duban.notices.batch import DueObligation
from duban.obligations.calls import Call, calls, ending_calls
from duban.obligations.cause import Cause
from duban.obligations.co_handlers import co_handlers
from duban.obligations.rungs import Hours, ladder_for, rung_moments, said_as, turn_at
from duban.obligations.transitions import ENGINE
from duban.workdays import WorkdayCalendar
from duban.workspace.workspace import Workspace


class Sending(NamedTuple):
    """One message that a decision sends."""

    #: the post that is told
    recipient: UnitPost
    #: the channel's name
    channel: str
    #: the first moment a message may go out to that unit, aware UTC
    not_before: datetime


@dataclass(frozen=True)
class Decision:
    """One rung that fell due."""

    #: the rung that fell due
    rung: Rung
    #: which time it speaks: 1, and more where it repeats until somebody signs
    turn: int
    #: the course of its ladder: 1, and more where a person gave another day
    course: int
    #: the local day it fell due on
    due_on: date
    #: whether that day has passed
    late: bool
    #: who hears of it
    audience: Audience
    #: the messages, one for each recipient and channel
    sendings: tuple[Sending, ...]

    @property
    def key(self) -> str:
        """What the notice is called in the ledger: the rung, its course, and which time it speaks."""
        return said_as(self.rung.key, self.course, self.turn)

    @property
    def passed(self) -> bool:
        """Whether the rung's own posts were all empty, so that a later rung's were told."""
        return self.audience.told_as != self.rung.key


class _Passed(NamedTuple):
    rung: Rung
    turn: int
    day: date
    course: int = 1


class Decider:
    """The decisions of one patrol at one moment (aware UTC)."""

    def __init__(self, ws: Workspace, now: datetime) -> None:
        self._definitions = ws.definitions
        self._project = ws.definitions.project
        self._channels = current_channels(ws).channels
        self._now = now
        self._today = business_date(now, self._project.zone)
        #: why a notice goes to others than its own posts: the engine decides so at this moment
        self.cause = Cause(ENGINE, now, self._today)
        self._duties: dict[int, Duty] = {}
        self._days: dict[
            tuple[
                str,
                date,
                date,
                date,
                datetime,
                WorkdayCalendar,
                Hours | None,
                bool,
                int,
                datetime | None,
            ],
            tuple[list[_Passed], datetime | None],
        ] = {}
        self._audiences: dict[
            tuple[str, str, str, str, str, bool, UnitPost | None, tuple[UnitPost, ...]],
            tuple[Audience, tuple[Sending, ...]],
        ] = {}
        #: what was decided, by all but the number of an obligation that nobody else is asked about
        self._alike: dict[tuple[object, ...], tuple[Sequence[Decision], datetime | None]] = {}
        self._calls: dict[int, list[Call]] = {}
        self._along: dict[int, tuple[UnitPost, ...]] = {}
        self._go_out: dict[tuple[WorkdayCalendar, bool], datetime] = {}

    def learn_versions(self, connection: Connection, versions: Iterable[int]) -> None:
        """Read the definition versions that were not met before."""
        unknown = sorted(set(versions) - self._duties.keys())
        if unknown:
            query = select(col(DutyVersion.id), col(DutyVersion.content)).where(
                col(DutyVersion.id).in_(unknown)
            )
            self._duties |= {
                number: duty_from_content(content) for number, content in connection.execute(query).tuples()
            }

    def learn_calls(self, connection: Connection, batch: Iterable[DueObligation]) -> None:
        """Read what these obligations have put before a reviewer, and what became of it."""
        batch = list(batch)
        owed = {due.id: due.unit for due in batch if due.state not in ENDED_STATES}
        ended = [due.id for due in batch if due.state in ENDED_STATES]
        self._calls = calls(connection, self._definitions, owed)
        self._calls |= ending_calls(connection, self._definitions, ended)
        self._along = co_handlers(connection, owed)

    def decide(self, due: DueObligation) -> tuple[Sequence[Decision], datetime | None]:
        """The rungs of `due` that have passed, in the ladder's order, and when it speaks next (None: never).

        The ladder of what waits for review is silent: only the reviewer is told. Raises UnknownYear when a rung lies in a
        year without calendar.
        """
        if due.id in self._calls or due.id in self._along:
            return self._decided(due)
        alike = due[1:]
        if alike not in self._alike:
            self._alike[alike] = self._decided(due)
        return self._alike[alike]

    def _decided(self, due: DueObligation) -> tuple[Sequence[Decision], datetime | None]:
        duty = self._duties[due.duty_version_id]
        ladder = ladder_for(self._definitions, duty.id, duty.ladder)
        # What no text sets and nobody has confirmed, and a day that no notice has fixed, summons nobody.
        climbing = ladder if duty.climbs and not due.provisional else up_to_urging(ladder)
        silent = due.state not in OPEN_STATES
        passed, next_rung_at = ([], None) if silent else self._passed(climbing, due)
        decisions = [self._decision(duty, ladder, each, due.unit, due) for each in passed]
        mine = self._calls.get(due.id, ())
        decisions += [
            self._decision(duty, call.ladder, _Passed(call.rung, 1, call.day), call.unit, due)
            for call in mine
            if call.at <= self._now
        ]
        ahead = [call.at for call in mine if call.at > self._now]
        return decisions, min((*ahead, *([next_rung_at] if next_rung_at else [])), default=None)

    def _passed(self, ladder: Ladder, due: DueObligation) -> tuple[list[_Passed], datetime | None]:
        calendar = self._definitions.calendar.for_unit(due.unit)
        signed = due.acknowledged_at is not None
        key = (
            ladder.name,
            due.opened_on,
            due.target,
            due.deadline,
            due.next_rung_at,
            calendar,
            due.hours,
            signed,
            due.course,
            due.course_at,
        )
        if key not in self._days:
            moments = rung_moments(
                ladder,
                opened_on=due.opened_on,
                target=due.target,
                deadline=due.deadline,
                calendar=calendar,
                project=self._project,
                hours=due.hours,
            )
            passed: list[_Passed] = []
            ahead: list[datetime] = []
            for rung, day, first in moments:
                if rung.until_signed and signed:
                    continue
                turn, spoke, again = turn_at(rung, first, self._now)
                of_another_day = due.course_at is not None and spoke <= due.course_at
                if turn and due.next_rung_at <= spoke and not of_another_day:
                    passed.append(_Passed(rung, turn, day if turn == 1 else self._today, due.course))
                if again is not None:
                    ahead.append(again)
            self._days[key] = (passed, min(ahead, default=None))
        return self._days[key]

    def _decision(
        self, duty: Duty, ladder: Ladder, spoke: _Passed, unit: str, due: DueObligation
    ) -> Decision:
        """What a rung says for `due`, seen from `unit`: who owes it, or who reviews it."""
        rung = spoke.rung
        given = UnitPost.parse(due.dispatched_to) if due.dispatched_to else None
        along = self._along.get(due.id, ())
        key = (ladder.name, rung.key, unit, duty.owner.post, duty.line, due.confidential, given, along)
        if key not in self._audiences:
            audience = who_is_told(
                self._project,
                ladder,
                rung,
                unit=unit,
                owner_post=duty.owner.post,
                line=duty.line,
                on=self._today,
                given_to=given,
                along=along,
            )
            self._audiences[key] = (audience, self._sendings(audience, rung, due.confidential, due.unit))
        audience, sendings = self._audiences[key]
        late = spoke.day < self._today
        return Decision(rung, spoke.turn, spoke.course, spoke.day, late, audience, sendings)

    def _sendings(
        self, audience: Audience, rung: Rung, confidential: bool, owing: str
    ) -> tuple[Sending, ...]:
        found: list[Sending] = []
        for recipient in audience.recipients:
            post = self._project.post(recipient.unit, recipient.post)
            channels = channels_for(
                self._channels,
                unit_level=self._project.units[recipient.unit].level,
                post=post.role if post else recipient.post,
                stage=rung.stage.value,
                confidential=confidential,
                addresses=post.addresses if post else {},
                owing=self._project.codes_up(owing),
            )
            not_before = self._may_go_out_at(recipient.unit, urgent=rung.urgent)
            found += [Sending(recipient, channel, not_before) for channel in channels]
        return tuple(found)

    def _may_go_out_at(self, unit: str, *, urgent: bool) -> datetime:
        """The first moment a message may go out to a unit: it has its own rest days."""
        calendar = self._definitions.calendar.for_unit(unit)
        if (calendar, urgent) not in self._go_out:
            self._go_out[calendar, urgent] = may_go_out_at(self._now, self._project, calendar, urgent=urgent)
        return self._go_out[calendar, urgent]
