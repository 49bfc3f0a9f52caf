"""Where a process may be told to die: the named points of the engine's work, each reached a number of times first."""

import os
import signal
from threading import Lock

from duban.deliveries import delivering, outbox, preparing, writer
from duban.notices import patrol
from duban.obligations import opening

POINTS = {
    "before opening": (opening, "_open_duty", "before"),
    "before a rung is recorded": (patrol, "record", "before"),
    "rungs recorded, not kept": (patrol, "record", "after"),
    "leased, not kept": (delivering, "lease", "after"),
    "before it is read again": (preparing, "read_again", "before"),
    "before it is on the line": (outbox, "put_on_line", "before"),
    "on the line, not kept": (outbox, "put_on_line", "after"),
    "before it goes": (outbox.Outbox, "send", "before"),
    "answered, not judged": (outbox, "judge", "before"),
    "judged, not settled": (outbox, "judge", "after"),
    "settled, not kept": (writer, "settle", "after"),
}
COMMIT = {"before a commit": "before", "after a commit": "after"}
ALL = (*POINTS, *COMMIT)


class Trap:
    """Kills this process when it comes to a point for the `count`-th time."""

    def __init__(self, point, count):
        self._point, self._left = point, count

    def set_up(self, ledger):
        """Lie in wait; `ledger` is the process's own engine."""
        self._lock = Lock()
        if self._point in COMMIT:
            self._stand_at(ledger.dialect, "do_commit", COMMIT[self._point])
        else:
            self._stand_at(*POINTS[self._point])

    def _stand_at(self, owner, name, when):
        original = getattr(owner, name)

        def passed(*given, **named):
            if when == "before":
                self._count()
            answer = original(*given, **named)
            if when == "after":
                self._count()
            return answer

        setattr(owner, name, passed)

    def _count(self):
        with self._lock:
            self._left -= 1
            if self._left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)
