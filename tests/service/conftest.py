"""A running `duban up` of the starter project, in a process of its own, shared by whoever tries something on it."""

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from datetime import datetime

import pytest

from duban.base.starter import copy_starter
from duban.runtime.prefect_api import prefect_of
from tests.few_duties import carried, keep
from tests.ports import free_port

PATIENCE = 90
NUDGE = 5  # seconds
BEGAN = datetime.fromisoformat("2026-03-02T09:00+08:00")
CLOCK = "2026-03-02T09:00+08:00/run"


class Foreground:
    """A command of duban that runs until it is stopped, its lines as they come."""

    def __init__(self, command, root, *more, **settings):
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PREFECT", "DUBAN", "COV_"))
        }
        environment |= {
            "DUBAN_WEB_PORT": "0",
            "DUBAN_CLOCK": CLOCK,
            "PYTHONUNBUFFERED": "1",
            "COLUMNS": "300",
            **settings,
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "duban", command, "--project", str(root), *more],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment,
            cwd=root,
        )
        self.lines = []
        self._coming = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self.process.stdout:
            self._coming.put(line.rstrip())
        self._coming.put(None)

    def until(self, words):
        """The next line with these words. Fails when the process ends or says nothing for too long."""
        while True:
            line = self._coming.get(timeout=PATIENCE)
            assert line is not None, "\n".join(self.lines)
            self.lines.append(line)
            if words in line:
                return line

    def rest(self):
        """Everything said until the end."""
        while (line := self._coming.get(timeout=PATIENCE)) is not None:
            self.lines.append(line)
        return "\n".join(self.lines)

    def stop(self, how=signal.SIGINT):
        """Ask it to stop; its exit code."""
        self.process.send_signal(how)
        code = self.process.wait(20)
        self.rest()
        self.process.stdout.close()
        return code


class Up(Foreground):
    """A running `duban up`."""

    def __init__(self, root, port, *more, **settings):
        super().__init__("up", root, "--prefect-port", str(port), *more, **settings)


def ask(project, path, what=None):
    """What Prefect's server of the running service answers to whoever has the project's login."""
    with prefect_of(project, seconds=10) as server:
        return server.ask("GET" if what is None else "POST", path, what)


def eventually(question, nudge=None):
    """The first true answer, asked again and again; `nudge` is done first, and anew every few seconds: each wakes a run."""
    until, nudged = time.monotonic() + PATIENCE, float("-inf")
    while True:
        if nudge and time.monotonic() - nudged > NUDGE:
            nudge()
            nudged = time.monotonic()
        if answer := question():
            return answer
        assert time.monotonic() < until
        time.sleep(0.1)  # another process is waited for


@pytest.fixture(scope="session")
def served_project(tmp_path_factory):
    root = tmp_path_factory.mktemp("up") / "项目"
    copy_starter(root)
    return keep(carried(root))  # each duty is a deployment: a few are registered in seconds


@pytest.fixture(scope="session")
def port():
    return free_port()


@pytest.fixture(scope="session")
def running(served_project, port):
    """The service, ready and registered for the first time."""
    service = Up(served_project, port)
    service.until("就绪")
    service.until("已向 Prefect 登记")
    yield service
    if service.process.poll() is None:
        service.stop()
