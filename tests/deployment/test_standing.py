"""The workspace that stays open between runs."""

import os

import pytest

from duban.deployment.standing import close_workspaces, standing_workspace
from duban.starter import copy_starter


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.setenv("DUBAN_CLOCK", "2026-03-02T09:00+08:00")
    monkeypatch.delenv("DUBAN_PROJECT", raising=False)
    root = tmp_path / "项目"
    copy_starter(root)
    yield root
    close_workspaces()


def test_while_nobody_edits_the_same_workspace_is_given_again(project):
    assert standing_workspace(project) is standing_workspace(project)


def test_an_edit_is_seen_at_once(project):
    before = standing_workspace(project)
    path = project / "duties" / "特种设备.yaml"
    path.write_text(path.read_text().replace("全市特种设备安全形势分析\n", "全市特种设备安全形势分析会\n", 1))
    after = standing_workspace(project)
    assert after is not before
    assert after.definitions.duties["ts-quarterly-risk-analysis"].title == "全市特种设备安全形势分析会"


def test_a_mistake_leaves_the_last_good_content_in_force_until_it_is_mended(project):
    good = standing_workspace(project)
    path = project / "duties" / "特种设备.yaml"
    text = path.read_text()
    path.write_text(text + "\nduites: []\n")
    stale = standing_workspace(project)
    assert stale.stale
    assert stale.definitions.digest == good.definitions.digest
    path.write_text(text)
    os.utime(path)
    assert not standing_workspace(project).stale
