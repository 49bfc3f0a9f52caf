"""`duban archive`, as an operator types it: written, read in words, taken out, and read once more."""

from datetime import datetime

import pytest

from duban.base.clock import SHANGHAI, FixedClock
from duban.ledger.short_ids import short_id
from duban.service.cycle import tick
from duban.workspace.workspace import open_workspace

pytest.importorskip("pyarrow", reason="archives need pyarrow: pip install 'duban[archive]'")
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
