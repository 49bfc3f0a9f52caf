"""The same year, lived through the real flows under a real Prefect.

Flows run on every day the golden account tells something of, and on every first of a month; on the other days a plain
turn shows that there was nothing to do. One obligation or message too many, and the account differs.
"""

import os
import re
import subprocess
import sys
from datetime import timedelta

import pytest

from tests.golden.year import FIRST, ROOT, difference, eventful_days


@pytest.mark.slow
def test_through_the_flows_the_year_2023_goes_as_written(project, tmp_path):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    environment |= {
        "DUBAN_DATABASE_URL": f"sqlite:///{tmp_path / 'ledger.db'}",
        # The clock is the process's, never a parameter of a run; the year moves it from day to day.
        "DUBAN_CLOCK": f"{FIRST}T09:00+08:00",
        "DUBAN_PROJECT": str(project),
        "PYTHONPATH": str(ROOT),
        "PREFECT_HOME": str(tmp_path / "prefect"),
        "PREFECT_LOGGING_LEVEL": "ERROR",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
    }
    lived = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.golden.live_in_flows",
            str(project),
            *map(str, sorted(eventful_days())),
        ],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert lived.returncode == 0, lived.stderr[-3000:]
    assert not difference(lived.stdout)
    runs = re.search(r"(\d+) flow runs", lived.stderr)
    assert runs
    assert int(runs[1]) > 3 * 12


def test_the_account_has_days_on_which_nothing_happens():
    """Else the plain turns of the test above would show nothing."""
    quiet = {FIRST + timedelta(days=n) for n in range(365)} - eventful_days()
    assert len(quiet) > 100
