"""What every test may use: a ledger on each database, and a clock that stands still.

PostgreSQL is a real one, started once per test process in a folder of its own; every test gets a database copied
from a migrated template.
"""

import os
import shutil
from contextlib import ExitStack
from datetime import datetime

import pytest
from hypothesis import settings

from duban.base.clock import SHANGHAI, FixedClock
from duban.channels import redaction
from duban.ledger import database
from duban.ledger.database import migrate, open_ledger
from tests.postgresql import databases, own_server, printed

# A busy machine must fail no property.
settings.register_profile("duban", deadline=None)
settings.load_profile("duban")

HEAVIEST = (
    "test_simulation_of_faults.py",
    "test_as_lived.py",
    "test_rule_tests_command.py",
    "test_attacks_on_the_service.py",
    "test_year.py",
    "test_description.py",
)
"""The files that take the longest, each a minute and more: they begin, so that no worker is left alone with one at the end."""

MONDAY_AFTER_GOLDEN_WEEK = datetime(2023, 10, 9, 9, 0, tzinfo=SHANGHAI)


def pytest_collection_modifyitems(items):
    files = {name: place for place, name in enumerate(HEAVIEST)}
    items.sort(key=lambda item: files.get(item.path.name, len(files)))


@pytest.fixture(scope="session", autouse=True)
def a_new_user_s_surroundings():
    """No setting of the person who runs the tests reaches them; a test that needs one sets it."""
    with pytest.MonkeyPatch.context() as patched:
        for name in [
            name for name in os.environ if name.startswith("DUBAN_") and name != "DUBAN_WRITE_GOLDEN"
        ]:
            patched.delenv(name)
        yield


@pytest.fixture(scope="session", autouse=True)
def not_waiting_for_the_disk():
    """What a test kills is a program, never the machine: SQLite in this process need not wait for each write."""
    with pytest.MonkeyPatch.context() as patched:
        quick = [each.replace("synchronous=FULL", "synchronous=OFF") for each in database._SETTINGS]
        assert quick != list(database._SETTINGS)
        patched.setattr(database, "_SETTINGS", quick)
        yield


@pytest.fixture(autouse=True)
def secrets_of_one_test(monkeypatch):
    """What one test gave as a secret, `secret` for example, is struck out of no other test's log."""
    monkeypatch.setattr(redaction, "_loaded", set(redaction._loaded))


@pytest.fixture(scope="session")
def printer():
    """WeasyPrint's HTML. Skips, with the reason, where the system lacks Pango."""
    try:
        from weasyprint import HTML
    except (ImportError, OSError) as why:
        pytest.skip(f"no PDF here: {str(why).splitlines()[0]}")
    return HTML


@pytest.fixture
def clock():
    """Monday 2023-10-09, 09:00 in Shanghai: the first working hour but one after the National Day holiday."""
    return FixedClock(MONDAY_AFTER_GOLDEN_WEEK)


@pytest.fixture
def now(clock):
    """The moment of `clock`, aware, in UTC."""
    return clock.now()


@pytest.fixture(scope="session")
def migrated_sqlite_file(tmp_path_factory):
    """An empty migrated SQLite ledger, to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "ledger.db"
    engine = open_ledger(f"sqlite:///{path}")
    migrate(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgresql_server():
    """A real PostgreSQL of this test process. Skips, with the reason, if it cannot start."""
    with ExitStack() as stack:
        try:
            server = stack.enter_context(own_server())
        except Exception as why:
            pytest.skip(f"PostgreSQL cannot start here: {type(why).__name__}: {why}")
        yield server


@pytest.fixture(scope="session")
def postgresql_databases(postgresql_server):
    """Makes databases: `fresh(migrated=True) -> URL`, and drops them: `drop(URL)`."""
    with databases(postgresql_server) as both:
        yield both


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def ledger_database(request, tmp_path):
    """The address (a string) of a fresh migrated ledger, on each database in turn."""
    if request.param == "sqlite":
        path = tmp_path / "ledger.db"
        shutil.copy(request.getfixturevalue("migrated_sqlite_file"), path)
        yield f"sqlite:///{path}"
        return
    fresh, drop = request.getfixturevalue("postgresql_databases")
    url = fresh()
    yield printed(url)
    drop(url)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty_database(request, tmp_path):
    """The address (a string) of a database nobody has used yet, on each database in turn."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'ledger.db'}"
        return
    fresh, drop = request.getfixturevalue("postgresql_databases")
    url = fresh(migrated=False)
    yield printed(url)
    drop(url)


@pytest.fixture
def ledger(ledger_database):
    """A fresh migrated ledger, on each database in turn."""
    engine = open_ledger(ledger_database)
    yield engine
    engine.dispose()
    engine.clear_compiled_cache()  # what a test leaves somewhere holds its statements no longer


@pytest.fixture
def postgresql_ledger(postgresql_databases):
    """A fresh migrated ledger on PostgreSQL alone, for what only it can do."""
    fresh, drop = postgresql_databases
    url = fresh()
    engine = open_ledger(printed(url))
    yield engine
    engine.dispose()
    engine.clear_compiled_cache()  # what a test leaves somewhere holds its statements no longer
    drop(url)


@pytest.fixture
def sqlite_ledger(migrated_sqlite_file, tmp_path):
    """A fresh migrated ledger on SQLite alone, for tests that are not about the database."""
    path = tmp_path / "ledger.db"
    shutil.copy(migrated_sqlite_file, path)
    engine = open_ledger(f"sqlite:///{path}")
    yield engine
    engine.dispose()
    engine.clear_compiled_cache()  # what a test leaves somewhere holds its statements no longer
