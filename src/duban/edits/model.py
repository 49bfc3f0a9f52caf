"""What a plan says: what an edit changes, in obligations and messages, as people understand it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from duban.base.language import say
from duban.base.objections import Objection
from duban.base.problems import Problem
from duban.definitions.definitions import Definitions


class PlanRefused(Objection):
    """The plan cannot be carried out; the text says why and what to do."""


@dataclass(frozen=True)
class KeyChange:
    """One key of a duty, or one thing in another file, as it was written and as it is written now."""

    key: str  #: the key's path, or what the thing is
    was: str  #: as it was written; empty for what was not there
    now: str  #: as it is written now; empty for what is gone

    def text(self) -> str:
        """The change in one line."""
        return f"{self.key}: {self.was or '—'} → {self.now or '—'}"


@dataclass(frozen=True)
class NewObligations:
    """Obligations that open, and are due alike."""

    #: the period's key, or the day of the facts; empty for facts of several days
    period: str
    #: how many
    count: int
    #: the codes of the units that owe them
    units: tuple[str, ...]
    #: the safe day reminders aim at
    target: date
    #: the last day by law
    deadline: date
    #: whether a year the days rest on is not settled yet
    provisional: bool = False


@dataclass(frozen=True)
class DateMove:
    """Obligations whose due day moves alike, and why."""

    #: the period's key, or the day of the facts
    period: str
    #: how many
    count: int
    #: the codes of the units that owe them
    units: tuple[str, ...]
    #: the legal deadline before
    was: date
    #: the legal deadline from now on
    now: date
    #: the safe day reminders aimed at before
    target_was: date
    #: the safe day they aim at from now on
    target: date
    #: whether a notice still to come may move it
    provisional: bool
    #: in the reader's words
    why: str
    #: the steps of the new reckoning, in the reader's words
    steps: tuple[str, ...]
    #: the numbers of the obligations
    ids: tuple[int, ...]


@dataclass(frozen=True)
class GoneObligations:
    """Obligations that are no longer owed, and why."""

    #: the period's key, or the day of the facts
    period: str
    #: how many
    count: int
    #: the codes of the units that owed them
    units: tuple[str, ...]
    #: the legal deadline they had
    deadline: date
    #: in the reader's words
    why: str
    #: the numbers of the obligations
    ids: tuple[int, ...]
    #: the key of the period that takes their place; empty when none does
    instead: str = ""


@dataclass(frozen=True)
class ImmediateMessages:
    """Messages that go out at once."""

    #: the stage of the ladder, by its key
    stage: str
    #: how many messages
    count: int
    #: to how many posts
    recipients: int


@dataclass(frozen=True)
class DutyEffect:
    """What becomes of one duty."""

    #: the duty's id
    duty_id: str
    #: what the duty is called
    title: str
    #: new, removed, edited, or touched (by the calendar, a ladder, the units)
    change: str
    #: the keys of the duty that differ
    keys: tuple[KeyChange, ...] = ()
    #: what opens
    added: tuple[NewObligations, ...] = ()
    #: what an earlier edit let go and is owed again
    reinstated: tuple[NewObligations, ...] = ()
    #: what is due on another day
    moved: tuple[DateMove, ...] = ()
    #: what is no longer owed
    withdrawn: tuple[GoneObligations, ...] = ()
    #: what the new rhythm takes the place of
    superseded: tuple[GoneObligations, ...] = ()
    #: how many obligations go on under the new version, their days unchanged
    carried: int = 0
    #: how many are handed over to another unit
    rehomed: int = 0
    #: how many facts complete under the new version
    completed: int = 0
    #: how many facts report done under it, for their reviewers
    reported: int = 0
    #: how many facts no longer complete under it
    reopened: int = 0
    #: how many keep their days, which are certain or uncertain otherwise than before
    settled: int = 0
    #: what goes out at once
    messages: tuple[ImmediateMessages, ...] = ()

    @property
    def owes(self) -> bool:
        """Whether anything is open of it after the edit that the edit itself has looked at."""
        return bool(self.added or self.reinstated or self.moved or self.carried)

    @property
    def acts(self) -> bool:
        """Whether an obligation or a message changes."""
        moved = self.added or self.reinstated or self.moved or self.withdrawn or self.superseded
        return bool(
            moved or self.rehomed or self.completed or self.reported or self.reopened or self.messages
        )


@dataclass(frozen=True)
class Counts:
    """The plan in numbers."""

    #: obligations that open
    added: int = 0
    #: obligations that are owed again
    reinstated: int = 0
    #: obligations due on another day
    moved: int = 0
    #: obligations no longer owed
    withdrawn: int = 0
    #: obligations whose place others take
    superseded: int = 0
    #: obligations that go on unchanged
    carried: int = 0
    #: obligations handed over
    rehomed: int = 0
    #: obligations that facts complete
    completed: int = 0
    #: obligations that facts report done, for their reviewers
    reported: int = 0
    #: obligations that facts no longer complete
    reopened: int = 0
    #: messages that go out at once
    messages: int = 0

    def brief(self) -> str:
        """What happened, without what did not."""
        told = (
            (self.added, say(zh="新增", en="added")),
            (self.reinstated, say(zh="恢复", en="reinstated")),
            (self.withdrawn, say(zh="撤回", en="withdrawn")),
            (self.superseded, say(zh="替换", en="superseded")),
            (self.moved, say(zh="改期", en="moved")),
            (self.rehomed, say(zh="移交", en="handed over")),
            (self.completed, say(zh="办结", en="completed")),
            (self.reported, say(zh="待复核", en="to be reviewed")),
            (self.reopened, say(zh="重新打开", en="reopened")),
        )
        parts = [say(zh=f"{word} {count:,} 件", en=f"{count:,} {word}") for count, word in told if count]
        return say(zh="，", en=", ").join(parts)

    def line(self) -> str:
        """The numbers in one sentence."""
        parts = [
            say(zh=f"新增 {self.added:,} 件", en=f"{self.added:,} added"),
            say(zh=f"撤回 {self.withdrawn:,} 件", en=f"{self.withdrawn:,} withdrawn"),
            say(zh=f"移动 {self.moved:,} 件的期限", en=f"{self.moved:,} moved"),
        ]
        extra = (
            (self.superseded, say(zh=f"替换 {self.superseded:,} 件", en=f"{self.superseded:,} superseded")),
            (self.reinstated, say(zh=f"恢复 {self.reinstated:,} 件", en=f"{self.reinstated:,} reinstated")),
            (self.rehomed, say(zh=f"移交 {self.rehomed:,} 件", en=f"{self.rehomed:,} handed over")),
            (self.completed, say(zh=f"办结 {self.completed:,} 件", en=f"{self.completed:,} completed")),
            (self.reported, say(zh=f"待复核 {self.reported:,} 件", en=f"{self.reported:,} to be reviewed")),
            (self.reopened, say(zh=f"重新打开 {self.reopened:,} 件", en=f"{self.reopened:,} reopened")),
            (self.carried, say(zh=f"原样承接 {self.carried:,} 件", en=f"{self.carried:,} carried over")),
        )
        parts += [text for count, text in extra if count]
        parts.append(
            say(zh=f"立即发出 {self.messages:,} 条消息", en=f"{self.messages:,} messages go out at once")
        )
        return say(zh="，", en=", ").join(parts)


@dataclass(frozen=True)
class Plan:
    """What would change if the draft were applied now, and on what it rests."""

    #: made of `base` and `draft`
    id: str
    #: the number of the version in force
    base: int
    #: the fingerprint of the draft's files
    draft: str
    #: the business date it was worked out for
    on: date
    #: the draft's definitions
    definitions: Definitions = field(repr=False)
    #: the draft's files, path → text
    files: Mapping[str, str] = field(repr=False)
    #: what differs outside the duties
    content: tuple[KeyChange, ...]
    #: what becomes of each duty that is touched
    duties: tuple[DutyEffect, ...]
    #: reasons to refuse it
    problems: tuple[Problem, ...] = ()
    #: what its duties cite that the work plan does not have: no reason to refuse it
    remarks: tuple[Problem, ...] = ()

    @property
    def counts(self) -> Counts:
        """The sums over all duties."""

        def total(
            groups: Iterable[Iterable[NewObligations | DateMove | GoneObligations | ImmediateMessages]],
        ) -> int:
            return sum(each.count for group in groups for each in group)

        return Counts(
            added=total(duty.added for duty in self.duties),
            reinstated=total(duty.reinstated for duty in self.duties),
            moved=total(duty.moved for duty in self.duties),
            withdrawn=total(duty.withdrawn for duty in self.duties),
            superseded=total(duty.superseded for duty in self.duties),
            carried=sum(duty.carried for duty in self.duties),
            rehomed=sum(duty.rehomed for duty in self.duties),
            completed=sum(duty.completed for duty in self.duties),
            reported=sum(duty.reported for duty in self.duties),
            reopened=sum(duty.reopened for duty in self.duties),
            messages=total(duty.messages for duty in self.duties),
        )

    @property
    def is_empty(self) -> bool:
        """Whether the draft is what is in force already, file by file."""
        return not self.content and not self.duties

    def summary(self) -> dict[str, Any]:
        """What is kept with the applied version: the numbers, and the duties and things that changed."""
        counts = self.counts
        return {
            "counts": {name: value for name, value in vars(counts).items() if value},
            "duties": {duty.duty_id: duty.change for duty in self.duties if duty.change != "touched"},
            "content": [change.key for change in self.content],
        }


@dataclass(frozen=True)
class AppliedPlan:
    """A plan carried out."""

    #: the number of the new version
    version: int
    #: what was really done
    plan: Plan
    #: whether that is what the plan said
    as_planned: bool
