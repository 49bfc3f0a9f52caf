"""An office network's proxy settings never stand between duban and its own machine."""

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
