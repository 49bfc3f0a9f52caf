"""The bureau's real calendar folder: the same files an administrator edits."""

from pathlib import Path

import pytest

from duban.workdays import Festivals, WorkdayCalendar, load_calendar, load_festivals

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def calendar_folder() -> Path:
    return ROOT / "calendar"


@pytest.fixture(scope="session")
def calendar(calendar_folder: Path) -> WorkdayCalendar:
    return load_calendar(calendar_folder)


@pytest.fixture(scope="session")
def festivals(calendar_folder: Path) -> Festivals:
    return load_festivals(calendar_folder)
