"""A client that is slow, gone or means harm costs its own connection, and nobody else anything; on a real socket."""

import socket
import time
from contextlib import ExitStack

import httpx
import pytest

from duban.runtime.connections import Patience
from duban.web.serving import WebServer, log_file, take_address
from duban.web.settings import WebSettings
from tests.web.conftest import fact

SHORT = Patience(head=0.3, body=0.3, pace=1_000, reading=0.3, most=8)
PATIENT = Patience(most=8)


@pytest.fixture
def served(plain_city, request):
    """The city's API at a free port of this machine, with the patience of the test."""
    server = WebServer(
        plain_city.app, take_address(WebSettings(port=0)), log_file(plain_city.ws.root), request.param
    )
    server.start()
    yield plain_city, httpx.URL(server.address)
    assert server.stop(10)


def connected(address):
    return socket.create_connection((address.host, address.port), timeout=10)


def all_of(client):
    """What comes until the server closes the connection."""
    answered = b""
    while piece := client.recv(65536):
        answered += piece
    return answered


def head(city, *more):
    return "\r\n".join(
        [
            "POST /api/v1/facts HTTP/1.1",
            "Host: duban",
            "Content-Type: application/json",
            f"Authorization: Bearer {city.secrets['三元']}",
            *more,
            "",
            "",
        ]
    ).encode()


def ask_without_reading(client, asked):
    while True:
        client.sendall(asked * 100)
        time.sleep(0.02)


def log_of(city):
    file = log_file(city.ws.root)
    return file.read_text(encoding="utf-8") if file.exists() else ""


@pytest.mark.parametrize("served", [SHORT], indirect=True)
class TestSlow:
    def test_one_that_sends_nothing_is_let_go_without_a_word(self, served):
        with connected(served[1]) as client:
            assert all_of(client) == b""

    def test_half_a_head_is_given_up(self, served):
        with connected(served[1]) as client:
            client.sendall(b"GET /healthz HTTP/1.1\r\nHost: du")
            assert all_of(client).startswith(b"HTTP/1.1 408 ")

    def test_half_a_head_after_a_whole_request_is_given_up_too(self, served):
        with connected(served[1]) as client:
            client.sendall(b"GET /healthz HTTP/1.1\r\nHost: duban\r\n\r\n")
            assert client.recv(65536).startswith(b"HTTP/1.1 200 ")
            client.sendall(b"GET /he")
            assert b"HTTP/1.1 408 " in all_of(client)

    def test_a_body_that_drips_is_given_up_and_is_no_defect(self, served):
        city, address = served
        with connected(address) as client:
            client.sendall(head(city, "Content-Length: 100000") + b'{"facts": [')
            assert all_of(client).startswith(b"HTTP/1.1 408 ")
        assert "Traceback" not in log_of(city)

    def test_a_body_that_comes_at_its_pace_has_its_time(self, served):
        city, address = served
        body = b'{"facts": []}'.ljust(3_000)
        with connected(address) as client:
            client.sendall(head(city, f"Content-Length: {len(body)}", "Connection: close"))
            for start in range(0, len(body), 500):
                client.sendall(body[start : start + 500])
                time.sleep(0.1)  # slower than the time a body has, faster than the pace
            assert all_of(client).startswith(b"HTTP/1.1 422 ")

    def test_an_answer_that_is_not_read_is_given_up(self, served):
        """A pipeline of requests whose answers pile up at a client that reads none."""
        _, address = served
        with connected(address) as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            asked = b"GET /api/openapi.json HTTP/1.1\r\nHost: duban\r\n\r\n"
            with pytest.raises(ConnectionError):
                ask_without_reading(client, asked)


@pytest.mark.parametrize("served", [PATIENT], indirect=True)
class TestMany:
    def test_half_open_connections_without_end_starve_nobody(self, served):
        city, address = served
        with ExitStack() as half_open:
            clients = [half_open.enter_context(connected(address)) for _ in range(60)]
            for client in clients[: -PATIENT.most]:
                assert all_of(client) == b""  # those that waited longest went
            for client in clients[-PATIENT.most :]:
                client.sendall(b"GET /healthz HTTP/1.1\r\nHost: du")
            answered = httpx.post(
                address.join("/api/v1/facts"), json={"facts": [fact()]}, headers=city.by("三元"), timeout=5
            )
            assert answered.json()["new"] == 1

    def test_one_that_hangs_up_is_no_defect(self, served):
        city, address = served
        for sent in (
            head(city, "Content-Length: 500") + b'{"facts": [',
            head(city, "Content-Length: 500", "Expect: 100-continue"),
            b"GET /api/v1/facts HTTP/1.1\r\nHost: duban\r\n\r\n",
            b"GET /api/v1/fa",
        ):
            with connected(address) as client:
                client.sendall(sent)
        assert httpx.get(address.join("/healthz"), timeout=5).status_code == 200
        assert log_of(city) == ""

    def test_two_lengths_are_one_too_many(self, served):
        city, address = served
        with connected(address) as client:
            client.sendall(
                head(city, "Content-Length: 5", "Transfer-Encoding: chunked")
                + b"0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: duban\r\n\r\n"
            )
            answered = all_of(client).decode()
        assert answered.startswith("HTTP/1.1 400 ")
        assert "Content-Length 和 Transfer-Encoding 不能同时写" in answered
        assert answered.count("HTTP/1.1") == 1
