"""The folders an administrator edits hold data only: a Python file in them would shadow the standard library."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("folder", ["calendar", "duties", "notifications"])
def test_a_data_folder_holds_no_python(folder):
    found = [path.relative_to(ROOT) for path in (ROOT / folder).rglob("*.py*")]

    assert (ROOT / folder).is_dir()
    assert found == []


def test_the_standard_library_calendar_is_the_one_imported_from_the_root(run_python):
    ran = run_python("import calendar; print(calendar.__file__, calendar.monthrange(2024, 2)[1])", cwd=ROOT)

    assert ran.stdout.split()[1] == "29"
    assert str(ROOT / "calendar") not in ran.stdout
