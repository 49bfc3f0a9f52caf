"""The engine's own turn inside the service, with a real project and no Prefect at all."""

import io
import json
import re
import sys
from datetime import datetime
from types import SimpleNamespace

import pytest
from rich.console import Console

from duban.base.clock import SHANGHAI, system_clock
from duban.base.starter import copy_starter
from duban.edits import apply, draft_of_folder, plan
from duban.runtime.lines import ServiceLines
from duban.service import cycle, turning, watching, work
from duban.service.turning import EngineThread
from duban.workspace.standing import close_workspaces
from duban.workspace.workspace import open_workspace
from tests.few_duties import carried
from tests.newer_ledger import SAYS, taken_over

NINE = datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.setenv("DUBAN_CLOCK", "2026-03-02T09:00+08:00")
    monkeypatch.delenv("DUBAN_PROJECT", raising=False)
    monkeypatch.delenv("DUBAN_DATABASE_URL", raising=False)
    root = tmp_path / "项目"
    copy_starter(root)
    carried(root)
    yield root
    close_workspaces()


@pytest.fixture
def said():
    return io.StringIO()


@pytest.fixture
def edits():
    return []


@pytest.fixture
def engine(project, said, edits):
    """The engine's turning, its steps taken by hand, with Prefect's last runs in `engine.prefect_ran`."""
    ran = {}
    lines = ServiceLines(Console(file=said, width=300), lambda: NINE)
    made = EngineThread(project, lines, ran.get, lambda: edits.append(1))
    made.prefect_ran = ran
    return made


def test_the_first_turn_comes_at_once_and_says_what_it_did(engine, said):
    engine.step()
    assert engine.turned.is_set()
    assert "09:00:00 ✓ 转了一次：新开" in said.getvalue()


def test_while_prefect_runs_the_rounds_the_engine_leaves_it_to_prefect(engine, said, monkeypatch):
    monkeypatch.setattr(turning, "TURN_EVERY", 0.0)
    engine.prefect_ran.update(deliver=20.0, patrol=120.0)
    engine.step()
    turned = engine.turns
    engine.step()
    assert engine.turns == turned
    assert "没有跑催办" not in said.getvalue()


@pytest.mark.parametrize("hanging", [{"deliver": 151.0, "patrol": 10.0}, {"deliver": 10.0, "patrol": 421.0}])
def test_when_prefect_hangs_the_engine_turns_by_itself_and_says_so_once(engine, said, monkeypatch, hanging):
    monkeypatch.setattr(turning, "TURN_EVERY", 0.0)
    engine.prefect_ran.update(hanging)
    for _ in range(3):
        engine.step()
    assert engine.turns == 3
    assert said.getvalue().count("Prefect 有几分钟没有跑催办了") == 1
    engine.prefect_ran.update(deliver=5.0, patrol=5.0)
    engine.step()
    assert engine.turns == 3
    assert "Prefect 恢复正常" in said.getvalue()


def test_what_is_seen_to_be_wrong_with_prefect_is_said_with_it(project, said, monkeypatch):
    monkeypatch.setattr(turning, "TURN_EVERY", 0.0)
    seen = [""]
    lines = ServiceLines(Console(file=said, width=300), lambda: NINE)
    engine = EngineThread(project, lines, {"deliver": 151.0}.get, list, lambda: seen[0])
    for seen[0] in ("", "", "磁盘已满", "磁盘已满"):
        engine.step()
    lags = [line for line in said.getvalue().splitlines() if "没有跑催办" in line]
    assert [line.rpartition("不会漏")[2] for line in lags] == ["", "：磁盘已满"]


def test_what_a_library_prints_is_logged_and_not_between_the_lines(project, monkeypatch, capsys):
    tick = cycle.tick

    def loud(ws, now):
        print("Backing off due to consecutive errors")
        sys.stderr.write("--- Error logging to API ---\n")
        return tick(ws, now)

    monkeypatch.setattr(cycle, "tick", loud)
    assert work(project, zone=SHANGHAI, console=Console(), alone=True, stop_after=0.01) == 0
    shown = capsys.readouterr()
    assert "转了一次" in shown.out
    assert shown.err == ""
    assert not re.search("Backing off|Error logging", shown.out)
    logged = [
        json.loads(line) for line in (project / ".duban/logs/engine.log").read_text("utf-8").splitlines()
    ]
    printed = [(each["level"], each["event"]) for each in logged if each["from"] == "duban.printed"]
    assert printed[:2] == [
        ("info", "Backing off due to consecutive errors"),
        ("warning", "--- Error logging to API ---"),
    ]


