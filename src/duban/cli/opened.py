"""Opening the project a command works on."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from duban.language import choose, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from duban.workspace import Workspace


@contextmanager
def open_project(project: Path | None) -> Iterator[Workspace]:
    """The workspace of `project`, or of the folder the command was given in; its ledger is let go afterwards.

    Says on standard error when the content folders have problems and the last good content is used.
    """
    from duban.project import find_root
    from duban.workspace import open_workspace

    workspace = open_workspace(find_root(project))
    choose(workspace.definitions.project.language)
    if workspace.stale:
        print(
            say(
                zh=f"注意：内容文件有 {len(workspace.stale)} 个问题，现在按上次正确的内容运行；运行 duban check 查看",
                en=f"note: {len(workspace.stale)} problems in the content; running on the last good one; "
                "see duban check",
            ),
            file=sys.stderr,
        )
    try:
        yield workspace
    finally:
        workspace.ledger.dispose()
