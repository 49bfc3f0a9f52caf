"""Opening the project a command works on."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from duban.base.language import choose, say
from duban.cli.acting import noting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from duban.bureau.project import Project
    from duban.workspace.workspace import Workspace


@contextmanager
def open_project(project: Path | None, *, say_draft: bool = True) -> Iterator[Workspace]:
    """The workspace of `project`, or of the folder the command was given in; its ledger is let go afterwards.

    Says on standard error when the folder differs from the content in force. What the command writes, exports
    included, is its account's alone: it may name people. A command that writes is noted in the access log.
    """
    from duban.base.clock import system_clock
    from duban.bureau.project import find_root
    from duban.runtime.private import CLOSED
    from duban.workspace.workspace import open_workspace

    os.umask(CLOSED)
    workspace = open_workspace(find_root(project), system_clock())
    choose(workspace.definitions.project.language)
    if workspace.draft.differs and say_draft:
        print(draft_line(workspace), file=sys.stderr)
    try:
        with noting(workspace):
            yield workspace
    finally:
        workspace.ledger.dispose()


def unit_meant(project: Project, named: str) -> str:
    """The code of the unit a person names on the command line. Raises NoSuchUnit when it is none, or several."""
    from duban.bureau.unit_names import UnitNames

    return UnitNames(project).find_loosely(named)


def draft_line(workspace: Workspace) -> str:
    """That the folder differs from the content in force, and whether it could be put in force as it is."""
    problems = len(workspace.draft.problems)
    if problems:
        return say(
            zh=f"注意：文件夹里有 {problems} 处错误，不影响运行，仍按已生效的第 {workspace.version} 版；用 duban check 查看",
            en=f"note: {problems} problems in the folder; version {workspace.version} stays in force; see duban check",
        )
    return say(
        zh="注意：文件夹里的内容与已生效的不同，用 duban plan 查看会改变什么",
        en="note: the folder differs from what is applied: duban plan",
    )
