"""What a service sets right before it starts is said, once, in a line."""

import io
import logging
import shutil
import socket
import sqlite3
import sys
from contextlib import closing
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from rich.console import Console

from duban.runtime.environment import prefect_file, prefect_log, runtime_folder
from duban.runtime.lines import ServiceLines
from duban.runtime.private import closed_folder
from duban.service.child import Child
from duban.service.foreground import Foreground, ServicePart
from duban.service.prefect_database import is_broken
from duban.service.prefect_side import PrefectDealings
from duban.service.server import PrefectServer, attended_prefect
from duban.service.server_child import strike_secrets
from duban.service.surroundings import close_files, say_logs, say_proxies


@pytest.fixture
def lines():
    """A service's lines, and what they said so far."""
    said = io.StringIO()
    return ServiceLines(Console(file=said, width=300), lambda: datetime(2026, 3, 2, tzinfo=UTC)), said


def test_files_left_open_are_closed_and_counted(tmp_path, lines):
    speaker, said = lines
    (runtime_folder(tmp_path) / "ledger.db").touch()
    (tmp_path / ".duban/ledger.db").chmod(0o644)

    close_files(tmp_path, speaker)
    close_files(tmp_path, speaker)

    assert said.getvalue().count("别的账号也能读") == 1
    assert "1 个文件" in said.getvalue()


def test_a_socks_proxy_that_is_not_used_is_named(lines, monkeypatch):
    speaker, said = lines
    say_proxies(speaker)
    assert said.getvalue() == ""

    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:4899")
    say_proxies(speaker)
    assert "ALL_PROXY" in said.getvalue()


def test_a_proxy_nobody_listens_at_is_named_once(lines, monkeypatch):
    speaker, said = lines
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        port = proxy.getsockname()[1]
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{port}")
        say_proxies(speaker)
        assert said.getvalue() == ""
    monkeypatch.setenv("https_proxy", f"user:secret@127.0.0.1:{port}")
    say_proxies(speaker)
    assert said.getvalue().count(f"HTTP_PROXY、https_proxy 写的代理 127.0.0.1:{port} 连不上") == 1
    assert "secret" not in said.getvalue()


def test_trouble_with_prefect_on_a_full_disk_names_the_disk(lines, tmp_path, monkeypatch):
    said = lines[1]
    folder = closed_folder(prefect_file(tmp_path).parent)
    other = shutil.disk_usage(tmp_path)
    dealings = PrefectDealings(
        tmp_path, "http://127.0.0.1:9/api", lines[0], registers=False, works=False, lives=lambda: True
    )
    dealings.side._trouble(RuntimeError("500 Internal Server Error"))
    monkeypatch.setattr(shutil, "disk_usage", lambda at: SimpleNamespace(free=0) if at == folder else other)
    dealings.side._trouble(RuntimeError("500 Internal Server Error"))
    attended_prefect(PrefectServer(tmp_path, 9), lines[0], list).look_after()
    first, second, third = said.getvalue().splitlines()
    assert "500 Internal" in first
    assert second.endswith(f"催办不受影响：{folder}: 磁盘已满")
    assert third.endswith(f"重新启动（{folder}: 磁盘已满）；催办不受影响")


def test_prefect_s_own_database_that_is_broken_makes_room_for_a_new_one(lines, tmp_path):
    file = prefect_file(tmp_path)
    closed_folder(file.parent)
    asked = []
    server = PrefectServer(tmp_path, 9)
    attended_prefect(server, lines[0], lambda: asked.append("again")).look_after()
    assert "Prefect 服务意外停止" in lines[1].getvalue()
    with closing(sqlite3.connect(file)) as whole:
        whole.execute("CREATE TABLE run (name)")
        whole.executemany("INSERT INTO run VALUES (?)", [("x" * 500,)] * 200)
        whole.commit()
    assert not is_broken(file, prefect_log(tmp_path))
    content = file.read_bytes()
    file.write_bytes(content[:8192] + b"\x07" * (len(content) - 8192))
    attended_prefect(PrefectServer(tmp_path, 9), lines[0], lambda: asked.append("again")).look_after()
    assert f"Prefect 自己的数据库坏了，已改名为 {file.with_suffix('.broken')}" in lines[1].getvalue()
    assert (file.exists(), asked) == (False, ["again"])


