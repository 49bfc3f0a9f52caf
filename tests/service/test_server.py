"""Prefect's server as a child: it never outlives its parent."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import urllib3

from duban.runtime.environment import prefect_file, prefect_log
from duban.runtime.prefect_api import answers
from duban.runtime.private import closed_folder
from duban.service import child
from duban.service.child import Child
from duban.service.prefect_database import is_broken
from duban.service.server import PrefectServer, port_is_free
from tests.ports import free_port

PARENT = """
import sys
from pathlib import Path
from duban.service.server import PrefectServer
server = PrefectServer(Path(sys.argv[1]), int(sys.argv[2]))
server.start()
print(server.pid, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def port():
    return free_port()


def test_a_port_somebody_listens_on_is_not_free():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        assert not port_is_free(listening.getsockname()[1])


def test_a_port_nobody_listens_on_is_free_and_does_not_answer(port):
    assert port_is_free(port)
    assert not answers(f"http://127.0.0.1:{port}/api", 0.2)


@pytest.mark.prefect
def test_after_kill_9_of_the_parent_no_child_is_left(tmp_path, port):
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path), str(port)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    child = int(parent.stdout.readline())
    watch = os.pidfd_open(child) if hasattr(os, "pidfd_open") else None
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    parent.stdin.close()
    parent.stdout.close()
    assert _gone(child, watch)


def test_a_log_that_grows_while_the_child_runs_begins_anew_with_the_one_before_beside_it(
    tmp_path, port, monkeypatch
):
    monkeypatch.setattr(child, "LARGEST_LOG", 400)
    talker = Child(tmp_path, "http.server", [str(port), "--bind", "127.0.0.1"], log="talks.log", settings={})
    log = tmp_path / ".duban" / "logs" / "talks.log"

    def ask(what):
        patiently = urllib3.Retry(None, connect=60, backoff_factor=0.02, backoff_max=0.5)
        urllib3.request("GET", f"http://127.0.0.1:{port}/{what}", retries=patiently)

    try:
        talker.start()
        ask("first")
        assert talker.look_after() is None
        assert "/first" in log.read_text()
        while log.stat().st_size <= 400:
            ask("again")
        before = log.read_text()
        assert talker.look_after() is None
        ask("after")
    finally:
        talker.stop()
    assert log.with_name("talks.log.1").read_text() == before
    assert log.read_text().startswith("127.0.0.1")
    assert "/after" in log.read_text()
    assert "/again" not in log.read_text()
    assert (log.with_name("talks.log.1").stat().st_mode & 0o077, log.stat().st_mode & 0o077) == (0, 0)


@pytest.mark.prefect
def test_the_server_hears_its_own_secret_alone_is_gone_once_stopped_and_starts_again(
    tmp_path, port, monkeypatch
):
    (tmp_path / "notifications").mkdir()
    (tmp_path / "notifications" / "channels.yaml").write_text(
        "channels:\n  ours: {kind: apprise, url: env:OUR_ROBOT}\n"
    )
    for name in (
        "DUBAN_CHANNEL_MAIL",
        "DUBAN_OIDC_SECRET",
        "DUBAN_DATABASE_URL",
        "DUBAN_PREFECT_LOGIN",
        "OUR_ROBOT",
    ):
        monkeypatch.setenv(name, "duban:Gr8-Geheimnis")
    server = PrefectServer(tmp_path, port)
    try:
        server.start()
        first = server.pid
        assert server.lives()
        told = _environment_of(server)
        server.stop()
        assert not server.lives()
        assert server.pid is None
        server.start()
        assert server.pid != first
    finally:
        server.stop()
    # Of what the service was told in secret Prefect's server hears its own login alone.
    assert sorted(each for each, value in told.items() if "Geheimnis" in value) == [
        "PREFECT_API_AUTH_STRING",
        "PREFECT_SERVER_API_AUTH_STRING",
    ]


def _environment_of(server):
    """The environment of a child that has just been started, as soon as the system shows it."""
    shown = Path(f"/proc/{server.pid}/environ")
    if not shown.exists():
        pytest.skip("this system does not show the environment of a process")
    while not (text := shown.read_text()):
        assert server.lives()
    return dict(each.split("=", 1) for each in text.split("\0") if each)


def _gone(child, watch):
    """Wait until the process has ended, ten seconds at most."""
    if watch is None:
        pytest.skip("this system has no pidfd to wait on a process that is not one's child")
    import select

    try:
        ready, _, _ = select.select([watch], [], [], 10)
        return bool(ready)
    finally:
        os.close(watch)


@pytest.mark.prefect
@pytest.mark.parametrize("kept", [0, 8192])
def test_of_a_database_that_is_broken_prefect_s_server_dies_and_says_so_in_its_log(tmp_path, port, kept):
    file = closed_folder(prefect_file(tmp_path).parent) / prefect_file(tmp_path).name
    with closing(sqlite3.connect(file)) as sound:
        sound.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        sound.executemany("INSERT INTO alembic_version VALUES (?)", [("x" * 500,)] * 200)
        sound.commit()
    content = file.read_bytes()
    file.write_bytes(content[:kept] + b"\x07" * (len(content) - kept))
    server = PrefectServer(tmp_path, port)
    server.start()
    try:
        server._process.wait(60)
        assert is_broken(file, prefect_log(tmp_path))
        assert "SQLITE" in prefect_log(tmp_path).read_text().upper()
    finally:
        server.stop()
