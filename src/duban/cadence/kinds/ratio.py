"""Shares to keep (投诉按时办结率≥99.5%), judged when the deadline of their period is over.

Occurrences are those of any duty by period (`by_period`); how two counts stand is in `standing`.
"""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field

from duban.base.language import say
from duban.cadence.by_period import ByPeriod
from duban.cadence.cadence import CadenceKeys, CadenceKind
from duban.cadence.counting import (
    OF,
    CountedOrText,
    RegisteredSubjects,
    ShareToKeep,
    Tally,
    YearBefore,
    read_counted,
    told_counted,
)
from duban.cadence.opening import OwedFor
from duban.cadence.reading.keys import DUE, OPENS, DueEntry, OpensEntry, Texts
from duban.cadence.reading.period_days import read_period_days
from duban.cadence.reading.place import DutyPlace
from duban.cadence.reading.target_phrases import Share, read_share
from duban.cadence.references import CountedFacts, CountedSubjects, Reference
from duban.cadence.rules import AtEnd, DueRule
from duban.cadence.standing import percent
from duban.workdays import PeriodUnit
from duban.yamlfile import Loc
from duban.yamlfile.key import Key
from duban.yamlfile.values import Strict, Text

YEAR_BEFORE = ("上年同期", "the year before")
"""How the same period of the year before is written."""
_LONG_ENOUGH = (PeriodUnit.MONTH, PeriodUnit.QUARTER, PeriodUnit.HALF_YEAR, PeriodUnit.YEAR)


class Ratio(ByPeriod):
    """A share that must be reached, or not passed, in a period: 投诉按时办结率≥99.5%."""

    owed_for: ClassVar[OwedFor] = OwedFor.UNITS
    measured: ClassVar[bool] = True

    kind: Literal["ratio"] = "ratio"
    due: DueRule = AtEnd()  #: By the period's last day unless said.
    bound: Decimal = Field(ge=0)  #: Exact: 0.995.
    at_least: bool = True  #: From which side: False, it must not be passed.
    of: Tally  #: Against `RegisteredSubjects` subjects, each subject counts once.
    among: Annotated[
        Tally | RegisteredSubjects | YearBefore, Field(discriminator="kind")
    ]  #: What it is a share of.

    @property
    def aim(self) -> ShareToKeep:
        """The share."""
        return ShareToKeep(self.bound, self.at_least, self.of, self.among)

    def references(self) -> Iterable[Reference]:
        """The facts that count, and the facts or subjects they are a share of."""
        yield CountedFacts(self.of, "of")
        match self.among:
            case Tally() as among:
                yield CountedFacts(among, "among")
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
            case RegisteredSubjects(subject=subject):
                whole = say(zh=f"在册的{subject}", en=f"registered {subject}")
            case _:
                whole = say(zh="上年同期", en="the same period of the year before")
        bound, of = percent(Fraction(self.bound), 6), told_counted(self.of)
        return say(
            zh=f"要求：{of} 与 {whole} 之比{'不低于' if self.at_least else '不高于'} {bound}",
            en=f"To keep: {of} over {whole} at {'least' if self.at_least else 'most'} {bound}",
        )


class AmongEntry(Strict):
    """`among:` what the share is taken of: facts, or the subjects on the register."""

    fact: Annotated[Text | None, Key("事实的名称", "the kind of fact")] = None
    subject: Annotated[Text | None, Key("在册的监管对象", "the subjects on the register")] = None
    where: Annotated[dict[str, Texts], Key("只要符合条件的", "only those that match")] = Field(
        default_factory=dict
    )
    amount: Annotated[Text | None, Key("按事实上的哪个数字数", "the number a fact counts for")] = None


def _among(value: object) -> object:
    if value in YEAR_BEFORE:
        return "year_before"
    return {"fact": value} if isinstance(value, str) else value


AmongOrText = Annotated[AmongEntry | Literal["year_before"], BeforeValidator(_among)]


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
    opens: Annotated[OpensEntry | None, OPENS] = None

    def read(self, place: DutyPlace) -> Ratio | None:
        """The ratio, or None with the reasons noted in `place`."""
        share = self.ratio
        counted = read_counted(self.of, place, "ratio")
        among = _read_among(self.among, place)
        if share.each not in _LONG_ENOUGH:
            place.wrong(
                ("ratio",),
                zh="比率按月、季度、半年或年考核",
                en="a ratio is taken by month, quarter, half-year or year",
            )
            return None
        days = read_period_days(share.each, self.due, self.opens, place)
        if counted is None or among is None or days is None:
            return None
        if isinstance(among, RegisteredSubjects) and counted.amount is not None:
            place.wrong(
                ("of", "amount"),
                zh="among 是监管对象时，of 按户数，每户只算一次，不能写 amount",
                en="among subjects, of counts each subject once: amount does not go with it",
                at_key=True,
            )
            return None
        if share.at_least and share.bound > 1 and not isinstance(among, YearBefore):
            place.wrong(
                ("ratio",),
                zh="超过 100% 的比率只能和上年同期比：among: 上年同期",
                en="a share above 100% can only be against the year before: among: the year before",
            )
            return None
        return Ratio(
            every=share.each,
            due=days[0],
            opens=days[1],
            bound=share.bound,
            at_least=share.at_least,
            of=counted,
            among=among,
        )


def _read_among(
    among: AmongEntry | str | None, place: DutyPlace
) -> Tally | RegisteredSubjects | YearBefore | None:
    if among is None:
        place.wrong(
            ("ratio",),
            zh="缺少“among”：在哪些里面占多少",
            en="“among” is missing: what the share is taken of",
            mend=say(
                zh="写一种事实、{subject: 监管对象} 或 上年同期",
                en="write a kind of fact, {subject: kind} or the year before",
            ),
        )
        return None
    if isinstance(among, str):
        return YearBefore()
    if (among.fact is None) == (among.subject is None):
        place.wrong(
            ("among",),
            zh="among 要写 fact 或 subject，只能写一个",
            en="among is either a fact or a subject",
        )
        return None
    if among.subject is not None:
        if among.amount is not None:
            place.wrong(
                ("among", "amount"), zh="amount 只用于事实", en="amount belongs to facts", at_key=True
            )
            return None
        return RegisteredSubjects(subject=among.subject, where=among.where)
    return Tally(fact=among.fact or "", where=among.where, amount=among.amount)


RATIO = CadenceKind(
    Ratio,
    RatioKeys,
    "比率目标",
    "ratio",
    "要达到（或不超过）的比率：投诉按时办结率99.5%以上。按分数精确比较；期限一过定格；分母为零不算没完成；没有人报数的中止并提示。",
    "A share to keep, compared exactly and frozen when its deadline is over. Nothing to take a share of is no"
    " failure; a feed nobody fills suspends it.",
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
    ("ratio", "of", "among", "fact", "subject", "where", "amount", "due", "opens"),
)
