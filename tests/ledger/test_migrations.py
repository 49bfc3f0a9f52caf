"""The migrations make exactly the tables the program knows, on either database."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

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
