"""Prefect's state goes where the ledger is, in a schema of its own, unless it is told otherwise or cannot."""

import grp
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from duban.ledger.database import migrate, open_ledger
from duban.runtime.prefect_api import answers
from duban.service.prefect_database import SEARCH_PATH, SETTING, PrefectDatabase, prefect_database
from duban.service.server import PrefectServer
from tests.ports import free_port

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
PATIENCE = 120.0


def test_a_ledger_in_a_file_leaves_prefect_in_its_own():
    assert prefect_database("sqlite:////ledger.db", None) == PrefectDatabase({})


def test_what_it_is_told_wins():
    assert prefect_database(
        "postgresql://duban@db.example/duban", "sqlite+aiosqlite:////p.db"
    ) == PrefectDatabase({})


def test_a_database_that_cannot_be_reached_is_said_and_the_file_serves():
    found = prefect_database("postgresql://duban@127.0.0.1:9/duban", None)
    assert found.settings == {}
    assert "先用本机的文件" in found.hindered


@pytest.mark.postgres
def test_a_server_without_the_extension_prefect_needs_is_said(postgresql_ledger):
    found = prefect_database(postgresql_ledger.url.render_as_string(hide_password=False), None)
    if not found.hindered:
        pytest.skip("this PostgreSQL brings pg_trgm")
    assert found.settings == {}
    assert "pg_trgm" in found.hindered


@pytest.fixture
def debian_postgresql():
    """The system's own PostgreSQL, with its extensions, in a folder of its own; its address."""
    if not PROGRAMS:
        pytest.skip("no PostgreSQL with contrib on this machine (Debian: apt install postgresql)")
    # Not below pytest's own folder, which each of its processes closes to everybody but its user.
    folder = Path(tempfile.mkdtemp(prefix="duban-pg-"))
    run_as = {}
    if os.geteuid() == 0:
        account = pwd.getpwnam("nobody")
        run_as = {"user": account.pw_uid, "group": grp.getgrgid(account.pw_gid).gr_gid, "extra_groups": []}
        shutil.chown(folder, account.pw_uid, account.pw_gid)
    port = free_port()
    data, programs = folder / "data", PROGRAMS[-1]
    quiet = {"check": True, "capture_output": True, "cwd": folder, **run_as}
    subprocess.run([programs / "initdb", "-D", data, "-U", "duban", "-A", "trust"], **quiet)
    settings = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    start = [programs / "pg_ctl", "-D", data, "-o", settings, "-l", folder / "log", "-w", "start"]
    subprocess.run(start, **{**quiet, "capture_output": False, "stdout": subprocess.DEVNULL})
    subprocess.run(
        [programs / "createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "duban", "duban"], **quiet
    )
    yield f"postgresql://duban@127.0.0.1:{port}/duban?sslmode=disable"
    subprocess.run([programs / "pg_ctl", "-D", data, "-m", "immediate", "stop"], **quiet)
    shutil.rmtree(folder)


@pytest.mark.postgres
@pytest.mark.prefect
def test_beside_a_ledger_on_postgresql_prefect_starts_in_its_own_schema(debian_postgresql, tmp_path):
    ledger = open_ledger(debian_postgresql)
    migrate(ledger)
    database = prefect_database(debian_postgresql, None)
    assert database == prefect_database(debian_postgresql, None)
    assert not database.hindered
    assert database.settings[SETTING].startswith("postgresql+asyncpg://duban@127.0.0.1:")
    assert database.settings[SEARCH_PATH] == "prefect"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        (tmp_path / "project").mkdir()
        server = PrefectServer(tmp_path / "project", probe.getsockname()[1], database.settings)
    server.start()
    try:
        until = time.monotonic() + PATIENCE
        while not answers(server.api):
            assert server.lives(), (server.root / ".duban/logs/prefect-server.log").read_text()[-2000:]
            assert time.monotonic() < until
            time.sleep(0.1)  # a child process has no event to wait for
        with ledger.connect() as connection:
            tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'prefect'"
            assert connection.exec_driver_sql(tables).scalar() > 30
            versions = "SELECT (SELECT version_num FROM public.alembic_version) <> version_num FROM prefect.alembic_version"
            assert connection.exec_driver_sql(versions).scalar()
    finally:
        server.stop()
        ledger.dispose()
