"""The years 2023 and 2026 of the whole plan, simulated and compared with a summary a person has read.

When a duty, the calendar or a ladder changes on purpose, write the summaries anew with
`DUBAN_WRITE_GOLDEN=1 python -m pytest tests/golden/test_simulated.py` and read the difference before keeping it.
"""

import difflib
import os

import pytest

from duban.base.language import use
from duban.definitions.definitions import load_definitions
from tests.golden.simulated import YEARS, golden, of_year, summary
from tests.golden.year import ROOT


@pytest.fixture(scope="module")
def definitions():
    return load_definitions(ROOT)


@pytest.mark.parametrize("year", YEARS)
def test_the_simulated_year_sums_up_as_written(definitions, year):
    with use("zh-CN"):
        told = summary(of_year(definitions, year), year)
    path = golden(year)
    if os.environ.get("DUBAN_WRITE_GOLDEN"):
        path.write_text(told, encoding="utf-8")
    kept = path.read_text(encoding="utf-8").splitlines()
    difference = [*difflib.unified_diff(kept, told.splitlines(), path.name, "now", lineterm="")]
    if difference:
        pytest.fail("\n".join(difference[:80]))


@pytest.mark.parametrize("year", YEARS)
def test_no_duty_of_the_plan_needs_a_year_the_calendar_does_not_have(definitions, year):
    assert of_year(definitions, year).left_out.refused == {}
