"""Duties within a period of a fact (取证后一个月内): one per fact.

| awkward case | rule |
|---|---|
| the fact's own day | is not counted (民法典 201) |
| 01-31 + 一个月 | 02-28 or 02-29: the month's last day (202), never carried on to the next month |
| the last day is a rest day, weekend, swapped weekday | the next working day (203); a make-up Saturday stays |
| 七日 under 行政处罚法 | working days, because the statute says so; `law` decides, never the number |
| the fact is reported after its deadline | the deadline stays where the law puts it: the obligation opens overdue |
"""

from collections.abc import Iterable
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from duban.base.language import say
from duban.cadence.cadence import Cadence, CadenceKeys, CadenceKind
from duban.cadence.counting import OF, CountedOrText
from duban.cadence.occurrence import workdays_at_most
from duban.cadence.opening import FactOpening, OwedFor
from duban.cadence.reading.keys import LAW, PeriodOrHours
from duban.cadence.reading.place import DutyPlace
from duban.cadence.references import AwaitedFact, Reference
from duban.workdays import Period
from duban.yamlfile import Loc
from duban.yamlfile.key import Key
from duban.yamlfile.values import Text


class WithinCadence(Cadence):
    """Once per fact, within a period counted from the day it happened: 取证后一个月内."""

    owed_for: ClassVar[OwedFor] = OwedFor.EITHER_SAID

    kind: Literal["within"] = "within"  #: the kind of duty
    period: Period  #: In working or natural days, or months.
    of: str  #: The kind of fact.
    law: str | None = (
        None  #: The statute that states the period, and decides whether its days are working days.
    )
    #: Only facts that carry one of these values count.
    where: dict[str, tuple[str, ...]] = Field(default_factory=dict)

    @property
    def opening(self) -> FactOpening:
        """One obligation per fact."""
        return FactOpening(self.of, self.period, self.law, where=self.where)

    @property
    def statute(self) -> str | None:
        """The law that states its period."""
        return self.law

    def references(self) -> Iterable[Reference]:
        """The fact it counts from."""
        return (AwaitedFact(self.of, ("of",), self.where),)

    def most_workdays(self) -> float | None:
        """The most working days the period has."""
        return workdays_at_most(self.period)

    @property
    def length_key(self) -> Loc:
        """The key that decides how long there is between opening and due."""
        return ("within",)


class WithinKeys(CadenceKeys):
    """`within:` how long after `of:` which fact, by which `law:`."""

    within: Annotated[
        PeriodOrHours,
        Key(
            "某个事实发生后的一段时间内；当天不计入",
            "so long after a fact; its day is not counted",
            ("一个月", "20个工作日", "30日", "一年", "2小时"),
            phrase=True,
        ),
    ]
    of: Annotated[CountedOrText | None, OF] = None
    law: Annotated[Text | None, LAW] = None

    def read(self, place: DutyPlace) -> WithinCadence | None:
        """The cadence, or None with the reasons noted in `place`."""
        if self.of is None:
            place.wrong(
                ("within",),
                zh="缺少“of”：从哪种事实算起",
                en="“of” is missing: from which kind of fact it counts",
                mend=say(zh="例如 of: certificate.issued", en="for example of: certificate.issued"),
            )
            return None
        if self.of.amount:
            place.wrong(
                ("of", "amount"),
                zh="within 从每一个这种事实算起，不看数量",
                en="within counts from every such fact: no amount here",
                at_key=True,
            )
            return None
        return WithinCadence(period=self.within, of=self.of.fact, law=self.law, where=self.of.where)


WITHIN = CadenceKind(
    WithinCadence,
    WithinKeys,
    "事后限期",
    "within a period of a fact",
    "某件事发生以后多久之内：取证后一个月内、受理后45个工作日内。每个事实一件，当天不计入，末日休息的顺延。",
    "So long after something happened: within a month of a certificate. One per fact; its day is not counted, and a"
    " last day that is a rest day moves forward.",
    """\
line: 产品质量安全监督管理
duties:
  - id: cp-first-inspection
    title: 告知承诺获证企业首次例行检查
    basis: {clause: CP-01, quote: 例行检查要在企业取证后一个月内完成}
    owner: 县局/产品质量科
    for_each: {subject: 工业产品生产许可证获证企业, where: {发证方式: 告知承诺}}
    within: 一个月
    of: certificate.issued
    done_by: inspection.done
""",
    ("within", "of", "law", "for_each"),
)
