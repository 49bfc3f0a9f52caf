"""A program that writes an archive of a project, and waits for somebody to kill it once the first file is in the store."""

import sys
from datetime import date
from pathlib import Path

from duban.backups.archiving import write_archive
from duban.backups.store import BackupStore
from duban.base.clock import system_clock
from duban.workspace.workspace import open_workspace
from tests.principals import by


class Waiting(BackupStore):
    """A store whose writer stops for a word after each file."""

    def keep(self, place, file):
        told = super().keep(place, file)
        print(place, flush=True)
        sys.stdin.readline()
        return told


if __name__ == "__main__":
    ws = open_workspace(Path(sys.argv[1]), system_clock())
    write_archive(ws, Waiting(sys.argv[2]), date.fromisoformat(sys.argv[3]), by("林晓"), ws.clock.now())
