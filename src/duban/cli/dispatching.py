"""Dispatch (派单): what a unit owes is given to a post of its own or of a unit below, and taken back."""

from __future__ import annotations

from typing import Annotated

import typer

from duban.cli.bilingual import both
from duban.cli.moves import PANEL, Actor, Ids, Note, act_on_each
from duban.cli.options import Project

Receiver = Annotated[
    str,
    typer.Option(
        "--to",
        metavar="UNIT/POST",
        help=both(
            zh="派给谁：单位/岗位，例如 列东所/经办人。", en="To whom: unit/post, such as 列东所/经办人."
        ),
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    for name, command, zh, en in (
        (
            "dispatch",
            dispatch,
            "派单：派给本单位或下级单位的岗位，本单位仍负责督办。",
            "Give obligations to a post of the unit or of one below; the unit keeps the oversight.",
        ),
        ("take-back", take_back, "收回派单，仍由承办单位的岗位办理。", "Take back what was given to a post."),
    ):
        app.command(name, rich_help_panel=PANEL, help=both(zh=zh, en=en))(command)


def dispatch(
    ids: Ids, *, to: Receiver, actor: Actor = None, reason: Note = "", project: Project = None
) -> int:
    """Give obligations to a post."""
    from duban.bureau.unit_names import post_meant
    from duban.obligations import actions

    return act_on_each(
        ids,
        project,
        actor,
        "dispatch",
        lambda ws, one, who: actions.dispatch(
            ws,
            one,
            ws.clock.now(),
            who=who,
            reason=reason,
            to=post_meant(ws.definitions.project, to),
        ),
    )


def take_back(ids: Ids, *, actor: Actor = None, reason: Note = "", project: Project = None) -> int:
    """Take back what was given to a post."""
    from duban.obligations import actions

    return act_on_each(
        ids,
        project,
        actor,
        "take-back",
        lambda ws, one, who: actions.take_back(ws, one, ws.clock.now(), who=who, reason=reason),
    )
