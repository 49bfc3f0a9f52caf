"""Which facts count, and what a share of them is taken of."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Final, Literal

from pydantic import BeforeValidator, Field

from duban.base.language import say
from duban.cadence.reading.keys import Texts
from duban.cadence.reading.place import DutyPlace
from duban.cadence.rules import ValueModel
from duban.workdays import Period
from duban.yamlfile.key import Key
from duban.yamlfile.values import StrictModel, Text, Truth

ZERO_REPORTED: Final = "zero.reported"
"""The fact by which a unit reports that nothing happened: no fact, or no subject, of the kind it names."""
ZERO_OF: Final = "事实"
"""The particular in which a zero report names that kind."""


class Tally(ValueModel):
    """Which facts count, and for how much: each for one, or for the number it carries under `amount`."""

    kind: Literal["counted"] = "counted"  #: which way of counting it is
    fact: str  #: The kind of fact.
    #: Values of the fact's own data: only facts that carry one of them count.
    where: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    amount: str | None = None  #: The particular that holds the number.
    own: bool = False  #: Whether only facts of the owing unit itself count, and none of the units below it.
    #: Whether each unit right below the owing one counts once, however many of its facts there are: 到每个县各一次.
    each_below: bool = False
    #: Whether the number under `amount` is all there is each time it is told: of several the last one counts.
    stock: bool = False


class RegisteredSubjects(ValueModel):
    """The subjects of a kind on the register, those of them whose attributes match `where`."""

    kind: Literal["registered"] = "registered"  #: which way of counting it is
    subject: str  #: The kind of subject.
    where: dict[str, tuple[str, ...]] = Field(default_factory=dict)  #: Attributes and the values that match.


class Cohort(ValueModel):
    """What was asked in a period: each case counts when its own answer came in time, whenever in the year that was."""

    kind: Literal["cohort"] = "cohort"  #: which way of counting it is
    asked: Tally  #: The facts that ask for an answer: 收到线索.
    about: RegisteredSubjects | None = None  #: Only those about such subjects; None: all.
    #: The particulars that an answer has in common with what it answers: 编号. Always the same unit or subject.
    same: tuple[str, ...] = ()
    within: Period | None = None  #: In time is so long after it was asked; None: whenever it came.


class EarlierYear(ValueModel):
    """The same count in the same period of the year before: 同比, 比上年同期."""

    kind: Literal["year_before"] = "year_before"  #: which way of counting it is


Among = Tally | RegisteredSubjects | Cohort | EarlierYear
"""What a share is taken of."""


@dataclass(frozen=True)
class NumberToReach:
    """What a period must come to, counted from facts: 不少于6场. Done on the day of the fact that reaches it."""

    at_least: int  #: 以上 includes the number itself (民法典 1259).
    measure: str  #: The word behind the number: 场, 期, 家.
    of: Tally  #: What is counted.

    @property
    def facts(self) -> tuple[str, ...]:
        """The kinds of facts that are counted."""
        return (self.of.fact,)

    @property
    def reported_by(self) -> Tally | None:
        """The statements by which a unit shows that it has reported; None where events are counted, each for one."""
        return self.of if self.of.amount is not None else None


@dataclass(frozen=True)
class ShareToKeep:
    """What share a period must reach, or not pass; judged once, when its deadline is over."""

    bound: Decimal  #: Exact: 0.995.
    at_least: bool  #: Whether the share must reach the bound; else it must not pass it.
    of: Tally  #: Against registered subjects, each subject counts once.
    among: Among  #: What it is a share of.

    @property
    def facts(self) -> tuple[str, ...]:
        """The kinds of facts that are counted, of both sides."""
        return tuple(dict.fromkeys((self.of.fact, self.reported_by.fact)))

    @property
    def reported_by(self) -> Tally:
        """The facts by which a unit shows that it has reported: what the share is taken of, where that is facts."""
        match self.among:
            case Tally() as whole:
                return whole
            case Cohort(asked=asked):
                return asked
            case _:
                return self.of


Aim = NumberToReach | ShareToKeep
"""What facts are measured against while a period runs, or when it is over."""


class CountedEntry(StrictModel):
    """`of:` which facts count: a fact's name alone, or with the values it must carry and the number it counts for."""

    fact: Annotated[Text, Key("事实的名称", "the kind of fact")]
    where: Annotated[dict[str, Texts], Key("只数写着这些内容的", "only facts that carry these")] = Field(
        default_factory=dict
    )
    amount: Annotated[
        Text | None,
        Key("按事实上的哪个数字数；不写，每个事实算 1", "the number a fact counts for; 1 unless said"),
    ] = None
    own: Annotated[
        Truth, Key("是：只数本单位自己的，不数下级的", "true: only the unit's own facts, none from below")
    ] = False
    each_below: Annotated[
        Truth,
        Key(
            "是：下一级的每个单位只算一次，几次也算一次；本单位自己的不算",
            "true: each unit right below counts once, however often; the unit's own facts do not count",
        ),
    ] = False
    stock: Annotated[
        Truth,
        Key(
            "是：amount 报的是当时的总数，报了几次以最后一次为准，不相加",
            "true: amount is all there is each time; the last one counts and they are not added up",
        ),
    ] = False


def _counted(value: object) -> object:
    return {"fact": value} if isinstance(value, str) else value


CountedOrText = Annotated[CountedEntry, BeforeValidator(_counted)]
OF = Key("从哪种事实算起，或者数哪种事实", "which kind of fact it counts from, or counts", text_too=True)
"""What `of` means."""


def read_counted(of: CountedEntry | None, place: DutyPlace, key: str) -> Tally | None:
    """What `of` counts for the cadence that `key` opens; None, with the reason noted in `place`, where it is missing."""
    if of is None:
        place.wrong(
            (key,),
            zh="缺少“of”：数哪种事实",
            en="“of” is missing: which kind of fact counts",
            mend=say(zh="例如 of: event.held", en="for example of: event.held"),
        )
        return None
    if of.each_below and (of.own or of.amount):
        place.wrong(
            ("of", "each_below"),
            zh="each_below 每个下级单位算一次，不能再写 own 或 amount",
            en="each_below counts each unit below once: neither own nor amount goes with it",
            at_key=True,
        )
        return None
    if of.stock and not of.amount:
        place.wrong(
            ("of", "stock"),
            zh="stock 是按数字数的，要和 amount 一起写",
            en="stock goes with the number under amount",
            at_key=True,
        )
        return None
    return Tally(**of.model_dump())


def told_counted(counted: Tally) -> str:
    """Which facts count, as the duty's file says it."""
    told = [f"{name} {say(zh='或', en=' or ').join(values)}" for name, values in counted.where.items()] + (
        [counted.amount] if counted.amount else []
    )
    if counted.stock:
        told.append(say(zh="以最后一次为准", en="the last one counts"))
    if counted.each_below:
        told.append(say(zh="每个下级单位算一次", en="each unit below once"))
    return f"{counted.fact}（{'，'.join(told)}）" if told else counted.fact
