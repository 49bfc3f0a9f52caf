"""What is over stands in Parquet files, is read again there, and only what was read back leaves the ledger."""

from datetime import date, timedelta
from io import BytesIO

import duckdb
import pytest
from sqlalchemy import delete, func, insert, select
from sqlalchemy.exc import IntegrityError

from duban.backups.archiving import (
    archive_named,
    archived_rows,
    archives_in,
    remove_archived,
    write_archive,
)
from duban.backups.store import BackupRefused, BackupStore, sha256_of
from duban.base.clock import SHANGHAI
from duban.ledger.database import reading, writing
from duban.ledger.tables import ATTEMPT, INBOX_MESSAGE, OBLIGATION
from tests.deliveries.cast import OWNER, Desk, bureau
from tests.principals import by

parquet = pytest.importorskip("pyarrow.parquet", reason="archives need pyarrow: pip install 'duban[archive]'")
BEFORE = date(2023, 1, 1)
OLD = timedelta(days=400)
LIN = by("林晓")


@pytest.fixture
def desk(tmp_path, ledger):
    """One obligation that was closed long ago and one that is open, a message of each time, read and unread."""
    found = Desk(tmp_path, ledger, bureau(), None)
    now = found.clock.now()
    closed, _ = found.owe(now - OLD, subject="甲公司")
    found.owe(now, subject="乙公司")
    with writing(ledger) as connection:
        connection.execute(
            OBLIGATION.update()
            .where(OBLIGATION.c.id == closed)
            .values(state="done", closed_at=now - OLD, closed_on=(now - OLD).astimezone(SHANGHAI).date())
        )
        for number, (moment, read) in enumerate([(now - OLD, now), (now - OLD, None), (now, now)]):
            row = {"recipient": OWNER, "message_id": f"m{number}", "title": f"第{number}封", "body": "文"}
            connection.execute(insert(INBOX_MESSAGE).values(**row, received_at=moment, read_at=read))
            sent = {"channel": "sms", "recipient": OWNER, "message_id": f"m{number}", "put_at": moment}
            connection.execute(insert(ATTEMPT).values(**sent, outcome="accepted"))
    return found


@pytest.fixture
def store(tmp_path):
    return BackupStore(str(tmp_path / "store"))


def counted(desk, table):
    with reading(desk.ledger) as connection:
        return connection.scalar(select(func.count()).select_from(table))


def test_what_is_over_is_written_and_read_again(desk, store, tmp_path):
    done = write_archive(desk, store, BEFORE, LIN, desk.clock.now())
    assert archives_in(store) == [done]
    assert (done.rows["obligation"], done.rows["notice"], done.rows["inbox_message"]) == (1, 1, 1)
    [(names, [row])] = archived_rows(store, done, "obligation")
    told = dict(zip(names, row, strict=True))
    assert (told["state"], told["period_key"], told["closed_on"]) == ("done", "2023-1", date(2022, 9, 4))
    assert counted(desk, OBLIGATION) == 2, "writing removes nothing"
    manifest = tmp_path / f"store/archives/{done.name}/manifest.json"
    manifest.write_text(manifest.read_text("utf-8").replace('"fingerprints"', '"digests"'), "utf-8")
    assert archives_in(store) == [done], "an archive of before is read, too"


def test_only_read_messages_and_attempts_leave_and_the_counts_stay(desk, store):
    done = write_archive(desk, store, BEFORE, LIN, desk.clock.now())
    assert remove_archived(desk.ledger, store, done) == {"inbox_message": 1, "attempt": 2}
    assert [row.title for row in desk.inbox()] == ["第1封", "第2封"], "what nobody has read stays"
    assert counted(desk, OBLIGATION) == 2
    assert counted(desk, ATTEMPT) == 1, "the last of a channel says when it worked"
    assert remove_archived(desk.ledger, store, done) == {"inbox_message": 0, "attempt": 0}


def test_the_ledger_itself_lets_no_message_go_that_is_not_archived(desk, store):
    everything = delete(INBOX_MESSAGE).where(INBOX_MESSAGE.c.message_id == "m0")
    with pytest.raises(IntegrityError, match="append-only"), writing(desk.ledger) as connection:
        connection.execute(everything)
    write_archive(desk, store, BEFORE, LIN, desk.clock.now())
    for kept in ("m1", "m2"):
        with pytest.raises(IntegrityError, match="append-only"), writing(desk.ledger) as connection:
            connection.execute(delete(INBOX_MESSAGE).where(INBOX_MESSAGE.c.message_id == kept))
    with writing(desk.ledger) as connection:
        connection.execute(everything)


def test_an_archive_that_was_touched_lets_nothing_go(desk, store, tmp_path):
    done = write_archive(desk, store, BEFORE, LIN, desk.clock.now())
    [file] = (tmp_path / "store").rglob("inbox_message.parquet")
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    with pytest.raises(BackupRefused, match="校验和不符"):
        remove_archived(desk.ledger, store, done)
    assert counted(desk, INBOX_MESSAGE) == 3


def with_other_columns(written):
    table = parquet.read_table(BytesIO(written))
    other = BytesIO()
    parquet.write_table(table.rename_columns([f"{name}_" for name in table.column_names]), other)
    return other.getvalue()


@pytest.mark.parametrize(
    "changed",
    [
        lambda _: b"",
        lambda _: b"x" * 500,
        lambda written: written[: len(written) // 2],
        lambda written: written[:100] + bytes([written[100] ^ 255]) + written[101:],
        with_other_columns,
    ],
    ids=["nothing", "another file", "half", "one byte", "other columns"],
)
@pytest.mark.parametrize("table", ["obligation", "notice", "duty_version", "inbox_message"])
def test_a_damaged_file_is_one_line_though_its_fingerprint_agrees(desk, store, tmp_path, table, changed):
    done = write_archive(desk, store, BEFORE, LIN, desk.clock.now())
    [file] = (tmp_path / "store").rglob(f"{table}.parquet")
    file.write_bytes(changed(file.read_bytes()))
    agrees = done.files | {table: sha256_of(file)}
    with pytest.raises(BackupRefused, match=f"归档里的 {table}.parquet 已损坏"):
        list(archived_rows(store, done.model_copy(update={"files": agrees}), table))


def test_another_program_reads_it(desk, store, tmp_path):
    write_archive(desk, store, BEFORE, LIN, desk.clock.now())
    [file] = (tmp_path / "store").rglob("obligation.parquet")
    asked = duckdb.sql(f"SELECT state, count(*) FROM '{file}' WHERE year(closed_on) = 2022 GROUP BY state")
    assert asked.fetchall() == [("done", 1)]


def test_in_memory_as_in_any_other_store(desk):
    store = BackupStore("memory://archive-test")
    done = write_archive(desk, store, BEFORE, LIN, desk.clock.now())
    assert archive_named(store, done.name) == done
    with pytest.raises(BackupRefused, match="没有归档"):
        archive_named(store, "没有")
    with pytest.raises(BackupRefused, match="有 obligation"):
        next(archived_rows(store, done, "没有"))


def test_this_year_is_not_archived(desk, store):
    with pytest.raises(BackupRefused, match="1 月 1 日"):
        write_archive(desk, store, date(2023, 2, 1), LIN, desk.clock.now())
