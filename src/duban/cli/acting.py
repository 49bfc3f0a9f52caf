"""Who gives a command: whom the record names, and the access log."""

from __future__ import annotations

import getpass
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

from duban.cli.bilingual import option

if TYPE_CHECKING:
    from duban.ledger.principals import Principal
    from duban.workspace.workspace import Workspace

Actor = Annotated[
    str | None,
    option(
        "--actor", "NAME", zh="谁，记在案；不写就是登录名。", en="Who, for the record; else the login name."
    ),
]


@dataclass
class CommandWrites:
    """What a command writes, for the access log."""

    by: Principal  #: who gave it
    command: str  #: `duban fact add`
    touched: list[str] = field(default_factory=list)  #: the numbers of what was written
    outcome: str = "done"  #: `done`, `partly` where a part was refused, or `refused`


def actor_or_login(actor: str | None) -> str:
    """Who acts: the name given, else the login name."""
    return (actor or "").strip() or getpass.getuser()


def looking_on(workspace: Workspace, by: str | None = None) -> Principal:
    """Whoever gives a command that only looks, as the ledger knows them."""
    from duban.ledger.principals import operator

    return operator(workspace.definitions.project, actor_or_login(by))


def acting(workspace: Workspace, by: str | None, command: str, *touched: str) -> Principal:
    """Whoever gives a command that writes, as the ledger knows them; the access log will say so, and what is touched."""
    principal = looking_on(workspace, by)
    _WRITES.set(CommandWrites(principal, f"duban {command}", list(touched)))
    return principal


def note_numbers(numbers: Iterable[str]) -> None:
    """Note for the access log the numbers of what the command wrote, where only the writing tells them."""
    if writes := _WRITES.get():
        writes.touched += numbers


def note_refusals(taken: int, of: int) -> None:
    """Note for the access log how many of the things the command was to write were taken."""
    if writes := _WRITES.get():
        writes.outcome = "done" if taken == of else "partly" if taken else "refused"


@contextmanager
def noting(workspace: Workspace) -> Iterator[None]:
    """Write into the access log what a command writes in the block, if it is one that writes, refused or not."""
    from duban.ledger.access_log import note_access

    before = _WRITES.set(None)
    failed = True
    try:
        yield
        failed = False
    finally:
        if writes := _WRITES.get():
            note_access(
                workspace.ledger,
                writes.by,
                workspace.clock.now(),
                act=writes.command,
                outcome="refused" if failed else writes.outcome,
                touched=writes.touched,
            )
        _WRITES.reset(before)


_WRITES: ContextVar[CommandWrites | None] = ContextVar("duban.cli.acting", default=None)
