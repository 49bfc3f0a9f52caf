"""Prefect's server seen from `duban up`: is its port free, start it, does it live, stop it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from duban.runtime.environment import LOCAL, api_url, prefect_environment, runtime_folder
from duban.runtime.private import append_closed, closed_folder

SECONDS_TO_STOP = 4.0


def port_is_free(port: int) -> bool:
    """Whether a server could listen on `port` of this machine now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOCAL, port))
        except OSError:
            return False
    return True


class PrefectServer:
    """The child process that serves Prefect's API and page for one project.

    `database` are settings that say where it keeps its state; without them in the project's own file.
    """

    def __init__(self, root: Path, port: int, database: Mapping[str, str] | None = None) -> None:
        self.root = root
        self.port = port
        self.api = api_url(port)
        self._database = dict(database or {})
        self._child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the child in a process group of its own, so that Ctrl-C reaches the parent first."""
        logs = closed_folder(runtime_folder(self.root) / "logs")
        environment = {
            **os.environ,
            **prefect_environment(self.root, self.port),
            **self._database,
            "PREFECT__SERVER_FINAL": "1",
        }
        environment["PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL"] = "WARNING"
        with append_closed(logs / "prefect-server.log") as log:
            if log.tell() > 10_000_000:
                log.truncate(0)
            self._child = subprocess.Popen(
                [sys.executable, "-m", "duban.service.server_child", str(self.port)],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={name: value for name, value in environment.items() if value},
                cwd=runtime_folder(self.root),
                start_new_session=True,
            )

    @property
    def pid(self) -> int | None:
        """The child's process id while it lives."""
        return self._child.pid if self._child is not None and self.lives() else None

    def lives(self) -> bool:
        """Whether the child process is still there."""
        return self._child is not None and self._child.poll() is None

    def stop(self) -> None:
        """End the child: asked first, ended after `SECONDS_TO_STOP` seconds if it does not go."""
        child, self._child = self._child, None
        if child is None:
            return
        if child.poll() is None:
            _signal_group(child.pid, signal.SIGTERM)
            try:
                child.wait(SECONDS_TO_STOP)
            except subprocess.TimeoutExpired:
                _signal_group(child.pid, signal.SIGKILL)
                child.wait()
        if child.stdin is not None:
            child.stdin.close()


def _signal_group(group: int, what: signal.Signals) -> None:
    try:
        os.killpg(group, what)
    except ProcessLookupError:
        return
