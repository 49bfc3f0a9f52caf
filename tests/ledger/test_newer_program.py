"""Several machines are upgraded one after the other: who may go on with a ledger that a newer program has taken over."""

from contextlib import ExitStack

import pytest
from alembic import command
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError

from duban.ledger import migrating
from duban.ledger.database import (
    CONNECTIONS,
    migrate,
    open_ledger,
    own_connection,
    reading,
    transaction,
    writing,
)
from duban.ledger.migrating import alembic_config, leave_to_newer, oldest_at_work, stop_older
from duban.ledger.tables import INBOX_MESSAGE, OBLIGATION, UNIT
from duban.ledger.unavailable import LedgerOfNewer, LedgerUnavailable
from tests.ledger.small_ledger import OPENED
from tests.newer_ledger import SAYS, taken_over


@pytest.fixture
def old_ledger(tmp_path):
    """A ledger as the program before the newest two migrations left it."""
    ledger = open_ledger(f"sqlite:///{tmp_path / 'ledger.db'}")
    with ledger.begin() as connection:
        command.upgrade(alembic_config(connection), "0023")
    yield ledger
    ledger.dispose()


@pytest.fixture
def newer(old_ledger, monkeypatch):
    """The program of 0025 takes the old ledger over; 0024 and 0025 add what older ones leave alone, 0023 does not."""
    monkeypatch.setattr(migrating, "HEAD", "0025")
    migrate(old_ledger)


def goes_on(ledger):
    with reading(ledger) as connection:
        leave_to_newer(connection)
    return True


@pytest.mark.usefixtures("newer")
@pytest.mark.parametrize("older", ["0023", "0024"])
def test_beside_a_newer_program_an_older_one_goes_on_until_it_is_replaced(old_ledger, monkeypatch, older):
    monkeypatch.setattr(migrating, "HEAD", older)
    assert goes_on(old_ledger)


@pytest.mark.usefixtures("newer")
def test_where_it_must_not_it_stops_with_one_line(old_ledger, monkeypatch):
    monkeypatch.setattr(migrating, "HEAD", "0022")
    with pytest.raises(LedgerOfNewer, match=r"更新版本的程序写的（0025）；请升级 duban 后再打开$"):
        goes_on(old_ledger)


def test_a_ledger_of_before_is_no_reason_to_stop(old_ledger, monkeypatch):
    monkeypatch.setattr(migrating, "HEAD", "0023")
    assert goes_on(old_ledger)


def test_a_ledger_that_says_nothing_about_older_ones_stops_them(old_ledger):
    migrate(old_ledger)
    with writing(old_ledger) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        connection.execute(text("DELETE FROM lease"))
    with pytest.raises(LedgerOfNewer):
        goes_on(old_ledger)


def test_an_older_program_that_starts_is_refused_all_the_same(old_ledger):
    migrate(old_ledger)
    with writing(old_ledger) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(LedgerUnavailable, match="更新版本的程序写的（9999）"):
        migrate(old_ledger)


def oldest(ledger):
    with reading(ledger) as connection:
        return oldest_at_work(connection)


def test_of_a_new_ledger_no_older_program_knows(ledger):
    assert oldest(ledger) == migrating.HEAD


def test_who_was_stopped_does_not_come_back_with_the_next_upgrade(old_ledger, monkeypatch):
    monkeypatch.setattr(migrating, "HEAD", "0024")
    migrate(old_ledger)
    assert oldest(old_ledger) == "0023"
    with writing(old_ledger) as connection:
        stop_older(connection)
    monkeypatch.setattr(migrating, "HEAD", "0025")
    migrate(old_ledger)
    assert oldest(old_ledger) == "0024"
    monkeypatch.setattr(migrating, "HEAD", "0023")
    with pytest.raises(LedgerOfNewer):
        goes_on(old_ledger)


class TestOneThatWasAtWorkWhileTheLedgerBecameANewerOne:
    CHANGES = (
        "ALTER TABLE unit RENAME COLUMN level TO rank",
        "ALTER TABLE unit RENAME TO office",
        "CREATE UNIQUE INDEX one_of_each_level ON unit (level)",
    )

    @staticmethod
    def enter(connection):
        row = {"code": "350427", "name": "沙县区", "level": "county", "parent": None}
        connection.execute(insert(UNIT).values(row))

    UNSEEN = "CREATE TABLE of_years_to_come (code VARCHAR)"
    """A change with which all that this program says goes well."""

    @staticmethod
    def send(connection, number):
        message = {"recipient": "x", "title": "t", "body": "b", "received_at": OPENED}
        connection.execute(insert(INBOX_MESSAGE).values(message_id=number, **message))

    @staticmethod
    def sent(ledger):
        with reading(ledger) as connection:
            return connection.scalars(select(INBOX_MESSAGE.c.message_id)).all()

    @pytest.mark.parametrize("change", [*CHANGES, UNSEEN])
    def test_says_so_in_one_line_and_writes_nothing_any_more(self, bureau, change):
        with own_connection(bureau) as under_way:
            with transaction(under_way, to_write=True):
                self.send(under_way, "before")
            taken_over(bureau, change)
            with pytest.raises(LedgerOfNewer) as told, transaction(under_way, to_write=True):
                self.send(under_way, "after")
        assert str(told.value).endswith(SAYS)
        assert "\n" not in str(told.value)
        assert self.sent(bureau) == ["before"]

    def test_goes_on_writing_where_older_ones_may(self, bureau):
        taken_over(bureau, self.UNSEEN, older_go_on=True)
        with writing(bureau) as connection:
            self.send(connection, "after")
        assert self.sent(bureau) == ["after"]

    @pytest.mark.parametrize("change", CHANGES[:2])
    def test_what_a_statement_lacks_that_was_begun_before_says_so_too(self, bureau, change):
        taken_over(bureau, change)
        with pytest.raises(LedgerOfNewer, match=SAYS), reading(bureau) as connection:
            connection.execute(select(UNIT)).all()

    @pytest.mark.parametrize("change", CHANGES)
    def test_where_older_ones_may_go_on_what_fails_is_a_defect_as_ever(self, bureau, change):
        taken_over(bureau, change, older_go_on=True)
        with pytest.raises((DBAPIError, LedgerUnavailable)) as told, writing(bureau) as connection:
            self.enter(connection)
        assert not isinstance(told.value, LedgerOfNewer)

    def test_of_its_own_ledger_a_defect_is_a_defect(self, owed, ledger):
        with pytest.raises(DBAPIError), writing(ledger) as connection:
            connection.execute(OBLIGATION.update().where(OBLIGATION.c.id == owed).values(unit="nobody"))

    def test_says_so_however_many_fail_at_once(self, postgresql_ledger):
        taken_over(postgresql_ledger, self.CHANGES[0])
        with ExitStack() as all_of_the_pool:
            for _ in range(CONNECTIONS):
                connection = all_of_the_pool.enter_context(reading(postgresql_ledger))
            with pytest.raises(LedgerOfNewer):
                self.enter(connection)
