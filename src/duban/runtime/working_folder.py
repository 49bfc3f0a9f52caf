"""A folder for what a program makes on its way: copies of the ledger, files that came in. Nothing of it outlives its program."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_NAMED: Final = "duban-at-work-"
_NOT_HELD_YET: Final = "duban-begun-"


@contextmanager
def working_folder(purpose: str) -> Iterator[Path]:
    """A folder of this program's own until the block ends, in the machine's place for such things (`TMPDIR`).

    What programs of this account that were killed have left there goes first: who is at work holds a lock on its folder, which
    the system takes back whatever the program died of.
    """
    place = Path(tempfile.gettempdir())
    for left in place.glob(f"{_NAMED}*"):
        _clear_unless_held(left)
    # It gets its name once it is held, so that nobody takes it for one that was left.
    begun = Path(tempfile.mkdtemp(prefix=_NOT_HELD_YET, dir=place))
    held = os.open(begun, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        folder = begun.rename(place / f"{_NAMED}{purpose}-{begun.name.removeprefix(_NOT_HELD_YET)}")
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(held)


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
