"""Carrying a changed calendar out: the files are proved with the whole content, then put in force, all or nothing."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from duban.arrangements.files import files_seen, replace_files
from duban.definitions import CALENDAR_FOLDER, Definitions, load_definitions
from duban.project import PROJECT_FILE

_FOLDERS = (CALENDAR_FOLDER, "duties", "notifications")


@dataclass(frozen=True)
class Change:
    """Changed files of a project, proved together with all its content.

    `texts` are the files as they will be (path under the project → text); `definitions` what the content then means.
    """

    root: Path
    texts: Mapping[str, str]
    definitions: Definitions
    _seen: Mapping[str, bytes | None]

    def put_in_force(self) -> None:
        """Put the files in place. The engine takes them up at its next turn, whole.

        Raises OSError with every file as it was, ProblemsFound when somebody has changed one of them meanwhile.
        """
        replace_files(self.root, self.texts, self._seen)


@contextmanager
def proved(root: Path, texts: Mapping[str, str]) -> Iterator[Change]:
    """The change of these files, path under the project → text.

    Raises ProblemsFound for every mistake the content would then have, in whichever file.
    """
    seen = files_seen(root, texts)
    with tempfile.TemporaryDirectory(prefix="duban-calendar-") as made:
        draft = Path(made)
        shutil.copyfile(root / PROJECT_FILE, draft / PROJECT_FILE)
        for folder in _FOLDERS:
            if (root / folder).is_dir():
                shutil.copytree(root / folder, draft / folder)
        for name, text in texts.items():
            (draft / name).parent.mkdir(parents=True, exist_ok=True)
            (draft / name).write_bytes(text.encode())
        yield Change(root, texts, load_definitions(draft), seen)
