"""`duban deadline` and `duban next`: which day it is due, and which days are coming."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from duban.base.language import say
from duban.cli.bilingual import both
from duban.cli.failures import WrongUsage
from duban.cli.options import Json, Project, read_date
from duban.cli.screen import show_json, tell

if TYPE_CHECKING:
    from pathlib import Path

    from duban.workdays import Reckoning, WorkdayCalendar

PANEL = both(zh="期限", en="Due dates")

Start = Annotated[
    str,
    typer.Option(
        "--from",
        metavar="DATE",
        help=both(zh="起算日，当天不计入。", en="The day it starts; it does not count."),
    ),
]
Within = Annotated[
    str,
    typer.Option(
        "--within",
        metavar="PERIOD",
        help=both(
            zh="期限，如“一个月”“20个工作日”“90日”。", en="The period: “1 month”, “20 workdays”, “90 days”."
        ),
    ),
]
Law = Annotated[
    str | None,
    typer.Option(
        "--law",
        metavar="LAW",
        show_default=False,
        help=both(
            zh="期限出自哪部法，如“行政处罚法”。",
            en="The statute that states the period, such as 行政处罚法.",
        ),
    ),
]
Backward = Annotated[
    bool,
    typer.Option(
        "--backward", help=both(zh="往前倒算（届满若干日前）。", en="Count back from the day instead.")
    ),
]


OfUnit = Annotated[
    str | None,
    typer.Option(
        "--unit",
        metavar="UNIT",
        show_default=False,
        help=both(
            zh="按这个单位的日历算，含它的停工。", en="On this unit's calendar, its closures included."
        ),
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    app.command(
        "deadline",
        rich_help_panel=PANEL,
        help=both(
            zh="算一个期限的到期日，列出每一步和依据。",
            en="Reckon the due date of a period, with every step and what it rests on.",
        ),
    )(deadline)


def deadline(
    *,
    start: Start,
    within: Within,
    law: Law = None,
    backward: Backward = False,
    unit: OfUnit = None,
    project: Project = None,
    as_json: Json = False,
) -> None:
    """Reckon one due date on the project's calendar."""
    from duban.bureau.project import find_root
    from duban.workdays import load_calendar, parse_period, reckon, statute_named

    first = read_date(start)
    try:
        period = parse_period(within)
        if law is not None:
            statute_named(law, first)
    except ValueError as error:
        raise WrongUsage(str(error)) from None
    root = find_root(project)
    calendar = load_calendar(root / "calendar") if unit is None else _of_unit(root, unit)
    reckoning = reckon(calendar, first, period, law=law, backward=backward)
    if as_json:
        show_json({"from": first, "within": within, "law": law, **_facts(reckoning)})
        return
    for line in reckoning_lines(reckoning):
        tell(line)


def _of_unit(root: Path, unit: str) -> WorkdayCalendar:
    """The calendar of one unit; only this needs the whole content."""
    from duban.definitions.definitions import load_definitions

    definitions = load_definitions(root)
    if unit not in definitions.project.units:
        raise WrongUsage(say(zh=f"没有单位 {unit}", en=f"there is no unit {unit}"))
    return definitions.calendar.for_unit(unit)


def reckoning_lines(reckoning: Reckoning) -> list[str]:
    """The steps of a reckoning, one a line, and the due date they lead to."""
    lines = [
        f"{number}. {step.text}" + _on(step.basis) for number, step in enumerate(reckoning.steps, start=1)
    ]
    moved = ""
    if reckoning.provisional:
        moved = say(
            zh=f"（暂定：放假安排公布后在 {reckoning.earliest} 至 {reckoning.latest} 之间）",
            en=f" (provisional: within {reckoning.earliest} to {reckoning.latest} once the notice is out)",
        )
    lines.append(say(zh=f"应办日：{_day(reckoning.target)}", en=f"safe target: {_day(reckoning.target)}"))
    lines.append(
        say(zh=f"法定期限：{_day(reckoning.deadline)}", en=f"legal deadline: {_day(reckoning.deadline)}")
        + moved
    )
    return lines


def _on(basis: str) -> str:
    return say(zh=f"（{basis}）", en=f" ({basis})") if basis else ""


def _day(day: date) -> str:
    return f"{day} {say(zh='周' + '一二三四五六日'[day.weekday()], en=day.strftime('%a'))}"


def _facts(reckoning: Reckoning) -> dict[str, object]:
    return {
        "nominal": reckoning.nominal,
        "target": reckoning.target,
        "deadline": reckoning.deadline,
        "provisional": reckoning.provisional,
        "earliest": reckoning.earliest,
        "latest": reckoning.latest,
        "steps": reckoning.steps,
    }
