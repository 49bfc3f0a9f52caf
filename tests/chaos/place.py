"""What all processes of a chaos run share: a project in a folder, its ledger's address, a clock, a notebook.

The clock is a file that says how far it is from the machine's, so that it jumps for everybody at once; or where it stands
still. The notebook is a file to which each process appends a line, with the machine's own steady time.
"""

import json
import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import pendulum

from duban.base.clock import SHANGHAI

HERE = Path(__file__).parent
ENGINE = HERE.parents[1]
YEARS = ("2022", "2023", "2024", "2025", "closures", "festivals")
WARM = "CHAOS_WARM"
"""Names the project that a process which forks others reads beforehand."""
BEGIN = pendulum.datetime(2023, 10, 9, 9, 0, tz=SHANGHAI)


def tick():
    """The steady time of this machine, the same for all its processes."""
    return time.monotonic_ns()


@dataclass(frozen=True)
class SharedClock:
    """A clock that is set for all processes at once."""

    file: Path

    def now(self):
        kind, _, value = self.file.read_text().partition(" ")
        if kind == "stands":
            return pendulum.parse(value)
        return pendulum.now("UTC") + pendulum.duration(seconds=float(value))

    def put_forward(self, seconds):
        """Let so much time pass at once; less than none puts it back."""
        self._set(f"runs {(self.now() - pendulum.now('UTC')).total_seconds() + seconds}")

    def stand_still(self, moment):
        self._set(f"stands {moment.in_timezone('UTC').isoformat()}")

    def _set(self, text):
        draft = self.file.with_suffix(".new")
        draft.write_text(text)
        draft.replace(self.file)


@dataclass(frozen=True)
class Place:
    """Where a chaos run takes place."""

    root: Path  #: the project's folder
    url: str  #: the ledger's address
    bug: str = ""  #: one of the bugs of the seeded lives, put back in every process

    @property
    def clock(self):
        return SharedClock(self.root / "clock")

    @property
    def notebook(self):
        return self.root / "notebook"

    def note(self, what, **about):
        """Append a line to the notebook."""
        line = json.dumps({"tick": tick(), "what": what, **about}, ensure_ascii=False, default=str)
        pen = os.open(self.notebook, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(pen, f"{line}\n".encode())
        os.close(pen)


def lay_out(root, url, bug=""):
    """A new project with this ledger, on the morning of 2023-10-09."""
    shutil.copytree(HERE / "project", root, dirs_exist_ok=True)
    (root / "calendar").mkdir()
    for year in YEARS:
        shutil.copy(ENGINE / "calendar" / f"{year}.yaml", root / "calendar")
    shutil.copytree(ENGINE / "flows", root / "flows", ignore=shutil.ignore_patterns("__pycache__"))
    place = Place(root, url, bug)
    place.clock.stand_still(BEGIN)
    place.clock.put_forward(0)
    place.notebook.touch()
    return place
