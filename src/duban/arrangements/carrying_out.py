"""Carrying a changed calendar out: the files are proved with the whole content, then put in force, all or nothing."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from duban.arrangements.files import replace_files
from duban.definitions import CALENDAR_FOLDER, Definitions, load_definitions
from duban.project import PROJECT_FILE

_FOLDERS = (CALENDAR_FOLDER, "duties", "notifications")


@contextmanager
def as_changed(root: Path, texts: Mapping[str, str]) -> Iterator[Definitions]:
    """The definitions as they would be with these files (path under the project → text) in place of the present ones.

    Raises ProblemsFound for every mistake the content would then have, in whichever file.
    """
    with tempfile.TemporaryDirectory(prefix="duban-calendar-") as made:
        draft = Path(made)
        shutil.copyfile(root / PROJECT_FILE, draft / PROJECT_FILE)
        for folder in _FOLDERS:
            if (root / folder).is_dir():
                shutil.copytree(root / folder, draft / folder)
        for name, text in texts.items():
            (draft / name).parent.mkdir(parents=True, exist_ok=True)
            (draft / name).write_bytes(text.encode())
        yield load_definitions(draft)


def put_in_force(root: Path, texts: Mapping[str, str]) -> None:
    """Put the changed files in place. Raises OSError, with every file as it was.

    The engine takes them up at its next turn, whole.
    """
    replace_files(root, texts)
