"""The bureau's real calendar folder: the same files an administrator edits."""

from pathlib import Path

import pytest
from hypothesis import settings

from duban.workdays import Festivals, WorkdayCalendar, load_calendar, load_festivals

# A property says what is true, not how fast: a busy machine must not fail it.
settings.register_profile("duban", deadline=None)
settings.load_profile("duban")

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session", autouse=True)
def chinese_unless_said():
    """Sentences are compared in Chinese, whatever language the person running the tests prefers."""
    with pytest.MonkeyPatch.context() as patched:
        patched.delenv("DUBAN_LANG", raising=False)
        yield


@pytest.fixture(scope="session")
def calendar_folder() -> Path:
    return ROOT / "calendar"


@pytest.fixture(scope="session")
def calendar(calendar_folder: Path) -> WorkdayCalendar:
    return load_calendar(calendar_folder)


@pytest.fixture(scope="session")
def festivals(calendar_folder: Path) -> Festivals:
    return load_festivals(calendar_folder)
