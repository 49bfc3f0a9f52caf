"""Numbers to reach (全年宣传不少于6场): so many in a period, counted from facts; how far it has come is in `pace`.

2至3项 is the lower number.
"""

from collections.abc import Iterable
from typing import Annotated, ClassVar, Literal, Self

from pydantic import BeforeValidator, Field

from duban.base.language import say
from duban.cadence.by_period import PeriodCadence, on_rule
from duban.cadence.cadence import CadenceKeys, CadenceKind
from duban.cadence.counting import OF, CountedOrText, NumberToReach, Tally, read_counted, told_counted
from duban.cadence.opening import OwedFor
from duban.cadence.reading.goal_phrases import Goal, read_goal
from duban.cadence.reading.keys import DUE, KNOWN, OPENS, DueEntry, OpensEntry
from duban.cadence.reading.period_days import read_known, read_period_days
from duban.cadence.reading.place import DutyPlace
from duban.cadence.references import CountedFacts, Reference
from duban.cadence.rules import AfterEndRule, AtEndRule, DueRule
from duban.workdays import Period, Reckoning, WorkdayCalendar
from duban.workdays.periods import each_word
from duban.yamlfile import Loc
from duban.yamlfile.key import Key


class QuotaCadence(PeriodCadence):
    """So many in a period, counted from facts: 全年宣传不少于6场."""

    owed_for: ClassVar[OwedFor] = OwedFor.UNITS
    measured: ClassVar[bool] = True

    kind: Literal["quota"] = "quota"  #: the kind of duty
    due: DueRule = AtEndRule()  #: By the period's last day unless said.
    at_least: int = Field(ge=1)  #: How many.
    measure: str = ""  #: The word behind the number: 场, 期, 家.
    of: Tally  #: Which facts count.
    known: DueRule | None = None  #: By when the facts of a period are in, where that is later than it is due.

    @property
    def aim(self) -> NumberToReach:
        """The number."""
        return NumberToReach(self.at_least, self.measure, self.of)

    def figures_in(self, calendar: WorkdayCalendar, key: str) -> Reckoning | None:
        """By when the facts of the period are in, where the duty or their source says so."""
        return on_rule(self.known, calendar, key, rolls=True) if self.known else None

    def with_figures_after(self, grace: Period) -> Self:
        """The same, its figures being in so long after each period, where it says nothing else."""
        return (
            self if self.known is not None else self.model_copy(update={"known": AfterEndRule(period=grace)})
        )

    def references(self) -> Iterable[Reference]:
        """The facts that count."""
        return (CountedFacts(self.of, "of"),)

    @property
    def length_key(self) -> Loc:
        """The key that decides how long there is between opening and due."""
        return ("quota",)

    def note(self) -> str:
        """The goal in one sentence."""
        return say(
            zh=f"目标：{each_word(self.every)} {self.at_least}{self.measure}，数 {told_counted(self.of)}",
            en=f"Goal: {self.at_least} {each_word(self.every)}, counting {told_counted(self.of)}",
        )


class QuotaKeys(CadenceKeys):
    """`quota:` how many, `of:` what, `due:` by when, `opens:` from when on."""

    quota: Annotated[
        Goal,
        BeforeValidator(read_goal),
        Key(
            "数量目标，从事实数出来",
            "a number to reach, counted from facts",
            ("全年不少于6场", "每季度1期"),
            phrase=True,
        ),
    ]
    of: Annotated[CountedOrText | None, OF] = None
    due: Annotated[DueEntry | None, DUE] = None
    known: Annotated[DueEntry | None, KNOWN] = None
    opens: Annotated[OpensEntry | None, OPENS] = None

    def read(self, place: DutyPlace) -> QuotaCadence | None:
        """The quota, or None with the reasons noted in `place`."""
        counted = read_counted(self.of, place, "quota")
        days = read_period_days(self.quota.each, self.due, self.opens, place)
        known = read_known(self.quota.each, self.known, place)
        if counted is None or days is None or (self.known and known is None):
            return None
        return QuotaCadence(
            every=self.quota.each,
            due=days[0],
            opens=days[1],
            at_least=self.quota.at_least,
            measure=self.quota.measure,
            of=counted,
            known=known,
        )


QUOTA = CadenceKind(
    QuotaCadence,
    QuotaKeys,
    "数量目标",
    "quota",
    "一段时间里要做到多少：全年宣传不少于6场。按报来的事实数，数到了自动办结；提醒里写明进度，和照这个速度期末能到多少。",
    "So many in a period, counted from facts. Done when the number is reached; reminders say how far it has come"
    " and where it ends at this rate.",
    """\
line: 计量
duties:
  - id: jl-events
    title: 计量宣传活动
    basis: {source: 年度安排, quote: 全年宣传不少于6场}
    owner: 县局/计量科
    quota: 全年不少于6场
    of: event.held
""",
    ("quota", "of", "fact", "where", "amount", "due", "known", "opens"),
)
