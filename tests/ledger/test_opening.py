"""Opening a ledger, and the one clear line when it cannot be opened or used."""

import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError

from duban.base.language import use
from duban.ledger.beginning import let_write
from duban.ledger.database import (
    LedgerUnavailable,
    ledger_url,
    let_others_write,
    migrate,
    open_ledger,
    own_connection,
    reading,
    transaction,
    writing,
)
from duban.ledger.tables import UNIT
from duban.ledger.unavailable import what_is_wrong

YOUXI = {"code": "350426", "name": "尤溪县", "level": "county", "parent": None}


def open_and_migrate(url):
    engine = open_ledger(url)
    try:
        migrate(engine)
    finally:
        engine.dispose()


def refusal(url):
    with pytest.raises(LedgerUnavailable) as refused:
        open_and_migrate(url)
    line = str(refused.value)
    assert "\n" not in line
    return line


def test_a_project_keeps_its_ledger_in_its_own_folder(tmp_path, monkeypatch):
    monkeypatch.delenv("DUBAN_DATABASE_URL", raising=False)
    engine = open_ledger(ledger_url(tmp_path))
    migrate(engine)
    assert (tmp_path / ".duban" / "ledger.db").is_file()
    engine.dispose()


def test_what_is_written_in_portions_reaches_the_file_while_others_may_write(tmp_path):
    path, alone = tmp_path / "ledger.db", tmp_path / "alone.db"
    engine = open_ledger(f"sqlite:///{path}")

    def in_the_file():
        shutil.copy(path, alone)  # without the write-ahead log beside it
        with sqlite3.connect(alone) as file:
            return file.execute("SELECT count(*) FROM page").fetchone()[0]

    migrate(engine)
    with writing(engine) as connection:
        connection.execute(text("CREATE TABLE page (filled BLOB)"))
    with own_connection(engine) as connection:
        let_others_write(connection)
        with transaction(connection, to_write=True):
            fill = "INSERT INTO page SELECT zeroblob(4000) FROM json_each(:many)"
            connection.execute(text(fill), {"many": str([0] * 3000)})
        assert in_the_file() == 0  # three times what SQLite lets the log grow to
        let_others_write(connection)
        assert in_the_file() == 3000
    engine.dispose()


def test_programs_that_make_a_ledger_at_the_same_moment_wait_for_each_other(tmp_path):
    def start(together, url):
        together.wait()
        engine = open_ledger(url)
        with engine.connect() as connection:
            let_write(connection)
            connection.execute(text("CREATE TABLE IF NOT EXISTS made (by INTEGER)"))
        engine.dispose()

    with ThreadPoolExecutor(8) as programs:
        for number in range(60):
            together, url = Barrier(8), f"sqlite:///{tmp_path / str(number)}.db"
            assert [*programs.map(start, [together] * 8, [url] * 8)] == [None] * 8


def test_another_database_is_named_by_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("DUBAN_DATABASE_URL", "postgresql://duban@db/ledger")
    assert ledger_url(tmp_path) == "postgresql://duban@db/ledger"


def test_a_folder_with_odd_characters_is_fine(tmp_path, monkeypatch):
    monkeypatch.delenv("DUBAN_DATABASE_URL", raising=False)
    root = tmp_path / "督办 100%?#"
    root.mkdir()
    engine = open_ledger(ledger_url(root))
    migrate(engine)
    assert (root / ".duban" / "ledger.db").stat().st_size > 0
    engine.dispose()


def test_a_missing_folder_is_said_in_the_readers_language(tmp_path):
    url = f"sqlite:///{tmp_path}/nowhere/ledger.db"
    assert refusal(url) == f"打不开台账 {tmp_path}/nowhere/ledger.db：文件或文件夹不存在，或没有权限"
    with use("en"):
        assert refusal(url).startswith(f"cannot open the ledger {tmp_path}/nowhere/ledger.db")


