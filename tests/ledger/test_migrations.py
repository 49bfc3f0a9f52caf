"""The migrations make exactly the tables the program knows, on either database."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, select, text, true
from sqlalchemy.exc import DatabaseError

import duban.ledger.tables  # noqa: F401 - they must be known
from duban.ledger.columns import LEDGER
from duban.ledger.database import migrate, open_ledger
from duban.ledger.migrating import HEAD, alembic_config
from duban.ledger.tables import CONTENT_VERSION, DUTY_VERSION, FACT, SUBJECT


# The index of PostgreSQL alone is compared there; on SQLite, Alembic says that it passes it over.
@pytest.mark.filterwarnings("ignore:autogenerate skipping .* index 'ix_subject_name_pairs'")
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
    """The parts of a statement between its commas, whatever their order: a column that came later stands elsewhere."""
    return sorted(part.strip() for part in (sql or "").replace("\n", ",").split(",") if part.strip())


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


def test_facts_of_before_know_which_was_told_first_under_their_number(empty_database):
    engine = open_ledger(empty_database)
    told = [  # number, kind, ref, owner, corrects
        (1, "x", "A1", "1", None),
        (2, "x", "A1", "2", None),
        (3, "y", "A1", "3", None),
        (4, "x", "更", "2", 2),
        (5, "x", "更2", "2", 4),
        (6, "x", "A1", "3#", None),
        (7, "x", "A2", "1", 1),
    ]
    with engine.begin() as connection:
        command.upgrade(alembic_config(connection), "0031")
        for unit in ("1", "2", "3", "3#"):
            connection.execute(
                text("INSERT INTO unit (code, name, level) VALUES (:u, :u, 'city')"), {"u": unit}
            )
        for row in told:
            values = dict(zip(("id", "kind", "ref", "owner", "revises"), row, strict=True))
            connection.execute(
                text(
                    "INSERT INTO fact (id, kind, unit, happened_on, recorded_at, source, ref, owner, data, revises) "
                    "VALUES (:id, :kind, '1', '2023-01-01', '2023-01-01', '抽检', :ref, :owner, '{}', :revises)"
                ),
                values,
            )
    migrate(engine)
    with engine.connect() as connection:
        found = connection.execute(select(FACT.c.id, FACT.c.first_told).order_by(FACT.c.id)).tuples().all()
    assert dict(found) == {1: None, 2: 1, 3: None, 4: 1, 5: 1, 6: 1, 7: 1}
    with engine.connect() as connection, pytest.raises(DatabaseError, match="append-only"):
        connection.execute(text("UPDATE fact SET first_told = 3"))
    engine.dispose()


def test_facts_and_subjects_from_before_authors_are_carried_over_with_what_refers_to_them(empty_database):
    """A fact of before has neither owner nor author, and stands beside the same number of an owner; nothing else changes."""
    engine = open_ledger(empty_database)
    with engine.begin() as connection:
        command.upgrade(alembic_config(connection), "0012")
        for statement in (
            "INSERT INTO unit (code, name, level) VALUES ('1', '市局', 'city')",
            (
                "INSERT INTO subject (id, kind, code, name, unit, attributes, active, registered_on) "
                "VALUES (7, '企业', 'E1', '甲', '1', '{\"规模\": \"大\"}', TRUE, '2020-01-01')"
            ),
            (
                "INSERT INTO fact (id, kind, subject_id, happened_on, recorded_at, source, ref, data) "
                "VALUES (3, 'x', 7, '2023-01-01', '2023-01-02 00:00:00', '抽检', 'A1', '{\"n\": 1}')"
            ),
            (
                "INSERT INTO fact (id, kind, subject_id, happened_on, recorded_at, source, ref, data, revises) "
                "VALUES (5, 'x', 7, '2023-01-01', '2023-01-03 00:00:00', '抽检', 'A2', '{}', 3)"
            ),
            "INSERT INTO content_version (digest, recorded_at, files) VALUES ('c1', '2023-01-02', '{}')",
            (
                "INSERT INTO duty_version (duty_id, digest, line, kind, title, content, recorded_at) "
                "VALUES ('d', 'd1', '', '', '', '{}', '2023-01-02')"
            ),
        ):
            connection.exec_driver_sql(statement)
    migrate(engine)
    with engine.connect() as connection:
        facts = connection.execute(select(FACT).order_by(FACT.c.id)).all()
        subject = connection.execute(select(SUBJECT)).one()
    assert [(row.id, row.ref, row.subject_id, row.revises, row.owner, row.author_id) for row in facts] == [
        (3, "A1", 7, None, None, None),
        (5, "A2", 7, 3, None, None),
    ]
    assert (facts[0].data, facts[0].recorded_at) == ({"n": 1}, datetime(2023, 1, 2, tzinfo=UTC))
    assert (subject.id, subject.code, subject.attributes, subject.active) == (7, "E1", {"规模": "大"}, True)
    row = "INSERT INTO fact (kind, subject_id, happened_on, recorded_at, source, ref, data, owner) VALUES ('x', {0}, '2023-01-01', '2023-01-01', '抽检', 'A1', '{{}}', '1')"
    with engine.begin() as connection:
        connection.exec_driver_sql(row.format(7))
    with engine.connect() as connection, pytest.raises(DatabaseError):
        connection.exec_driver_sql(row.format(7))  # once for each owner
    with engine.connect() as connection, pytest.raises(DatabaseError):
        connection.exec_driver_sql(row.format(99).replace("A1", "A9"))  # references hold again
    for said in (
        "DELETE FROM fact",
        "UPDATE duty_version SET fingerprint = 'x'",
        "DELETE FROM content_version",
    ):
        with engine.connect() as connection, pytest.raises(DatabaseError, match="append-only"):
            connection.execute(text(said))
    with engine.connect() as connection:
        known = select(CONTENT_VERSION.c.fingerprint, DUTY_VERSION.c.fingerprint).join(DUTY_VERSION, true())
        assert connection.execute(known).all() == [("c1", "d1")]
    unique = {
        (table, each["name"], *each["column_names"])
        for table in ("content_version", "duty_version")
        for each in inspect(engine).get_unique_constraints(table)
    }
    assert unique == {
        ("content_version", "uq_content_version_fingerprint", "fingerprint"),
        ("duty_version", "uq_duty_version_duty_id_fingerprint", "duty_id", "fingerprint"),
    }
    engine.dispose()
