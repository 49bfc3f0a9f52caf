"""The work plan a bureau's duties belong to: its date and its year. Duties begin and end with it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from pydantic import Field

from duban.yamlfile import Loc
from duban.yamlfile.key import Key
from duban.yamlfile.values import Day, StrictModel, Text


@dataclass(frozen=True)
class YearPlan:
    """A yearly work plan (年度工作要点)."""

    title: str  #: as printed
    issued: date  #: the day it was issued; what it orders cannot fall due before
    year: int  #: the year it is for
    late: int  #: working days from `issued` for what would have been due before it
    carried_until: date | None = None  #: the last day to which it is carried on; None: it ends with its year
    carried_because: str = ""  #: why it is carried on

    @property
    def ends(self) -> date:
        """The last day on which anything of it opens."""
        return self.carried_until or date(self.year, 12, 31)


class CarriedEntry(StrictModel):
    """`carried:` to which day a plan is carried on, and why."""

    until: Annotated[Day, Key("沿用到哪一天，当天包括在内", "the last day, inclusive")]
    reason: Annotated[Text, Key("为什么沿用", "why", ("新计划印发前沿用",))]


class YearPlanEntry(StrictModel):
    """`plan:` of the project file."""

    title: Annotated[Text, Key("计划的名称", "its title")]
    issued: Annotated[Day, Key("印发日期", "the day it was issued", ("2023-05-06",))]
    year: Annotated[int, Key("哪一年的计划", "the year it is for", ("2023",))] = Field(ge=2000, le=2100)
    late: Annotated[
        int,
        Key(
            "印发时已经过了的年度期限，改为印发后多少个工作日内（本局暂定）",
            "working days from the issue for what would have been due before it in a period still running",
        ),
    ] = Field(default=20, ge=1, le=250)
    carried: Annotated[
        CarriedEntry | None,
        Key("新计划没来之前沿用到哪天", "to which day it is carried on until the next plan comes"),
    ] = None


def year_plan(written: YearPlanEntry) -> YearPlan:
    """The plan as the project file has it."""
    carried = written.carried
    return YearPlan(
        written.title,
        written.issued,
        written.year,
        written.late,
        carried.until if carried else None,
        carried.reason if carried else "",
    )


def plan_mistakes(written: YearPlanEntry) -> Iterator[tuple[Loc, str, str]]:
    """Days that cannot be, each with its key, in Chinese and in English."""
    year, issued = written.year, written.issued
    if not year - 1 <= issued.year <= year:
        yield (
            ("issued",),
            f"{year} 年的计划不会在 {issued.year} 年印发",
            f"a plan for {year} is not issued in {issued.year}",
        )
    if written.carried is not None and written.carried.until.year <= year:
        yield (
            ("carried", "until"),
            f"计划本来就管到 {year} 年底，沿用要到以后的某一天",
            f"the plan is for the whole of {year} anyway: it is carried on to a later day",
        )
