"""The conditions of a threshold: how many facts within how long, or in how many periods running."""

from typing import Annotated, Literal, Protocol

from pydantic import AliasChoices, Field

from duban.cadence.rules import ValueModel
from duban.workdays import Period, TimeGrain


class CountRule(ValueModel):
    """At least `count` facts of a kind about one subject within a rolling period: 一年内3批次及以上."""

    kind: Literal["count"] = "count"  #: which rule it is
    count: int = Field(ge=1)  #: 以上 includes the number itself (民法典 1259).
    of: str  #: The kind of fact.
    within: Period  #: Never in working days.

    @property
    def key(self) -> str:
        """The rule's stable name, part of what makes an evidence set unique."""
        return f"count-{self.count}-{self.of}-{self.within.amount}-{self.within.grain.value}"


class StreakRule(ValueModel):
    """At least one fact of a kind in each of `length` calendar periods running: 连续3个季度(含)以上."""

    kind: Literal["streak"] = "streak"  #: which rule it is
    length: int = Field(ge=2)  #: Periods.
    #: Of which length each is; never working days.
    grain: TimeGrain = Field(validation_alias=AliasChoices("unit", "grain"), serialization_alias="unit")
    of: str  #: The kind of fact.

    @property
    def key(self) -> str:
        """The rule's stable name, part of what makes an evidence set unique."""
        return f"streak-{self.length}-{self.grain.value}-{self.of}"


Rule = CountRule | StreakRule
RuleOfAKind = Annotated[Rule, Field(discriminator="kind")]


class Conditions(Protocol):
    """Rules of which one is enough (`any`), or all are needed (`all`)."""

    @property
    def combine(self) -> Literal["any", "all"]:
        """Whether one rule is enough."""

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules, as written."""
