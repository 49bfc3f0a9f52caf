"""A script that plays whoever would harm the record, against a running `duban up`: with a login on the machine, with Prefect's
password, from a web page in a browser there, with a station's token, with none. It gets nothing; what it breaks is seen and mended.
"""

import http.client
import json
import os
import re
import socket
import sqlite3
import stat
import subprocess
import sys
import time
from base64 import b64encode
from datetime import datetime

import httpx
import pytest

from duban.access.tokens import make_token
from duban.base.clock import FixedClock
from duban.definitions.definitions import load_definitions
from duban.runtime.environment import runtime_folder
from duban.runtime.login import prefect_login
from duban.runtime.prefect_api import prefect_of
from duban.runtime.presence import REGISTERING, Presence, running_page
from duban.workspace.workspace import open_workspace
from tests.service.conftest import CLOCK, ask, eventually

pytestmark = pytest.mark.prefect

SELLER = "食品销售者"
SOON = {"type": "SCHEDULED", "state_details": {"scheduled_time": "2027-06-30T00:00:00Z"}}


@pytest.fixture(scope="module")
def secrets(running, served_project):
    """Tokens of the city, of a county, of a station below it and of another county."""
    now = datetime.fromisoformat(CLOCK.removesuffix("/run"))
    workspace = open_workspace(served_project, FixedClock(now))
    of = {"city": "350400", "county": "350404", "station": "350404-01", "stranger": "350405"}
    made = {
        who: make_token(workspace, unit, who, workspace.clock.now(), by="管理员")[1]
        for who, unit in of.items()
    }
    workspace.ledger.dispose()
    return made


@pytest.fixture
def api(running, served_project):
    with httpx.Client(base_url=running_page(served_project), timeout=30, trust_env=False) as client:
        yield client


def row_count(project, table):
    with sqlite3.connect(project / ".duban/ledger.db", timeout=30) as ledger:
        return ledger.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def deployment(project, name):
    [found] = ask(project, "/deployments/filter", {"deployments": {"name": {"any_": [name]}}})
    return found


