"""Agreeing to a plan on the command line: that it is still the same, whether to go on, and what came of it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import typer

from duban.base.language import say
from duban.cli.failures import Refused
from duban.cli.screen import tell

if TYPE_CHECKING:
    from duban.edits import AppliedPlan, Plan


def refuse_another_plan(plan_id: str, made: Plan, *, of_folder: bool) -> None:
    """Refuse, saying what changed meanwhile, where `made` is not the plan that was asked for by its id."""
    if plan_id == made.id:
        return
    base, _, draft = plan_id.partition("-")
    known_base, _, known_draft = made.id.partition("-")
    if base != known_base and draft == known_draft:
        raise Refused(
            zh=f"已生效的版本在 {plan_id} 之后变了，请重新运行 duban plan",
            en=f"the applied version changed since plan {plan_id}; plan again",
        )
    if base == known_base and of_folder:
        raise Refused(
            zh=f"文件在 {plan_id} 之后又改过，请重新运行 duban plan",
            en=f"the files were edited since plan {plan_id}; plan again",
        )
    raise Refused(
        zh=f"现在的计划是 {made.id}，不是 {plan_id}，请重新运行 duban plan",
        en=f"the plan is {made.id} now, not {plan_id}; plan again",
    )


def ask(*, yes: bool) -> None:
    """Ask whether to put it in force. Raises Refused where nobody can be asked and `yes` is not said."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise Refused(zh="没有确认：加 --yes 表示同意", en="not confirmed: --yes agrees")
    typer.confirm(say(zh="生效吗？", en="put it in force?"), abort=True)


def say_applied(done: AppliedPlan) -> None:
    """Say which version is in force, and what people did since the plan was made."""
    tell()
    tell(
        zh=f"第 {done.version} 版已生效。正在运行的服务会自动采用。",
        en=f"version {done.version} is in force. A running service takes it up by itself.",
        style="green",
    )
    if not done.as_planned:
        tell(
            zh=f"计划之后有人办理了事项，实际是：{done.plan.counts.line()}",
            en=f"people acted since the plan was made; what was done: {done.plan.counts.line()}",
            style="yellow",
        )


def say_proposed(plan_id: str) -> None:
    """Say that another person has to approve."""
    tell()
    tell(
        zh=f"已提出 {plan_id}，还没有生效。要由另一个人运行 duban approve {plan_id}",
        en=f"proposed as {plan_id}, not in force yet: another person runs duban approve {plan_id}",
        style="yellow",
    )
