"""`duban up` as a person runs it: in a process of its own, with a real Prefect server.

The clock is rehearsed, so that the project's calendar covers it whatever the year; Prefect's own rhythm is the machine's.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from duban.access.tokens import make_token
from duban.base.clock import FixedClock
from duban.base.starter import copy_starter
from duban.runtime.prefect_api import answers
from duban.runtime.presence import running_api, running_page
from duban.runtime.wakeup import emit_wakeup
from duban.workspace.workspace import open_workspace
from tests.few_duties import carried
from tests.service.conftest import CLOCK, PATIENCE, Up, ask, eventually

pytestmark = pytest.mark.prefect


@pytest.fixture
def project(served_project):
    return served_project


def child_of(process, module="server_child"):
    """The processes `duban up` runs of one module: its Prefect server, or the server of pages and API."""
    listed = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    if not listed.exists():
        pytest.skip("this system does not list a process's children")
    children = [int(number) for number in listed.read_text().split()]
    return [
        each for each in children if f"duban.service.{module}\0" in Path(f"/proc/{each}/cmdline").read_text()
    ]


def test_the_engine_has_turned_before_anything_is_registered(running):
    told = "\n".join(running.lines)
    assert told.index("转了一次") < told.index("就绪") < told.index("已向 Prefect 登记")


def test_every_duty_is_on_prefect_s_page_with_its_line_and_kind(running, project):
    pages = [ask(project, "/deployments/filter", {"limit": 200, "offset": at}) for at in (0, 200)]
    found = {each["name"]: each for page in pages for each in page}
    assert found["cp-first-inspection"]["tags"] == ["产品质量安全监督管理", "within"]
    assert found["ts-quarterly-risk-analysis"]["schedules"]
    assert {"patrol", "deliver", "sweep", "audit", "report-daily"} <= set(found)


def test_the_other_commands_learn_where_it_answers(running, project, port):
    assert running_api(project) == f"http://127.0.0.1:{port}/api"


def workspace_of(project):
    """The project as the running service has it."""
    return open_workspace(project, FixedClock(datetime.fromisoformat(CLOCK.removesuffix("/run"))))


def test_facts_wake_the_duty_that_waits_for_them_and_its_flow_runs_in_the_service(running, project):
    [deployment] = ask(
        project, "/deployments/filter", {"deployments": {"name": {"any_": ["cp-first-inspection"]}}}
    )

    def facts_come():
        # A trigger that was pushed a moment ago may not be listening yet: facts come more than once, too.
        emit_wakeup(project, ["certificate.issued"], datetime.now(UTC))

    def completed():
        return ask(
            project,
            "/flow_runs/filter",
            {
                "deployments": {"id": {"any_": [deployment["id"]]}},
                "flow_runs": {"state": {"type": {"any_": ["COMPLETED"]}}},
            },
        )

    run = eventually(completed, facts_come)[0]
    assert run["parameters"] == {"duty": "cp-first-inspection"}
    assert run["labels"]["prefect.worker.name"].startswith("duban ")


def test_facts_sent_to_the_api_open_what_follows_from_them(running, project):
    [ready] = [line for line in running.lines if "就绪" in line]
    api = re.search(r"接口 (http://127\.0\.0\.1:\d+/api)/docs", ready)[1] + "/v1"
    workspace = workspace_of(project)
    _, secret = make_token(workspace, "350404", "三元", workspace.clock.now(), by="管理员")
    workspace.ledger.dispose()
    works = {"kind": "工业产品生产许可证获证企业", "code": "SY-0001"}
    subject = works | {"name": "三元水泥厂（虚构）", "unit": "350404", "attributes": {"发证方式": "告知承诺"}}
    issued = {
        "kind": "certificate.issued",
        "subject": works,
        "happened_on": "2026-02-27",
        "source": "许可系统",
    }
    with httpx.Client(headers={"Authorization": f"Bearer {secret}"}, timeout=30) as client:
        assert client.post(f"{api}/subjects", json={"subjects": [subject]}).json()["new"] == 1
        assert client.post(f"{api}/facts", json={"facts": [issued | {"ref": "1"}]}).json()["new"] == 1

        def another():
            # Woken by the event; should the trigger not be listening yet, by the next fact.
            client.post(f"{api}/facts", json={"facts": [issued | {"ref": str(time.monotonic())}]})

        def opened():
            return client.get(f"{api}/obligations?duty=cp-first-inspection").json()["obligations"]

        assert {each["subject"]["code"] for each in eventually(opened, another)} == {"SY-0001"}


def test_an_applied_edit_changes_the_duty_s_schedule_without_a_restart(running, project):
    def opening_days():
        named = {"deployments": {"name": {"any_": ["ts-quarterly-risk-analysis"]}}}
        [deployment] = ask(project, "/deployments/filter", named)
        return deployment["schedules"][0]["schedule"]["rrule"].count(",") + 1

    assert opening_days() <= 6
    workspace = workspace_of(project)
    workspace.ledger.dispose()
    path = project / "duties" / "特种设备.yaml"
    text = path.read_text("utf-8")
    quarterly = ("every: 每季度", "due: 季度末")  # the one duty of the file
    assert [text.count(key) for key in quarterly] == [1, 1]
    for key, monthly in zip(quarterly, ("every: 每月", "due: 当月最后一个工作日"), strict=True):
        text = text.replace(key, monthly)
    path.write_text(text, "utf-8")
    running.until("文件夹里的内容与已生效的不同")
    applying = [
        sys.executable,
        "-m",
        "duban",
        "apply",
        "--because",
        "每月分析",
        "--yes",
        "--project",
        str(project),
    ]
    applied = subprocess.run(applying, capture_output=True, text=True)
    assert applied.returncode == 0, applied.stdout + applied.stderr
    running.until(f"第 {workspace.version + 1} 版内容已生效")
    running.until("已向 Prefect 登记")
    assert opening_days() >= 12


def test_a_second_service_for_the_project_says_so_in_one_line_and_goes(running, project, port):
    second = Up(project, port + 1)
    assert second.process.wait(PATIENCE) == 1
    [line] = second.rest().splitlines()
    assert f"已经有一个 duban up 在运行（进程 {running.process.pid}）" in line
    second.process.stdout.close()


def test_a_server_that_dies_is_started_again(running, port):
    [child] = child_of(running.process)
    os.kill(child, signal.SIGKILL)
    running.until("Prefect 服务意外停止")
    assert eventually(lambda: [other for other in child_of(running.process) if other != child])
    eventually(lambda: answers(f"http://127.0.0.1:{port}/api"))


def test_the_api_is_a_process_of_its_own_and_started_again_when_it_dies(running, project):
    [child] = child_of(running.process, "web_child")
    os.kill(child, signal.SIGKILL)
    running.until("接口意外停止")
    # The address stayed taken meanwhile: whoever calls waits until it answers again.
    assert httpx.get(f"{running_page(project)}/healthz", timeout=PATIENCE).status_code == 200
    assert child_of(running.process, "web_child") != [child]


def test_ctrl_c_stops_everything_with_exit_code_0_and_leaves_nobody_behind(running, project, port):
    children = [*child_of(running.process), *child_of(running.process, "web_child")]
    assert running.stop() == 0
    told = "\n".join(running.lines)
    assert "已停止" in told
    assert "Traceback" not in told
    assert len(children) == 2
    assert not any(Path(f"/proc/{child}").exists() for child in children)
    assert running_api(project) is None


def test_a_second_start_pushes_nothing_and_sigterm_stops_it_too(running, project, port):
    service = Up(project, port)
    try:
        service.until("就绪")
        registered = service.until("已向 Prefect 登记")
    finally:
        code = service.stop(signal.SIGTERM)
    assert "更新 0 项，撤下 0 项" in registered
    assert code == 0


def test_a_port_of_the_api_in_use_is_one_clear_line(tmp_path, port):
    copy_starter(tmp_path / "项目")
    carried(tmp_path / "项目")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        service = Up(tmp_path / "项目", port, "--web-port", str(number))
        assert service.process.wait(PATIENCE) == 3
        [line] = service.rest().splitlines()
        service.process.stdout.close()
    assert f"端口 {number} 已被占用，接口起不来" in line


def test_a_port_in_use_is_one_clear_line(tmp_path):
    copy_starter(tmp_path / "项目")
    carried(tmp_path / "项目")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        service = Up(tmp_path / "项目", number)
        assert service.process.wait(PATIENCE) == 3
        [line] = service.rest().splitlines()
        service.process.stdout.close()
    assert f"端口 {number} 已被占用" in line
    assert "--prefect-port" in line
