"""What `duban up` says while it runs: one line per thing that happened, with the local time, never a traceback."""

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.text import Text

from duban.base.language import say

_LOG = logging.getLogger("duban.service")
_LOG.addHandler(logging.NullHandler())  # where no log is kept the terminal has the line already
_NOBODY_TAKES_IT = (OSError, ValueError, SystemExit)
"""A disk that is full, a terminal that was closed, a pipe whose reader has left (for which Rich would end the program): no
reason to do anything else than before."""
MARKS = {"good": ("✓", "green"), "busy": ("…", "cyan"), "bad": ("!", "bold red"), "plain": ("·", "dim")}


class ServiceLines:
    """Writes status lines from any thread. Trouble that stays the same is told once, until it is over."""

    def __init__(self, console: Console, local_now: Callable[[], datetime]) -> None:
        self._console = console
        self._local_now = local_now
        self._lock = threading.RLock()
        self._told: dict[str, str] = {}
        self._progress: Progress | None = None
        self._bar: TaskID | None = None

    def tell(
        self, text: str = "", mark: str = "plain", *, zh: str = "", en: str = "", **figures: int
    ) -> None:
        """Write one line; `mark` is good, busy, bad or plain. It is logged, too, with its `figures`."""
        text = text or say(zh=zh, en=en)
        with suppress(OSError):
            _LOG.log(logging.WARNING if mark == "bad" else logging.INFO, text, extra=figures)
        sign, style = MARKS[mark]
        line = Text.assemble((f"{self._local_now():%H:%M:%S} ", "dim"), (f"{sign} ", style), text)
        with self._lock, suppress(*_NOBODY_TAKES_IT):
            self._console.print(line, soft_wrap=True, highlight=False)

    def trouble(self, place: str, text: str = "", *, zh: str = "", en: str = "") -> None:
        """Write that something is wrong at `place`, once as long as the words stay the same."""
        text = text or say(zh=zh, en=en)
        with self._lock:
            if self._told.get(place) == text:
                return
            self._told[place] = text
        self.tell(text, "bad")

    def over(self, place: str, *, zh: str, en: str) -> None:
        """Write that the trouble at `place` is over, if there was any."""
        with self._lock:
            if self._told.pop(place, None) is None:
                return
        self.tell(mark="good", zh=zh, en=en)

    def registering(self, done: int, total: int) -> None:
        """Move the bar of deployments being registered; on what is no terminal, every 50th makes a line."""
        words = say(zh="正在向 Prefect 登记事项", en="registering duties with Prefect")
        with self._lock, suppress(*_NOBODY_TAKES_IT):
            if not self._console.is_terminal:
                if done % 50 == 0 and done < total:
                    self.tell(f"{words} {done}/{total}", "busy")
                return
            if self._progress is None:
                columns = (TextColumn("         {task.description}"), BarColumn(), MofNCompleteColumn())
                self._progress = Progress(
                    *columns,
                    console=self._console,
                    transient=True,
                    redirect_stdout=False,  # what libraries print belongs in the log
                    redirect_stderr=False,
                )
                self._progress.start()
                self._bar = self._progress.add_task(words, total=total)
            if self._bar is not None:
                self._progress.update(self._bar, completed=done, total=total)

    def registered(self) -> None:
        """Take the bar away."""
        with self._lock:
            if self._progress is not None:
                with suppress(*_NOBODY_TAKES_IT):
                    self._progress.stop()
            self._progress = self._bar = None
