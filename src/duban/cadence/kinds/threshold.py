"""Findings (一年内3批次及以上, 连续3个季度): one obligation per set of facts about a subject that meets a rule.

What facts add up to stands in `duban.cadence.findings`; here is how a person writes it, and what can never be met.
"""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field

from duban.base.language import say
from duban.cadence.cadence import Cadence, CadenceKeys, CadenceKind
from duban.cadence.conditions import CountRule, Rule, RuleOfAKind, StreakRule
from duban.cadence.occurrence import workdays_at_most
from duban.cadence.opening import FindingOpening, OwedFor
from duban.cadence.reading.keys import DUE, LAW, DueEntry, PeriodEntry
from duban.cadence.reading.phrases import read_streak
from duban.cadence.reading.place import DutyPlace
from duban.cadence.references import AwaitedFact, Reference
from duban.workdays import Festivals, Period, TimeGrain
from duban.yamlfile.key import Key
from duban.yamlfile.values import StrictModel, Text

_APPROXIMATE_DAYS = {
    TimeGrain.DAY: 1,
    TimeGrain.WEEK: 7,
    TimeGrain.MONTH: 30,
    TimeGrain.QUARTER: 91,
    TimeGrain.HALF_YEAR: 182,
    TimeGrain.YEAR: 365,
}


class ThresholdCadence(Cadence):
    """Once per set of facts about one subject that meets a rule (`any`), or all rules (`all`)."""

    owed_for: ClassVar[OwedFor] = OwedFor.SUBJECTS

    kind: Literal["threshold"] = "threshold"  #: the kind of duty
    combine: Literal["any", "all"]  #: Whether one rule is enough.
    rules: tuple[RuleOfAKind, ...] = Field(min_length=1)  #: As written.
    due: Period  #: Counts from the day of the fact that completed the set.
    law: str | None = None  #: The statute that states the period.

    @property
    def opening(self) -> FindingOpening:
        """One obligation per finding."""
        return FindingOpening(self.combine, self.rules, self.due, self.law)

    @property
    def statute(self) -> str | None:
        """The law that states its period."""
        return self.law

    def references(self) -> Iterable[Reference]:
        """The facts its rules speak of."""
        for number, rule in enumerate(self.rules):
            yield AwaitedFact(rule.of, ("when", self.combine, number, "of"))

    def most_workdays(self) -> float | None:
        """The most working days the period has."""
        return workdays_at_most(self.due)

    def note(self) -> str:
        """The rules in one sentence."""
        told = [
            say(
                zh=f"{rule.within}内 {rule.of} 达 {rule.count} 次",
                en=f"{rule.count} × {rule.of} within {rule.within}",
            )
            if isinstance(rule, CountRule)
            else say(
                zh=f"{rule.of} 连续{Period(rule.length, rule.grain)}都有",
                en=f"{rule.of} in {rule.length} {rule.grain.value}s running",
            )
            for rule in self.rules
        ]
        either = self.combine == "any"
        joined = say(zh="，或" if either else "，且", en=" or " if either else " and ").join(told)
        return say(zh=f"触发条件：{joined}", en=f"Opens when: {joined}")

    def why_nothing(self, festivals: Festivals, first: date, last: date) -> str:
        """That its rules exclude each other."""
        return say(zh="没有一组事实能同时满足触发条件", en="no set of facts meets its conditions together")


class RuleEntry(StrictModel):
    """One rule under `when:`."""

    count: Annotated[
        Annotated[int, Field(ge=1, le=9999)] | None,
        Key("多少次，“以上”包括本数", "how many, that number included"),
    ] = None
    streak: Annotated[
        Annotated[Period, BeforeValidator(read_streak)] | None,
        Key("连续多少个周期，每个周期至少一次", "so many periods running", ("连续3个季度",), phrase=True),
    ] = None
    of: Annotated[Text, Key("数哪种事实", "which kind of fact")]
    in_: Annotated[
        PeriodEntry | None,
        Key("在多长时间内，滚动计算", "within how long, rolling", ("一年", "90日"), phrase=True),
    ] = Field(default=None, alias="in")


class WhenEntry(StrictModel):
    """`when:` which facts set it off."""

    any: Annotated[
        Annotated[tuple[RuleEntry, ...], Field(min_length=1)] | None,
        Key("满足其中一条就开", "one of these is enough"),
    ] = None
    all: Annotated[
        Annotated[tuple[RuleEntry, ...], Field(min_length=1)] | None,
        Key("全部满足才开", "all of these are needed"),
    ] = None


