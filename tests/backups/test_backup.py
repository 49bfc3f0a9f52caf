"""A project is kept while its engine runs, and made again: whole, on either database, and without a word said twice."""

import sys
from datetime import timedelta

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem
from sqlalchemy import func, select, text

from duban.backups.restoring import restore
from duban.backups.snapshot import take_snapshot
from duban.backups.store import BackupRefused, BackupStore
from duban.backups.taking import back_up, keep_newest
from duban.base.clock import FixedClock
from duban.base.language import use
from duban.base.starter import copy_starter
from duban.ledger.columns import LedgerRow
from duban.ledger.database import open_ledger, reading, writing
from duban.ledger.short_ids import short_id
from duban.ledger.tables import Delivery, InboxMessage, Notice, Obligation
from duban.ledger.unavailable import LedgerUnavailable
from duban.obligations.evidence import Evidence
from duban.obligations.review_actions import report
from duban.service.cycle import tick
from duban.views.engine import send_again
from duban.views.sight import Sight
from duban.workspace.workspace import open_workspace
from tests.deliveries.cast import Hook
from tests.few_duties import keep
from tests.notices.bureau import at
from tests.principals import OPERATOR, by

BACKED_UP, CRASHED, RESTORED = at("2023-04-21 12:00"), at("2023-04-25 18:00"), at("2023-04-26 10:00")
CHANNELS = "channels: {{hook: {{kind: apprise, url: '{url}/'}}}}\ndefault: [inbox, hook]\n"


@pytest.fixture
def hook():
    server = Hook()
    yield server
    server.close()


@pytest.fixture
def project(tmp_path, hook):
    """Two duties of each county; every message goes to a sink on this machine."""
    root = tmp_path / "project"
    copy_starter(root)
    keep(root, ("sp-quarterly-assessment", "ts-quarterly-risk-analysis"))
    (root / "notifications/channels.yaml").write_text(CHANNELS.format(url=hook.json_url), encoding="utf-8")
    return root


def live(ws, first, last):
    """Turns of the engine, two a day."""
    moment = first
    while moment <= last:
        ws.clock.moment = moment
        tick(ws, moment)
        moment += timedelta(hours=12)


def sent(ledger):
    """What went out through the sink: the obligation and the rung."""
    went = (
        select(Obligation.duty_id, Obligation.unit, Obligation.period_key, Notice.rung)
        .join(Notice, Notice.obligation_id == Obligation.id)
        .join(Delivery, Delivery.notice_id == Notice.id)
        .where(Delivery.channel == "hook", Delivery.state == "sent")
    )
    with reading(ledger) as connection:
        return set(connection.execute(went).tuples().all())


def counted(ledger):
    with reading(ledger) as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in LedgerRow.metadata.sorted_tables
        }


@pytest.fixture
def lost(tmp_path, project, empty_database, hook):
    """A backup of 21 April noon, and what the sink got until the machine died on the 25th."""
    ws = open_workspace(project, FixedClock(at("2023-03-20 09:00")), empty_database)
    live(ws, at("2023-03-20 09:00"), BACKED_UP)
    store = BackupStore(str(tmp_path / "store"))
    manifest = back_up(project, ws.ledger, store, BACKED_UP, by="林晓")
    live(ws, BACKED_UP, CRASHED)
    yield store, manifest, ws.ledger
    ws.ledger.dispose()


