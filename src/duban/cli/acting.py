"""Who gives a command: whom the record names."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Annotated

import typer

from duban.cli.bilingual import both

if TYPE_CHECKING:
    from duban.ledger.principals import Principal
    from duban.workspace.workspace import Workspace

By = Annotated[
    str | None,
    typer.Option(
        "--by",
        metavar="NAME",
        show_default=False,
        help=both(zh="谁，记在案；不写就是登录名。", en="Who, for the record; else the login name."),
    ),
]


def actor_or_login(actor: str | None) -> str:
    """Who acts: the name given, else the login name."""
    return (actor or "").strip() or getpass.getuser()


def acting(workspace: Workspace, by: str | None) -> Principal:
    """Whoever gives the command, as the ledger knows them."""
    from duban.ledger.principals import operator

    return operator(workspace.definitions.project, actor_or_login(by))
