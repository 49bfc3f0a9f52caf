"""The server as it runs: a real socket, an address in use said in one line, a clean end."""

import os
import signal
import socket
import subprocess
import sys
import threading

import httpx
import pytest

from duban.access.tokens import make_token
from duban.base.clock import system_clock
from duban.base.starter import copy_starter
from duban.runtime.private import CLOSED
from duban.web.serving import AddressTaken, WebServer, log_file, take_address
from duban.web.settings import WebSettings
from duban.workspace.workspace import open_workspace
from tests.web.conftest import fact, problem


@pytest.fixture
def served(plain_city):
    """The city's API at a free port of this machine."""
    server = WebServer(plain_city.app, take_address(WebSettings(port=0)), log_file(plain_city.ws.root))
    server.start()
    with httpx.Client(base_url=server.address, timeout=30) as client:
        yield plain_city, client
    assert server.stop(10)


def test_it_answers_at_a_real_socket(served):
    city, client = served
    assert client.get("/healthz").json()["status"] == "ok"
    answered = client.post("/api/v1/facts", json={"facts": [fact()]}, headers=city.by("三元"))
    assert answered.json()["new"] == 1
    assert "server" not in answered.headers


def test_a_defect_is_noted_in_the_log_and_not_on_the_terminal(served, capfd):
    city, client = served
    city.broken = ZeroDivisionError("division by zero")
    assert problem(client.get("/healthz")) == "defect"
    assert "ZeroDivisionError: division by zero" in log_file(city.ws.root).read_text(encoding="utf-8")
    assert capfd.readouterr().err == ""


def test_100_mb_are_refused_before_they_are_sent(served):
    """A client that waits for permission sends nothing; one that does not is cut off early."""
    city, client = served
    with socket.create_connection((client.base_url.host, client.base_url.port), timeout=30) as plain:
        head = (
            "POST /api/v1/facts HTTP/1.1\r\nHost: duban\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {city.secrets['三元']}\r\nContent-Length: {100 * 1024 * 1024}\r\n\r\n"
        )
        plain.sendall(head.encode())
        answered = b""
        while piece := plain.recv(65536):
            answered += piece
    assert answered.startswith(b"HTTP/1.1 413 ")
    assert b"application/problem+json" in answered


def test_requests_at_once_are_all_answered(served):
    city, client = served
    answers = []

    def send(number):
        batch = {"facts": [fact(f"{number}-{row}") for row in range(20)]}
        answers.append(client.post("/api/v1/facts", json=batch, headers=city.by("三元")).json()["new"])

    senders = [threading.Thread(target=send, args=(number,)) for number in range(8)]
    for each in senders:
        each.start()
    for each in senders:
        each.join()
    assert answers == [20] * 8


def test_an_address_in_use_is_one_clear_line():
    taken = take_address(WebSettings(port=0))
    port = taken.getsockname()[1]
    with pytest.raises(
        AddressTaken, match=f"端口 {port} 已被占用，接口起不来。请换一个：--web-port {port + 1}"
    ):
        take_address(WebSettings(port=port))
    taken.close()


def test_an_address_that_is_not_this_machine_s():
    with pytest.raises(AddressTaken, match="请检查 DUBAN_WEB_HOST"):
        take_address(WebSettings(host="192.0.2.1", port=0))


class TestServe:
    """`duban serve` as a person runs it, in a process of its own."""

    CLOCK = "2026-03-02T09:00+08:00/run"

    @pytest.fixture
    def project(self, tmp_path):
        """A project made as every command makes one, whatever the tests before have left the process's umask at."""
        before = os.umask(CLOSED)
        root = tmp_path / "项目"
        copy_starter(root)
        yield root
        os.umask(before)

    def serve(self, root, *more, **environment):
        plain = {name: value for name, value in os.environ.items() if not name.startswith("DUBAN")}
        return subprocess.Popen(
            [sys.executable, "-m", "duban", "serve", "--project", str(root), *more],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={
                **plain,
                "DUBAN_CLOCK": self.CLOCK,
                "PYTHONUNBUFFERED": "1",
                "COLUMNS": "300",
                **environment,
            },
        )

    def test_from_its_start_to_its_end(self, project, monkeypatch):
        monkeypatch.setenv("DUBAN_CLOCK", self.CLOCK)
        ws = open_workspace(project, system_clock())
        _, secret = make_token(ws, "350404", "三元", ws.clock.now(), by="管理员")
        ws.ledger.dispose()
        process = self.serve(project, "--web-port", "0")
        try:
            line = process.stdout.readline()
            assert "/api/docs ；按 Ctrl-C 停止" in line, line
            address = line.split()[3].removesuffix("/api/docs")
            headers = {"Authorization": f"Bearer {secret}"}
            answered = httpx.get(f"{address}/api/v1/duties?limit=1", headers=headers, timeout=30)
            assert len(answered.json()["duties"]) == 1

            (project / "duties/特种设备.yaml").write_text("line: [", encoding="utf-8")
            health = httpx.get(f"{address}/healthz", timeout=30)
            assert health.json()["content_problems"] > 0
            assert httpx.get(f"{address}/api/v1/duties", headers=headers, timeout=30).status_code == 200
        finally:
            process.send_signal(signal.SIGTERM)
            rest = process.communicate(timeout=30)[0]
        assert process.returncode == 0
        assert rest.splitlines()[-1].endswith("✓ 已停止，没有丢失任何事项")
        assert "Traceback" not in rest

    def test_a_ledger_that_is_none_is_unavailable_and_no_traceback(self, project):
        (project / ".duban").mkdir()
        (project / ".duban/ledger.db").write_bytes(b"not a ledger" * 1000)
        process = self.serve(project, "--web-port", "0")
        try:
            address = process.stdout.readline().split()[3].removesuffix("/api/docs")
            assert problem(httpx.get(f"{address}/healthz", timeout=30)) == "unavailable"
        finally:
            process.send_signal(signal.SIGINT)
            rest = process.communicate(timeout=30)[0]
        assert process.returncode == 0
        assert "Traceback" not in rest

    def test_a_port_in_use_and_a_setting_that_means_nothing(self, project):
        taken = take_address(WebSettings(port=0))
        port = str(taken.getsockname()[1])
        process = self.serve(project, DUBAN_WEB_PORT=port)
        said = process.communicate(timeout=30)[0]
        taken.close()
        assert (process.returncode, said.count("\n")) == (3, 1)
        assert f"端口 {port} 已被占用" in said

        process = self.serve(project, DUBAN_WEB_RATE="viel")
        said = process.communicate(timeout=30)[0]
        assert (process.returncode, said) == (2, "DUBAN_WEB_RATE=viel 看不懂，请写 1 到 1000000 的整数\n")
