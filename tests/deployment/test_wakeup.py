"""The wake-up event: best effort, never in the way."""

import json
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from duban.runtime.presence import Presence
from duban.runtime.wakeup import GatheredWakeups, emit_wakeup

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def listening():
    """A stand-in for Prefect's event intake: what it was sent, and its address."""
    received = []

    class Intake(BaseHTTPRequestHandler):
        def do_POST(self):
            received.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Intake)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield received, f"http://127.0.0.1:{server.server_port}/api"
    server.shutdown()
    thread.join()
    server.server_close()


def test_one_event_names_the_kinds_of_a_whole_batch(tmp_path, listening):
    received, api = listening
    with Presence(tmp_path) as presence:
        presence.announce(api)
        assert emit_wakeup(tmp_path, ["sample.failed", "certificate.issued", "sample.failed"], NOW)
    [(path, [event])] = received
    assert path == "/api/events"
    assert event["event"] == "duban.facts.recorded"
    assert event["occurred"] == "2026-03-02T01:00:00+00:00"
    assert [related["prefect.resource.id"] for related in event["related"]] == [
        "duban.fact-kind.certificate.issued",
        "duban.fact-kind.sample.failed",
    ]


def test_without_a_running_service_nothing_is_sent_and_nothing_fails(tmp_path, listening):
    received, api = listening
    with Presence(tmp_path) as presence:
        presence.announce(api)
    assert not emit_wakeup(tmp_path, ["sample.failed"], NOW)
    assert received == []


def test_a_server_that_does_not_answer_is_no_failure(tmp_path):
    with Presence(tmp_path) as presence:
        presence.announce("http://127.0.0.1:9/api")
        assert not emit_wakeup(tmp_path, ["sample.failed"], NOW)


def test_an_empty_batch_wakes_nobody(tmp_path, listening):
    received, api = listening
    with Presence(tmp_path) as presence:
        presence.announce(api)
        assert not emit_wakeup(tmp_path, [], NOW)
    assert received == []


class TestManyAtOnce:
    """A source that posts its facts one by one wakes each duty once."""

    def test_what_comes_while_the_first_waits_is_one_event(self, tmp_path, listening):
        received, api = listening
        told = []

        def others_come():
            told.extend(
                wakeups.emit(tmp_path, [kind], NOW) for kind in ["clue.received"] * 40 + ["sample.failed"]
            )

        wakeups = GatheredWakeups(others_come)
        with Presence(tmp_path) as presence:
            presence.announce(api)
            assert wakeups.emit(tmp_path, ["certificate.issued"], NOW)
        assert told == [True] * 41
        [(_, [event])] = received
        assert event["payload"]["kinds"] == ["certificate.issued", "clue.received", "sample.failed"]

    def test_what_comes_later_wakes_again(self, tmp_path, listening):
        received, api = listening
        wakeups = GatheredWakeups(lambda: None)
        with Presence(tmp_path) as presence:
            presence.announce(api)
            assert wakeups.emit(tmp_path, ["clue.received"], NOW)
            assert wakeups.emit(tmp_path, ["clue.received"], NOW)
        assert len(received) == 2

    def test_where_no_service_runs_nobody_waits(self, tmp_path):
        waited = []
        assert not GatheredWakeups(lambda: waited.append(1)).emit(tmp_path, ["clue.received"], NOW)
        assert waited == []
