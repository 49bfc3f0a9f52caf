"""The workspace that stays open between runs.

A round each minute must not read every file of the project each minute: the files are looked at (their sizes and
times), and read again only when one has changed.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from duban.project import find_root

if TYPE_CHECKING:
    from duban.workspace import Workspace

CONTENT = ("duban.yaml", "calendar", "duties", "notifications")
FingerPrint = tuple[tuple[str, int, int], ...]

_lock = threading.Lock()
_open: dict[tuple[Path, str | None], tuple[FingerPrint, Workspace]] = {}


def fingerprint(root: Path) -> FingerPrint:
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


def standing_workspace(project: str | Path | None = None) -> Workspace:
    """The open workspace of the project (`project`, else `DUBAN_PROJECT`, else upwards), opened anew after an edit.

    Raises ProjectNotFound; LedgerUnavailable; ProblemsFound when the content is bad and there is no last good one.
    """
    from duban.workspace import open_workspace

    root = find_root(project)
    key = (root, os.environ.get("DUBAN_DATABASE_URL"))
    with _lock:
        marks = fingerprint(root)
        known = _open.get(key)
        if known is not None and known[0] == marks:
            return known[1]
        workspace = open_workspace(root)
        if known is not None:
            known[1].ledger.dispose()
        _open[key] = (marks, workspace)
        return workspace


def close_workspaces() -> None:
    """Let go of every open workspace and its connections to the ledger."""
    with _lock:
        for _, workspace in _open.values():
            workspace.ledger.dispose()
        _open.clear()
