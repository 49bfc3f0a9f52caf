"""A program of years to come takes a ledger over while this one is at work with it."""

from sqlalchemy import text

from duban.ledger.database import writing
from duban.ledger.migrating import HEAD, OLDEST_AT_WORK

SAYS = "是更新版本的程序写的（9999）；请升级 duban 后再打开"


def taken_over(ledger, change, *, older_go_on=False):
    """Make the `change` (SQL) that its migration 9999 makes."""
    with writing(ledger) as connection:
        connection.execute(text(change))
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        connection.execute(
            text("UPDATE lease SET holder = :oldest WHERE name = :name"),
            {"oldest": HEAD if older_go_on else "9999", "name": OLDEST_AT_WORK},
        )
