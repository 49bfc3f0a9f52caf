"""`duban register`, `work` and `serve` apart: each with a project folder of its own, one ledger, one Prefect server.

The whole, with namespaces as machines and everything killed once, is run by hand: `python -m tests.several_machines`.
"""

import re
import shutil
import signal
import time

import httpx
import pytest

from duban.access.tokens import make_token
from duban.base.clock import FixedClock
from duban.base.starter import copy_starter
from duban.demo.sinks import WebhookSink
from duban.runtime.environment import api_url, runtime_folder
from duban.runtime.login import prefect_login
from duban.runtime.prefect_api import PrefectApi, answers
from duban.service.server import PrefectServer
from duban.workspace.workspace import open_workspace
from tests.few_duties import carried, keep
from tests.ports import free_port
from tests.service.conftest import BEGAN, Foreground, eventually

pytestmark = [pytest.mark.prefect, pytest.mark.slow, pytest.mark.postgres]
CHANNELS = """\
channels:
  sink: {kind: apprise, url: "env:DUBAN_CHANNEL_SINK"}
routes: []
default: [inbox, sink]
"""
WORKS = {"kind": "工业产品生产许可证获证企业", "code": "SY-0001"}
SUBJECT = WORKS | {"name": "三元水泥厂（虚构）", "unit": "350404", "attributes": {"发证方式": "告知承诺"}}
FACT = {"kind": "certificate.issued", "subject": WORKS, "happened_on": "2026-02-02", "source": "许可系统"}


@pytest.fixture
def folders(tmp_path):
    """A project folder for each machine, all alike."""
    first = tmp_path / "registrar"
    copy_starter(first)
    carried(keep(first, ("cp-first-inspection", "ts-quarterly-risk-analysis")))
    (first / "notifications" / "channels.yaml").write_text(CHANNELS, "utf-8")
    for name in ("worker", "pages"):
        shutil.copytree(first, tmp_path / name)
    return {name: tmp_path / name for name in ("registrar", "worker", "pages")}


@pytest.fixture
def sink(tmp_path):
    with WebhookSink(0, tmp_path / "群消息") as hook:
        yield hook


@pytest.fixture
def shared(tmp_path, sink, postgresql_databases):
    """What every machine is told: the ledger, the shared Prefect, which runs beside them."""
    fresh, drop = postgresql_databases
    ledger = fresh()
    port = free_port()
    server = PrefectServer(tmp_path / "prefect", port)
    server.start()
    eventually(lambda: answers(server.api))
    yield {
        "DUBAN_DATABASE_URL": ledger.set(drivername="postgresql").render_as_string(hide_password=False),
        "PREFECT_API_URL": api_url(port),
        "DUBAN_PREFECT_LOGIN": prefect_login(runtime_folder(tmp_path / "prefect")),
        "DUBAN_CHANNEL_SINK": f"json://127.0.0.1:{sink.port}/",
    }
    server.stop()
    drop(ledger)


@pytest.fixture
def started(folders, shared):
    """Starts a command on its machine; whatever runs at the end is stopped."""
    all_of = []

    def start(command, machine):
        all_of.append(Foreground(command, folders[machine], **shared))
        return all_of[-1]

    yield start
    for each in all_of:
        if each.process.poll() is None:
            each.stop()


def test_a_fact_on_one_machine_is_a_reminder_from_another_once_though_a_worker_is_killed(
    folders, shared, started, tmp_path
):
    registrar = started("register", "registrar")
    registrar.until("已向 Prefect 登记")
    worker = started("work", "worker")
    pages = started("serve", "pages")
    api = re.search(r"(http://\S+)/docs", pages.until("/api/docs"))[1] + "/v1"
    worker.until("转了一次")

    workspace = open_workspace(folders["pages"], FixedClock(BEGAN), shared["DUBAN_DATABASE_URL"])
    _, secret = make_token(workspace, "350404", "三元", workspace.clock.now(), by="管理员")
    workspace.ledger.dispose()

    def told():
        return [
            each for each in (tmp_path / "群消息").glob("*.txt") if SUBJECT["name"] in each.read_text("utf-8")
        ]

    with (
        PrefectApi(shared["PREFECT_API_URL"], shared["DUBAN_PREFECT_LOGIN"], seconds=60) as prefect,
        httpx.Client(headers={"Authorization": f"Bearer {secret}"}, timeout=60) as client,
    ):

        def now(flow):
            named = {"deployments": {"name": {"any_": [flow]}}, "limit": 1}
            [deployment] = prefect.ask("POST", "/deployments/filter", named)
            prefect.ask("POST", f"/deployments/{deployment['id']}/create_flow_run", {})

        assert client.post(f"{api}/subjects", json={"subjects": [SUBJECT]}).json()["new"] == 1

        def opened():
            return client.get(f"{api}/obligations?duty=cp-first-inspection").json()["obligations"]

        def another_comes():  # a trigger that was pushed a moment ago may not be listening yet
            client.post(f"{api}/facts", json={"facts": [FACT | {"ref": str(time.monotonic())}]})

        eventually(opened, another_comes)
        worker.process.send_signal(signal.SIGKILL)
        worker.process.wait()
        worker.process.stdout.close()
        again = started("work", "worker")
        again.until("转了一次")
        eventually(told, lambda: [now("patrol"), now("deliver")])
        completed = {"flow_runs": {"state": {"type": {"any_": ["COMPLETED"]}}}, "limit": 50}
        ran_by = {
            each["labels"]["prefect.worker.name"]
            for each in prefect.ask("POST", "/flow_runs/filter", completed)
        }
        assert len(ran_by) == 1
    assert len(told()) == len({each.read_text("utf-8") for each in told()})
    assert again.stop() == registrar.stop() == pages.stop() == 0
