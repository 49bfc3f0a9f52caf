"""Dispatch (派单) and working along (会办): what a unit owes is given to a post, or others are asked to join, and taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from duban.cli.acting import Actor
from duban.cli.bilingual import option
from duban.cli.grouping import OBLIGATIONS, add_commands
from duban.cli.moves import Evidence, Ids, Note, Why, act_on_each, handed
from duban.cli.options import Project

if TYPE_CHECKING:
    from duban.obligations.acting import ActOutcome
    from duban.workspace.workspace import Workspace

Receiver = Annotated[
    str,
    option(
        "--to",
        "UNIT/POST",
        zh="派给谁：单位/岗位，例如 列东所/经办人；也可以写人名：李小明、列东所/李小明。",
        en="To whom: unit/post, such as 列东所/经办人, or who holds it: 李小明, 列东所/李小明.",
    ),
]

NewOwner = Annotated[
    str,
    option(
        "--to",
        "UNIT/POST",
        zh="转给谁：单位/岗位，岗位和原来的同名，例如 三元区局/食品流通科。",
        en="Who owes it from now on: unit/post, the post of the same name, such as 三元区局/食品流通科.",
    ),
]

Partner = Annotated[
    str,
    option(
        "--to",
        "UNIT/POST",
        zh="会办的是谁：单位/岗位，例如 列东所/经办人。",
        en="Who works along: unit/post, such as 列东所/经办人.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    add_commands(
        app,
        OBLIGATIONS,
        (
            "dispatch",
            dispatch,
            "派单：派给本单位或下级单位的岗位，本单位仍负责督办。",
            "Give obligations to a post of the unit or of one below; the unit keeps the oversight.",
        ),
        ("take-back", take_back, "收回派单，仍由承办单位的岗位办理。", "Take back what was given to a post."),
        (
            "transfer",
            transfer,
            "转办：从此由另一个单位承办，期限和已发的催办不变。",
            "Let another unit owe obligations from now on; days and what was said already stay.",
        ),
        (
            "co-handle",
            co_handle,
            "会办：请其他岗位一起办，他们看得到、收到催办、可以反馈材料；仍由承办岗位负责。",
            "Ask other posts to work along; they see it, are reminded and hand in evidence; its owner stays responsible.",
        ),
        ("release", release, "撤销会办。", "A post no longer works along."),
        (
            "contribute",
            contribute,
            "会办反馈：会办的岗位交材料、说明办了什么，由承办岗位一并反馈。",
            "Hand in what was done along, with evidence; the owner reports it with theirs.",
        ),
    )


def dispatch(
    ids: Ids, *, to: Receiver, actor: Actor = None, reason: Note = "", project: Project = None
) -> int:
    """Give obligations to a post."""
    from duban.obligations import actions

    return act_on_each(ids, project, actor, "dispatch", naming(to, actions.dispatch), reason=reason)


def take_back(ids: Ids, *, actor: Actor = None, reason: Note = "", project: Project = None) -> int:
    """Take back what was given to a post."""
    from duban.obligations import actions

    return act_on_each(ids, project, actor, "take-back", actions.take_back, reason=reason)


def transfer(ids: Ids, *, to: NewOwner, reason: Why, actor: Actor = None, project: Project = None) -> int:
    """Let another unit owe obligations."""
    from duban.obligations import actions

    return act_on_each(ids, project, actor, "transfer", naming(to, actions.transfer), reason=reason)


def co_handle(
    ids: Ids, *, to: Partner, actor: Actor = None, reason: Note = "", project: Project = None
) -> int:
    """Ask a post to work along."""
    from duban.obligations import co_actions

    return act_on_each(ids, project, actor, "co-handle", naming(to, co_actions.co_handle), reason=reason)


def release(ids: Ids, *, to: Partner, actor: Actor = None, reason: Note = "", project: Project = None) -> int:
    """A post no longer works along."""
    from duban.obligations import co_actions

    return act_on_each(ids, project, actor, "release", naming(to, co_actions.release), reason=reason)


def naming(to: str, act: Callable[..., ActOutcome]) -> Callable[..., ActOutcome]:
    """The act with the post that `to` names in the project."""
    from duban.bureau.unit_names import post_meant

    def named(ws: Workspace, *told: object, **given: object) -> ActOutcome:
        return act(ws, *told, to=post_meant(ws.definitions.project, to), **given)

    return named


def contribute(
    ids: Ids, *, evidence: Evidence = None, actor: Actor = None, reason: Note = "", project: Project = None
) -> int:
    """Hand in what was done along."""
    from duban.obligations import co_actions

    return act_on_each(
        ids, project, actor, "contribute", co_actions.contribute, reason=reason, evidence=handed(evidence)
    )
