"""One event wakes the running service per batch, once it is committed; whoever is not there holds nothing up."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from duban.runtime.presence import Presence
from tests.obligations.small_bureau import SELLER
from tests.web.conftest import fact


@pytest.fixture
def service(city):
    """A running service of the city's project that notes the events it is sent and the facts that were there then."""
    received = []

    class Intake(BaseHTTPRequestHandler):
        def do_POST(self):
            [event] = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            there = len(city.get("三元", "/facts").json()["facts"])
            received.append((event["payload"]["kinds"], there))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Intake)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    with Presence(city.ws.root) as presence:
        presence.announce(f"http://127.0.0.1:{server.server_port}/api")
        yield received
    server.shutdown()
    thread.join()
    server.server_close()


def raids(city):
    return city.get("三元", "/obligations?duty=flight-check").json()["obligations"]


THREE = [fact(f"{month}", happened_on=f"2023-0{month}-02") for month in (7, 8, 9)]


def test_one_event_per_batch_after_it_is_committed(city, service):
    certificate = fact("c", kind="certificate.issued")
    city.post("三元", "/facts", json={"facts": [*THREE, certificate, fact("x", kind="none.such")]})
    assert service == [(["certificate.issued", "sample.failed"], 4)]
    assert raids(city) == []  # that is the woken service's to do


def test_nobody_is_woken_for_nothing(city, service):
    batch = {"facts": [fact("1")]}
    city.post("三元", "/facts", json=batch)
    city.post("三元", "/facts", json=batch)
    city.post("三元", "/facts", json={"facts": [fact("2", happened_on="2023-10-10")]})
    city.post("三元", "/facts?all_or_nothing=true", json={"facts": [fact("3"), fact("4", kind="none.such")]})
    city.post("沙县", "/facts", json={"facts": [fact("5", subject={"kind": SELLER, "code": "S1"})]})
    assert service == [(["sample.failed"], 1)]


def test_a_service_that_does_not_answer_holds_nothing_up(city):
    with Presence(city.ws.root) as presence:
        presence.announce("http://127.0.0.1:9/api")
        answered = city.post("三元", "/facts", json={"facts": THREE})
    assert (answered.status_code, answered.json()["new"]) == (200, 3)
    assert len(raids(city)) == 1
