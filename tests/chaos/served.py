"""What serves the project in a stretch, in processes of its own: `duban up`, or the parts that several machines would run.

Those parts are a Prefect server and whoever registers with it, which go through Redis, and `duban work` in a worker's place.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pendulum

from duban.runtime.environment import runtime_folder
from duban.runtime.login import prefect_login
from duban.runtime.prefect_api import PrefectRefuses, PrefectSilent, answers, prefect_of
from duban.runtime.wakeup import emit_wakeup

ROOT = Path(__file__).parents[2]
SHORT, LONG = (2.0, 25.0), (25.0, 60.0)
"""Seconds a service is left alone: it may die while it starts and when it has turned, or once Prefect runs its flows."""
TO_START = 90.0
ROUNDS = ("patrol", "deliver", "sweep", "audit")


class Served:
    """A `duban up`, or a `duban work` for the Prefect server of several machines, as `role` says; with a trap or none."""

    def __init__(self, place, random, role, settings, trap):
        self._until = time.monotonic() + random.uniform(*random.choice([SHORT, LONG]))
        self.role = role
        command = [sys.executable, "-m", "tests.chaos.processes", role, place.root, place.url]
        self._process = _started(place, role, [*command, str(free_port()), *trap], settings)

    @property
    def exitcode(self):
        return self._process.poll()

    def has_had_time(self):
        """Whether it has had the time it is left alone for."""
        return time.monotonic() > self._until

    def kill(self):
        self._process.kill()

    def join(self):
        self._process.wait()

    def kill_a_child(self, random):
        """Kill its Prefect server or its page; whether there was one."""
        listed = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        children = listed.read_text().split() if listed.exists() else []
        if children:
            os.kill(int(random.choice(children)), signal.SIGKILL)
        return bool(children)


class SharedPrefect:
    """The Prefect server of several machines and its registrar, in PostgreSQL and Redis, until it is closed."""

    def __init__(self, place, beside):
        self._place, self._port = place, free_port()
        login = prefect_login(runtime_folder(place.root))
        self.api = f"http://127.0.0.1:{self._port}/api"
        self.settings = {
            "PREFECT_API_URL": self.api,
            "DUBAN_PREFECT_LOGIN": login,
            **through(*beside),
        }
        upgrade = self._begun("prefect run server database upgrade -y")
        if upgrade.wait(TO_START):
            raise OSError(f"Prefect's tables were not made; see {place.root}")
        self._parts = {"Prefect": None, "duban register": None}
        self.look_after()
        until = time.monotonic() + TO_START
        while not answers(self.api) and time.monotonic() < until:
            time.sleep(0.2)

    def look_after(self):
        """Start what is gone."""
        commands = {
            "Prefect": f"prefect run server start --host 127.0.0.1 --port {self._port}",
            "duban register": "register",
        }
        for name, part in self._parts.items():
            if part is None or part.poll() is not None:
                self._parts[name] = self._begun(commands[name])

    def kill_one(self, random):
        """Kill one of the two; which."""
        name = random.choice(sorted(self._parts))
        _ended(self._parts[name])
        return name

    def close(self):
        for part in self._parts.values():
            _ended(part)

    def _begun(self, words):
        return _started(self._place, "parts", [sys.executable, "-m", "duban", *words.split()], self.settings)


def through(redis=None, postgresql=None):
    """The settings that name the Redis and the PostgreSQL of Prefect; none where they are not there."""
    named = {"DUBAN_REDIS_URL": redis, "DUBAN_PREFECT_DATABASE_URL": postgresql}
    return {name: server.url for name, server in named.items() if server}


def somebody_asks(place, random, kind):
    """Prefect, where it answers, is told of a new fact of that kind, or asked to run one of the rounds now; whether it was."""
    if random.random() < 0.5:
        return emit_wakeup(place.root, [kind], pendulum.now("UTC"))
    server = prefect_of(place.root, seconds=2.0)
    if server is None:
        return False
    wanted = {"deployments": {"name": {"any_": [random.choice(ROUNDS)]}}, "limit": 1}
    with server, suppress(PrefectSilent, PrefectRefuses):
        for found in server.ask("POST", "/deployments/filter", wanted):
            server.ask("POST", f"/deployments/{found['id']}/create_flow_run", {})
            return True
    return False


def free_port():
    """A port of this machine that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _started(place, name, command, settings):
    plain = {key: value for key, value in os.environ.items() if not key.startswith(("PREFECT", "DUBAN"))}
    about = {
        "DUBAN_PROJECT": str(place.root),
        "DUBAN_DATABASE_URL": place.url,
        "DUBAN_CLOCK": place.clock.now().isoformat() + "/run",
    }
    with (place.root / f"{name}.log").open("ab") as log:
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env=plain | about | settings,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )


def _ended(process):
    if process is not None:
        process.kill()
        process.wait()
