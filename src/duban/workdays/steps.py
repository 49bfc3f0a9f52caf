"""The steps of a reckoning: data when they are made and kept, words when somebody reads them, in his language.

Each says what was done, the day it led to, and what it rests on: an article, a notice, the duty's own text, or a rule of
duban's where no text decides. What an earlier release kept in words is shown as it was written.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from duban.base.language import say
from duban.workdays.basis_words import basis_words
from duban.workdays.periods import Period, TimeGrain
from duban.workdays.statutes import Article, Statute, civil_article
from duban.workdays.step_words import step_words, told
from duban.workdays.working_calendar import DayKind, WorkdayCalendar

__all__ = ["Step", "told"]

DUTY = "duty"
"""A step that rests on what the duty itself says: who shows it knows where the duty has it from."""
ARRANGEMENT, UNANNOUNCED = "rule|arrangement", "rule|unannounced"
RECKONED = "rule|reckoned"
"""Counted over days that no notice has arranged yet."""
REGULATION = "rule|regulation"
SAFE, BACKWARD, CLOSURE, STAYS = "rule|safe", "rule|backward", "rule|closure", "rule|stays"


@dataclass(frozen=True)
class Step:
    """One step of a reckoning, as data."""

    kind: str  #: what was done, one of those `step_words` has words for
    day: date  #: the day it led to
    rests_on: str = ""  #: what it rests on: `article|…`, `rule|…`, `notice|…`, `duty`; empty: nothing
    values: tuple[tuple[str, str], ...] = ()  #: what its words name; days as ISO dates, periods as `3 month`

    @classmethod
    def of(cls, kind: str, day: date, rests_on: str = "", **values: object) -> "Step":
        """A step of this `kind` that leads to `day`: the rule it `rests_on` (`rule|…`), and the values its sentence names."""
        return cls(kind, day, rests_on, tuple((name, plain(value)) for name, value in values.items()))

    @classmethod
    def kept(cls, row: Mapping[str, object]) -> "Step":
        """A step as the ledger keeps it, also one that an earlier release kept in words."""
        day = date.fromisoformat(str(row["day"]))
        if "step" not in row:
            return cls.of("text", day, f"text|{row['basis']}", text=row["text"])
        values = {name: value for name, value in row.items() if name not in ("step", "day", "rests_on")}
        return cls.of(str(row["step"]), day, str(row["rests_on"]), **values)

    def plain(self) -> dict[str, str]:
        """The step as the ledger keeps it."""
        return {
            "step": self.kind,
            "day": self.day.isoformat(),
            "rests_on": self.rests_on,
            **dict(self.values),
        }

    @property
    def text(self) -> str:
        """What was done, in the reader's language."""
        return step_words(self.kind, self.day, dict(self.values))

    @property
    def basis(self) -> str:
        """What it rests on, in the reader's language."""
        return basis_words(self.rests_on)

    def __str__(self) -> str:
        """Both in one sentence."""
        return self.text + (say(zh=f"（{self.basis}）", en=f" ({self.basis})") if self.rests_on else "")

    @property
    def of_duty(self) -> bool:
        """Whether it rests on what the duty itself says."""
        return self.rests_on == DUTY


def steps_in_words(kept: object) -> tuple[str, ...]:
    """The steps that the ledger keeps, each a sentence in the reader's language; none where it keeps no steps.

    A step that an earlier release kept as a sentence stays as it was written.
    """
    rows = kept if isinstance(kept, list) else []
    return tuple(str(Step.kept(row) if isinstance(row, Mapping) else row) for row in rows)


def safe_days(steps: Iterable[Step], target: date) -> tuple[date, date]:
    """The first and the last day that the safe day may come to lie on by the `steps` that led to it; `target` twice
    where no notice can move it.
    """
    told = [dict(step.values) for step in steps if step.kind == "unannounced"]
    moving = [each for each in told if each["aim_first"] != each["aim_last"]]
    days = [date.fromisoformat(each[end]) for each in moving for end in ("aim_first", "aim_last")]
    return min([target, *days]), max([target, *days])


def with_uncertainty(
    steps: Iterable[Step], until: date, deadline: date, ends: tuple[date, date], aims: tuple[date, date]
) -> tuple[Step, ...]:
    """The steps with one that says what a notice still to come may make of it: the deadline lies within `ends`, the
    safe day within `aims`. Whatever its parts said of that is said no more.

    `until` is the last day that a notice has arranged. Nothing is said where no part touched a later one and nothing
    moves.
    """
    listed = tuple(steps)
    said = tuple(step for step in listed if step.kind != "unannounced")
    if len(said) == len(listed) and ends[0] == ends[1] and aims[0] == aims[1]:
        return said
    spans = {"earliest": ends[0], "latest": ends[1], "aim_first": aims[0], "aim_last": aims[1]}
    return (*said, Step.of("unannounced", deadline, UNANNOUNCED, until=until, **spans))


