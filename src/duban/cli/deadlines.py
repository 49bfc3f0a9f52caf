"""`duban deadline` and `duban next`: which day it is due, and which days are coming."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from duban.base.language import say
from duban.base.weekdays import with_weekday
from duban.cli.bilingual import option
from duban.cli.failures import WrongUsage
from duban.cli.grouping import DUE_DATES, add_commands
from duban.cli.opened import unit_meant
from duban.cli.options import Json, Project, read_date, read_period
from duban.cli.screen import show_json, tell

if TYPE_CHECKING:
    from pathlib import Path

    from duban.workdays import Reckoning, WorkdayCalendar

Start = Annotated[
    date,
    option(
        "--from",
        "DATE",
        parser=read_date,
        zh="起算日，当天不计入。",
        en="The day it starts; it does not count.",
    ),
]
Within = Annotated[
    str,
    option(
        "--within",
        "PERIOD",
        zh="期限，如“一个月”“20个工作日”“90日”。",
        en="The period: “1 month”, “20 workdays”, “90 days”.",
    ),
]
Law = Annotated[
    str | None,
    option(
        "--law",
        "LAW",
        zh="期限出自哪部法，如“行政处罚法”。",
        en="The statute that states the period, such as 行政处罚法.",
    ),
]
Backward = Annotated[
    bool, option("--backward", zh="往前倒算（届满若干日前）。", en="Count back from the day instead.")
]

Still = Annotated[
    bool,
    option(
        "--no-roll",
        zh="末日是休息日也不顺延：有效期、统计窗口、写明了日期的。",
        en="A rest day does not move the last day: validity, windows, days that are named.",
    ),
]
OfUnit = Annotated[
    str | None,
    option(
        "--unit",
        "UNIT",
        zh="按这个单位的日历算，含它的停工。",
        en="On this unit's calendar, its closures included.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    add_commands(
        app,
        DUE_DATES,
        (
            "deadline",
            deadline,
            "算一个期限的到期日，列出每一步和依据。",
            "Reckon the due date of a period, with every step and what it rests on.",
        ),
    )


def deadline(
    *,
    start: Start,
    within: Within,
    law: Law = None,
    backward: Backward = False,
    still: Still = False,
    unit: OfUnit = None,
    project: Project = None,
    as_json: Json = False,
) -> None:
    """Reckon one due date on the project's calendar."""
    from duban.bureau.project import find_root
    from duban.duties.certainty import last_day_word
    from duban.workdays import TimeGrain, load_calendar, reckon
    from duban.workdays.statutes import governed

    period = read_period(within, "--within")
    if still and (backward or period.grain is TimeGrain.WORKDAY):
        raise WrongUsage(
            zh="--no-roll 只用于往后数的自然日、周、月、年：工作日和倒推的期限本来就不顺延",
            en="--no-roll is for natural periods counted on: working days and periods counted back never roll",
        )
    if law is not None:
        try:
            governed(law, start, backward=backward)
        except ValueError as error:
            raise typer.BadParameter(str(error), param_hint="--law") from None
    root = find_root(project)
    calendar = load_calendar(root / "calendar") if unit is None else _of_unit(root, unit)
    reckoning = reckon(calendar, start, period, law=law, roll=not still, backward=backward)
    if as_json:
        show_json({"from": start, "within": within, "law": law, **_facts(reckoning)})
        return
    for line in reckoning_lines(reckoning, last_day_word(statutory=law is not None)):
        tell(line)


def _of_unit(root: Path, unit: str) -> WorkdayCalendar:
    """The calendar of one unit; only this needs the whole content."""
    from duban.definitions.definitions import load_definitions

    definitions = load_definitions(root)
    return definitions.calendar.for_unit(unit_meant(definitions.project, unit))


def reckoning_lines(reckoning: Reckoning, last_day: str) -> list[str]:
    """The steps of a reckoning, one a line, and the due date they lead to; `last_day` is what that is called."""
    lines = [
        f"{number}. {step.text}" + _on(step.basis) for number, step in enumerate(reckoning.steps, start=1)
    ]
    safe, last = with_weekday(reckoning.target), with_weekday(reckoning.deadline)
    lines.append(say(zh=f"应办日：{safe}", en=f"safe day: {safe}") + _provisional(*reckoning.safe_days))
    lines.append(
        say(zh=f"{last_day}：{last}", en=f"{last_day}: {last}")
        + _provisional(reckoning.earliest, reckoning.latest)
    )
    return lines


def _provisional(first: date, last: date) -> str:
    if first == last:
        return ""
    return say(
        zh=f"（暂定：放假安排公布后在 {first} 至 {last} 之间）",
        en=f" (provisional: within {first} to {last} once the notice is out)",
    )


def _on(basis: str) -> str:
    return say(zh=f"（{basis}）", en=f" ({basis})") if basis else ""


def _facts(reckoning: Reckoning) -> dict[str, object]:
    return {
        "nominal": reckoning.nominal,
        "target": reckoning.target,
        "deadline": reckoning.deadline,
        "provisional": reckoning.provisional,
        "earliest": reckoning.earliest,
        "latest": reckoning.latest,
        "target_earliest": reckoning.safe_days[0],
        "target_latest": reckoning.safe_days[1],
        "steps": [{"text": step.text, "day": step.day, "basis": step.basis} for step in reckoning.steps],
    }