def test_a_file_that_is_no_ledger_is_said(tmp_path):
    (tmp_path / "ledger.db").write_text("督办" * 1000)
    assert "不是完好的台账文件" in refusal(f"sqlite:///{tmp_path}/ledger.db")


@pytest.mark.parametrize(
    "url", ["mysql://u:secret@h/d", "nonsense", "postgresql://u:secret@h:port/d", "sqlite://"]
)
def test_an_address_that_is_not_understood_is_said_without_repeating_it(url):
    assert "secret" not in refusal(url)


def test_an_unreachable_postgresql_is_said_without_its_password():
    line = refusal("postgresql://duban:geheim@127.0.0.1:1/ledger?password=geheim")
    assert line.startswith("连不上台账数据库 postgresql+psycopg://duban:***@127.0.0.1:1/ledger")
    assert "geheim" not in line


def test_an_option_that_postgresql_does_not_know_is_said_without_the_password():
    line = refusal("postgresql://duban:geheim@127.0.0.1:1/ledger?nonsense=geheim")
    assert (
        line
        == "台账地址 postgresql+psycopg://duban:***@127.0.0.1:1/ledger 的问号后面有 PostgreSQL 不认识的选项"
    )


@pytest.mark.postgres
def test_a_postgresql_database_that_does_not_exist_is_said(postgresql_server):
    url = postgresql_server.set(database="nobody_made_it").render_as_string(hide_password=False)
    assert "不存在；请先建库" in refusal(url)


def test_a_ledger_of_a_newer_program_is_left_alone(ledger, ledger_database):
    with writing(ledger) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert "更新版本的程序写的（9999）" in refusal(ledger_database)


