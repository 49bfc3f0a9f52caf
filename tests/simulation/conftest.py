from pathlib import Path

import pytest

from duban.base.language import use
from duban.definitions.definitions import load_definitions
from duban.workdays import load_calendar
from tests.simulation.small_city import definitions_of

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def chinese():
    with use("zh-CN"):
        yield


@pytest.fixture(scope="session")
def calendar():
    return load_calendar(ROOT / "calendar")


@pytest.fixture
def city(calendar, tmp_path):
    """`city(duty, …, project=…)`: the small city's definitions with these duties."""

    def with_duties(*duties, project=None):
        return definitions_of(tmp_path, calendar, duties, project)

    return with_duties


@pytest.fixture(scope="session")
def starter():
    """The starter project's definitions."""
    return load_definitions(ROOT)
