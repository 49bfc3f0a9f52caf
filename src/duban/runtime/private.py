"""Files that belong to the account that runs duban, and to nobody else on the machine.

A ledger holds names, secrets hold passwords. What duban makes is closed from birth (`CLOSED` as the process's umask);
what an earlier version left open is closed when the service starts.
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

CLOSED = 0o077
"""The umask under which duban works: files 0600, folders 0700."""


def closed_folder(folder: Path) -> Path:
    """Make the folder, and those above it that are missing; one duban makes is open to its owner alone."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def may_write(folder: Path) -> bool:
    """Whether this account may make and change files in a folder."""
    return os.access(folder, os.W_OK | os.X_OK)


def open_to_others(folder: Path) -> Iterator[Path]:
    """Whatever in the folder, itself included, another account of this machine may read, write or enter.

    Symbolic links are not followed. What vanishes meanwhile is passed over.
    """
    if _is_open(folder):
        yield folder
    for place, folders, files in os.walk(folder):
        for name in sorted(folders + files):
            if _is_open(path := Path(place, name)):
                yield path


def close_to_others(folder: Path) -> int:
    """Close the folder and everything in it to other accounts; how much was open.

    What belongs to another account is left as it is: `duban doctor` names it.
    """
    closed = 0
    for path in open_to_others(folder):
        try:
            path.chmod(stat.S_IMODE(path.stat().st_mode) & ~CLOSED)
        except OSError:
            continue
        closed += 1
    return closed


def write_closed(path: Path, text: str) -> bool:
    """Write a new file that only its owner can read; False, and nothing done, when it is already there.

    It appears whole or not at all, also when two processes make it at once.
    """
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.link(draft, path)
    except FileExistsError:
        return False
    else:
        return True
    finally:
        draft.unlink(missing_ok=True)


def append_closed(path: Path) -> BinaryIO:
    """Open a file to append to; one that is made here only its owner can read."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600), "ab")


def _is_open(path: Path) -> bool:
    try:
        seen = path.lstat()
    except OSError:
        return False
    return not stat.S_ISLNK(seen.st_mode) and bool(seen.st_mode & CLOSED)
