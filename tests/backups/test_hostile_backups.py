"""A backup that somebody has changed: nothing of it leads out of the folder, and it is one line why it is not taken."""

import hashlib
import json
import shutil
import sqlite3
import threading
import zipfile

import pytest

from duban.backups.archiving import archives_in
from duban.backups.packed_content import LARGEST
from duban.backups.restoring import restore
from duban.backups.store import BackupRefused, BackupStore
from duban.backups.taking import back_up, keep_newest
from duban.base.clock import FixedClock
from duban.base.language import use
from duban.base.starter import copy_starter
from duban.workspace.workspace import open_workspace
from tests.few_duties import keep
from tests.notices.bureau import at

TAKEN, RESTORED = at("2023-04-21 12:00"), FixedClock(at("2023-04-26 10:00"))


@pytest.fixture(scope="module")
def taken(tmp_path_factory):
    """A store with a backup, nothing owed in it yet."""
    folder = tmp_path_factory.mktemp("taken")
    copy_starter(folder / "project")
    keep(folder / "project", ("sp-quarterly-assessment",))
    ws = open_workspace(folder / "project", FixedClock(TAKEN))
    back_up(folder / "project", ws.ledger, BackupStore(str(folder / "store")), TAKEN, by="林晓")
    ws.ledger.dispose()
    return folder / "store"


@pytest.fixture
def store(taken, tmp_path):
    return shutil.copytree(taken, tmp_path / "store")


def backup_in(store):
    [folder] = (store / "backups").iterdir()
    return folder


def changed(store, **keys):
    """The manifest says these things too, and the fingerprints of the files as they are now."""
    folder = backup_in(store)
    manifest = json.loads((folder / "manifest.json").read_bytes())
    for name in manifest["files"]:
        manifest["files"][name] = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest | keys))


def refused(store, tmp_path, words):
    with use("zh-CN"), pytest.raises(BackupRefused, match=words):
        restore(BackupStore(str(store)), None, tmp_path / "again", RESTORED)
    assert not (tmp_path / "again").exists()


@pytest.mark.parametrize(
    "place", ["../secrets.env", "../../flows/evil.py", "ab/../../../evil", "/{outside}", ""]
)
def test_evidence_goes_nowhere_else(store, tmp_path, place):
    place = place.format(outside=tmp_path / "evil")
    (store / "evidence").mkdir()
    source = (store / "evidence" / place.lstrip("/")).resolve()
    source.parent.mkdir(parents=True, exist_ok=True)
    if place:
        source.write_text("x")
    changed(store, evidence={place: hashlib.sha256(b"x").hexdigest()})
    refused(store, tmp_path, "不是放材料的地方；没有恢复")


@pytest.mark.parametrize(
    "name",
    [
        "flows/evil.py",
        ".duban/secrets.env",
        "../evil",
        "/evil",
        "calendar/../../evil",
        "calendar",
        "evil.pth",
    ],
)
def test_nothing_but_content_is_laid_out(store, tmp_path, name):
    with zipfile.ZipFile(backup_in(store) / "project.zip", "a") as packed:
        packed.writestr(name, "x")
    changed(store)
    refused(store, tmp_path, f"有“{name}”，不是内容文件；没有恢复")


def test_content_that_unfolds_without_end_is_not_laid_out(store, tmp_path):
    piece = bytes(1024 * 1024)
    with (
        zipfile.ZipFile(backup_in(store) / "project.zip", "a", zipfile.ZIP_DEFLATED) as packed,
        packed.open("calendar/zeros", "w") as zeros,
    ):
        for _ in range(LARGEST // len(piece)):
            zeros.write(piece)
    changed(store)
    refused(store, tmp_path, r"project\.zip 展开后超过 200 MB")


@pytest.mark.parametrize(
    ("name", "harm"),
    [
        ("project.zip", lambda whole: whole[:0]),
        ("project.zip", lambda whole: whole[: len(whole) // 2]),
        ("project.zip", lambda whole: whole[:500] + b"\xff\xff\xff" + whole[503:]),
        ("ledger.db", lambda whole: whole[:0]),
        ("ledger.db", lambda whole: whole[:1]),
        ("ledger.db", lambda whole: whole[: len(whole) // 2]),
        ("ledger.db", lambda whole: b"no ledger at all" * len(whole[:999])),
    ],
)
def test_a_damaged_file_is_one_line_though_its_fingerprint_agrees(store, tmp_path, name, harm):
    file = backup_in(store) / name
    file.write_bytes(harm(file.read_bytes()))
    changed(store)
    refused(store, tmp_path, "已损坏，没有恢复；请用另一份备份")


def test_a_ledger_that_lacks_rows_is_not_the_one_of_the_manifest(store, tmp_path):
    ledger = sqlite3.connect(backup_in(store) / "ledger.db")
    ledger.execute("DELETE FROM watermark")
    ledger.execute("DELETE FROM unit")
    ledger.commit()
    ledger.close()
    changed(store)
    refused(store, tmp_path, "备份里的台账已损坏")


def test_a_manifest_without_its_files_is_refused(store, tmp_path):
    changed(store, files={})
    refused(store, tmp_path, "没有恢复")


@pytest.mark.parametrize("text", [b"\xff\xfe{}", b"", b"{", b"\0", b"[" * 100_000])
def test_a_manifest_that_cannot_be_read_hides_no_other(store, text):
    for kind in ("backups", "archives"):
        (store / kind / "2023-04-22T040000Z").mkdir(parents=True)
        (store / kind / "2023-04-22T040000Z" / "manifest.json").write_bytes(text)
    kept = BackupStore(str(store))
    assert [each.name for each in kept.manifests()] == ["2023-04-21T040000Z"]
    assert archives_in(kept) == []


def test_a_manifest_that_speaks_of_another_place_removes_nothing_there(store):
    victim = store / "victim"
    victim.mkdir()
    (victim / "manifest.json").write_text("{}")
    posing = shutil.copytree(backup_in(store), store / "backups" / "2020-01-01T000000Z")
    manifest = json.loads((posing / "manifest.json").read_bytes()) | {"name": "../victim"}
    (posing / "manifest.json").write_text(json.dumps(manifest))
    assert keep_newest(BackupStore(str(store)), 1) == []
    assert (victim / "manifest.json").exists()


def test_of_two_who_restore_into_one_folder_at_once_one_does(store, tmp_path):
    ended = []

    def one():
        try:
            restore(BackupStore(str(store)), None, tmp_path / "again", RESTORED)
            ended.append("restored")
        except BackupRefused:
            ended.append("refused")

    both = [threading.Thread(target=one) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert sorted(ended) == ["refused", "restored"]
    assert (tmp_path / "again" / "duban.yaml").exists()
