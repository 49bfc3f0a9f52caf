import pytest

from duban.base.language import use
from tests.importing.tables import City


@pytest.fixture(autouse=True)
def chinese():
    with use("zh-CN"):
        yield


@pytest.fixture
def city(sqlite_ledger):
    """The starter project on 2023-09-01, for what is not about the database."""
    return City(sqlite_ledger)


@pytest.fixture
def city_on_each(ledger):
    """The same on each database in turn."""
    return City(ledger)
