"""Duties before an event that somebody tells of ahead (聚餐之前, 设计使用年限届满前): one per event.

| awkward case | rule |
|---|---|
| the day counted back to is a rest day | the last working day before it: a period counted backward is kept by acting earlier |
| the event's own day is a rest day (当天) | the day stays, reminders aim at the last working day before it |
| told of when that day is past, the event still to come | the last day left before the event, or its own day |
| told of after the event | opens overdue: a reviewer may waive what can no longer be done |
| told of years ahead, with `opens` | waits, and opens on its day |
| its day is corrected | the obligation moves with it, or is withdrawn until the new day comes near |
"""

from collections.abc import Iterable
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from duban.base.language import say
from duban.cadence.cadence import Cadence, CadenceKeys, CadenceKind
from duban.cadence.counting import CountedOrText
from duban.cadence.occurrence import workdays_at_most
from duban.cadence.opening import EventOpening, OwedFor
from duban.cadence.reading.far_ahead import longest_days, not_too_far_ahead
from duban.cadence.reading.keys import DUE, OPENS, DueEntry, OpensEntry
from duban.cadence.reading.place import DutyPlace
from duban.cadence.references import AwaitedFact, Reference
from duban.cadence.rules import AtEndRule, BeforeStartRule, OpeningRule
from duban.workdays import Period, TimeGrain
from duban.yamlfile import Loc
from duban.yamlfile.key import Key


class BeforeCadence(Cadence):
    """Once per event, before its day or on it, from when it is told of or so long before."""

    owed_for: ClassVar[OwedFor] = OwedFor.EITHER_SAID

    kind: Literal["before"] = "before"  #: the kind of duty
    event: str  #: The kind of fact that tells of the event; its day is the event's.
    #: Only facts that carry one of these values count.
    where: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    due: BeforeStartRule | AtEndRule = BeforeStartRule(
        period=Period(1, TimeGrain.DAY)
    )  #: By the day before unless said.
    opens: OpeningRule | None = None  #: When it is told of unless said.

    @property
    def opening(self) -> EventOpening:
        """One obligation per event."""
        return EventOpening(self.event, self.due, self.opens, where=self.where)

    def references(self) -> Iterable[Reference]:
        """The event it comes before."""
        return (AwaitedFact(self.event, ("before",), self.where, ahead=True),)

    def most_workdays(self) -> float | None:
        """The most working days from opening to the event; None where nobody knows how early it is told of."""
        return workdays_at_most(self.opens.before) if self.opens and self.opens.before else None

    @property
    def length_key(self) -> Loc:
        """The key that decides how long there is between opening and due."""
        return ("opens",)


class BeforeKeys(CadenceKeys):
    """`before:` which event, `due:` how long before it, `opens:` from when on."""

    before: Annotated[
        CountedOrText,
        Key(
            "某件定了日子的事之前：哪种事实（词汇里写了 ahead: 是）；期限往前数，遇休息日提前",
            "before an event whose day is told ahead (ahead: true in the vocabulary); counted back, past rest days",
            text_too=True,
        ),
    ]
    due: Annotated[
        DueEntry | None, Key(DUE.zh, DUE.en, ("开始前", "开始前3个工作日", "当天"), phrase=True)
    ] = None
    opens: Annotated[OpensEntry | None, Key(OPENS.zh, OPENS.en, ("开始前90日",), phrase=True)] = None

    def read(self, place: DutyPlace) -> BeforeCadence | None:
        """The cadence, or None with the reasons noted in `place`."""
        if self.before.amount:
            place.wrong(
                ("before", "amount"),
                zh="before 从每一件这种事往前数，不看数量",
                en="before counts back from every such event: no amount here",
                at_key=True,
            )
            return None
        rule = self.due.rule if self.due else BeforeStartRule()
        if not isinstance(rule, BeforeStartRule | AtEndRule) or (self.due and self.due.grain is not None):
            place.wrong(
                ("due",),
                zh="要在那件事之前办完",
                en="it is due before the event",
                mend=say(
                    zh="例如“开始前”“开始前3个工作日”“当天”；事后的期限用 within",
                    en="for example “3 workdays before it starts”, “on the day”; a period after it is `within`",
                ),
            )
            return None
        if isinstance(rule, BeforeStartRule) and rule.period is None:
            rule = BeforeStartRule(period=Period(1, TimeGrain.DAY))
        opens = self.opens.opens if self.opens else None
        if self.opens is not None and not _opens_in_time(self.opens.opens, rule, of_period=self.opens.grain):
            place.wrong(
                ("opens",),
                zh="开办要在期限以前",
                en="it must open before it is due",
                mend=say(zh="例如 opens: 开始前90日", en="for example opens: 90 days before it starts"),
            )
            return None
        if opens is not None and not not_too_far_ahead(opens, place):
            return None
        return BeforeCadence(event=self.before.fact, where=self.before.where, due=rule, opens=opens)


def _opens_in_time(
    opens: OpeningRule, due: BeforeStartRule | AtEndRule, *, of_period: TimeGrain | None
) -> bool:
    if of_period is not None or opens.anchor == "end" or opens.before is None:
        return False
    ahead = due.period if isinstance(due, BeforeStartRule) and opens.anchor == "start" else None
    return longest_days(opens.before) > (longest_days(ahead) if ahead else 0)


BEFORE = CadenceKind(
    BeforeCadence,
    BeforeKeys,
    "事前限期",
    "before an event",
    "某件定了日子的事之前：报备的聚餐之前、设计使用年限届满之前。每件事一件，从它的日子往前数，遇休息日提前，日子改了跟着改。",
    "Before an event whose day is told ahead: a banquet, the end of a design life. One per event, counted back from its"
    " day, earlier where that is a rest day; it moves when the day is corrected.",
    """\
line: 餐饮服务
duties:
  - id: cy-rural-banquet
    title: 农村集体聚餐现场指导
    basis: {clause: CY-17, quote: 认真开展规模以上农村集体聚餐现场指导工作}
    owner: 县局/餐饮科
    for_each: 县局
    before: rural_banquet.reported
    due: 开始前
""",
    ("before", "due", "opens", "for_each"),
)
