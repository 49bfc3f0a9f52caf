"""Alembic runs the ledger's migrations inside the transaction it is given."""

from alembic import context

from duban.ledger import tables  # noqa: F401 - the tables must be known to compare with
from duban.ledger.columns import LEDGER

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=LEDGER,
    compare_type=True,
    transactional_ddl=True,
)
context.run_migrations()
