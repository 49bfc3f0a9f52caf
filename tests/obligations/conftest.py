import pytest

from duban.base.language import use
from duban.workdays import load_calendar
from tests.obligations.desk import desk_of_zhang
from tests.obligations.small_bureau import ROOT, Bureau


@pytest.fixture(autouse=True)
def chinese():
    with use("zh-CN"):
        yield


@pytest.fixture(scope="session")
def calendar():
    return load_calendar(ROOT / "calendar")


@pytest.fixture
def bureau(ledger, calendar):
    """`bureau(duty, …, on="2023-10-09")`: a bureau that has these duties since that day."""

    def found(*duties, on="2023-01-01", sources=None):
        return Bureau(ledger, calendar, duties, on, sources)

    return found


@pytest.fixture
def desk(tmp_path, clock, ledger_database):
    """The desk of 张三, with one obligation on it."""
    with desk_of_zhang(tmp_path, clock, ledger_database) as desk:
        yield desk


@pytest.fixture
def reviewed(tmp_path, clock, ledger_database):
    """The desk of 张三, with one obligation on it that the head of his own unit reviews."""
    with desk_of_zhang(tmp_path, clock, ledger_database, reviewed_by=None) as desk:
        yield desk
