from pathlib import Path

import pytest

from duban.base.language import use
from duban.workdays import load_calendar

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def chinese():
    with use("zh-CN"):
        yield


@pytest.fixture(scope="session")
def calendar():
    return load_calendar(ROOT / "calendar")
