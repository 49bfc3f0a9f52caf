"""Several machines are upgraded one after the other: who may go on with a ledger that a newer program has taken over."""

import pytest
from alembic import command
from sqlalchemy import text

from duban.ledger import migrating
from duban.ledger.database import migrate, open_ledger, reading, writing
from duban.ledger.migrating import alembic_config, leave_to_newer, oldest_at_work, stop_older
from duban.ledger.unavailable import LedgerOfNewer, LedgerUnavailable


@pytest.fixture
def old_ledger(tmp_path):
    """A ledger as the program before the newest two migrations left it."""
    ledger = open_ledger(f"sqlite:///{tmp_path / 'ledger.db'}")
    with writing(ledger) as connection:
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