def test_prefect_s_own_database_is_read_whole_only_where_its_log_ends_with_such_trouble(tmp_path):
    file, log = prefect_file(tmp_path), prefect_log(tmp_path)
    closed_folder(file.parent)
    closed_folder(log.parent)
    file.write_bytes(b"no database at all" * 1000)
    log.write_text("ERROR: [Errno 98] address already in use\n" * 10_000)
    assert not is_broken(file, log)
    with log.open("a") as printed:
        printed.write(
            "sqlalchemy.exc.DatabaseError: (sqlite3.DatabaseError) file is not a database\n" + "x\n" * 9_000
        )
    assert is_broken(file, log)
    log.unlink()
    assert is_broken(file, log), "nothing was kept of what it printed"


def test_prefect_s_database_elsewhere_is_left_alone(tmp_path):
    database = {"PREFECT_SERVER_DATABASE_CONNECTION_URL": "postgresql+asyncpg://duban@db.example/duban"}
    assert PrefectServer(tmp_path, 9, database).file is None
    assert PrefectServer(tmp_path, 9).file == prefect_file(tmp_path)


def test_logs_that_cannot_be_kept_are_said_and_hold_up_nothing(lines, tmp_path, monkeypatch):
    in_the_way = runtime_folder(tmp_path) / "logs"
    in_the_way.write_text("no folder")
    say_logs(in_the_way, lines[0])
    assert f"日志写不进 {in_the_way}，请检查文件夹的权限；服务照常运行" in lines[1].getvalue()
    child = Child(tmp_path, "platform", (), log="any.log", settings={})
    child.start()
    child.stop()
    assert not child.lives()


def test_of_parts_one_of_which_does_not_start_only_the_others_are_stopped(lines):
    stopped = []

    class Part(ServicePart):
        def __init__(self, name):
            self.name = name

        def start(self):
            if self.name == "second":
                raise PermissionError(13, "Permission denied", "second.log")

        def stop(self):
            stopped.append(self.name)
            return True

    with pytest.raises(PermissionError, match=r"second\.log"):
        Foreground(lines[0], [Part("first"), Part("second"), Part("third")], lambda _: None).run(0)
    assert stopped == ["first"]


@pytest.mark.parametrize(
    ("clean", "told"),
    [
        (True, "✓ 已停止，没有丢失任何事项"),
        (False, "… 还有一轮没有做完（例如正在发送），做完就退出，没有丢失任何事项"),
    ],
)
def test_a_round_that_is_still_at_work_is_not_called_stopped_and_prints_no_traceback(
    lines, monkeypatch, capsys, clean, told
):
    class Part(ServicePart):
        def stop(self):
            return clean

    class Closed(logging.Handler):
        def emit(self, record):
            try:
                raise RuntimeError("can't register atexit after shutdown")
            except RuntimeError:
                self.handleError(record)

    monkeypatch.setattr(logging, "raiseExceptions", True)
    Foreground(lines[0], [Part()], lambda _: None).run(0)
    assert lines[1].getvalue().splitlines()[-1].endswith(told)
    Closed().handle(logging.makeLogRecord({"msg": "发出 79"}))
    assert ("Logging error" in capsys.readouterr().err) is clean


def test_prefect_s_server_prints_neither_its_login_nor_the_operator_s_robot(tmp_path, monkeypatch):
    """A call of Prefect's own that fails is a traceback in its log, with the whole address in it."""
    printed = io.BytesIO()
    told = {
        "DUBAN_PROJECT": str(tmp_path),
        "DUBAN_OPERATOR_WEBHOOK": "http://robot.example/op/Rb0tWh0le",
        "PREFECT_SERVER_API_AUTH_STRING": "duban:L0ginAlone",
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": "postgresql+asyncpg://duban:Dbw0rdAlone@db.example/duban",
    }
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    before = {each: io.TextIOWrapper(printed, encoding="utf-8") for each in ("stdout", "stderr")}
    for name, stream in before.items():
        monkeypatch.setattr(sys, name, stream)
    strike_secrets()
    print("500 Server says /op/Rb0tWh0le for http://robot.example/op/Rb0tWh0le", file=sys.stderr)
    print("refused L0ginAlone and Dbw0rdAlone")
    assert printed.getvalue().decode().splitlines() == ["500 Server says *** for ***", "refused *** and ***"]
