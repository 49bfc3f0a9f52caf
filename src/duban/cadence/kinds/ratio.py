"""Shares to keep (投诉按时办结率≥99.5%), judged when the figures of their period can be known.

Occurrences are those of any duty by period (`by_period`), overdue only after the day the figures are in; how two counts
stand is in `standing`.
"""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, ClassVar, Literal, Self

from pydantic import BeforeValidator, Field

from duban.base.language import say
from duban.cadence.by_period import PeriodCadence, on_rule
from duban.cadence.cadence import CadenceKeys, CadenceKind
from duban.cadence.counting import (
    OF,
    Among,
    Cohort,
    CountedOrText,
    EarlierYear,
    RegisteredSubjects,
    ShareToKeep,
    Tally,
    read_counted,
    told_counted,
)
from duban.cadence.opening import OwedFor
from duban.cadence.reading.among import AmongOrText, read_among
from duban.cadence.reading.goal_phrases import Share, read_share
from duban.cadence.reading.keys import DUE, KNOWN, OPENS, DueEntry, OpensEntry
from duban.cadence.reading.period_days import read_known, read_period_days
from duban.cadence.reading.place import DutyPlace
from duban.cadence.references import CountedFacts, CountedSubjects, MatchedFacts, Reference
from duban.cadence.rules import (
    GRACE,
    AfterEndRule,
    AfterStartRule,
    AtEndRule,
    DueRule,
    NthWorkdayRule,
    OnDayRule,
)
from duban.cadence.standing import percent
from duban.workdays import Period, Reckoning, WorkdayCalendar, period_span, reckon
from duban.workdays.periods import MONTHS_IN
from duban.workdays.steps import with_uncertainty
from duban.yamlfile import Loc
from duban.yamlfile.key import Key


class RatioCadence(PeriodCadence):
    """A share that must be reached, or not passed, in a period: 投诉按时办结率≥99.5%."""

    owed_for: ClassVar[OwedFor] = OwedFor.UNITS
    measured: ClassVar[bool] = True

    kind: Literal["ratio"] = "ratio"  #: the kind of duty
    due: DueRule = AtEndRule()  #: By the period's last day unless said.
    bound: Decimal = Field(ge=0)  #: Exact: 0.995.
    at_least: bool = True  #: From which side: False, it must not be passed.
    of: Tally  #: Against `RegisteredSubjects` subjects, each subject counts once.
    among: Annotated[Among, Field(discriminator="kind")]  #: What it is a share of.
    known: DueRule | None = None  #: By when the figures of a period are in; None: as `figures_in` says.

    @property
    def aim(self) -> ShareToKeep:
        """The share."""
        return ShareToKeep(self.bound, self.at_least, self.of, self.among)

    @property
    def _within_its_period(self) -> bool:
        """Whether it is due on a day of the period, and judged by what there is on that day: 每年1月31日前."""
        return isinstance(self.due, NthWorkdayRule | AfterStartRule) or (
            isinstance(self.due, OnDayRule) and not self.due.next
        )

    def figures_in(self, calendar: WorkdayCalendar, key: str) -> Reckoning | None:
        """By when the figures of the period are in: as `known` says, else ten working days after it ended.

        What is answered within a time of its own is known after that time, and ten working days. What is due on a day
        of the period is judged by what there is on that day.
        """
        if self.known is not None:
            return on_rule(self.known, calendar, key, rolls=True)
        if self._within_its_period:
            return None
        _, ends = period_span(key)
        if isinstance(self.among, Cohort) and self.among.within is not None:
            answered = reckon(calendar, ends, self.among.within)
            after = reckon(calendar, answered.deadline, GRACE)
            earliest = reckon(calendar, answered.earliest, GRACE).earliest
            latest = reckon(calendar, answered.latest, GRACE).latest
            earliest, latest = min(earliest, after.earliest), max(latest, after.latest)
            spans = (earliest, latest), (after.target, after.target)
            told = (*answered.steps, *after.steps)
            steps = with_uncertainty(told, calendar.official_until, after.deadline, *spans)
            return replace(
                after, provisional=earliest != latest, earliest=earliest, latest=latest, steps=steps
            )
        return reckon(calendar, ends, GRACE)

    def with_figures_after(self, grace: Period) -> Self:
        """The same, its figures being in so long after each period, where it says nothing else."""
        said = self.known is not None or self._within_its_period or isinstance(self.among, Cohort)
        return self if said else self.model_copy(update={"known": AfterEndRule(period=grace)})

    def references(self) -> Iterable[Reference]:
        """The facts that count, and the facts or subjects they are a share of."""
        yield CountedFacts(self.of, "of")
        match self.among:
            case Tally() as among:
                yield CountedFacts(among, "among")
            case Cohort() as among:
                yield CountedFacts(among.asked, "among")
                yield MatchedFacts(among, self.of)
                if among.about is not None:
                    yield CountedSubjects(among.about, among.asked)
            case RegisteredSubjects() as among:
                yield CountedSubjects(among, self.of)

    @property
    def length_key(self) -> Loc:
        """The key that decides how long there is between opening and due."""
        return ("ratio",)

    def note(self) -> str:
        """The share in one sentence."""
        match self.among:
            case Tally() as among:
                whole = told_counted(among)
            case Cohort(asked=asked, within=within):
                whole = told_counted(asked) + (
                    say(zh=f"（各自{within}内办好才算）", en=f" (each within {within})") if within else ""
                )
            case RegisteredSubjects(subject=subject):
                whole = say(zh=f"在册的{subject}", en=f"registered {subject}")
            case _:
                whole = say(zh="上年同期", en="the same period of the year before")
        bound, of = percent(Fraction(self.bound), 6), told_counted(self.of)
        return say(
            zh=f"要求：{of} 与 {whole} 之比{'不低于' if self.at_least else '不高于'} {bound}",
            en=f"To keep: {of} over {whole} at {'least' if self.at_least else 'most'} {bound}",
        )