class ThresholdKeys(CadenceKeys):
    """`when:` which facts set it off, `due:` how long after the last of them, by which `law:`."""

    when: Annotated[WhenEntry, Key("达到条件就开一件", "opens when facts meet a condition")]
    due: Annotated[DueEntry | None, Key(DUE.zh, DUE.en, ("20个工作日", "30日", "一个月"), phrase=True)] = None
    law: Annotated[Text | None, LAW] = None

    def read(self, place: DutyPlace) -> ThresholdCadence | None:
        """The cadence, or None with the reasons noted in `place`."""
        when = self.when
        if (when.any is None) == (when.all is None):
            place.wrong(
                ("when",),
                zh="when 里要有 any（满足一条）或 all（全部满足），只能写一个",
                en="when needs either any (one is enough) or all (every one), not both",
            )
            return None
        combine: Literal["any", "all"] = "any" if when.any is not None else "all"
        written = when.any or when.all or ()
        rules = [_rule(rule, place, ("when", combine, number)) for number, rule in enumerate(written)]
        known = [rule for rule in rules if rule is not None]
        if combine == "any":
            _never_decisive(rules, place)
        if self.due is None or self.due.period is None:
            place.wrong(
                ("due",) if self.due else (),
                zh="due 要写一段时间，从最后一个事实发生之日算起",
                en="due is a length of time, counted from the day of the fact that completes the set",
                mend=say(zh="例如 due: 20个工作日", en="for example due: 20 workdays"),
            )
            return None
        if len(known) < len(written):
            return None
        return ThresholdCadence(combine=combine, rules=tuple(known), due=self.due.period, law=self.law)


def _rule(rule: RuleEntry, place: DutyPlace, at: tuple[str | int, ...]) -> Rule | None:
    if (rule.count is None) == (rule.streak is None):
        place.wrong(
            at,
            zh="每条要写 count（多少次）或 streak（连续多少个周期），只能写一个",
            en="a rule has either count (how many) or streak (how many periods running), not both",
        )
        return None
    if rule.count is not None:
        if rule.in_ is None:
            place.wrong(
                at,
                zh="缺少“in”：在多长时间内",
                en="“in” is missing: within how long",
                mend=say(zh="例如 in: 一年", en="for example in: 1 year"),
            )
            return None
        if rule.in_.grain is TimeGrain.WORKDAY:
            place.wrong(
                (*at, "in"),
                zh="统计事实的时间窗不按工作日",
                en="a window of facts is not counted in working days",
                mend=say(zh="请写年、月、周或日", en="use years, months, weeks or days"),
            )
            return None
        return CountRule(count=rule.count, of=rule.of, within=rule.in_)
    run = rule.streak
    if run is None:
        return None
    if rule.in_ is not None:
        place.wrong((*at, "in"), zh="“in”只用于 count", en="“in” belongs to count", at_key=True)
    if run.amount < 2 or run.grain is TimeGrain.WORKDAY:
        place.wrong(
            (*at, "streak"),
            zh=f"“{run}”不成连续",
            en=f"“{run}” is no run",
            mend=say(
                zh="至少 2 个，按季度、月、周、日或年", en="at least 2 quarters, months, weeks, days or years"
            ),
        )
        return None
    return StreakRule(length=run.amount, grain=run.grain, of=rule.of)


def _never_decisive(rules: list[Rule | None], place: DutyPlace) -> None:
    """Under `any`, a rule that another rule always meets first never fires."""
    for number, rule in enumerate(rules):
        for other_number, other in enumerate(rules):
            if rule is None or other is None or number == other_number:
                continue
            same = rule == other and other_number < number
            if same or (rule != other and _implied(rule, other)):
                place.wrong(
                    ("when", "any", number),
                    zh=f"这一条永远轮不到：第{other_number + 1}条总是先满足",
                    en=f"this rule can never decide: rule {other_number + 1} is always met first",
                    mend=say(zh="请删除这一条，或改写条件", en="remove it or change it"),
                )
                break


def _implied(rule: Rule, other: Rule) -> bool:
    """Whether whatever meets `rule` has met `other` before."""
    if rule.of != other.of:
        return False
    if isinstance(rule, CountRule) and isinstance(other, CountRule):
        return other.count <= rule.count and _days(other.within) >= _days(rule.within)
    if isinstance(rule, StreakRule) and isinstance(other, StreakRule):
        return other.grain is rule.grain and other.length <= rule.length
    return isinstance(other, CountRule) and other.count == 1


def _days(period: Period) -> int:
    return period.amount * _APPROXIMATE_DAYS.get(period.grain, 1)


THRESHOLD = CadenceKind(
    ThresholdCadence,
    ThresholdKeys,
    "达到条件",
    "threshold",
    "同一个对象的事实攒够了就开一件：一年内3批次及以上、连续3个季度。更正以后重新判断，用过的依据不再用。",
    "Opens when facts about one subject add up: three failed batches within a year, three quarters running.",
    """\
line: 食品流通安全监督管理
duties:
  - id: sl-flight-check
    title: 多批次不合格食品销售者飞行检查
    basis: {clause: SL-07, quote: 对一年内监督抽检检出 3 批次及以上不合格样品的食品销售者}
    owner: 县局/食品流通科
    for_each: {subject: 食品销售者}
    when:
      any:
        - {count: 3, of: sample.failed, in: 一年}
        - {streak: 连续3个季度, of: sample.failed}
    due: {value: 20个工作日, assumed: 计划未写期限，待确认}
    done_by: flight_check.done
    ladder: confidential
    confidential: 是
""",
    ("when", "any", "all", "count", "in", "streak", "of", "due", "law", "for_each"),
    short_zh="达到次数",
)
