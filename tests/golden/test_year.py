"""A whole year of the real plan, compared with an account a person has read.

`year-2023.txt` is that account. When a duty, the calendar or the ladder changes on purpose, write it anew with
`DUBAN_WRITE_GOLDEN=1 python -m pytest tests/golden/test_year.py` and read the difference line by line before keeping it.
"""

import os
from datetime import date

import pytest

from duban.service.cycle import tick
from duban.workspace.workspace import open_workspace
from tests.golden.year import FIRST, GOLDEN, LAST, Year, account, difference


@pytest.mark.slow
def test_the_year_2023_goes_as_written(ws):
    lived = account(Year(ws, tick).live(FIRST, LAST))
    if os.environ.get("DUBAN_WRITE_GOLDEN"):
        GOLDEN.write_text(lived, encoding="utf-8")
    assert not difference(lived)


def test_living_a_month_again_gives_the_same_account(ws, project, tmp_path):
    """Nothing in the account depends on chance or on the day the test runs."""
    first = list(Year(ws, tick).live(FIRST, date(2023, 1, 31)))
    again = open_workspace(project, ws.clock, url=f"sqlite:///{tmp_path / 'again.db'}")
    try:
        assert list(Year(again, tick).live(FIRST, date(2023, 1, 31))) == first
    finally:
        again.ledger.dispose()