def test_a_locked_file_is_said(sqlite_ledger, monkeypatch):
    other = sqlite3.connect(sqlite_ledger.url.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with sqlite_ledger.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 0")
    with pytest.raises(LedgerUnavailable, match="正被另一个程序占用"), writing(sqlite_ledger) as connection:
        connection.execute(insert(UNIT).values(YOUXI))
    other.execute("ROLLBACK")
    other.close()


def test_a_full_disk_is_said_and_nothing_is_half_written(sqlite_ledger):
    with sqlite_ledger.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    many = [YOUXI | {"code": f"{number:06}"} for number in range(50_000)]
    with pytest.raises(LedgerUnavailable, match="磁盘已满"), writing(sqlite_ledger) as connection:
        connection.execute(insert(UNIT), many)
    with reading(sqlite_ledger) as connection:
        assert connection.execute(select(UNIT)).first() is None


def test_a_ledger_that_vanishes_is_missed_and_not_made_anew(sqlite_ledger):
    path = Path(sqlite_ledger.url.database)
    with reading(sqlite_ledger) as connection:
        assert connection.execute(select(UNIT)).first() is None
    path.unlink()
    with pytest.raises(LedgerUnavailable, match="打不开台账"), writing(sqlite_ledger) as connection:
        connection.execute(insert(UNIT).values(YOUXI))
    assert not path.exists()


def test_a_ledger_that_was_restored_from_a_backup_is_used_at_once(sqlite_ledger, migrated_sqlite_file):
    with writing(sqlite_ledger) as connection:
        connection.execute(insert(UNIT).values(YOUXI))
    path = Path(sqlite_ledger.url.database)
    for end in ("-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)
    shutil.copy(migrated_sqlite_file, path.with_name("restored.db")).replace(path)
    with reading(sqlite_ledger) as connection:
        assert connection.execute(select(UNIT)).first() is None


def test_a_ledger_that_was_mended_in_its_place_is_used_at_once(sqlite_ledger, migrated_sqlite_file):
    """What a connection remembers of a file that failed may not be so any more: the next one looks itself."""
    path = Path(sqlite_ledger.url.database)
    with sqlite_ledger.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    sound = migrated_sqlite_file.read_bytes()
    sqlite_ledger.dispose()
    with reading(sqlite_ledger) as connection:
        connection.exec_driver_sql("SELECT count(*) FROM sqlite_master")
    path.write_bytes(sound[:4096] + bytes(range(256)) * (len(sound) // 256 - 16))
    with pytest.raises(LedgerUnavailable, match="不是完好的台账文件"), reading(sqlite_ledger) as connection:
        connection.execute(select(UNIT)).all()
    path.write_bytes(sound)
    with reading(sqlite_ledger) as connection:
        assert connection.execute(select(UNIT)).first() is None


def test_a_ledger_without_one_of_its_tables_is_said(ledger):
    with writing(ledger) as connection:
        connection.execute(text("ALTER TABLE watermark RENAME TO no_watermark"))
    with pytest.raises(LedgerUnavailable, match="少了应有的表；请从备份恢复"), reading(ledger) as connection:
        connection.execute(text("SELECT * FROM watermark"))


def test_a_read_only_file_is_said(sqlite_ledger):
    with sqlite_ledger.connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only = ON")  # permissions would not stop root
    with pytest.raises(LedgerUnavailable, match="只读"), writing(sqlite_ledger) as connection:
        connection.execute(insert(UNIT).values(YOUXI))


@pytest.mark.postgres
def test_connections_to_postgresql_are_kept_when_many_came_at_once(postgresql_ledger):
    processes = text("SELECT pg_backend_pid()")

    def twelve_at_once():
        with ExitStack() as together:
            each = [together.enter_context(reading(postgresql_ledger)) for _ in range(12)]
            return {connection.execute(processes).scalar() for connection in each}

    first = twelve_at_once()
    assert len(first) == 12
    assert twelve_at_once() == first


@pytest.mark.postgres
def test_a_connection_postgresql_has_dropped_is_replaced_unnoticed(postgresql_ledger):
    with reading(postgresql_ledger) as connection:
        connection.execute(select(UNIT)).all()
    another = open_ledger(postgresql_ledger.url.render_as_string(hide_password=False))
    with writing(another) as connection:
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = "
        connection.execute(text(others + "current_database()"))
    another.dispose()
    with writing(postgresql_ledger) as connection:
        connection.execute(insert(UNIT).values(YOUXI))


@pytest.mark.parametrize(
    "code, words",
    [
        ("53100", "磁盘或内存已满"),
        ("28P01", "拒绝登录"),
        ("42501", "没有授予"),
        ("55P03", "占用"),
        ("40P01", "占用"),
        ("57P01", "连不上"),
        ("53300", "连不上"),
    ],
)
@pytest.mark.postgres
def test_what_postgresql_reports_by_its_codes_is_said(postgresql_ledger, code, words):
    statement = text(f"DO $$ BEGIN RAISE EXCEPTION 'made for a test' USING ERRCODE = '{code}'; END $$")
    with pytest.raises(LedgerUnavailable, match=words), writing(postgresql_ledger) as connection:
        connection.execute(statement)


def test_a_mistake_in_a_statement_is_no_failure_of_the_ledger(ledger):
    with pytest.raises(DBAPIError), reading(ledger) as connection:
        connection.execute(text("SELECT nonsense"))
    assert what_is_wrong(ValueError("x"), ledger.url) == ""


def test_two_writers_wait_for_each_other(ledger, ledger_database):
    """Each reads before it writes; nobody fails, and nobody's count is lost."""

    def add_one(number):
        engine = open_ledger(ledger_database)
        with writing(engine) as connection:
            connection.execute(select(UNIT)).all()
            connection.execute(insert(UNIT).values(YOUXI | {"code": str(number)}))
        engine.dispose()

    with ThreadPoolExecutor(4) as people:
        list(people.map(add_one, range(12)))
    with reading(ledger) as connection:
        assert len(connection.execute(select(UNIT)).all()) == 12
