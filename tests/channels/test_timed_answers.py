"""A server that answers without end holds nobody: not a sender, not a heartbeat, not the word to the operator."""

import logging
import socket
import threading
import zlib
from logging.handlers import QueueHandler
from queue import SimpleQueue

import pytest
import requests

from duban.channels.channel import Channel, Destination
from duban.channels.kept import ask_once
from duban.channels.operator_robot import tell_operator
from duban.channels.timed_answers import LARGEST, TimedSession, within
from duban.deliveries.apprise_adapter import Sender

PATIENCE = 0.3
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@pytest.fixture
def server():
    """A server that says these bytes, a piece every twentieth of a second, as long as somebody listens or the test lasts."""
    over, places = threading.Event(), []

    def start(first, *then, greets=False):
        place = socket.create_server(("127.0.0.1", 0))
        places.append(place)

        def answer(line):
            with line:
                try:
                    if not greets:
                        line.recv(65536)
                    line.sendall(first)
                    while then and not over.wait(0.05):
                        for piece in then:
                            line.sendall(piece)
                except OSError:
                    return

        def accept():
            while True:
                try:
                    line, _ = place.accept()
                except OSError:
                    return
                threading.Thread(target=answer, args=(line,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        return f"127.0.0.1:{place.getsockname()[1]}"

    yield start
    over.set()
    for place in places:
        place.close()


ENDLESS = [
    pytest.param((HEAD + b"\r\n", b" "), id="a byte now and then"),
    pytest.param((HEAD, b"X-More: 1\r\n"), id="a header now and then"),
    pytest.param((HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"), id="a chunk now and then"),
]


@pytest.mark.parametrize("said", ENDLESS)
def test_an_answer_has_the_time_that_is_waited_for_it(server, said):
    with TimedSession() as session, pytest.raises(requests.RequestException, match="timed out"):
        session.ask("GET", f"http://{server(*said)}/", timeout=PATIENCE)


@pytest.mark.parametrize("said", ENDLESS)
def test_a_message_to_such_a_server_may_have_arrived(server, said):
    with Sender() as sender:
        [answer] = sender.send(
            Channel("hook", "apprise", timeout=PATIENCE), Destination(f"json://{server(*said)}/"), "题", "文"
        )
    assert not answer.accepted
    assert answer.unsure


@pytest.mark.parametrize(
    "reply, seconds, said",
    [
        ([b"220-a\r\n", b"220-b\r\n"], PATIENCE, "timed out"),
        ([b"220-a\r\n" * 20_000], 30, "the answer has no end"),
    ],
    ids=["for ever", "gigabytes"],
)
def test_a_mail_server_whose_reply_has_no_end_is_left(server, reply, seconds, said):
    address = server(*reply, greets=True)
    with Sender() as sender:
        [answer] = sender.send(
            Channel("mail", "apprise", timeout=seconds),
            Destination(f"mailto://{address}/?from=a@example.cn&to=b@example.cn"),
            "题",
            "文",
        )
    assert not answer.accepted
    assert said in answer.said


def test_no_more_of_a_body_is_read_than_any_answer_is_long(server):
    long = HEAD + b"Content-Length: 9000000\r\n\r\n" + bytes(2 * LARGEST)
    assert len(ask_once("GET", f"http://{server(long)}/", 30).content) == LARGEST


def test_nor_of_one_that_unfolds(server):
    packed = zlib.compress(bytes(20 * LARGEST))
    head = HEAD + b"Content-Encoding: deflate\r\nContent-Length: %d\r\n\r\n" % len(packed)
    answer = ask_once("GET", f"http://{server(head + packed)}/", 30)
    assert len(answer.content) == LARGEST


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"code":' + b"9" * 100_000 + b"}", b"\xff\xfe"])
def test_an_answer_that_nobody_can_read_is_what_its_status_says(server, body, monkeypatch, tmp_path):
    head = HEAD + b"Content-Length: %d\r\n\r\n" % len(body)
    monkeypatch.setenv("DUBAN_OPERATOR_WEBHOOK", f"http://{server(head + body)}/")
    assert tell_operator(tmp_path, "话")


@pytest.mark.parametrize(
    "address", ["http://[::1/", "http://" + "a" * 70 + ".example/", "http://\udcff/", "http://a:99999/"]
)
def test_an_address_that_is_none_is_said_in_the_log_and_stops_nothing(address, monkeypatch, tmp_path):
    monkeypatch.setenv("DUBAN_OPERATOR_WEBHOOK", address)
    ours, said = logging.getLogger("duban"), QueueHandler(SimpleQueue())
    monkeypatch.setattr(ours, "propagate", False)  # what reports on tests writes no half signs
    monkeypatch.setattr(ours, "handlers", [said])
    assert not tell_operator(tmp_path, "话")
    assert "operator's robot" in said.queue.get_nowait().getMessage()


def test_looking_a_name_up_is_waited_for_no_longer():
    over = threading.Event()
    with pytest.raises(TimeoutError, match="no answer within"):
        within(0.05, over.wait)
    over.set()


def test_what_the_work_raises_is_raised_and_what_it_comes_to_is_given():
    assert within(30, lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        within(30, lambda: 1 / 0)