class RatioKeys(CadenceKeys):
    """`ratio:` which share, `of:` what, `among:` what, `due:` by when, `opens:` from when on."""

    ratio: Annotated[
        Share,
        BeforeValidator(read_share),
        Key(
            "比率目标，期满时按分数精确判定",
            "a share to keep, judged exactly",
            ("每季度不低于99.5%", "全年100%"),
            phrase=True,
        ),
    ]
    of: Annotated[CountedOrText | None, OF] = None
    among: Annotated[
        AmongOrText | None,
        Key(
            "比率的分母：一种事实、在册的监管对象，或者上年同期",
            "what the share is taken of: facts, registered subjects, or the year before",
            ("上年同期",),
            text_too=True,
        ),
    ] = None
    due: Annotated[DueEntry | None, DUE] = None
    known: Annotated[DueEntry | None, KNOWN] = None
    opens: Annotated[OpensEntry | None, OPENS] = None

    def read(self, place: DutyPlace) -> RatioCadence | None:
        """The ratio, or None with the reasons noted in `place`."""
        share = self.ratio
        counted = read_counted(self.of, place, "ratio")
        among = read_among(self.among, place)
        if share.each not in MONTHS_IN:
            place.wrong(
                ("ratio",),
                zh="比率按月、季度、半年或年考核",
                en="a ratio is taken by month, quarter, half-year or year",
            )
            return None
        days = read_period_days(share.each, self.due, self.opens, place)
        known = read_known(share.each, self.known, place)
        if counted is None or among is None or days is None or (self.known and known is None):
            return None
        if isinstance(among, Cohort) and (counted.amount or among.asked.amount):
            place.wrong(
                ("among",),
                zh="一件一件对号的，每件算一件，不能写 amount",
                en="cases matched one by one count for one each: no amount",
            )
            return None
        if isinstance(among, RegisteredSubjects) and counted.amount is not None:
            place.wrong(
                ("of", "amount"),
                zh="among 是监管对象时，of 按户数，每户只算一次，不能写 amount",
                en="among subjects, of counts each subject once: amount does not go with it",
                at_key=True,
            )
            return None
        if share.at_least and share.bound > 1 and not isinstance(among, EarlierYear):
            place.wrong(
                ("ratio",),
                zh="超过 100% 的比率只能和上年同期比：among: 上年同期",
                en="a share above 100% can only be against the year before: among: the year before",
            )
            return None
        return RatioCadence(
            every=share.each,
            due=days[0],
            opens=days[1],
            bound=share.bound,
            at_least=share.at_least,
            of=counted,
            among=among,
            known=known,
        )


RATIO = CadenceKind(
    RatioCadence,
    RatioKeys,
    "比率目标",
    "ratio",
    "要达到（或不超过）的比率：投诉按时办结率99.5%以上。按分数精确比较，数报齐了才判；没有报数的是“未报数”，不算完成；报了零的才算没有发生；"
    "补报、更正以后重算。",
    "A share to keep, compared exactly when its figures are in. Who has not reported has not kept it; a zero that was"
    " reported is no failure; what is reported or corrected later changes the result.",
    """\
line: 产品质量安全监督管理
duties:
  - id: cp-inspected-share
    title: 获证企业检查覆盖率
    basis: {source: 年度安排, quote: 检查覆盖率不低于55%}
    owner: 县局/产品质量科
    ratio: 全年不低于55%
    of: inspection.done
    among: {subject: 工业产品生产许可证获证企业}
""",
    ("ratio", "of", "among", "fact", "subject", "where", "amount", "same", "within", "due", "known", "opens"),
)
