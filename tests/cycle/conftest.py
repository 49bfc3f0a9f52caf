import pytest
from sqlalchemy import select

from duban.ledger.database import reading
from duban.ledger.tables import INBOX_MESSAGE
from tests.notices.bureau import Bureau


@pytest.fixture
def bureau(tmp_path, sqlite_ledger, clock):
    """The small bureau on SQLite, Monday 2023-10-09, 09:00."""
    return Bureau(tmp_path, sqlite_ledger, clock)


@pytest.fixture
def bureau_on_either(tmp_path, ledger, clock):
    """The small bureau on each database in turn."""
    return Bureau(tmp_path, ledger, clock)


def bodies(here, recipient):
    with reading(here.ledger) as connection:
        return connection.execute(
            select(INBOX_MESSAGE.c.body)
            .where(INBOX_MESSAGE.c.recipient == recipient)
            .order_by(INBOX_MESSAGE.c.id)
        ).scalars().all()  # fmt: skip
