"""An office network's proxy settings never stand between duban and its own machine."""

import socketserver
import threading

import httpx
import pytest

from duban.runtime.environment import apply_environment, past_the_proxy
from duban.runtime.prefect_api import PrefectApi, PrefectSilent

NOBODY = "127.0.0.1:9"


@pytest.fixture(params=["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"])
def a_proxy(request, monkeypatch):
    monkeypatch.setenv(request.param, f"http://{NOBODY}")
    return request.param


def test_the_loopback_is_spared_whatever_else_is(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "intranet.example, localhost")
    monkeypatch.delenv("no_proxy", raising=False)
    settings = past_the_proxy()
    assert settings["NO_PROXY"] == "intranet.example,localhost,127.0.0.1,::1"
    assert settings["no_proxy"] == "127.0.0.1,localhost,::1"


def test_a_proxy_for_the_outer_world_stays(a_proxy):
    assert a_proxy not in past_the_proxy()


def test_prefect_s_client_reaches_the_loopback_without_the_proxy(a_proxy, monkeypatch):
    httpx = pytest.importorskip("httpx")
    with monkeypatch.context() as environment:
        for name, value in past_the_proxy().items():
            environment.setenv(name, value)
        with httpx.Client() as client:
            chosen = client._transport_for_url(httpx.URL("http://127.0.0.1:4200/api"))
            assert chosen is client._transport


@pytest.mark.parametrize("name", ["ALL_PROXY", "all_proxy", "HTTP_PROXY"])
@pytest.mark.parametrize("scheme", ["socks5", "socks5h", "SOCKS4"])
def test_a_socks_proxy_which_no_library_here_can_speak_to_is_taken_out(name, scheme, monkeypatch):
    import os

    monkeypatch.setenv(name, f"{scheme}://{NOBODY}")
    for each in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(each, "")
    apply_environment(past_the_proxy())
    assert name not in os.environ


def test_our_own_questions_never_ask_a_proxy(a_proxy, silent_port):
    with (
        PrefectApi(f"http://127.0.0.1:{silent_port}/api") as server,
        pytest.raises(PrefectSilent, match="refused"),
    ):
        server.ask("GET", "/health")


@pytest.fixture
def silent_port():
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_a_question_that_nobody_answers_is_broken_off_when_the_service_stops():
    import socket
    import threading

    with (
        socket.create_server(("127.0.0.1", 0)) as deaf,
        PrefectApi(f"http://127.0.0.1:{deaf.getsockname()[1]}/api", seconds=60) as server,
    ):
        asked = []

        def ask():
            with pytest.raises(PrefectSilent):
                server.ask("GET", "/health")
            asked.append(True)

        asking = threading.Thread(target=ask)
        asking.start()
        taken, _ = deaf.accept()
        taken.recv(100)
        server.give_up()
        asking.join(10)
        taken.close()
    assert asked == [True]


class Answering(socketserver.StreamRequestHandler):
    """Answers one request, whatever it is."""

    def handle(self):
        while self.rfile.readline().strip():
            pass
        self.wfile.write(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n")


UNUSABLE = ("socks5h://127.0.0.1:4899", "ftp://127.0.0.1:4899", "http://a:b", "http://[::1", "://", "http://")
USABLE = (
    "127.0.0.1:4899",
    "http://127.0.0.1:4899",
    "https://user:secret@127.0.0.1:4899",
    "http://用户:密@127.0.0.1:4899",
)
SPARED = ("", "fe80::/10,::1", "10.0.0.0/8;*.gov.cn , .cn", "[::1", "http://x", "中文")


@pytest.mark.parametrize("spared", SPARED)
@pytest.mark.parametrize("proxy", [*UNUSABLE, *USABLE])
def test_whatever_the_office_network_names_loopback_is_reached_past_it(monkeypatch, proxy, spared):
    """As Prefect's client reads it: httpx."""
    for name in ("ALL_PROXY", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, proxy)
        monkeypatch.setenv(name.lower(), proxy)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, spared)
    settings = past_the_proxy()
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    assert ("HTTP_PROXY" in settings) == (proxy in UNUSABLE)
    with socketserver.TCPServer(("127.0.0.1", 0), Answering) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        with httpx.Client(timeout=5) as client:
            assert client.get(f"http://127.0.0.1:{server.server_address[1]}/").status_code == 204


def test_what_was_spared_stays_spared(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "10.0.0.0/8;*.gov.cn , .cn")
    assert past_the_proxy()["NO_PROXY"] == "10.0.0.0/8,*.gov.cn,.cn,127.0.0.1,localhost,::1"
