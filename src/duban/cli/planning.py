"""`duban plan`, `apply`, `approve`, `versions`: see what an edit changes, put it in force, and take it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from duban.base.folding import legible
from duban.base.language import say
from duban.cli.acting import Actor, acting, looking_on
from duban.cli.bilingual import argument, option
from duban.cli.failures import ExitCode, WrongUsage
from duban.cli.forms import As, Output, asked_form, hand_over, tell_written
from duban.cli.grouping import CHANGING, add_commands
from duban.cli.opened import open_project
from duban.cli.options import Json, Project
from duban.cli.plan_consent import ask, refuse_another_plan, say_applied, say_proposed
from duban.cli.screen import show, show_json, tell
from duban.cli.versions import versions
from duban.documents import Form

if TYPE_CHECKING:
    from duban.edits import Plan
    from duban.workspace.workspace import Workspace

Version = Annotated[
    int | None,
    option(
        "--version",
        "N",
        zh="不看文件夹，看以前的第 N 版（见 duban versions）。",
        en="Not the folder but an earlier version (see duban versions).",
    ),
]
All = Annotated[bool, option("--all", zh="一组不少，全部列出。", en="List every group, not just the first.")]
Because = Annotated[str, option("--because", "TEXT", zh="为什么，记入版本。", en="Why, for the record.")]
Yes = Annotated[bool, option("--yes", zh="不再询问。", en="Do not ask again.")]
Files = Annotated[
    bool,
    option(
        "--files",
        zh="与 --version 同用：文件夹也改回那一版，现在的文件另存。",
        en="With --version: make the folder that version too; its present files are kept.",
    ),
]
PlanId = Annotated[
    str | None,
    argument(
        "[PLAN-ID]",
        zh="duban plan 显示的编号；写上它，计划之后有变就不生效。",
        en="The number duban plan showed; with it, anything that changed since refuses.",
    ),
]
Waiting = Annotated[
    str, argument("PLAN-ID", zh="等待批准的计划编号。", en="The plan that waits for approval.")
]


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    add_commands(
        app,
        CHANGING,
        (
            "plan",
            plan,
            "文件夹里的修改会带来什么：新增、移动、撤回多少件，立即发出多少条消息。",
            "What the edit in the folder would change, in obligations and messages.",
        ),
        (
            "apply",
            apply,
            "让修改生效：全部成功，或什么也没有发生。",
            "Put the edit in force: all of it, or nothing.",
        ),
        (
            "approve",
            approve,
            "由第二个人批准，使提出的修改生效。",
            "Approve, as a second person, what somebody proposed.",
        ),
        (
            "versions",
            versions,
            "已生效过的各版：谁、何时、为什么、改了什么。",
            "The applied versions: who, when, why, what changed.",
        ),
    )


def plan(
    *,
    version: Version = None,
    everything: All = False,
    form: As = None,
    output: Output = None,
    project: Project = None,
    as_json: Json = False,
) -> int:
    """Show what would change; exit code 1 if it could not be applied."""
    from duban.edits.telling import as_json as plan_json
    from duban.edits.telling import plan_document

    wanted = asked_form(form, output, as_json=as_json, named=say(zh="计划", en="plan"))
    with open_project(project, say_draft=False) as workspace:
        made = _made(workspace, version)
    hand_over(plan_document(made, everything=everything), wanted, output, data=plan_json(made))
    tell_written(output, made.counts.line())
    if wanted is Form.TERMINAL and not made.problems and not made.is_empty:
        which = f" --version {version}" if version is not None else ""
        how = say(
            zh=f"使它生效：duban apply {made.id}{which} --because 原因",
            en=f"to put it in force: duban apply {made.id}{which} --because REASON",
        )
        tell()
        tell(how, "dim")
    return ExitCode.REFUSED if made.problems else ExitCode.DONE


def apply(
    plan_id: PlanId = None,
    *,
    because: Because,
    by: Actor = None,
    version: Version = None,
    files: Files = False,
    yes: Yes = False,
    project: Project = None,
    as_json: Json = False,
) -> int:
    """Put the folder, or an earlier version, in force; or propose it where a second person has to approve."""
    from duban import edits as planning
    from duban.edits.draft import put_back, refuse_edited_folder

    if not legible(because).strip():
        raise WrongUsage(zh="--because 要写明原因", en="--because must give the reason")
    if files and version is None:
        raise WrongUsage(zh="--files 要和 --version 同用", en="--files goes with --version")
    with open_project(project, say_draft=False) as workspace:
        now, who = workspace.clock.now(), looking_on(workspace, by)
        made = _made(workspace, version)
        if plan_id is not None:
            refuse_another_plan(plan_id, made, of_folder=version is None)
        if not as_json:
            _show(made)
        if made.problems:
            if as_json:
                show_json({"applied": None, "problems": made.problems})
            return ExitCode.REFUSED
        if made.is_empty:
            if as_json:
                show_json({"applied": None, "problems": []})
            return ExitCode.DONE
        ask(yes=yes)
        if version is None:
            refuse_edited_folder(workspace, made)
        acting(workspace, by, "apply", made.id)
        if workspace.definitions.project.approvers > 1:
            proposal = planning.propose(workspace, made, by=who, now=now, reason=because)
            if as_json:
                show_json({"proposed": proposal})
            else:
                say_proposed(proposal.plan)
            return ExitCode.DONE
        done = planning.apply(workspace, made, actor=who.name, now=now, reason=because)
        if as_json:
            show_json(
                {"applied": done.version, "counts": vars(done.plan.counts), "as_planned": done.as_planned}
            )
        else:
            say_applied(done)
        if files:
            kept = put_back(workspace, made.files)
            tell(
                zh=f"文件夹已改回这一版，原来的文件在 {kept}",
                en=f"the folder is that version again; kept: {kept}",
            )
        elif version is not None and not as_json:
            tell(
                zh="文件夹没有动，仍是草稿；要一并改回，加 --files",
                en="the folder was not touched and is a draft still; --files makes it that version too",
                style="dim",
            )
    return ExitCode.DONE


def approve(plan_id: Waiting, *, by: Actor = None, yes: Yes = False, project: Project = None) -> None:
    """Put in force what another person proposed."""
    from duban import edits as planning

    with open_project(project, say_draft=False) as workspace:
        made = planning.proposed_plan(workspace, plan_id, workspace.clock.now())
        _show(made)
        ask(yes=yes)
        who = acting(workspace, by, "approve", plan_id)
        say_applied(planning.approve(workspace, plan_id, by=who, now=workspace.clock.now()))


def _made(workspace: Workspace, version: int | None) -> Plan:
    from duban import edits as planning

    if version is None:
        draft = planning.draft_of_folder(workspace)
    else:
        draft = planning.draft_of_version(workspace, version)
    return planning.plan(workspace, *draft, workspace.clock.now())


def _show(made: Plan) -> None:
    from duban.edits.telling import plan_document

    show(plan_document(made))
