"""`duban backup` and `duban restore`, as an operator types them."""

import pytest

from duban.base.starter import copy_starter
from tests.few_duties import keep


@pytest.fixture
def project(duban, tmp_path, monkeypatch):
    monkeypatch.setenv("DUBAN_CLOCK", "2023-04-03T09:00+08:00")
    root = tmp_path / "project"
    copy_starter(root)
    return keep(root, ("sp-quarterly-assessment",))


def test_a_backup_is_taken_listed_and_restored(duban, project, tmp_path):
    store, again = tmp_path / "store", tmp_path / "again"
    assert "还没有备份" in duban("backup", store, "--list", "--project", project).out
    taken = duban("backup", store, "--actor", "林晓", "--project", project)
    assert taken.out.startswith("已备份 2023-04-03T010000Z：台账 ")
    listed = duban("backup", store, "--list", "--json", "--project", project).json
    assert [(each["name"], each["by"]) for each in listed] == [("2023-04-03T010000Z", "林晓")]
    restored = duban("restore", store, again)
    assert restored.out.startswith("已从 2023-04-03T010000Z 恢复到 ")
    assert "密钥文件不在备份里" in restored.out
    assert (again / "duban.yaml").read_bytes() == (project / "duban.yaml").read_bytes()


def test_what_cannot_be_done_is_one_line(duban, project, tmp_path):
    nothing = duban("restore", tmp_path / "nowhere", tmp_path / "again")
    assert (nothing.code, nothing.err.strip()) == (1, f"{tmp_path}/nowhere 里没有完整的备份")
    unknown = duban("backup", "nope://x", "--project", project)
    assert (unknown.code, unknown.err.strip()) == (1, "用不了备份位置 nope://x：Protocol not known: nope")