class TestAtPrefectsDoor:
    def knock(self, port, method, path, body=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        sent = None if body is None else json.dumps(body)
        connection.request(method, path, sent, {"Content-Type": "application/json", **headers})
        reply = connection.getresponse()
        answered = reply.read()
        connection.close()
        assert "access-control-allow-origin" not in {name.lower() for name in reply.headers}
        return reply.status, answered

    def test_without_the_password_nothing_is_told_and_no_run_begins(self, running, served_project, port):
        number = deployment(served_project, "patrol")["id"]
        starting = (f"/api/deployments/{number}/create_flow_run", {"parameters": {}})
        assert self.knock(port, "POST", *starting)[0] == 401
        assert self.knock(port, "POST", "/api/deployments/filter", {})[0] == 401
        assert self.knock(port, "POST", *starting, Origin="http://evil.example")[0] == 403
        assert self.knock(port, "POST", *starting, Host="evil.example")[0] == 421

    @pytest.mark.parametrize("round_", ["sweep", "patrol", "deliver", "audit"])
    def test_nor_does_the_password_give_a_round_another_day_or_project(
        self, running, served_project, port, round_
    ):
        login = {
            "Authorization": "Basic "
            + b64encode(prefect_login(runtime_folder(served_project)).encode()).decode()
        }
        path = f"/api/deployments/{deployment(served_project, round_)['id']}/create_flow_run"
        before = [row_count(served_project, table) for table in ("obligation", "notice")]
        for parameters in ({"now": "2027-06-30T09:00+08:00"}, {"project": "/tmp"}):
            status, told = self.knock(port, "POST", path, {"parameters": parameters}, **login)
            assert (status, b"was unexpected" in told) == (409, True)
            unchecked = {"parameters": parameters, "enforce_parameter_schema": False}
            status, told = self.knock(port, "POST", path, unchecked, **login)
            failed = (
                status == 409 or eventually(lambda told=told: self.ended(served_project, told)) != "COMPLETED"
            )
            assert failed
        assert self.knock(port, "POST", path, {"state": SOON}, **login)[0] == 201
        assert [row_count(served_project, table) for table in ("obligation", "notice")] == before

    def ended(self, project, told):
        run = ask(project, f"/flow_runs/{json.loads(told)['id']}")
        return run["state_type"] if run["state"]["type"] in ("COMPLETED", "FAILED", "CRASHED") else None

    def test_what_is_paused_deleted_and_altered_is_seen_by_the_doctor_and_mended(
        self, running, served_project
    ):
        with prefect_of(served_project, seconds=20) as server:
            server.ask("PATCH", "/work_pools/duban", {"is_paused": True})
            server.ask("DELETE", f"/deployments/{deployment(served_project, 'patrol')['id']}")
            changes = {
                "sweep": {"parameters": {"duties": "confidential"}},
                "deliver": {"entrypoint": "/tmp/evil.py:flow"},
                "audit": {"paused": True},
            }
            for name, change in changes.items():
                server.ask("PATCH", f"/deployments/{deployment(served_project, name)['id']}", change)
            sweep = deployment(served_project, "sweep")
            foreign = {
                "flow_id": sweep["flow_id"],
                "work_pool_name": "duban",
                "entrypoint": "/tmp/evil.py:flow",
            }
            server.ask("POST", "/deployments/", {"name": "evil", **foreign})

        with Presence(served_project, parts=(REGISTERING,)):
            told = self.duban(served_project, "doctor")
            assert told.returncode == 0
            assert re.search(r"服务正在向 Prefect 登记，已有 \d+ 个部署", told.stdout)
            assert "没有登记" not in told.stdout
            assert "被人" not in told.stdout
        told = self.duban(served_project, "doctor")
        assert told.returncode == 1
        assert "工作池 duban 被人暂停" in told.stdout
        assert "没有登记: patrol" in told.stdout
        assert re.search(r"被人改动.*: deliver、sweep", told.stdout)
        assert "被人暂停: audit" in told.stdout
        assert "不该有的部署: evil" in told.stdout

        # The service looks every quarter of an hour, and at once when an edit comes into force.
        path = served_project / "duban.yaml"
        path.write_text(path.read_text("utf-8").replace("bureau: 三明市", "bureau: 福建省三明市", 1), "utf-8")
        applied = self.duban(served_project, "apply", "--because", "全称", "--yes")
        assert applied.returncode == 0, applied.stdout + applied.stderr
        running.until(
            "Prefect 上有人动过，已恢复：停住的工作池 duban；暂停或改动的 audit、deliver、sweep；"
            "删掉的 patrol；多出来的，已撤下 evil"
        )
        # Prefect's scheduler places the next run of what is there again within seconds.
        assert eventually(lambda: "✓ Prefect 上有" in self.duban(served_project, "doctor").stdout)

    def duban(self, project, *words):
        command = [sys.executable, "-m", "duban", *words, "--project", str(project)]
        return subprocess.run(
            command, capture_output=True, text=True, env={**os.environ, "DUBAN_CLOCK": CLOCK}
        )

    def test_nothing_there_names_a_confidential_duty(self, running, served_project):
        definitions = load_definitions(served_project)
        secret = [duty for duty in definitions.duties.values() if duty.confidential]
        logged = ask(served_project, "/logs/filter", {"limit": 200})
        everything = json.dumps([ask(served_project, "/deployments/filter", {"limit": 200}), logged])
        kept = [path for path in (served_project / ".duban/prefect").rglob("*") if path.is_file()]
        everything += b"".join(path.read_bytes() for path in kept).decode("utf-8", "replace")
        assert secret
        assert not [duty.id for duty in secret if duty.id in everything or duty.title in everything]


def sample(ref, **more):
    about = {"subject": {"kind": SELLER, "code": "A-1"}, "happened_on": "2026-02-27", "source": "抽检系统"}
    return {"kind": "sample.failed", **about, "ref": ref, **more}


def checks(client, secrets):
    """The open flight checks, as the city sees them."""
    path = "/api/v1/obligations?duty=sl-flight-check&state=open"
    return client.get(path, headers={"Authorization": f"Bearer {secrets['city']}"}).json()["obligations"]


@pytest.fixture(scope="module")
def reported(running, served_project, secrets):
    """The city has reported samples of a shop of 三元's station until the confidential check was open."""
    by = {"Authorization": f"Bearer {secrets['city']}"}
    with httpx.Client(
        base_url=running_page(served_project), timeout=60, trust_env=False, headers=by
    ) as client:
        shop = {"kind": SELLER, "code": "A-1", "name": "甲店（虚构）", "unit": "350404-01"}
        assert client.post("/api/v1/subjects", json={"subjects": [shop]}).json()["new"] == 1
        assert client.post("/api/v1/facts", json={"facts": [sample(ref) for ref in "12"]}).json()["new"] == 2

        def another():
            # Woken by the event; should the trigger not be listening yet, by the next sample.
            client.post("/api/v1/facts", json={"facts": [sample(str(time.monotonic()))]})

        assert eventually(lambda: checks(client, secrets), another)


@pytest.mark.usefixtures("reported")
class TestAtTheApi:
    """What 三元's station, another county and nobody at all may do about a shop and the samples the city reported of it."""

    def outcome(self, api, secrets, who, path, body):
        answered = api.post(f"/api/v1/{path}", json=body, headers={"Authorization": f"Bearer {secrets[who]}"})
        return answered.json()["rows"][0]

    def test_nobody_without_a_token_is_told_anything(self, api):
        for method, path in (
            ("GET", "obligations"),
            ("POST", "facts"),
            ("GET", "subjects"),
            ("GET", "access"),
        ):
            assert api.request(method, f"/api/v1/{path}").status_code in (401, 404, 405)
        wrong = {"Authorization": "Bearer duban_wrong"}
        assert api.get("/api/v1/obligations", headers=wrong).status_code == 401

    @pytest.mark.parametrize("who", ["station", "stranger"])
    def test_a_sample_and_a_shop_of_another_s_stay_as_they_are(self, api, secrets, who):
        before = {each["id"] for each in checks(api, secrets)}
        withdrawal = sample("w", corrects={"source": "抽检系统", "ref": "1"}, withdrawn=True)
        assert self.outcome(api, secrets, who, "facts", {"facts": [withdrawal]})["outcome"] == "refused"
        closed = {"kind": SELLER, "code": "A-1", "name": "甲店（虚构）", "unit": "350404-01", "active": False}
        assert self.outcome(api, secrets, who, "subjects", {"subjects": [closed]})["outcome"] == "refused"
        done = sample("d", kind="flight_check.done")
        assert self.outcome(api, secrets, who, "facts", {"facts": [done]})["outcome"] == "refused"
        assert before <= {each["id"] for each in checks(api, secrets)}

    def test_who_is_not_to_know_of_the_check_hears_the_same_as_if_it_were_not(self, api, secrets):
        check = checks(api, secrets)[0]
        by = {"Authorization": f"Bearer {secrets['station']}"}
        there, nowhere = (
            api.post(f"/api/v1/obligations/{number}/acknowledge", headers=by)
            for number in (check["id"], "DB-00999K")
        )
        same = [each.text.replace(check["id"], "…").replace("DB-00999K", "…") for each in (there, nowhere)]
        assert there.status_code == nowhere.status_code == 404
        assert re.sub(r'"request[^,}]*', "", same[0]) == re.sub(r'"request[^,}]*', "", same[1])

    def test_a_number_taken_first_stands_in_nobody_s_way(self, api, secrets):
        own = {"kind": SELLER, "code": "B-1", "name": "乙店（虚构）", "unit": "350405"}
        assert self.outcome(api, secrets, "stranger", "subjects", {"subjects": [own]})["outcome"] == "new"
        taken = sample("9", subject={"kind": SELLER, "code": "B-1"})
        assert self.outcome(api, secrets, "stranger", "facts", {"facts": [taken]})["outcome"] == "new"
        assert self.outcome(api, secrets, "county", "facts", {"facts": [sample("9")]})["outcome"] == "new"

    def test_what_it_does_not_know_in_a_query_it_refuses_and_leads_nowhere_else(self, api, secrets):
        by = {"Authorization": f"Bearer {secrets['station']}"}
        assert api.get("/api/v1/obligations?nosuch=1", headers=by).status_code == 422
        for path in ("/", "/api/v1/obligations/", "/board/"):
            led = api.get(path, headers={"Host": "evil.example"}).headers.get("location", "/")
            assert led.startswith("/")

    def test_two_lengths_are_refused_and_half_open_connections_starve_nobody(self, api):
        address = (api.base_url.host, api.base_url.port)
        with socket.create_connection(address, timeout=20) as smuggler:
            smuggler.sendall(
                b"POST /api/v1/facts HTTP/1.1\r\nHost: duban\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
            )
            assert smuggler.recv(65536).startswith(b"HTTP/1.1 400 ")
        half_open = [socket.create_connection(address, timeout=20) for _ in range(300)]
        for each in half_open:
            each.sendall(b"GET / HTTP/1.1\r\nHost: du")
        assert api.get("/healthz").status_code == 200
        for each in half_open:
            each.close()


def test_what_it_keeps_is_its_account_s_alone(running, served_project):
    kept = [served_project / ".duban", *(served_project / ".duban").rglob("*")]
    open_to_others = [
        path for path in kept if stat.S_IMODE(path.lstat().st_mode) & 0o077 and not path.is_symlink()
    ]
    assert open_to_others == []
