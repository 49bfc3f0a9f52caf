"""三明市 with 三元区 and 沙县区 and their posts, on a real calendar, with a ledger on each database."""

import socket
from pathlib import Path

import pytest

from duban.workdays import load_calendar
from tests.deliveries.cast import Desk, Hook, bureau

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def calendar():
    return load_calendar(ROOT / "calendar")


@pytest.fixture
def project():
    return bureau()


@pytest.fixture
def desk(tmp_path, ledger, project, calendar):
    return Desk(tmp_path, ledger, project, calendar)


@pytest.fixture
def sqlite_desk(tmp_path, sqlite_ledger, project, calendar):
    return Desk(tmp_path, sqlite_ledger, project, calendar)


@pytest.fixture
def hook():
    server = Hook()
    yield server
    server.close()


@pytest.fixture
def another_hook():
    server = Hook()
    yield server
    server.close()


@pytest.fixture
def silent_server():
    """Accepts connections and never says a word."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(16)
        yield server.getsockname()[1]