@pytest.mark.parametrize("target", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_what_was_sent_before_is_never_sent_again(lost, tmp_path, hook, target, request, monkeypatch):
    store, manifest, old = lost
    if target == "postgresql":
        fresh, _ = request.getfixturevalue("postgresql_databases")
        monkeypatch.setenv("DUBAN_DATABASE_URL", fresh(migrated=False).render_as_string(hide_password=False))
    before = sent(old)
    assert before
    messages = len(hook.got)
    root = tmp_path / "again"
    done = restore(store, None, root, FixedClock(RESTORED))
    assert done.manifest == manifest
    assert done.held > 0
    assert len(hook.got) == messages, "restoring itself sends nothing"
    ws = open_workspace(root, FixedClock(RESTORED))
    since_backup = before - sent(ws.ledger)
    assert since_backup, "messages went out between the backup and the end"
    assert send_again(Sight(ws, OPERATOR, RESTORED), None) == 0, "nor with all dead letters"
    live(ws, RESTORED, at("2023-07-14 18:00"))
    assert sent(ws.ledger) & since_backup == set()
    assert len(hook.got) > messages, "what falls due later is sent as ever"
    with reading(ws.ledger) as connection:
        told = connection.execute(
            select(InboxMessage.title).where(InboxMessage.received_at >= RESTORED)
        ).all()
    assert told, "and what was held stands in the inboxes"
    ws.ledger.dispose()


def test_every_row_of_every_table_is_kept(lost, tmp_path):
    store, manifest, _ = lost
    file = tmp_path / "looked-at.db"
    store.fetch(manifest, "ledger.db", file)
    ledger = open_ledger(f"sqlite:///{file}")
    assert counted(ledger) == manifest.rows
    assert min(manifest.rows[name] for name in ("obligation", "notice", "delivery", "unit")) >= 2
    ledger.dispose()


def test_evidence_is_kept_once_and_comes_back(tmp_path, project):
    ws = open_workspace(project, FixedClock(at("2023-04-03 09:00")))
    tick(ws, ws.clock.now())
    record = tmp_path / "会议纪要.pdf"
    record.write_bytes(b"%PDF-1.4 2023-04-03")
    with reading(ws.ledger) as connection:
        owed = connection.execute(select(Obligation.id, Obligation.duty_id).limit(1)).one()
    number, (piece, *_) = short_id(owed.id), ws.definitions.duties[owed.duty_id].evidence
    report(ws, number, ws.clock.now(), who=by("林晓"), evidence=[Evidence(record, piece)])
    store = BackupStore(str(tmp_path / "store"))
    first = back_up(project, ws.ledger, store, at("2023-04-03 12:00"), by="林晓")
    second = back_up(project, ws.ledger, store, at("2023-04-04 12:00"), by="林晓")
    assert len(first.evidence) == 1
    assert first.evidence == second.evidence
    assert keep_newest(store, 1) == [first]
    assert [each.name for each in store.manifests()] == [second.name]
    ws.ledger.dispose()
    again = tmp_path / "again"
    restore(store, None, again, FixedClock(at("2023-04-05 09:00")))
    place = next(iter(second.evidence))
    assert (again / ".duban/evidence" / place).read_bytes() == record.read_bytes()


def test_a_restored_file_that_differs_is_refused_and_nothing_is_left(lost, tmp_path):
    store, manifest, _ = lost
    kept = tmp_path / "store" / "backups" / manifest.name / "ledger.db"
    kept.write_bytes(kept.read_bytes()[:-1] + b"x")
    with pytest.raises(BackupRefused, match=r"ledger\.db 与备份时不一样（校验和不符），没有恢复"):
        restore(store, None, tmp_path / "again", FixedClock(RESTORED))
    assert not (tmp_path / "again").exists()


def test_a_backup_without_its_manifest_is_none(lost, tmp_path):
    store, manifest, _ = lost
    (tmp_path / "store" / "backups" / manifest.name / "manifest.json").unlink()
    with pytest.raises(BackupRefused, match="里没有完整的备份"):
        restore(store, None, tmp_path / "again", FixedClock(RESTORED))


def test_only_an_empty_folder_and_an_empty_ledger_are_restored_into(lost, tmp_path, monkeypatch):
    store, _, old = lost
    with pytest.raises(BackupRefused, match="不是空的"):
        restore(store, None, tmp_path / "project", FixedClock(RESTORED))
    monkeypatch.setenv("DUBAN_DATABASE_URL", old.url.render_as_string(hide_password=False))
    with writing(old) as connection:  # the ledger of the program before
        connection.execute(text("DROP INDEX ix_attempt_recipient"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0038'"))
    before = counted(old)
    with pytest.raises(LedgerUnavailable, match="里已经有内容"):
        restore(store, None, tmp_path / "again", FixedClock(RESTORED))
    assert counted(old) == before
    with reading(old) as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "0038"
    assert not (tmp_path / "again").exists()


@pytest.mark.parametrize(
    "address", ["s3://AKIAIOSF:wJalrXUtnFEMI@bucket/x", "nothing://u:wJalrXUtnFEMI@host/x"]
)
def test_a_place_that_cannot_be_used_is_said_without_its_secret(address, monkeypatch):
    monkeypatch.setitem(sys.modules, "s3fs", None)
    with use("zh-CN"), pytest.raises(BackupRefused, match=r"用不了备份位置 \w+://\*\*\*@") as refused:
        BackupStore(address)
    assert "wJalr" not in str(refused.value)


class Silent(MemoryFileSystem):
    """A store whose server does not answer, said as its own library says it."""

    protocol = "silent"

    def glob(self, *_, **__):
        raise RuntimeError("No answer from https://host/x?secret=abc:\nno such place u:wJalrXUtnFEMI@host")

    exists = pipe_file = put_file = get_file = rm_file = glob


@pytest.mark.parametrize(
    "used",
    [
        lambda store, _: store.manifests(),
        lambda store, _: store.find(None),
        lambda store, file: store.keep("a/b", file),
        lambda store, _: store.keep_text("a/b", "text"),
        lambda store, file: store.put_evidence("ab/c.txt", file),
        lambda store, file: store.bring("a/b", file, ""),
    ],
)
def test_a_place_whose_server_does_not_answer_is_one_line_without_its_secret(used, tmp_path):
    fsspec.register_implementation("silent", Silent, clobber=True)
    (tmp_path / "kept").write_text("any")
    store = BackupStore("silent://u:wJalrXUtnFEMI@host/x")
    with use("zh-CN"), pytest.raises(BackupRefused) as refused:
        used(store, tmp_path / "kept")
    assert str(refused.value) == (
        "用不了备份位置 silent://***@host/x：No answer from https://host/x?secret=*** no such place ***@host"
    )


def test_a_place_that_takes_nothing_is_named_itself(tmp_path):
    (tmp_path / "backups").write_text("no folder")
    (tmp_path / "kept").write_text("any")
    with (
        use("zh-CN"),
        pytest.raises(BackupRefused, match=rf"{tmp_path} 存不进去：(已经存在|不是文件夹)；没有备份成"),
    ):
        BackupStore(str(tmp_path)).put("2023", "ledger.db", tmp_path / "kept")


def test_a_snapshot_that_finds_no_room_is_one_line(sqlite_ledger, tmp_path):
    with use("zh-CN"), pytest.raises(LedgerUnavailable, match=r"打不开台账 .*away/ledger\.db"):
        take_snapshot(sqlite_ledger, tmp_path / "away" / "ledger.db")
