"""The workspace that stays open between runs."""

import os

import pytest

from duban.base.clock import system_clock
from duban.base.starter import copy_starter
from duban.edits import apply, draft_of_folder, plan
from duban.workspace.standing import close_workspaces, standing_workspace
from duban.workspace.workspace import open_workspace
from tests.few_duties import carried


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.setenv("DUBAN_CLOCK", "2026-03-02T09:00+08:00")
    monkeypatch.delenv("DUBAN_PROJECT", raising=False)
    root = tmp_path / "项目"
    copy_starter(root)
    carried(root)
    yield root
    close_workspaces()


def test_while_nobody_edits_the_same_workspace_is_given_again(project):
    assert standing_workspace(project) is standing_workspace(project)


def edit(project):
    path = project / "duties" / "特种设备.yaml"
    path.write_text(path.read_text().replace("全市特种设备安全形势分析\n", "全市特种设备安全形势分析会\n", 1))
    return path


def put_in_force(project):
    """What `duban apply` does, in a workspace of its own."""
    ws = open_workspace(project, system_clock())
    made = plan(ws, *draft_of_folder(ws), ws.clock.now())
    apply(ws, made, actor="李四", now=ws.clock.now(), reason="改名")
    ws.ledger.dispose()


def title(ws):
    return ws.definitions.duties["ts-quarterly-risk-analysis"].title


def test_an_edit_of_the_folder_is_seen_and_changes_nothing(project):
    before = standing_workspace(project)
    edit(project)
    after = standing_workspace(project)
    assert (before.draft.differs, after.draft.differs) == (False, True)
    assert title(after) == "全市特种设备安全形势分析"
    assert after.ledger is before.ledger
    assert standing_workspace(project) is after


def test_an_applied_version_is_taken_up_without_a_restart(project):
    before = standing_workspace(project)
    edit(project)
    put_in_force(project)
    after = standing_workspace(project)
    assert (before.version, after.version) == (1, 2)
    assert title(after) == "全市特种设备安全形势分析会"
    assert not after.draft.differs


def test_a_mistake_in_the_folder_harms_nothing_until_it_is_mended(project):
    good = standing_workspace(project)
    path = project / "duties" / "特种设备.yaml"
    text = path.read_text()
    path.write_text(text + "\nduites: []\n")
    wrong = standing_workspace(project)
    assert wrong.draft.problems
    assert wrong.definitions.fingerprint == good.definitions.fingerprint
    path.write_text(text)
    os.utime(path)
    assert not standing_workspace(project).draft.differs
