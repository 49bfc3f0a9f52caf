"""What a simulation says, before it is written in any form."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from duban.ladders.ladder import Stage
from duban.simulation.notices import Conduct, SimulatedNotice
from duban.simulation.owed import SimulatedGroup
from duban.workdays import DayKind

MONTHS_SHOWN = 13
"""More months than these are told year by year."""


@dataclass(frozen=True)
class Limits:
    """How much is too much for one post: obligations told in one message, and within one week."""

    in_a_message: int = 20  #: Obligations told in one message.
    in_a_week: int = 60  #: Obligations told within one week, from Monday.


@dataclass(frozen=True)
class SimulatedObligation:
    """Obligations with the notices they would bring, each notice once for every obligation."""

    owing: SimulatedGroup  #: What is owed, by whom, and how often.
    notices: tuple[SimulatedNotice, ...]  #: In the ladder's order.


@dataclass(frozen=True)
class DueGroup:
    """Obligations of one duty and period whose safe day is one day."""

    duty_id: str  #: the duty's id, as its file has it
    title: str  #: Its title.
    line: str  #: Its business line.
    period_key: str  #: The period; empty for what facts bring about.
    count: int  #: How many are due.
    deadline: date  #: The legal deadline.
    provisional: bool  #: Whether a notice still to come may move it.


@dataclass(frozen=True)
class DayAhead:
    """One day of the calendar."""

    on: date  #: The local date.
    kind: DayKind  #: Why it works or rests.
    name: str  #: The festival it rests for; empty for others.
    provisional: bool  #: Whether its year has no notice yet,
    uncertain: bool  #: and a notice may turn this very day.
    opened: int  #: Obligations that open.
    due: tuple[DueGroup, ...]  #: What is due, the most first.
    notices: int  #: Notices decided.
    told: int  #: How often a post is told of an obligation.
    messages: int  #: Messages sent, digests counted once.
    campaigns: tuple[str, ...]  #: The named windows it lies in,
    campaigns_begin: tuple[str, ...] = ()  #: and those of them not yet running the day before.

    @property
    def rests(self) -> bool:
        """Whether it is a rest day."""
        return self.kind not in {DayKind.WORKDAY, DayKind.MAKE_UP}

    @property
    def due_count(self) -> int:
        """How many obligations are due."""
        return sum(due.count for due in self.due)

    @property
    def due_provisional(self) -> bool:
        """Whether a notice still to come may move some of it."""
        return any(due.provisional for due in self.due)


@dataclass(frozen=True)
class UnitLoad:
    """What one unit owes: all in all, and how many are due in each week of the span."""

    code: str  #: The unit's code.
    name: str  #: Its name; the code for a unit that is gone.
    level: str  #: city, county, station; empty for a unit that is gone.
    total: int  #: Obligations that open for it.
    weeks: tuple[int, ...]  #: How many are due in each week of the span.

    @property
    def most(self) -> int:
        """The fullest week."""
        return max(self.weeks, default=0)


@dataclass(frozen=True)
class PostLoad:
    """What one post is told."""

    recipient: str  #: The post, as `unit/post`.
    unit: str  #: The unit's name.
    post: str  #: The post's name.
    told: int  #: How often it is told of an obligation.
    messages: int  #: How many messages it gets.
    most_in_a_message: int  #: The most obligations in one message,
    on: date  #: and the day of that message.
    most_in_a_week: int  #: The most obligations within one week,
    week: date  #: and that week's Monday.

    def flooded(self, limits: Limits) -> bool:
        """Whether that is more than anybody can look at."""
        return self.most_in_a_message > limits.in_a_message or self.most_in_a_week > limits.in_a_week


@dataclass(frozen=True)
class OmittedDuties:
    """Duties that were not counted, by id."""

    without_facts: tuple[str, ...] = ()  #: They wait for facts, and none were given.
    without_subjects: tuple[str, ...] = ()  #: They are owed for each subject, and none were given.
    refused: Mapping[str, str] = field(
        default_factory=dict
    )  #: A date lies past the calendar: which, in words.


@dataclass(frozen=True)
class Simulation:
    """The work plan lived through a span of days under a virtual clock. Nothing was written anywhere."""

    bureau: str  #: Whose plan it is.
    scope: str  #: The unit it is cut to, by name; empty for all.
    first: date  #: The first day,
    last: date  #: and the last, both included.
    acting: Conduct  #: How people are taken to act.
    limits: Limits  #: What counts as too much for one post.
    with_given: bool  #: Whether subjects and facts were given.
    duties: int  #: Duties that were lived through.
    units: int  #: Units that owe something.
    obligations: tuple[SimulatedObligation, ...]  #: In the order they open.
    days: tuple[DayAhead, ...]  #: Every day of the span.
    weeks: tuple[date, ...]  #: The Mondays of its weeks; the first may lie before the span.
    load: tuple[UnitLoad, ...]  #: In the order of the project file.
    posts: tuple[PostLoad, ...]  #: Every post that is told anything.
    messages: Mapping[str, int]  #: By channel.
    left_out: OmittedDuties  #: What was not counted.
    never_fires: Mapping[str, str]  #: Why, by duty id,
    ended: frozenset[str]  #: and which of them were over on purpose when the span began.
    titles: Mapping[str, str]  #: The duties' titles, by id.

    @cached_property
    def dead(self) -> Mapping[str, str]:
        """What never fires though nothing in it says that it is over: what a person should look at."""
        return {duty_id: why for duty_id, why in self.never_fires.items() if duty_id not in self.ended}

    @cached_property
    def total(self) -> int:
        """How many obligations opened."""
        return sum(each.owing.count for each in self.obligations)

    @cached_property
    def due_later(self) -> int:
        """How many of them are due only after the last day."""
        return sum(each.owing.count for each in self.obligations if each.owing.reckoning.target > self.last)

    @cached_property
    def due_before(self) -> int:
        """How many were past their safe day when the simulation began, though not over."""
        return sum(each.owing.count for each in self.obligations if each.owing.reckoning.target < self.first)

    @cached_property
    def by_line(self) -> Mapping[str, int]:
        """Obligations by business line, in the order of the duties."""
        return self._count(lambda each: each.owing.duty.line)

    @cached_property
    def by_kind(self) -> Mapping[str, int]:
        """Obligations by cadence kind, most first."""
        return dict(Counter(self._count(lambda each: each.owing.duty.kind)).most_common())

    @cached_property
    def by_level(self) -> Mapping[str, int]:
        """Obligations by the level of the unit that owes them."""
        levels: Counter[str] = Counter()
        for unit in self.load:
            levels[unit.level] += unit.total
        return {level: levels[level] for level in ("city", "county", "station", "") if levels[level]}

    @cached_property
    def periods(self) -> tuple[str, ...]:
        """What the tables count by: the months of the span, as `2026-01`, or its years if there are many months."""
        return tuple(dict.fromkeys(self.period(day.on) for day in self.days))

    @cached_property
    def by_line_and_period(self) -> Mapping[tuple[str, str], int]:
        """Obligations due, by line and the period of the safe day."""
        found: Counter[tuple[str, str]] = Counter()
        for day in self.days:
            for due in day.due:
                found[due.line, self.period(day.on)] += due.count
        return found

    @cached_property
    def by_period(self) -> Mapping[str, int]:
        """Obligations due, by the period of the safe day."""
        found: Counter[str] = Counter()
        for (_, period), count in self.by_line_and_period.items():
            found[period] += count
        return {period: found[period] for period in self.periods}

    @cached_property
    def by_stage(self) -> Mapping[Stage, int]:
        """Notices by stage, the lightest first."""
        found: Counter[Stage] = Counter()
        for each in self.obligations:
            for notice in each.notices:
                found[notice.rung.stage] += each.owing.count
        return {stage: found[stage] for stage in Stage if found[stage]}

    @cached_property
    def notices(self) -> int:
        """How many notices there are in all."""
        return sum(self.by_stage.values())

    @cached_property
    def told(self) -> int:
        """How often a post is told of an obligation."""
        return sum(post.told for post in self.posts)

    @cached_property
    def flooded(self) -> tuple[PostLoad, ...]:
        """The posts that receive more than the limits, the worst first."""
        found = [post for post in self.posts if post.flooded(self.limits)]
        return tuple(
            sorted(found, key=lambda post: (-post.most_in_a_message, -post.most_in_a_week, post.recipient))
        )

    def busiest(self, count: int = 10) -> tuple[DayAhead, ...]:
        """The days on which most is due, most first."""
        due = [day for day in self.days if day.due_count]
        return tuple(sorted(due, key=lambda day: (-day.due_count, day.on))[:count])

    def period(self, day: date) -> str:
        """What the tables count a day by: its month, or its year where the span has many months."""
        return f"{day:%Y-%m}" if len(self.days) <= MONTHS_SHOWN * 31 else f"{day:%Y}"

    def _count(self, key: Callable[[SimulatedObligation], str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for each in self.obligations:
            name = key(each)
            found[name] = found.get(name, 0) + each.owing.count
        return found
