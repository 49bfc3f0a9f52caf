"""Prefect's server is a door: who comes in, shown on the real one."""

import asyncio
import http.client
import sqlite3
import time
from base64 import b64encode
from pathlib import Path

import pytest

from duban.runtime import environment
from duban.runtime.environment import runtime_folder
from duban.runtime.login import prefect_login
from duban.runtime.prefect_api import PrefectApi, PrefectRefuses, answers
from duban.service.door import Door
from duban.service.server import PrefectServer
from tests.ports import free_port

PATIENCE = 120.0
OWN = ("http://127.0.0.1:4200", "http://localhost:4200")


class TestTheDoor:
    def knock(self, kind="http", **headers):
        """What becomes of a request with these headers: `came in`, or the status it was refused with."""
        said = []

        async def inside(scope, receive, send):
            said.append("came in")

        async def send(message):
            said.append(message.get("status") or message.get("code"))

        async def receive():
            return {}

        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        asyncio.run(Door(inside, OWN)({"type": kind, "headers": raw}, receive, send))
        return said[0]

    @pytest.mark.parametrize("kind", ["http", "websocket"])
    def test_its_own_name_and_pages_come_in(self, kind):
        assert self.knock(kind, host="127.0.0.1:4200") == "came in"
        assert self.knock(kind, host="LOCALHOST:4200", origin="http://127.0.0.1:4200") == "came in"

    @pytest.mark.parametrize(
        "host", ["evil.example", "127.0.0.1", "127.0.0.1:4201", "localhost.evil.example:4200"]
    )
    def test_another_name_does_not(self, host):
        assert self.knock(host=host) == 421
        assert self.knock("websocket", host=host) == 1008

    def test_no_name_does_not(self):
        assert self.knock() == 421

    @pytest.mark.parametrize(
        "origin", ["http://evil.example", "null", "https://127.0.0.1:4200", "http://127.0.0.1:4280"]
    )
    def test_a_page_of_another_origin_does_not(self, origin):
        assert self.knock(host="127.0.0.1:4200", origin=origin) == 403
        assert self.knock("websocket", host="127.0.0.1:4200", origin=origin) == 1008


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A real one, of an account that may not write to Prefect's own folder."""
    port = free_port()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(environment, "may_write", lambda _: False)
        server = PrefectServer(tmp_path_factory.mktemp("door"), port)
    server.start()
    until = time.monotonic() + PATIENCE
    while not answers(server.api):
        assert server.lives()
        assert time.monotonic() < until
        time.sleep(0.05)  # a child process has no event to wait for
    yield server
    server.stop()


