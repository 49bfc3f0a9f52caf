"""What people do to obligations: sign for, complete, extend, waive, suspend, resume, and take it back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from duban.base.clock import local
from duban.base.language import say
from duban.cli.acting import Actor, acting, note_refusals
from duban.cli.bilingual import argument, option
from duban.cli.failures import ExitCode, WrongUsage, explain_failure
from duban.cli.grouping import OBLIGATIONS, add_commands
from duban.cli.opened import open_project
from duban.cli.options import Project, read_date, read_period
from duban.cli.screen import tell

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from duban.obligations.actions import ActOutcome
    from duban.obligations.evidence import Evidence as Handed

Ids = Annotated[
    list[str],
    argument(
        "OBLIGATION...",
        zh="应办事项编号（DB-…），可写多个。",
        en="Numbers of obligations (DB-…), one or more.",
    ),
]
Why = Annotated[str, option("--reason", "TEXT", zh="理由，记入经过。", en="The reason, for the record.")]
Note = Annotated[str, option("--reason", "TEXT", zh="说明，记入经过。", en="A remark, for the record.")]
Evidence = Annotated[
    list[Path] | None,
    option(
        "--evidence",
        "FILE",
        zh="证明材料，可写多次；文件名不含材料名称的，写成 材料名称=文件。",
        en="A file that shows it; may be given again. NAME=FILE says which piece it is.",
    ),
]
To = Annotated[
    date | None, option("--to", "DATE", parser=read_date, zh="延到这一天。", en="Extend to this day.")
]
ByPeriod = Annotated[
    str | None,
    option(
        "--by",
        "PERIOD",
        zh="从现在的最后期限再延多久，如“10个工作日”。",
        en="Extend by so much, such as “10 workdays”.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    add_commands(
        app,
        OBLIGATIONS,
        ("ack", ack, "签收：表示已经知道、正在办。", "Sign for obligations: known and in hand."),
        ("done", done, "办结不用复核的，可附证明材料。", "Complete what nobody reviews, with evidence."),
        ("extend", extend, "延期到某一天。", "Extend obligations to a later day."),
        ("waive", waive, "免办，写明理由。", "Waive obligations, with the reason."),
        ("suspend", suspend, "中止，催办随之停下。", "Suspend obligations; reminders stop."),
        ("resume", resume, "恢复中止的事项。", "Resume suspended obligations."),
        (
            "reopen",
            reopen,
            "重新打开办结或免办的事项（撤销误操作）。",
            "Reopen what was done or waived by mistake.",
        ),
        (
            "undo",
            undo,
            "撤销刚做的延期或转办，恢复成原来的样子。",
            "Undo the extension or the transfer that was done last.",
        ),
    )


def ack(ids: Ids, *, actor: Actor = None, reason: Note = "", project: Project = None) -> int:
    """Sign for obligations."""
    from duban.obligations import actions

    return act_on_each(ids, project, actor, "ack", actions.acknowledge, reason=reason)


def done(
    ids: Ids, *, evidence: Evidence = None, actor: Actor = None, reason: Note = "", project: Project = None
) -> int:
    """Complete obligations, with evidence."""
    from duban.obligations import actions

    return act_on_each(
        ids, project, actor, "done", actions.complete, reason=reason, evidence=handed(evidence)
    )


def extend(
    ids: Ids, *, reason: Why, to: To = None, by: ByPeriod = None, actor: Actor = None, project: Project = None
) -> int:
    """Extend obligations to a later day, or by a period."""
    from duban.obligations import actions

    if (to is None) == (by is None):
        raise WrongUsage(zh="写 --to 日期 或 --by 期限，二选一", en="give either --to DATE or --by PERIOD")
    period = read_period(by, "--by") if by else None
    return act_on_each(ids, project, actor, "extend", actions.extend, reason=reason, to=to, by=period)


def waive(ids: Ids, *, reason: Why, actor: Actor = None, project: Project = None) -> int:
    """Waive obligations."""
    from duban.obligations import actions

    return act_on_each(ids, project, actor, "waive", actions.waive, reason=reason)


def suspend(ids: Ids, *, reason: Why, actor: Actor = None, project: Project = None) -> int:
    """Suspend obligations."""
    from duban.obligations import actions

    return act_on_each(ids, project, actor, "suspend", actions.suspend, reason=reason)


def resume(ids: Ids, *, reason: Note = "", actor: Actor = None, project: Project = None) -> int:
    """Resume suspended obligations."""
    from duban.obligations import actions

    return act_on_each(ids, project, actor, "resume", actions.resume, reason=reason)


def reopen(ids: Ids, *, reason: Why, actor: Actor = None, project: Project = None) -> int:
    """Reopen closed obligations."""
    from duban.obligations import actions

    return act_on_each(ids, project, actor, "reopen", actions.reopen, reason=reason)


def undo(ids: Ids, *, actor: Actor = None, reason: Note = "", project: Project = None) -> int:
    """Undo extensions and transfers."""
    from duban.obligations import actions

    return act_on_each(ids, project, actor, "undo", actions.undo, reason=reason)


def act_on_each(
    ids: list[str],
    project: Path | None,
    actor: str | None,
    command: str,
    act: Callable[..., ActOutcome],
    **given: object,
) -> int:
    """Act on each obligation by itself, with what was `given`: one that is refused is said and does not hold up the others."""
    refused = 0
    with open_project(project) as workspace:
        who = acting(workspace, actor, command, *ids)
        for one in ids:
            try:
                acted = act(workspace, one, workspace.clock.now(), who=who, **given)
                tell(line_of(acted, workspace.definitions.project.zone))
            except Exception as error:
                failure = explain_failure(error)
                if failure.code is not ExitCode.REFUSED:
                    raise
                tell(failure.line, "red")
                refused += 1
        note_refusals(len(ids) - refused, len(ids))
    return ExitCode.REFUSED if refused else ExitCode.DONE


def line_of(acted: ActOutcome, zone: ZoneInfo) -> str:
    """How the obligation stands now, in one line."""
    from duban.obligations.state_words import state_word

    until = acted.deadline if acted.due_at is None else local(acted.due_at, zone)
    stands = say(
        zh=f"{acted.short_id} {acted.title}：{state_word(acted.state)}，最后期限 {until}",
        en=f"{acted.short_id} {acted.title}: {state_word(acted.state)}, deadline {until}",
    )
    if acted.steps:
        told = say(zh="；", en="; ").join(acted.steps)
        stands += say(zh=f"（{told}）", en=f" ({told})")
    if not acted.missing:
        return stands
    missing = say(zh="、", en=", ").join(acted.missing)
    return stands + say(zh=f"（还缺材料：{missing}）", en=f" (evidence still missing: {missing})")


def handed(written: Iterable[Path] | None) -> list[Handed]:
    """The files, and what each is where that is written before it: 形势分析报告=scan0001.pdf."""
    return [_piece(each) for each in written or ()]


def _piece(written: Path) -> Handed:
    from duban.obligations import evidence

    name, between, path = str(written).partition("=")
    if between and not written.exists():
        return evidence.Evidence(Path(path), name)
    return evidence.Evidence(written)
