"""A child of `duban up`: started, watched, started again later and later when it dies, stopped, never an orphan.

Its standard input is a pipe that the parent holds and never writes to. When the parent is gone, however it went,
the pipe ends and the child stops: no orphan keeps the port after a `kill -9`. This works wherever pipes do.
"""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from duban.channels.log_lines import LARGEST_LOG
from duban.runtime.environment import RUNTIME_FOLDER, runtime_folder
from duban.runtime.private import append_closed, closed_folder

SECONDS_TO_STOP = 4.0
SECONDS_AS_ORPHAN = 5.0
LONGEST_PAUSE = 30.0


class Child:
    """A module run as a process of its own for the project at `root`, what it prints kept in `.duban/logs/LOG`.

    It inherits the environment with `settings` on top (an empty one is taken out) and the open files `handed`.
    """

    def __init__(
        self,
        root: Path,
        module: str,
        arguments: Sequence[str],
        *,
        log: str,
        settings: Mapping[str, str],
        handed: Sequence[int] = (),
    ) -> None:
        self.root = root
        self._command = [sys.executable, "-m", module, *arguments]
        self._log = log
        self._settings = settings
        self._handed = handed
        self._process: subprocess.Popen[bytes] | None = None
        self._deaths = 0
        self._again_at = 0.0

    def start(self) -> None:
        """Start it in a process group of its own, so that Ctrl-C reaches the parent first."""
        environment = {**os.environ, **self._settings}
        with self._output() as log:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={name: value for name, value in environment.items() if value},
                cwd=runtime_folder(self.root),
                start_new_session=True,
                pass_fds=self._handed,
            )

    def _output(self) -> BinaryIO:
        """The log, or nowhere: one that cannot be written is no reason to do without the child."""
        try:
            return append_closed(closed_folder(runtime_folder(self.root) / "logs") / self._log)
        except OSError:
            return Path(os.devnull).open("ab")

    def _shorten_log(self) -> None:
        """Begin the log anew once it is long, the one before beside it: where each call fails, it grows by a gigabyte a day.

        The process goes on writing to the same file, which it has open to append to.
        """
        log = self.root / RUNTIME_FOLDER / "logs" / self._log
        with suppress(OSError):
            if log.stat().st_size > LARGEST_LOG:
                with suppress(OSError):  # no room: then without the one before
                    shutil.copy(log, log.with_name(f"{log.name}.1"))
                os.truncate(log, 0)

    @property
    def pid(self) -> int | None:
        """Its process id while it lives."""
        return self._process.pid if self._process is not None and self.lives() else None

    def lives(self) -> bool:
        """Whether the process is still there."""
        return self._process is not None and self._process.poll() is None

    def look_after(self) -> float | None:
        """Start it again if it has died and its pause is over; the pause in seconds when it is found dead."""
        self._shorten_log()
        if self.lives():
            return None
        moment = time.monotonic()
        if self._again_at == 0.0:
            self._deaths += 1
            pause = min(LONGEST_PAUSE, 2.0 ** (self._deaths - 1))
            self._again_at = moment + pause
            return pause
        if moment >= self._again_at:
            self._again_at = 0.0
            self.stop()
            self.start()
        return None

    def stop(self) -> None:
        """End it: asked first, ended after `SECONDS_TO_STOP` seconds if it does not go."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.poll() is None:
            _signal_group(process.pid, signal.SIGTERM)
            try:
                process.wait(SECONDS_TO_STOP)
            except subprocess.TimeoutExpired:
                _signal_group(process.pid, signal.SIGKILL)
                process.wait()
        if process.stdin is not None:
            process.stdin.close()


def go_with_parent() -> None:
    """For the child: end this process as soon as its parent is gone."""
    threading.Thread(target=_stop_when_orphaned, name="parent-watch", daemon=True).start()


def _stop_when_orphaned() -> None:
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(SECONDS_AS_ORPHAN)
    os._exit(1)


def _signal_group(group: int, what: signal.Signals) -> None:
    try:
        os.killpg(group, what)
    except ProcessLookupError:
        return