@pytest.mark.prefect
class TestTheRealServer:
    @pytest.fixture
    def login(self, server):
        return prefect_login(runtime_folder(server.root))

    def status(self, server, method, path, login=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
        if login:
            headers["Authorization"] = "Basic " + b64encode(login.encode()).decode()
        connection.request(method, path, body="{}" if method == "POST" else None, headers=headers)
        reply = connection.getresponse()
        reply.read()
        connection.close()
        return reply.status, reply.headers.get("access-control-allow-origin")

    def test_without_the_login_nobody_is_served(self, server):
        assert self.status(server, "POST", "/api/flow_runs/filter")[0] == 401
        assert self.status(server, "POST", "/api/flow_runs/filter", "duban:guessed")[0] == 401
        with PrefectApi(server.api) as stranger, pytest.raises(PrefectRefuses, match="401"):
            stranger.ask("POST", "/deployments/filter", {})

    def test_with_it_everything_is(self, server, login):
        assert self.status(server, "POST", "/api/flow_runs/filter", login)[0] == 200
        with PrefectApi(server.api, login) as known:
            assert known.every("/deployments/filter", {}) == []

    def test_whether_it_is_well_anybody_may_ask(self, server):
        assert self.status(server, "GET", "/api/health")[0] == 200
        assert self.status(server, "GET", "/api/ready")[0] == 200

    def test_a_foreign_page_gets_nothing_not_even_with_the_login(self, server, login):
        foreign = {"Origin": "http://evil.example"}
        assert self.status(server, "POST", "/api/flow_runs/filter", login, **foreign) == (403, None)
        assert self.status(server, "GET", "/api/health", **foreign) == (403, None)
        asking = {**foreign, "Access-Control-Request-Method": "POST"}
        assert self.status(server, "OPTIONS", "/api/flow_runs/filter", **asking) == (403, None)

    def test_its_own_page_may_ask(self, server, login):
        own = f"http://localhost:{server.port}"
        assert self.status(server, "POST", "/api/flow_runs/filter", login, Origin=own) == (200, own)

    def test_a_name_made_to_point_here_gets_nothing(self, server, login):
        assert self.status(server, "POST", "/api/flow_runs/filter", login, Host="evil.example")[0] == 421

    def test_the_password_is_in_no_process_s_arguments(self, server, login):
        listed = Path(f"/proc/{server.pid}/cmdline")
        if not listed.exists():
            pytest.skip("this system does not list a process's arguments")
        assert login.partition(":")[2].encode() not in listed.read_bytes()

    def test_its_page_is_there_though_its_own_folder_may_not_be_written_to(self, server):
        assert self.status(server, "GET", "/")[0] == 200
        assert (server.root / ".duban/prefect/pages").is_dir()

    def test_its_files_are_its_account_s_alone(self, server):
        from duban.runtime.private import open_to_others

        assert list(open_to_others(server.root / ".duban")) == []


class TestHowTransactionsBegin:
    """Fails when the inside of Prefect has changed: then `deployment.server_inside` must be looked at again."""

    @pytest.fixture
    def configuration(self, tmp_path, monkeypatch):
        from prefect.server.database.configurations import AioSqliteConfiguration

        monkeypatch.setattr(
            AioSqliteConfiguration, "begin_transaction", AioSqliteConfiguration.begin_transaction
        )
        return AioSqliteConfiguration(connection_url=f"sqlite+aiosqlite:///{tmp_path / 'prefect.db'}")

    def second_writer(self, tmp_path, configuration, **how):
        """Whether another connection may begin to write while a transaction has only begun."""

        async def within():
            engine = await configuration.engine()
            session = await configuration.session(engine)
            async with session, configuration.begin_transaction(session, **how):
                await session.connection()
                other = sqlite3.connect(tmp_path / "prefect.db", timeout=0)
                try:
                    other.execute("BEGIN IMMEDIATE")
                    return True
                except sqlite3.OperationalError:
                    return False
                finally:
                    other.close()

        return asyncio.run(within())

    def test_as_shipped_it_is_deferred_and_another_writer_gets_between(self, tmp_path, configuration):
        assert self.second_writer(tmp_path, configuration)

    def test_with_duban_s_change_it_takes_its_turn(self, tmp_path, configuration):
        from duban.deployment.server_inside import begin_immediate

        assert begin_immediate()
        assert not self.second_writer(tmp_path, configuration)
        assert not self.second_writer(tmp_path, configuration, with_for_update=False)
        assert begin_immediate()

    def test_and_a_session_opened_inside_it_reads_without_waiting_for_itself(self, configuration):
        from prefect.server.database.configurations import SQLITE_BEGIN_MODE
        from sqlalchemy import text

        from duban.deployment.server_inside import begin_immediate

        async def within():
            engine = await configuration.engine()
            outer, inner = await configuration.session(engine), await configuration.session(engine)
            async with outer, configuration.begin_transaction(outer):
                await outer.execute(text("CREATE TABLE written (at INTEGER)"))
                async with asyncio.timeout(5), inner:
                    read = (await inner.execute(text("SELECT count(*) FROM sqlite_master"))).scalar()
            return read, SQLITE_BEGIN_MODE.get()

        assert begin_immediate()
        assert asyncio.run(within()) == (0, None)


class TestHowStatementsGoToSqlite:
    """Fails when the inside of SQLAlchemy or aiosqlite has changed: then `deployment.server_inside` must be looked at again."""

    @pytest.fixture
    def errands(self, monkeypatch):
        """How often something was handed over to a connection's thread."""
        from aiosqlite import Connection
        from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_cursor

        handed, original = [], Connection._execute

        async def _execute(self, fn, *args, **kwargs):
            handed.append(fn)
            return await original(self, fn, *args, **kwargs)

        monkeypatch.setattr(Connection, "_execute", _execute)
        monkeypatch.setattr(AsyncAdapt_aiosqlite_cursor, "execute", AsyncAdapt_aiosqlite_cursor.execute)
        return handed

    def told(self, errands, tmp_path):
        """What a few statements say, and how many errands each was."""
        from sqlalchemy import exc, text
        from sqlalchemy.ext.asyncio import create_async_engine

        async def within():
            engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path / 'errands.db'}")
            said = []
            async with engine.connect() as connection:
                for statement in (
                    "CREATE TABLE IF NOT EXISTS kept (name TEXT UNIQUE)",
                    "INSERT INTO kept (name) VALUES ('a'), ('b'), ('c')",
                    "UPDATE kept SET name = name || '!' WHERE name <> 'c'",
                    "SELECT name, length(name) AS signs FROM kept ORDER BY name",
                    "SELECT name FROM kept WHERE name = 'nobody'",
                    "INSERT INTO kept (name) VALUES ('c')",
                ):
                    errands.clear()
                    try:
                        result = await connection.execute(text(statement))
                        rows = [tuple(row) for row in result] if result.returns_rows else None
                        said.append((list(result.keys()) if rows is not None else result.rowcount, rows))
                    except exc.IntegrityError as refused:
                        said.append(str(refused.orig))
                    said.append(len(errands))
                streamed = [row.name async for row in await connection.stream(text("SELECT name FROM kept"))]
            await engine.dispose()
            return said[::2], said[1::2], sorted(streamed)

        return asyncio.run(within())

    def test_each_goes_there_once_and_says_what_it_said_as_shipped(self, errands, tmp_path):
        from duban.deployment.server_inside import one_errand

        shipped = self.told(errands, tmp_path)
        assert shipped[0][1:] == [
            (3, None),
            (2, None),
            (["name", "signs"], [("a!", 2), ("b!", 2), ("c", 1)]),
            (["name"], []),
            "UNIQUE constraint failed: kept.name",
        ]
        assert shipped[1] == [3, 3, 3, 4, 4, 2]
        assert one_errand()
        assert one_errand()
        assert self.told(errands, tmp_path) == (shipped[0], [1, 1, 1, 1, 1, 1], ["a!", "b!", "c"])

    def test_unless_a_cursor_keeps_other_things(self, errands, monkeypatch):
        from duban.deployment import server_inside

        shipped = server_inside.AsyncAdapt_aiosqlite_cursor.execute
        monkeypatch.setattr(server_inside, "CURSOR", {*server_inside.CURSOR, "_something_new"})
        assert not server_inside.one_errand()
        assert server_inside.AsyncAdapt_aiosqlite_cursor.execute is shipped
