"""A change of the calendar on the command line: what it moves is shown, asked about, and put in force."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated

import typer

from duban.base.language import say
from duban.base.weekdays import with_weekday
from duban.cli.acting import acting
from duban.cli.bilingual import option
from duban.cli.failures import ExitCode, WrongUsage
from duban.cli.screen import show, show_json, show_table, tell

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from duban.base.problems import Problem
    from duban.edits import AppliedPlan, Plan, Proposal
    from duban.edits.changed_files import Change
    from duban.holidays.difference import Difference

DryRun = Annotated[bool, option("--dry-run", zh="只看会改什么，不改。", en="Only show what would change.")]
Yes = Annotated[bool, option("--yes", zh="不再询问。", en="Do not ask.")]


@dataclass(frozen=True)
class Consent:
    """How a change is agreed to."""

    dry_run: bool  #: only shown, never made
    yes: bool  #: made without asking
    by: str | None  #: who makes it; the system's user where None
    as_json: bool  #: told to a program


def carry_out(
    change: Change,
    told: Iterable[str],
    changed: Difference | None,
    remarks: Iterable[Problem],
    reason: str,
    how: Consent,
    opening: Collection[str] = (),
) -> int:
    """Show what changes in days and in obligations, ask, and put it in force; `opening`: the duties that open by these days."""
    from duban.edits import telling

    remarks, plan = list(remarks), change.plan
    if how.as_json and not (how.dry_run or how.yes):
        raise WrongUsage(zh="--json 要和 --yes 或 --dry-run 一起用", en="--json goes with --yes or --dry-run")
    if not how.as_json:
        for line in told:
            tell(line)
        _show_days(changed)
        for remark in remarks:
            tell(zh=f"提示 {remark}", en=f"note {remark}", style="dim")
        tell()
        show(telling.plan_document(_where_dates_move(plan, opening)))
        tell()
    done = None
    if not (how.dry_run or plan.problems):
        if not (how.yes or how.as_json):
            typer.confirm(say(zh="写入并生效吗？", en="Write it and put it in force?"), abort=True)
        now = change.ws.clock.now()
        done = change.put_in_force(
            now, by=acting(change.ws, how.by, "calendar", change.plan.id), reason=reason
        )
    if how.as_json:
        show_json(
            {
                "written": done is not None,
                "files": list(change.texts),
                "days": changed.days if changed else (),
                "remarks": remarks,
                "plan": telling.as_json(plan),
                "version": getattr(done, "version", None),
            }
        )
    else:
        tell(*_outcome(done, change))
    return ExitCode.REFUSED if plan.problems else ExitCode.DONE


def _where_dates_move(plan: Plan, opening: Collection[str]) -> Plan:
    """The plan with those duties alone whose open obligations get other dates, or that open by these days: what a calendar
    is changed for.

    What else would be opened is owed whatever the calendar says; `duban plan` shows it.
    """
    told = (
        each
        for each in plan.duties
        if each.moved or each.withdrawn or each.reinstated or each.duty_id in opening
    )
    return replace(plan, duties=tuple(told))


def _outcome(done: AppliedPlan | Proposal | None, change: Change) -> tuple[str, str]:
    listed = say(zh="、", en=", ").join(change.texts)
    version = getattr(done, "version", None)
    if done is None:
        return say(zh=f"没有写入 {listed}。", en=f"{listed} not written."), "yellow"
    if version is None:
        return (
            say(
                zh=f"已写入 {listed}，还没有生效：要由另一个人运行 duban approve {change.plan.id}",
                en=f"{listed} written, not in force yet: another person runs duban approve {change.plan.id}",
            ),
            "yellow",
        )
    return (
        say(
            zh=f"已写入 {listed}，第 {version} 版已生效。正在运行的服务会自动采用。",
            en=f"{listed} written; version {version} is in force. A running service takes it up by itself.",
        ),
        "green",
    )


def _show_days(changed: Difference | None) -> None:
    if changed is None:
        return
    if changed.days:
        show_table(
            [say(zh="日期", en="day"), say(zh="原来", en="was"), say(zh="改为", en="becomes")],
            [
                (
                    with_weekday(each.day),
                    each.was + (say(zh="（暂定）", en=" (provisional)") if each.uncertain else ""),
                    each.becomes,
                )
                for each in changed.days
            ],
        )
    else:
        tell(zh="没有一天的上班休息有变化。", en="No day changes between work and rest.")
    if changed.settled:
        tell(
            zh=f"{changed.settled} 个拿不准的日子定了下来；正式安排到 {changed.official_until}。",
            en=f"{changed.settled} uncertain days are settled; official until {changed.official_until}.",
        )


def unchanged(remarks: Iterable[Problem], number: str, how: Consent) -> int:
    """Say that what was entered stands there already; `number` is the notice it rests on."""
    remarks = list(remarks)
    if how.as_json:
        show_json(
            {"written": False, "files": [], "days": [], "remarks": remarks, "plan": None, "version": None}
        )
        return ExitCode.DONE
    for remark in remarks:
        tell(zh=f"提示 {remark}", en=f"note {remark}", style="dim")
    tell(zh=f"{number} 已经录入，什么也没有改。", en=f"{number} is entered already; nothing changed.")
    return ExitCode.DONE


def status_line(was: str, year: int, *, amends: bool) -> str:
    """What a notice does to its year, which `was` official, provisional or (empty) not there."""
    if amends:
        return say(zh=f"修改 {year} 年已公布的安排", en=f"amends the arrangement of {year}")
    if was == "official":
        return say(zh=f"更正 {year} 年已录入的安排", en=f"mends what was entered for {year}")
    return say(zh=f"{year} 年由暂定转为正式", en=f"{year} becomes official")
