"""A loop says that it is alive: in the ledger, and to whoever watches it."""

import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from sqlalchemy import event

from duban.base import language
from duban.deliveries.alive import heartbeat_address, went_round
from duban.ledger.database import reading
from duban.ledger.heartbeats import DELIVER, LOOPS, OPENING, PATROL, beat, engine_standing
from duban.ledger.unavailable import LedgerUnavailable
from tests.notices.bureau import at
from tests.notices.conftest import bureau  # noqa: F401 - a fixture

NOW = at("2023-10-09 09:00")


@pytest.fixture
def watcher():
    """A dead man's switch at a port of this machine, and what it was asked for."""

    class Switch(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(("GET", self.path))
            self.send_response(200)
            self.end_headers()

        def do_POST(self):
            self.rfile.read(int(self.headers["content-length"]))
            asked.append(("POST", self.path))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            """Say nothing."""

    asked = []
    server = HTTPServer(("127.0.0.1", 0), Switch)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"127.0.0.1:{server.server_port}", asked
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(autouse=True)
def unset(monkeypatch):
    for name in ("", "_OPENING", "_PATROL", "_DELIVER", "_AUDIT"):
        monkeypatch.delenv(f"DUBAN_HEARTBEAT{name}", raising=False)


def standing(bureau, now):  # noqa: F811
    with reading(bureau.ledger) as connection:
        return engine_standing(connection, now, bureau.ws.definitions.project.zone)


def silent(bureau, now):  # noqa: F811
    return standing(bureau, now).silent_loops


def test_that_patrol_is_alive_says_nothing_of_deliver(bureau):  # noqa: F811
    assert silent(bureau, NOW) == ""
    went_round(bureau.ws, OPENING, NOW)
    went_round(bureau.ws, PATROL, NOW)
    assert silent(bureau, NOW) == "发送"

    went_round(bureau.ws, DELIVER, NOW)
    assert silent(bureau, NOW + timedelta(minutes=10)) == ""
    assert silent(bureau, NOW + timedelta(minutes=11)) == "发送"
    assert silent(bureau, NOW + timedelta(minutes=16)) == "巡查、发送"
    # What a clock that ran ahead has written down tells nothing of now.
    assert silent(bureau, NOW - timedelta(days=366)) == "开办、巡查、发送"


def test_figures_are_doubted_once_nobody_has_looked_for_too_long(bureau):  # noqa: F811
    low = "到日子的事项可能没有开办、没有催办，数字可能偏少；没有逾期不等于都办好了。"
    never = standing(bureau, NOW)
    assert (never.told, never.doubt) == (
        "督办引擎最近一次正常 —",
        f"请注意：督办引擎还没有正常运转过。{low}",
    )

    for loop in LOOPS:
        beat(bureau.ledger, loop.kept_as, NOW)
    well = standing(bureau, NOW + timedelta(minutes=10))
    assert (well.told, well.doubt, well.sound) == ("督办引擎最近一次正常 2023-10-09 09:00", "", True)
    assert standing(bureau, NOW + timedelta(minutes=16)).doubt == (
        f"请注意：督办引擎最近一次正常是 2023-10-09 09:00（16分钟前），没有动静：巡查、发送。{low}"
    )
    gone = standing(bureau, NOW + timedelta(days=1))
    assert gone.doubt == (
        f"请注意：督办引擎最近一次正常是 2023-10-09 09:00（1天前），没有动静：开办、巡查、发送。{low}"
    )
    with language.use("en"):
        assert gone.told == "Engine last alive 2023-10-09 09:00"
        assert "last sound 2023-10-09 09:00 (1 day ago)" in standing(bureau, NOW + timedelta(days=1)).doubt

    # The rounds go round, and what the audit found wrong stands.
    for loop in (OPENING, PATROL, DELIVER):
        beat(bureau.ledger, loop.kept_as, NOW + timedelta(days=1))
    assert standing(bureau, NOW + timedelta(days=1)).doubt == (
        f"请注意：督办引擎最近一次正常是 2023-10-09 09:00（1天前）。{low}"
    )


def test_a_dead_man_s_switch_is_asked_each_time(bureau, watcher, monkeypatch):  # noqa: F811
    address, asked = watcher
    monkeypatch.setenv("DUBAN_HEARTBEAT", f"http://{address}/ping/{{loop}}")
    for minute in range(3):
        went_round(bureau.ws, DELIVER, NOW + timedelta(minutes=minute))

    assert asked == [("GET", "/ping/deliver")] * 3


def test_any_other_address_gets_a_message_each_hour(bureau, watcher, monkeypatch):  # noqa: F811
    address, asked = watcher
    monkeypatch.setenv("DUBAN_HEARTBEAT_PATROL", f"json://{address}/alive")
    for minutes in (0, 5, 55, 60, 65):
        went_round(bureau.ws, PATROL, NOW + timedelta(minutes=minutes))

    assert asked == [("POST", "/alive")] * 2


def test_what_cannot_be_reached_holds_nothing_up(bureau, monkeypatch, caplog):  # noqa: F811
    monkeypatch.setenv("DUBAN_HEARTBEAT", "http://127.0.0.1:1/ping/s3cret-key-of-the-switch")
    went_round(bureau.ws, PATROL, NOW)

    assert silent(bureau, NOW) == "开办、发送"
    assert "heartbeat of patrol" in caplog.text
    assert "s3cret-key" not in caplog.text


def test_a_loop_s_own_address_before_the_one_for_all(bureau, monkeypatch):  # noqa: F811
    folder = bureau.ws.root / ".duban"
    folder.mkdir(exist_ok=True)
    (folder / "secrets.env").write_text("DUBAN_HEARTBEAT=https://all.example/{loop}\n")
    assert heartbeat_address(bureau.ws.root, PATROL) == "https://all.example/patrol"

    monkeypatch.setenv("DUBAN_HEARTBEAT_PATROL", "https://own.example")
    assert heartbeat_address(bureau.ws.root, PATROL) == "https://own.example"
    assert heartbeat_address(bureau.ws.root, DELIVER) == "https://all.example/deliver"


def test_a_round_that_can_write_nothing_is_not_well_though_it_had_nothing_to_do(bureau):  # noqa: F811
    sqlite = bureau.ledger.dialect.name == "sqlite"
    only_read = "PRAGMA query_only = on" if sqlite else "SET SESSION default_transaction_read_only = on"
    event.listen(bureau.ledger, "checkout", lambda connection, *_: connection.execute(only_read))

    with pytest.raises(LedgerUnavailable, match="只读"):
        went_round(bureau.ws, PATROL, NOW)
