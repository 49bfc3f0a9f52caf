"""`duban archive`, as an operator types it: written, read in words, taken out, and read once more."""

import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path

import pytest

from duban.base.clock import SHANGHAI, FixedClock
from duban.ledger.short_ids import short_id
from duban.service.cycle import tick
from duban.workspace.workspace import open_workspace

pytest.importorskip("pyarrow", reason="archives need pyarrow: pip install 'duban[archive]'")
ROOT = Path(__file__).parents[2]
LATER = datetime(2023, 12, 1, 9, 0, tzinfo=SHANGHAI)
LONG_AFTER = "2027-06-01T09:00+08:00"


def turned(root):
    """The engine turns once more: nothing is left to be said of what was closed."""
    workspace = open_workspace(root, FixedClock(LATER))
    tick(workspace, LATER)
    workspace.ledger.dispose()


def test_what_is_archived_is_read_in_words_before_and_after_it_left(
    duban, city, overdue_id, tmp_path, monkeypatch
):
    number = overdue_id
    [other, *_] = duban("obligations", "--duty", "ts-quarterly-risk-analysis", "--json").json["obligations"]
    assert duban("waive", number, "--reason", "已吊销证书", "--actor", "林晓").code == 0
    waived = duban("waive", other["id"], "--reason", "机构合并", "--actor", "林晓")
    assert waived.code == 0, "the newest stays"
    turned(city)
    before = duban("explain", number).out
    assert "已吊销证书" in before
    monkeypatch.setenv("DUBAN_CLOCK", LONG_AFTER)
    store = tmp_path / "store"
    name = duban("archive", "write", store, "--before", "2024-01-01", "--json").json["name"]

    shown = duban("archive", "show", store, name)
    [line] = [line for line in shown.lines if number in line]
    assert "水泥厂" in line
    assert line.rstrip().endswith("已免办")

    assert duban("archive", "remove", store, name, "--json").json["obligation"] == 1
    assert f"{number} 已归档" in duban("explain", number).err
    assert duban("archive", "show", store, name, "--obligation", number).out == before
    assert f"{number} 已归档" in duban("explain", number).err, "reading brings nothing back"
    unknown = duban("archive", "show", store, name, "--obligation", short_id(999))
    assert (unknown.code, len(unknown.err.splitlines())) == (1, 1)

    raw = duban("archive", "show", store, name, "--table", "obligation_event")
    assert "reason: 已吊销证书" in raw.lines
    assert not [line for line in raw.lines if line.endswith(":")], "what is empty is left out"


class TestAnArchiveWhoseWriterWasKilled:
    """At nine on 1 June 2027, after the first of its files."""

    BROKEN_OFF = "2024-01-01-2027-06-01T010000Z"

    @pytest.fixture
    def scratch(self, tmp_path, monkeypatch):
        """Where programs put what they make on their way, in these tests."""
        place = tmp_path / "scratch"
        place.mkdir()
        monkeypatch.setenv("TMPDIR", str(place))
        monkeypatch.setattr(tempfile, "tempdir", None)
        return place

    @pytest.fixture
    def store(self, duban, city, tmp_path, scratch, monkeypatch):
        monkeypatch.setenv("DUBAN_CLOCK", LONG_AFTER)
        store = tmp_path / "store"
        command = [
            sys.executable,
            "-m",
            "tests.backups.killed_archivist",
            str(city),
            str(store),
            "2024-01-01",
        ]
        with subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as writer:
            assert self.BROKEN_OFF in writer.stdout.readline()
            writer.kill()
        return store

    def left_in(self, store):
        return [each.name for each in store.glob("archives/*")]

    def test_is_listed_as_unfinished_and_is_none(self, duban, store):
        listed = duban("archive", "list", store)
        [line] = [each for each in listed.lines if self.BROKEN_OFF in each]
        assert "没有写完" in line
        assert duban("archive", "list", store, "--json").json == []
        assert duban("archive", "remove", store, self.BROKEN_OFF).code == 1

    def test_is_left_alone_while_it_may_be_under_way_and_cleared_away_by_the_next_a_day_later(
        self, duban, store, monkeypatch
    ):
        (store / "archives" / "notes of the operator").mkdir()
        monkeypatch.setenv("DUBAN_CLOCK", "2027-06-01T10:00+08:00")
        assert duban("archive", "write", store, "--before", "2024-01-01").code == 0
        assert self.BROKEN_OFF in self.left_in(store)
        monkeypatch.setenv("DUBAN_CLOCK", "2027-06-02T08:00+08:00")
        done = duban("archive", "write", store, "--before", "2024-01-01")
        assert f"清掉了以前没写完的 {self.BROKEN_OFF}" in done.out
        assert sorted(self.left_in(store)) == [
            "2024-01-01-2027-06-01T020000Z",
            "2024-01-01-2027-06-02T000000Z",
            "notes of the operator",
        ]
        assert len(duban("archive", "list", store, "--json").json) == 2

    def test_leaves_no_copy_of_the_ledger_on_the_machine_once_another_is_written(self, duban, store, scratch):
        [left] = scratch.glob("*/duban-at-work-archive-*")
        assert [*left.iterdir()]
        assert duban("archive", "write", store, "--before", "2024-01-01").code == 0
        assert [*scratch.glob("*/*")] == []


def test_a_backup_that_was_broken_off_is_listed_and_cleared_away_too(duban, city, tmp_path, monkeypatch):
    store = tmp_path / "store"
    assert duban("backup", store).code == 0
    [whole] = store.glob("backups/*")
    (whole / "manifest.json").unlink()
    [line] = [each for each in duban("backup", store, "--list").lines if whole.name in each]
    assert "没有写完" in line
    monkeypatch.setenv("DUBAN_CLOCK", LONG_AFTER)
    assert f"清掉了以前没写完的 {whole.name}" in duban("backup", store, "--keep", "1").out
    assert not whole.exists()
    assert len([*store.glob("backups/*")]) == 1
