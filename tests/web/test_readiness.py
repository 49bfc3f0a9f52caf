"""Whether each part does its work, and the engine in figures. It is Monday 2023-10-09, 09:00."""

import re
from datetime import timedelta

import anyio
import httpx
import pytest

from duban.deliveries.holding import place_hold
from duban.ledger.heartbeats import AUDIT, DELIVER, OPENING, PATROL, beat
from duban.ledger.unavailable import LedgerUnavailable
from tests.principals import OPERATOR
from tests.web.conftest import problem


def ask(city, path):
    async def asked():
        transport = httpx.ASGITransport(city.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://duban") as client:
            return await client.get(path)

    return anyio.run(asked)


@pytest.fixture
def alive(plain_city):
    """Every loop has gone round just now, but for deliver."""
    for loop in (OPENING, PATROL):
        beat(plain_city.ws.ledger, loop.kept_as, plain_city.now)
    beat(plain_city.ws.ledger, AUDIT, plain_city.now)
    beat(plain_city.ws.ledger, DELIVER.kept_as, plain_city.now - timedelta(minutes=11))
    return plain_city


def test_each_part_is_named_and_pages_are_served_all_the_same(alive):
    answered = ask(alive, "/readyz")
    assert answered.status_code == 200
    assert answered.json() == {
        "ledger": "ok", "content": "ok", "hold": "ok",
        "opening": "ok", "patrol": "ok", "deliver": "silent", "audit": "ok",
    }  # fmt: skip


@pytest.mark.parametrize(("part", "status"), [("patrol", 200), ("deliver", 503), ("ledger", 200), ("x", 404)])
def test_one_part_is_watched_by_its_status(alive, part, status):
    assert ask(alive, f"/readyz/{part}").status_code == status


def test_what_waits_for_a_person_is_watched(alive):
    place_hold(alive.ws, OPERATOR, alive.now, "短信平台割接")
    assert ask(alive, "/readyz/hold").status_code == 503
    assert "duban_delivery_held 1.0" in alive.get("大屏", "/metrics").text


def test_a_token_of_the_city_decides(alive):
    city = alive
    assert problem(city.get("三元", "/holds")) == "outside"
    assert problem(city.post("大屏", "/holds", json={"reason": "割接"})) == "read-only"
    assert city.post("市局", "/holds", json={"reason": "割接", "actor": "林晓"}).json()["hold"] == 1
    assert problem(city.post("三元", "/holds/1/release", json={})) == "outside"
    assert problem(city.post("市局", "/holds", json={"reason": "再来"})) == "hold-refused"
    assert city.post("市局", "/holds/1/release", json={"actor": "林晓"}).json() == {
        "hold": 1,
        "deliveries": 0,
    }
    assert city.post("市局", "/holds/1/again", json={}).json()["hold"] == 2
    assert city.post("市局", "/holds/2/discard", json={"reason": "重了"}).status_code == 200
    [second, first] = city.get("市局", "/holds").json()["holds"]
    assert (first["by"], first["decision"], second["decision"]) == ("林晓（市局）", "released", "discarded")


def test_without_a_ledger_it_is_not_ready_and_says_nothing_more(plain_city):
    plain_city.broken = LedgerUnavailable("password=secret")
    answered = ask(plain_city, "/readyz")
    assert (answered.status_code, answered.json()) == (503, {"ledger": "unavailable"})
    assert ask(plain_city, "/readyz/patrol").status_code == 503


class TestFigures:
    """`GET /api/v1/metrics`."""

    def test_they_are_for_a_token_of_the_city(self, alive):
        assert problem(alive.get(None, "/metrics")) == "unauthenticated"
        assert problem(alive.get("三元", "/metrics")) == "outside"

    def test_they_are_what_prometheus_reads(self, alive):
        text = alive.get("大屏", "/metrics").text
        assert 'duban_loop_silent{loop="deliver"} 1.0' in text
        assert 'duban_loop_silent{loop="patrol"} 0.0' in text
        [told] = re.findall(r'duban_loop_last_timestamp_seconds{loop="audit"} (\S+)', text)
        assert float(told) == alive.now.timestamp()
        assert "\nduban_deliveries_dead 0.0\n" in text
