"""The two programs of the trial: the same commands, out of one checkout or another, on one ledger, each in a folder of its own."""

import json
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from tests.ports import free_port

INSIDE = Path(__file__).parent / "inside"
PATIENCE = 90.0


def until(what, question):
    """Ask again and again; the first answer that is one."""
    end = time.monotonic() + PATIENCE
    while not (answer := question()):
        assert time.monotonic() < end, f"{what}: nothing after {PATIENCE:.0f} s"
        time.sleep(0.1)
    return answer


class Program:
    """One checkout's `duban work --alone` and `duban serve`."""

    def __init__(self, checkout, folder, settings):
        self.checkout, self.folder = checkout, folder
        self.turns, self.port = folder.parent / f"{folder.name}.turns", free_port()
        self.turns.touch()
        self._settings = settings
        self.work = self.serve = None

    def command(self, *words):
        """A command that ends by itself: what it says, its exit code."""
        done = subprocess.run(
            self._words(words), env=self._environment(), cwd=self.checkout, capture_output=True, text=True
        )
        return done.stdout + done.stderr, done.returncode

    def start(self):
        """Let it work and serve, until it has turned and answers."""
        before = self.turned()
        self.work, self.serve = self._begun("work", "--alone"), self._begun("serve", "--web-port", self.port)
        until(f"{self.folder.name} turned", lambda: self.turned() > before)
        until(f"{self.folder.name} serves", lambda: self.answers() == 200)

    def turned(self):
        """How often its engine has turned."""
        return len(self.turns.read_text().splitlines())

    def answers(self):
        """What its pages say of their health; 0 for nothing."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=20) as answer:
                return answer.status
        except urllib.error.HTTPError as refused:
            return refused.code
        except OSError:
            return 0

    def ask(self, secret, method, path, what=None):
        """What its API answers, which is no refusal."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/v1{path}",
            data=None if what is None else json.dumps(what).encode(),
            method=method,
            headers={"Authorization": f"Bearer {secret}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refused:
            raise AssertionError(f"{method} {path}: {refused.code} {refused.read().decode()}") from None

    def said(self):
        """What its work has printed since it last started, in one line."""
        return re.sub(r"\s+", " ", self._log("work").read_text())

    def close(self):
        for process in (self.work, self.serve):
            if process is not None:
                process.kill()
                process.wait()

    def _begun(self, command, *options):
        with self._log(command).open("wb") as log:
            return subprocess.Popen(
                self._words((command, *options)),
                env=self._environment(),
                cwd=self.checkout,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def _log(self, command):
        return self.folder.parent / f"{self.folder.name}.{command}.log"

    def _words(self, words):
        return [sys.executable, "-m", "duban", *map(str, words)]

    def _environment(self):
        plain = {
            name: value for name, value in os.environ.items() if not name.startswith(("DUBAN", "PREFECT"))
        }
        source = f"{INSIDE}:{self.checkout / 'src'}:{self.checkout}"
        own = {"PYTHONPATH": source, "DUBAN_PROJECT": str(self.folder), "TRIAL_TURNS": str(self.turns)}
        return plain | self._settings | own | {"COLUMNS": "300"}
