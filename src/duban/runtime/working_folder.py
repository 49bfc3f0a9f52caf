"""A folder for what a program makes on its way: copies of the ledger, files that came in. Nothing of it outlives its program."""

import fcntl
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_NAMED: Final = "duban-at-work-"
_OURS_ALONE: Final = 0o700


@contextmanager
def working_folder(purpose: str) -> Iterator[Path]:
    """A folder of this program's own until the block ends, in the machine's place for such things (`TMPDIR`).

    What programs of this account that were killed have left there goes first: who is at work holds a lock on its folder, which
    the system takes back whatever the program died of. All of them are in one folder that is this account's alone, so that
    what else lies in the machine's place costs nothing; while somebody looks through it or makes a new one, others wait.
    """
    home = _own_place(Path(tempfile.gettempdir()))
    with _locked(home):
        for left in home.glob(f"{_NAMED}*"):
            _clear_unless_held(left)
        folder = Path(tempfile.mkdtemp(prefix=f"{_NAMED}{purpose}-", dir=home))
        held = os.open(folder, os.O_RDONLY)
        fcntl.flock(held, fcntl.LOCK_EX)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(held)


def _own_place(machine: Path) -> Path:
    """This account's folder in the machine's place; under another name where somebody else has made one of that name."""
    usual = machine / f"duban-{os.getuid()}"
    try:
        usual.mkdir(mode=_OURS_ALONE)
    except FileExistsError:
        pass
    else:
        _clear_what_older_programs_left(machine)
    if _is_ours(usual):
        return usual
    for other in machine.glob(f"{usual.name}-*"):
        if _is_ours(other):
            return other
    return Path(tempfile.mkdtemp(prefix=f"{usual.name}-", dir=machine))


def _is_ours(folder: Path) -> bool:
    """Whether it is a folder, no link, of this account; from then on nobody else looks into it."""
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        return False
    if stat.S_IMODE(found.st_mode) != _OURS_ALONE:
        folder.chmod(_OURS_ALONE)
    return True


def _clear_what_older_programs_left(machine: Path) -> None:
    """Once: they had their folders in the machine's place itself."""
    for left in machine.glob(f"{_NAMED}*"):
        _clear_unless_held(left)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX)
        yield
    finally:
        os.close(opened)


def _clear_unless_held(left: Path) -> None:
    try:
        found = os.open(left, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:  # gone by now, or another account's
        return
    try:
        fcntl.flock(found, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # somebody is at work there
        return
    else:
        if os.fstat(found).st_uid == os.getuid():
            shutil.rmtree(left, ignore_errors=True)
    finally:
        os.close(found)
