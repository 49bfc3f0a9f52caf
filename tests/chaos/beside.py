"""What a Prefect server of several machines keeps its state in: a real Redis, and Debian's PostgreSQL beside the ledger's.

(The PostgreSQL of the wheel, which has the ledger, lacks the extension that Prefect wants.) Both are killed and started again
with what they had on disk.
"""

import os
import shutil
import signal
import subprocess
import time
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path

PATIENCE = 20.0
POSTGRESQL = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
ACCOUNT = ("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups")


def what_is_missing():
    """What these would need here, in words; empty when there is everything."""
    wanted = {
        "redis-server": shutil.which("redis-server"),
        "prefect_redis (pip install 'duban[machines]')": find_spec("prefect_redis"),
        "Debian's PostgreSQL": POSTGRESQL,
        "root (PostgreSQL wants an account of its own)": os.geteuid() == 0 and shutil.which("setpriv"),
    }
    return ", ".join(name for name, found in wanted.items() if not found)


class Server:
    """A server in a folder of its own, started at once, on a port that this machine alone reaches."""

    name, first_port = "", 0

    def __init__(self, folder):
        self.folder = folder / self.name
        self.folder.mkdir()
        self.port = str(self.first_port + os.getpid() % 10_000)
        self.prepare()
        self._start()

    def prepare(self):
        """Make what it needs before its first start."""

    def restart(self, pause=0.0):
        """Kill it, leave it away for so many seconds, and start it again."""
        self.close()
        time.sleep(pause)
        self._start()

    def close(self):
        self._process.kill()
        self._process.wait()

    def _start(self):
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                self.command(), cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        until = time.monotonic() + PATIENCE
        while not self.answers():
            if self._process.poll() is not None or time.monotonic() > until:
                raise OSError(f"{self.name} does not start; see {self.folder / 'log'}")
            time.sleep(0.02)


class Redis(Server):
    """Everything it is told goes to its disk."""

    name, first_port = "redis", 40_000

    @property
    def url(self):
        return f"redis://127.0.0.1:{self.port}/0"

    def command(self):
        return (
            "redis-server",
            "--bind",
            "127.0.0.1",
            "--port",
            self.port,
            "--appendonly",
            "yes",
            "--save",
            "",
        )

    def answers(self):
        return self.asked("ping") == "PONG"

    def asked(self, *words):
        """What it answers."""
        command = ("redis-cli", "-p", self.port, *words)
        return subprocess.run(command, capture_output=True, text=True).stdout.strip()


class PrefectPostgresql(Server):
    """One whose account may make extensions; it runs under another account than root."""

    name, first_port = "prefect-postgresql", 50_000

    @property
    def url(self):
        return f"postgresql+asyncpg://postgres@127.0.0.1:{self.port}/postgres"

    def prepare(self):
        shutil.chown(self.folder, "postgres", "postgres")
        made = (POSTGRESQL[-1] / "initdb", "-D", self.folder / "data", "-U", "postgres", "-A", "trust")
        subprocess.run(
            [*ACCOUNT, *made, "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
            check=True,
            capture_output=True,
            cwd=self.folder,
        )

    def command(self):
        options = ("-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={self.folder}")
        return (*ACCOUNT, POSTGRESQL[-1] / "postgres", "-D", self.folder / "data", "-p", self.port, *options)

    def close(self):
        """Stop it as if the power had gone; what it started goes with it."""
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait()

    def answers(self):
        command = (POSTGRESQL[-1] / "pg_isready", "-q", "-h", "127.0.0.1", "-p", self.port)
        return subprocess.run(command).returncode == 0


@contextmanager
def opened_beside(folder):
    """Both servers until the block ends; none where something is missing."""
    with ExitStack() as closing:
        servers = []
        for kind in () if what_is_missing() else (Redis, PrefectPostgresql):
            servers.append(kind(folder))
            closing.callback(servers[-1].close)
        yield tuple(servers)
