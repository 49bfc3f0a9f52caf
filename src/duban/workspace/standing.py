"""The workspace that stays open between runs.

A round each minute must not read every file of the project each minute: the ledger is asked for the number of the
version in force, and everything is read anew only when another one was applied. The files of the folder are looked at
(their sizes and times) to say that it differs from what is in force.
"""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from duban.base.clock import system_clock
from duban.bureau.project import find_root

if TYPE_CHECKING:
    from duban.ledger.content import AppliedContent
    from duban.workspace.workspace import Workspace

CONTENT = ("duban.yaml", "calendar", "duties", "notifications")
FileMarks = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class _Standing:
    """A workspace that is open, and what it was opened on."""

    marks: FileMarks
    applied: AppliedContent | None
    file: tuple[int, int] | None
    workspace: Workspace


_lock = threading.Lock()
_open: dict[tuple[Path, str | None], _Standing] = {}


def file_marks(root: Path) -> FileMarks:
    """The path, size and time of every content file of the project: equal as long as nobody edits."""
    seen = []
    for name in CONTENT:
        place = root / name
        files = sorted(place.rglob("*")) if place.is_dir() else [place]
        for file in files:
            try:
                known = file.stat()
            except FileNotFoundError:
                continue
            if not file.is_dir():
                seen.append((str(file.relative_to(root)), known.st_size, known.st_mtime_ns))
    return tuple(seen)


def standing_workspace(project: str | Path | None) -> Workspace:
    """The open workspace of the project (`project`, else `DUBAN_PROJECT`, else upwards), opened anew when another
    version was applied, or when the ledger is another: a copy restored, another project's, whose versions have the same numbers.

    Raises ProjectNotFound; LedgerUnavailable, LedgerOfNewer where a newer program has taken the ledger over; ProblemsFound when the folder is bad and nothing was ever applied.
    """
    from duban.ledger.content import keep_fresh, newest_applied
    from duban.ledger.database import ledger_file, reading
    from duban.ledger.migrating import leave_to_newer
    from duban.workspace.workspace import draft_of, open_workspace

    root = find_root(project)
    key = (root, os.environ.get("DUBAN_DATABASE_URL"))
    with _lock:
        marks = file_marks(root)
        known = _open.get(key)
        if known is not None:
            workspace = known.workspace
            file = ledger_file(workspace.ledger)
            with reading(workspace.ledger) as connection:
                leave_to_newer(connection)
                applied = newest_applied(connection)
            if applied is not None and applied == known.applied and file == known.file:
                keep_fresh(workspace.definitions.root)
                if known.marks != marks:
                    workspace = replace(workspace, draft=draft_of(root, applied))
                    _open[key] = replace(known, marks=marks, workspace=workspace)
                return workspace
        workspace = open_workspace(root, system_clock())
        file = ledger_file(workspace.ledger)
        with reading(workspace.ledger) as connection:
            applied = newest_applied(connection)
        if known is not None:
            known.workspace.ledger.dispose()
        _open[key] = _Standing(marks, applied, file, workspace)
        return workspace


def close_workspaces() -> None:
    """Let go of every open workspace and its connections to the ledger."""
    with _lock:
        for known in _open.values():
            known.workspace.ledger.dispose()
        _open.clear()
