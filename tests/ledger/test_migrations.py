"""The migrations make exactly the tables the program knows, on either database."""

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import DatabaseError

import duban.ledger.tables  # noqa: F401 - they must be known
from duban.ledger.columns import LEDGER
from duban.ledger.database import migrate, open_ledger
from duban.ledger.migrating import HEAD, alembic_config


def test_models_and_migrated_tables_agree(ledger):
    with ledger.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, LEDGER) == []


def test_the_named_head_is_the_newest_migration():
    assert ScriptDirectory.from_config(alembic_config()).get_heads() == [HEAD]


def test_an_empty_database_becomes_a_ledger_and_migrating_again_changes_nothing(empty_database):
    engine = open_ledger(empty_database)
    migrate(engine)
    tables = set(inspect(engine).get_table_names())
    migrate(engine)
    assert tables == {*LEDGER.tables, "alembic_version"}
    engine.dispose()


def test_checks_and_partial_indexes_agree_too(sqlite_ledger, tmp_path):
    """Alembic compares neither; SQLite keeps the text of both."""
    drawn = create_engine(f"sqlite:///{tmp_path / 'drawn.db'}")
    LEDGER.create_all(drawn)
    assert _texts(drawn) == _texts(sqlite_ledger)
    drawn.dispose()


def _texts(engine):
    with engine.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'index') AND name NOT LIKE '%alembic%'"
            )
        )
        return {row.name: _parts(row.sql) for row in rows}


def _parts(sql):
    """The lines of a statement, whatever their order. A column that came later stands on the line of the one before it."""
    apart = re.sub(r", (?=[a-z_]+ [A-Z]+,? *$)", "\n", sql or "", flags=re.MULTILINE)
    return sorted(line.strip().rstrip(",") for line in apart.splitlines())


def test_processes_that_start_together_make_one_ledger(empty_database):
    barrier = Barrier(4)

    def start(_):
        barrier.wait()
        engine = open_ledger(empty_database)
        migrate(engine)
        tables = set(inspect(engine).get_table_names())
        engine.dispose()
        return tables

    with ThreadPoolExecutor(4) as processes:
        assert all(tables >= set(LEDGER.tables) for tables in processes.map(start, range(4)))


def test_numbers_kept_as_they_were_written_are_folded_where_the_place_is_free(empty_database):
    engine = create_engine(empty_database)
    with engine.begin() as connection:
        command.upgrade(alembic_config(connection), "0008")
        connection.execute(text("INSERT INTO unit (code, name, level) VALUES ('1', '市局', 'city')"))
        for number, (code, name) in enumerate([("SY—1", " 甲\u200b店"), ("sy-1", "乙"), ("SY2", "丙")], 1):
            connection.execute(
                text(
                    "INSERT INTO subject (id, kind, code, name, unit, attributes, active) "
                    "VALUES (:id, '企业', :code, :name, '1', '{}', :active)"
                ),
                {"id": number, "code": code, "name": name, "active": True},
            )
        for number, ref in enumerate(["a1", "Ａ1", "B2"], 1):
            connection.execute(
                text(
                    "INSERT INTO fact (id, kind, subject_id, happened_on, recorded_at, source, ref, data) "
                    "VALUES (:id, 'x', 1, '2023-01-01', '2023-01-01', '抽检', :ref, '{}')"
                ),
                {"id": number, "ref": ref},
            )
    migrate(engine)
    with engine.connect() as connection:
        subjects = connection.execute(text("SELECT code, name FROM subject ORDER BY id")).all()
        refs = connection.execute(text("SELECT ref FROM fact ORDER BY id")).scalars().all()
    assert [tuple(row) for row in subjects] == [("SY-1", "甲店"), ("sy-1", "乙"), ("SY2", "丙")]
    assert refs == ["A1", "Ａ1", "B2"]
    with engine.connect() as connection, pytest.raises(DatabaseError, match="append-only"):
        connection.execute(text("UPDATE fact SET ref = 'C3'"))
    engine.dispose()
