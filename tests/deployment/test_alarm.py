"""Prefect tells the operator when a round of the engine fails: the real server, automation and block."""

import contextlib
import json
import queue
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from duban.channels.operator_robot import operator_address
from duban.deployment.alarm import AUTOMATION, block_data, keep_alarm


@pytest.fixture
def robot():
    """A group's robot on this machine: its address, and what it was sent."""
    received = queue.Queue()

    class Robot(BaseHTTPRequestHandler):
        def do_POST(self):
            received.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Robot)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/send?key=secret-key", received
    server.shutdown()
    thread.join()
    server.server_close()


def automations(server):
    return server.every("/automations/filter", {"automations": {"name": {"any_": [AUTOMATION]}}})


def fail(server, flow, how="Failed"):
    """Let a run of the flow end so."""
    number = server.ask("POST", "/flows/", {"name": flow})["id"]
    run = server.ask("POST", "/flow_runs/", {"flow_id": number})["id"]
    for state in ("Running", how):
        ended = {"state": {"type": state.upper(), "name": state}, "force": True}
        server.ask("POST", f"/flow_runs/{run}/set_state", ended)


@pytest.mark.prefect
class TestTheRealServer:
    def test_a_failed_round_is_told_once_in_a_while_and_a_duty_s_failure_is_not(self, prefect_api, robot):
        address, received = robot
        keep_alarm(prefect_api, address)
        told = None
        for _ in range(90):  # an automation made a moment ago may not be listening yet
            fail(prefect_api, "periodic")
            fail(prefect_api, "deliver", "Crashed")
            with contextlib.suppress(queue.Empty):
                told = received.get(timeout=1)
                break
        assert told["msgtype"] == "text"
        first, second = told["text"]["content"].splitlines()
        assert first == "督办：引擎有一轮没有跑成"
        assert second.startswith("deliver Crashed")
        assert "duban doctor" in second
        fail(prefect_api, "patrol")
        with pytest.raises(queue.Empty):
            received.get(timeout=3)
        keep_alarm(prefect_api, None)

    def test_it_stands_there_once_however_often_it_is_kept(self, prefect_api):
        for _ in range(3):
            keep_alarm(prefect_api, "https://robot.example/one")
        [first] = automations(prefect_api)
        keep_alarm(prefect_api, "https://robot.example/another")
        [second] = automations(prefect_api)
        assert second["id"] == first["id"]
        keep_alarm(prefect_api, None)
        assert automations(prefect_api) == []

    def test_one_that_somebody_switched_off_is_put_back(self, prefect_api):
        keep_alarm(prefect_api, "https://robot.example/one")
        [standing] = automations(prefect_api)
        prefect_api.ask("PATCH", f"/automations/{standing['id']}", {"enabled": False})
        keep_alarm(prefect_api, "https://robot.example/one")
        [mended] = automations(prefect_api)
        assert mended["enabled"]
        keep_alarm(prefect_api, None)


def test_feishu_s_robot_is_spoken_to_in_its_own_way():
    assert block_data("https://open.feishu.cn/open-apis/bot/v2/hook/x")["json_data"]["msg_type"] == "text"
    assert (
        block_data("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=x")["json_data"]["msgtype"] == "text"
    )


def test_the_address_is_the_block_s_secret():
    told = block_data("https://robot.example/key")
    assert told["secrets"] == {"address": "https://robot.example/key"}
    assert told["url"] == "{{address}}"


def test_the_address_comes_from_the_environment_or_the_secrets_file(tmp_path, monkeypatch):
    monkeypatch.delenv("DUBAN_OPERATOR_WEBHOOK", raising=False)
    assert operator_address(tmp_path) is None
    (tmp_path / ".duban").mkdir()
    (tmp_path / ".duban/secrets.env").write_text("DUBAN_OPERATOR_WEBHOOK=https://robot.example/file\n")
    assert operator_address(tmp_path) == "https://robot.example/file"
    monkeypatch.setenv("DUBAN_OPERATOR_WEBHOOK", "https://robot.example/environment")
    assert operator_address(tmp_path) == "https://robot.example/environment"
