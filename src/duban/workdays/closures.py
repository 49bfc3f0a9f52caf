"""Local closures (停工停业): days on which one unit and those below it rest, beside the national arrangement.

`calendar/closures.yaml` states each with the notice it rests on: a typhoon, a notice of the local government.

| awkward case | rule |
|---|---|
| a county is closed | its stations are closed with it; the city and the other counties are not |
| the city closes a day that a county has closed already | the day rests; the county's own notice is the one named |
| a weekend, a day off, inside a closure | rests anyway: a remark, no mistake |
| a make-up working Saturday | rests for the closed unit |
| the day an obligation opens | never moved: a closure announced late must not open what is past |
| a period counted back (每月最后一个工作日) | never due earlier than without the closure: see `reckoning` |
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Self

from pydantic import ConfigDict, Field, ValidationInfo, model_validator

from duban.base.days import each_day
from duban.base.language import say
from duban.base.objections import WrongValue
from duban.base.problems import Problem, ProblemsFound, did_you_mean
from duban.workdays.table import DayTable
from duban.yamlfile import YamlFile, load_file
from duban.yamlfile.key import Key
from duban.yamlfile.values import Day, StrictModel, Text

CLOSURES_FILE = "closures.yaml"
LONGEST = 60
"""No closure is longer, in natural days: a slip in the year or the month would silence a unit for months."""


class Closure(StrictModel):
    """Days, first and last inclusive, that rest for `unit` and the units below it; `notice` is what says so."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    unit: Annotated[
        Text,
        Key(
            "停工的单位代码，下属单位也停工",
            "the closed unit's code; those below it are closed too",
            ("350426",),
        ),
    ]
    from_: Annotated[Day, Key("第一天", "the first day")] = Field(alias="from")
    to: Annotated[Day, Key("最后一天（含）", "the last day, inclusive")]
    reason: Annotated[Text, Key("原因", "why", ("台风“某某”",))]
    notice: Annotated[Text, Key("所依据的通知", "the notice it rests on")]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.to < self.from_:
            raise WrongValue(
                zh=f"to（{self.to}）早于 from（{self.from_}）",
                en=f"to ({self.to}) is before from ({self.from_})",
            )
        if (self.to - self.from_).days >= LONGEST:
            raise WrongValue(
                zh=f"停工长达 {(self.to - self.from_).days + 1} 天，超过 {LONGEST} 天，请核对年月",
                en=f"closed for {(self.to - self.from_).days + 1} days, more than {LONGEST}; check the dates",
            )
        return self

    @property
    def days(self) -> list[date]:
        """Every day of the closure, rest days included."""
        return each_day(self.from_, self.to)


class Closures(StrictModel):
    """The file: every local closure."""

    closures: Annotated[tuple[Closure, ...], Key("局部停工，一条一次", "local closures, one entry each")] = ()

    @model_validator(mode="before")
    @classmethod
    def _may_be_empty(cls, data: object, _info: ValidationInfo) -> object:
        """`closures:` with nothing under it is how an empty list looks to the person who writes it."""
        if isinstance(data, dict) and data.get("closures", ()) is None:
            return {**data, "closures": ()}
        return data


def load_closures(
    folder: Path, above: Mapping[str, Sequence[str]], nationwide: DayTable
) -> tuple[Closure, ...]:
    """The closures of the project folder `calendar/`, in the order of the file; none without the file.

    `above` names the known units. Raises ProblemsFound with every mistake: an unknown unit, a closure that ends before
    it begins or that overlaps another of the same unit, days outside the calendar's years.
    """
    path = folder / CLOSURES_FILE
    if not path.exists():
        return ()
    file, read, problems = load_file(path, Closures, root=folder.parent)
    if file is not None and read is not None:
        problems = [*problems, *_mistakes(file, read.closures, above, nationwide)]
    if problems or read is None:
        raise ProblemsFound(problems)
    return read.closures


def closed_days(closures: Iterable[Closure], chain: Sequence[str]) -> dict[date, Closure]:
    """The closed days of a unit; `chain` is the unit itself, the one above it, and so on: the nearest is named."""
    rank = {code: place for place, code in enumerate(chain)}
    found: dict[date, Closure] = {}
    for closure in sorted(
        (closure for closure in closures if closure.unit in rank), key=lambda closure: rank[closure.unit]
    ):
        for day in closure.days:
            found.setdefault(day, closure)
    return found


def resting_anyway(closure: Closure, nationwide: DayTable) -> list[date]:
    """The days of a closure that rest under the national arrangement already."""
    return [day for day in closure.days if not nationwide.is_workday(day)]


def closure_remarks(folder: Path, closures: Sequence[Closure], nationwide: DayTable) -> list[Problem]:
    """What is no mistake but deserves a look: closed days that rest anyway.

    `folder` is the calendar's, for the place of each remark; `nationwide` the days without any closure.
    """
    if not closures:
        return []
    file, _, _ = load_file(folder / CLOSURES_FILE, Closures, root=folder.parent)
    remarks = []
    for number, closure in enumerate(closures):
        idle = resting_anyway(closure, nationwide)
        if idle and file is not None:
            listed = say(zh="、", en=", ").join(f"{day:%m-%d}" for day in idle)
            what = say(zh=f"{listed} 本来就休息", en=f"{listed} rest anyway")
            remarks.append(file.problem(("closures", number, "from"), what))
    return remarks


def _mistakes(
    file: YamlFile, closures: Sequence[Closure], above: Mapping[str, Sequence[str]], nationwide: DayTable
) -> list[Problem]:
    problems: list[Problem] = []
    earlier: defaultdict[str, list[Closure]] = defaultdict(list)
    for number, closure in enumerate(closures):
        at = ("closures", number)
        if above and closure.unit not in above:
            what = say(zh=f"没有单位“{closure.unit}”", en=f"there is no unit “{closure.unit}”")
            problems.append(file.problem((*at, "unit"), what, did_you_mean(closure.unit, above)))
        if not (nationwide.first_day <= closure.from_ and closure.to <= nationwide.last_day):
            first, last = nationwide.first_day.year, nationwide.last_day.year
            what = say(
                zh=f"工作日历只有 {first} 至 {last} 年，不含 {closure.from_} 至 {closure.to}",
                en=f"the calendar covers {first} to {last}, not {closure.from_} to {closure.to}",
            )
            problems.append(
                file.problem((*at, "from"), what, say(zh="请核对年份", en="check the year of the closure"))
            )
        for other in earlier[closure.unit]:
            if other.from_ <= closure.to and closure.from_ <= other.to:
                what = say(
                    zh=f"与同一单位 {other.from_} 至 {other.to} 的停工重叠",
                    en=f"overlaps the closure of the same unit from {other.from_} to {other.to}",
                )
                mend = say(
                    zh="延长的请改原来那条的 to；另有通知的只写新增的日子",
                    en="extend the first one, or state only the days the new notice adds",
                )
                problems.append(file.problem((*at, "from"), what, mend))
        earlier[closure.unit].append(closure)
    return problems
