"""What a service sets right before it starts is said, once, in a line."""

import io
import shutil
import socket
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from rich.console import Console

from duban.runtime.environment import runtime_folder
from duban.runtime.lines import ServiceLines
from duban.service.prefect_side import PrefectDealings
from duban.service.surroundings import close_files, say_proxies


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
    dealings = PrefectDealings(
        tmp_path, "http://127.0.0.1:9/api", lines[0], registers=False, works=False, lives=lambda: True
    )
    dealings.side._trouble(RuntimeError("500 Internal Server Error"))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=0))
    dealings.side._trouble(RuntimeError("500 Internal Server Error"))
    first, second = said.getvalue().splitlines()
    assert "500 Internal" in first
    assert second.endswith("催办不受影响：磁盘已满")