def test_a_turn_longer_than_the_time_between_two_is_followed_by_one_not_by_all_it_outlasted(
    engine, monkeypatch
):
    passed = [turning.time.monotonic()]
    monkeypatch.setattr(turning, "time", SimpleNamespace(monotonic=lambda: passed[0]))
    tick = cycle.tick

    def slow(ws, now):
        passed[0] += 10 * turning.TURN_EVERY
        return tick(ws, now)

    monkeypatch.setattr(cycle, "tick", slow)
    turns = []
    for seconds in (0.0, 1.0, turning.TURN_EVERY - 1.3, 0.5, 1.0):
        passed[0] += seconds
        engine.step()
        turns.append(engine.turns)
    assert turns == [1, 1, 1, 2, 2]


def test_a_mistake_in_the_folder_is_said_once_with_its_place_and_the_engine_goes_on(
    engine, project, said, edits
):
    engine.step()
    path = project / "duties" / "特种设备.yaml"
    good = path.read_text()
    path.write_text(good + "\nduites: []\n")
    engine.step()
    engine.step()
    told = said.getvalue()
    assert told.count("不影响运行（仍按已生效的第 1 版）") == 1
    assert "duties/特种设备.yaml:" in told
    assert "duites" in told
    assert edits == []
    path.write_text(good)
    engine.step()
    assert "文件夹与已生效的内容一致" in said.getvalue()


def test_an_edit_takes_effect_only_when_it_is_applied_and_then_prefect_is_told(engine, project, said, edits):
    engine.step()
    path = project / "duties" / "特种设备.yaml"
    path.write_text(path.read_text().replace("全市特种设备安全形势分析\n", "全市特种设备安全形势分析会\n", 1))
    engine.step()
    engine.step()
    assert edits == []
    assert said.getvalue().count("用 duban plan 看会改变什么") == 1
    ws = open_workspace(project, system_clock())
    made = plan(ws, *draft_of_folder(ws), ws.clock.now())
    apply(ws, made, actor="李四", now=ws.clock.now(), reason="改名")
    ws.ledger.dispose()
    engine.step()
    assert edits == [1]
    assert "第 2 版内容已生效" in said.getvalue()
    assert engine.workspace().definitions.duties["ts-quarterly-risk-analysis"].title.endswith("分析会")


def test_a_ledger_that_cannot_be_opened_is_one_line_and_tried_again(engine, project, said):
    in_the_way = project / ".duban" / "ledger.db"
    in_the_way.mkdir(parents=True)
    assert engine.step() == watching.RETRY_AFTER
    engine.step()
    [line] = said.getvalue().splitlines()
    assert "09:00:00 !" in line
    assert "Traceback" not in line
    assert not engine.turned.is_set()
    in_the_way.rmdir()
    engine.step()
    assert engine.turned.is_set()
    assert "引擎已恢复" in said.getvalue()


def test_a_ledger_that_another_project_s_took_the_place_of_is_one_line_and_opened_anew(
    engine, project, said, tmp_path
):
    copy_starter(other := tmp_path / "别的")
    carried(other)
    path = other / "duties" / "特种设备.yaml"
    path.write_text(
        path.read_text("utf-8").replace("全市特种设备安全形势分析\n", "全市特种设备安全形势研究\n", 1),
        "utf-8",
    )
    open_workspace(other, system_clock()).ledger.dispose()
    engine.step()
    (own := project / ".duban" / "ledger.db").rename(kept := tmp_path / "kept.db")
    (other / ".duban" / "ledger.db").rename(own)
    engine.step()
    assert [line for line in said.getvalue().splitlines() if "换成了另一个文件" in line]
    assert engine.workspace().definitions.duties["ts-quarterly-risk-analysis"].title.endswith("研究")
    kept.replace(own)
    engine.step()
    assert engine.workspace().definitions.duties["ts-quarterly-risk-analysis"].title.endswith("分析")


def test_an_empty_file_in_the_ledger_s_place_is_not_begun_anew_by_a_running_service(engine, project, said):
    engine.step()
    (own := project / ".duban" / "ledger.db").unlink()
    own.touch()
    assert engine.step() == watching.RETRY_AFTER
    assert "请从备份恢复" in said.getvalue().splitlines()[-1]
    assert engine.turns == 1


def test_the_engine_that_turned_sound_has_a_heartbeat(engine, project):
    from duban.ledger.database import reading
    from duban.ledger.tables import LEASE

    engine.step()
    with reading(engine.workspace().ledger) as connection:
        assert "heartbeat" in connection.execute(LEASE.select()).scalars().all()


def test_a_turn_during_which_a_newer_program_takes_the_ledger_over_is_the_last_and_one_line(
    engine, said, monkeypatch
):
    tick = cycle.tick

    def meanwhile(ws, now):
        taken_over(ws.ledger, "ALTER TABLE obligation RENAME COLUMN next_rung_at TO speaks_at")
        return tick(ws, now)

    monkeypatch.setattr(cycle, "tick", meanwhile)
    engine.step()
    [line] = [each for each in said.getvalue().splitlines() if " ! " in each]
    assert line.endswith(SAYS)
    assert engine.over
    assert not engine.turned.is_set()
    engine.step()
    assert said.getvalue().count(SAYS) == 1