def plain(value: object) -> str:
    """A value of a step as it is kept."""
    if isinstance(value, Period):
        return f"{value.amount} {value.grain.value}"
    if isinstance(value, bool):
        return "1" if value else ""
    if isinstance(value, list | tuple):
        return ",".join(plain(each) for each in value)
    return str(value)


def article(found: Article) -> str:
    """An article as what a step rests on."""
    return f"article|{found.law}|{found.law_en}|{found.number or ''}"


def start_step(start: date, statute: Statute | None, *, backward: bool) -> Step:
    """The start, which does not count: by the statute's own rule where it has one."""
    rule = (statute and statute.start_basis) or civil_article(201, start)
    return Step.of("start", start, article(rule), backward=backward)


def statute_step(statute: Statute, period: Period, start: date, *, workdays: bool) -> Step:
    """The statute's rule that makes these days working days, or leaves them natural."""
    kind = "working" if workdays else "applicant" if statute.applicant else "natural_days"
    return Step.of(kind, start, article(statute.short_basis), period=period)


def natural_step(start: date, period: Period, nominal: date, *, backward: bool) -> Step:
    """Where a natural period nominally ends."""
    civil = period.grain not in (TimeGrain.DAY, TimeGrain.WEEK)
    clamped = start.day if civil and nominal.day != start.day else 0
    return Step.of(
        "natural",
        nominal,
        article(civil_article(202 if civil else 200, start)),
        period=period,
        backward=backward,
        civil=civil,
        clamped=clamped,
    )


def count_step(calendar: WorkdayCalendar, start: date, n: int, day: date) -> Step:
    """So many working days from the start, with the holidays they pass over and the make-up days among them."""
    make_up: list[date] = []
    passed: dict[str, list[date]] = {}
    first, last = sorted((start, day))
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        near = date.fromordinal(ordinal)
        if near == start:
            continue
        if calendar.kind(near) is DayKind.MAKE_UP:
            make_up.append(near)
        elif calendar.kind(near) in (DayKind.STATUTORY, DayKind.SWAPPED_REST):
            passed.setdefault(_festival(calendar.name(near) or ""), []).append(near)
    holidays = [f"{name}|{min(days)}|{max(days)}" for name, days in passed.items()]
    numbers = dict.fromkeys(calendar.notice_of(near) for near in make_up)
    return Step.of(
        "count",
        day,
        ARRANGEMENT if last <= calendar.official_until else RECKONED,
        n=n,
        make_up=make_up,
        notice=[number for number in numbers if number],
        holidays=holidays,
    )


def works_step(calendar: WorkdayCalendar, day: date, rests_on: str) -> Step:
    """That the last day is a working day and stays."""
    make_up = calendar.kind(day) is DayKind.MAKE_UP
    return Step.of("works", day, rests_on, make_up=make_up, notice=calendar.notice_of(day) if make_up else "")


def roll_step(calendar: WorkdayCalendar, nominal: date, day: date, rests_on: str) -> Step:
    """That the last day is a rest day, what for, and to which day it moves.

    `nominal` is the rest day, `day` the working day it moves to, `rests_on` the article or rule that moves
    it.
    """
    return Step.of("roll", day, rests_on, nominal=nominal, rest=rest_of(calendar, nominal))


def before_step(calendar: WorkdayCalendar, nominal: date, day: date) -> Step:
    """That a period counted back ends on a rest day, so that one acts before it."""
    return Step.of("before", day, BACKWARD, nominal=nominal, rest=rest_of(calendar, nominal))


def rest_of(calendar: WorkdayCalendar, day: date) -> str:
    """What a rest day is off for: its kind, the festival or the reason, and the notice that says so."""
    kind = calendar.kind(day)
    name = calendar.name(day) or ""
    match kind:
        case DayKind.CLOSED:
            return f"closed|{calendar.closed[day].reason}|{calendar.closed[day].notice}"
        case DayKind.STATUTORY:
            return f"statutory|{_day_of(calendar, day, name)}|{calendar.notice_of(day)}"
        case DayKind.SWAPPED_REST:
            return f"swapped|{_festival(name)}|{calendar.notice_of(day)}"
        case _:
            return f"block|{_festival(name)}|" if name else "weekend||"


def closed_steps(calendar: WorkdayCalendar, first: date, last: date) -> Iterable[Step]:
    """The unit's own closed days from `first` to `last`, which are no working days, each closure with its notice."""
    for closure, days in calendar.closed_between(first, last).items():
        yield Step.of("closed", days[-1], f"notice|{closure.notice}", days=days, reason=closure.reason)


def _festival(name: str) -> str:
    """The holiday a day belongs to: 除夕 opens 春节."""
    return "、".join(dict.fromkeys("春节" if part == "除夕" else part for part in name.split("、")))


def _day_of(calendar: WorkdayCalendar, day: date, name: str) -> str:
    """A statutory day's own name: 除夕, 春节初二, 国庆节."""
    if name != "春节":
        return name
    days = [
        each.day
        for year in calendar.years
        if year.year == day.year
        for each in year.holidays
        if each.name == name
    ]
    return f"{name}初{'一二三四五六七'[days.index(day)]}" if day in days[:7] else name
