"""Reviews (进展情况报告): continuous work without a rhythm, looked at on an assumed interval so that it is not forgotten."""

from typing import Annotated, Literal

from duban.base.language import say
from duban.cadence.by_period import PeriodCadence
from duban.cadence.cadence import CadenceKeys, CadenceKind
from duban.cadence.reading.keys import RhythmEntry
from duban.cadence.reading.place import DutyPlace
from duban.cadence.rules import AtEndRule, DueRule
from duban.yamlfile import Loc
from duban.yamlfile.key import Key


class ReviewCadence(PeriodCadence):
    """Continuous work to which the plan gives no rhythm, looked at once per period so that it is not forgotten.

    The interval is always an assumption. A review is due by its period's last day.
    """

    kind: Literal["review"] = "review"  #: the kind of duty
    due: DueRule = AtEndRule()  #: By the period's last day.

    @property
    def length_key(self) -> Loc:
        """The key that decides how long there is between opening and due."""
        return ("review",)


class ReviewKeys(CadenceKeys):
    """`review:` on which interval."""

    review: Annotated[
        RhythmEntry,
        Key(
            "持续性工作的进展情况报告；间隔必须注明 assumed",
            "continuous work looked at on an interval, which must be marked as assumed",
            ("每半年", "每季度", "每年"),
            phrase=True,
        ),
    ]

    def read(self, place: DutyPlace) -> ReviewCadence | None:
        """The review, or None with the reasons noted in `place`."""
        if not any(assumption.key == "review" for assumption in place.written.assumptions):
            place.wrong(
                ("review",),
                zh="计划没有写多久报一次，要注明是假定的和为什么",
                en="the plan names no interval for a review: mark it as assumed, with the reason",
                mend=say(
                    zh="例如 review: {value: 每半年, assumed: 计划没有写频次}；计划写了频次的用 every",
                    en="for example review: {value: half-year, assumed: the plan names none}; use every if it does",
                ),
            )
            return None
        return ReviewCadence(every=self.review.every, lasting=self.review.lasting)


REVIEW = CadenceKind(
    ReviewCadence,
    ReviewKeys,
    "进展情况报告",
    "review",
    "计划没有写频次的持续性工作，隔一段时间报一次进展，使每一条都不会被忘记。间隔是假定的，必须写明原因。",
    "Continuous work without a rhythm, looked at on an interval so that no clause is forgotten. The interval is an"
    " assumption and says why.",
    """\
line: 科技与信息化
duties:
  - id: kj-network-security
    title: 网络安全工作
    basis: {clause: KJ-04, quote: 加强网络安全工作}
    owner: 市局/科技信息科
    review: {value: 每半年, assumed: 计划没有写频次，按半年报一次，待确认}
""",
)
