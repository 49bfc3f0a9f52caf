"""A service in the foreground: its parts started in order, looked after, stopped in the opposite order on Ctrl-C."""

import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from types import FrameType

from duban.base.language import current
from duban.runtime.lines import ServiceLines

LOOK_EVERY = 0.25


class ServicePart:
    """One of the things a service consists of. What a part does not say here it has nothing to do for."""

    @property
    def ready(self) -> bool:
        """Whether it does what it is for."""
        return True

    @property
    def settled(self) -> bool:
        """Whether it has also done for the first time what takes longer."""
        return True

    @property
    def over(self) -> bool:
        """Whether it cannot go on, and no waiting mends that."""
        return False

    def start(self) -> None:
        """Begin; called once, in the main thread."""

    def look_after(self) -> None:
        """See that all is well; called every quarter of a second in the main thread."""

    def stop(self) -> bool:
        """End; whether everything of it did in time. Not called where `start` has failed."""
        return True


def _stops() -> list[signal.Signals]:
    """What a service is stopped by."""
    hung_up = [] if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN else [signal.SIGHUP]
    return [signal.SIGINT, signal.SIGTERM, *hung_up]


class Foreground:
    """Parts that run until somebody stops them.

    `ready` is told how many seconds it took until every part was ready, and says so.
    """

    def __init__(
        self, lines: ServiceLines, parts: Sequence[ServicePart], ready: Callable[[float], None]
    ) -> None:
        self._lines = lines
        self._parts = parts
        self._tell_ready = ready
        self._asked_to_stop = threading.Event()
        self._running: list[ServicePart] = []
        self.clean = True
        """Whether all of it ended in time, once it was stopped."""

    def run(self, stop_after: float | None) -> bool:
        """Until Ctrl-C, SIGTERM or the terminal's end (unless `nohup` took that away), or so many seconds after all is settled; False: until a part could not go on.

        Must be called in the main thread.
        """
        # Threads do not see a language chosen in the main thread; the environment they all share.
        os.environ.setdefault("DUBAN_LANG", current())
        former = {name: signal.signal(name, self._on_signal) for name in _stops()}
        began, ready, stop_at = time.monotonic(), False, None
        try:
            for part in self._parts:
                part.start()
                self._running.append(part)
            while not self._asked_to_stop.wait(LOOK_EVERY):
                for part in self._parts:
                    part.look_after()
                if any(part.over for part in self._parts):
                    return False
                if not ready and all(part.ready for part in self._parts):
                    ready = True
                    self._tell_ready(time.monotonic() - began)
                if stop_after is None or not ready:
                    continue
                if stop_at is None and all(part.settled for part in self._parts):
                    stop_at = time.monotonic() + stop_after
                if stop_at is not None and time.monotonic() >= stop_at:
                    break
        finally:
            self._stop()
            for name, handler in former.items():
                signal.signal(name, handler)
        return True

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._asked_to_stop.set()

    def _stop(self) -> None:
        self._asked_to_stop.set()
        self._lines.registered()
        self._lines.tell(zh="正在停止……", en="stopping…", mark="busy")
        self.clean = all([part.stop() for part in reversed(self._running)])  # noqa: C419 - each is stopped
        from duban.workspace.standing import close_workspaces

        if self.clean:
            close_workspaces()
            self._lines.tell(zh="已停止，没有丢失任何事项", en="stopped; nothing is lost", mark="good")
            return
        # What a thread that finishes its round has to say finds Prefect's log closed: no traceback of that.
        logging.raiseExceptions = False
        self._lines.tell(
            zh="还有一轮没有做完（例如正在发送），做完就退出，没有丢失任何事项",
            en="a round is still at work (sending, say): this ends once it is done; nothing is lost",
            mark="busy",
        )
