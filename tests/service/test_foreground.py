"""A service in the foreground ends when it is told to, whoever tells it."""

import io
import os
import signal
from datetime import datetime

import pytest
from rich.console import Console

from duban.base.clock import SHANGHAI
from duban.runtime.lines import ServiceLines
from duban.service.foreground import Foreground, ServicePart

NINE = datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)


class Told(ServicePart):
    """Tells the process once; whether it was stopped."""

    def __init__(self, how):
        self._how = [how]
        self.stopped = False

    def look_after(self):
        if self._how:
            os.kill(os.getpid(), self._how.pop())

    def stop(self):
        self.stopped = True
        return True


@pytest.fixture
def without():
    """What the process does otherwise."""
    otherwise = []
    before = {
        how: signal.signal(how, lambda number, _: otherwise.append(number))
        for how in (signal.SIGHUP, signal.SIGTERM)
    }
    yield otherwise
    for how, handler in before.items():
        signal.signal(how, handler)


def served(part, said):
    lines = ServiceLines(Console(file=said, width=200), lambda: NINE)
    return Foreground(lines, [part], lambda _: None).run(stop_after=2)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_ctrl_c_a_manager_and_a_terminal_that_is_closed_end_it_cleanly(how, without):
    part, said = Told(how), io.StringIO()
    assert served(part, said)
    assert part.stopped
    assert without == []
    assert "已停止，没有丢失任何事项" in said.getvalue()


def test_who_started_it_with_nohup_keeps_it_after_the_terminal_is_closed(without):
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    served(Told(signal.SIGHUP), io.StringIO())
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
