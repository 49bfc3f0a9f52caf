"""The years 2023 and 2026 of the whole plan, simulated and compared with a summary a person has read.

When a duty, the calendar or a ladder changes on purpose, write the summaries anew with
`DUBAN_WRITE_GOLDEN=1 python -m pytest tests/golden/test_simulated.py` and read the difference before keeping it.
"""

import difflib
import os

import pytest

from duban.base.language import use
from duban.base.starter import copy_starter
from duban.definitions.definitions import load_definitions
from tests.few_duties import carried
from tests.golden.simulated import YEARS, golden, of_year, summary
from tests.golden.year import ROOT


@pytest.fixture(scope="module")
def of_the_year(tmp_path_factory):
    """The definitions of the plan for each year: carried on where it is not its own."""
    later = tmp_path_factory.mktemp("carried") / "project"
    copy_starter(later)
    carried(later)
    return {year: load_definitions(ROOT if year == 2023 else later) for year in YEARS}


@pytest.mark.parametrize("year", YEARS)
def test_the_simulated_year_sums_up_as_written(of_the_year, year):
    with use("zh-CN"):
        told = summary(of_year(of_the_year[year], year), year)
    path = golden(year)
    if os.environ.get("DUBAN_WRITE_GOLDEN"):
        path.write_text(told, encoding="utf-8")
    kept = path.read_text(encoding="utf-8").splitlines()
    difference = [*difflib.unified_diff(kept, told.splitlines(), path.name, "now", lineterm="")]
    if difference:
        pytest.fail("\n".join(difference[:80]))


@pytest.mark.parametrize("year", YEARS)
def test_no_duty_of_the_plan_needs_a_year_the_calendar_does_not_have(of_the_year, year):
    assert of_year(of_the_year[year], year).left_out.refused == {}
