from datetime import datetime
from pathlib import Path

import pytest

from duban.clock import SHANGHAI, FixedClock
from duban.workspace import open_workspace

ROOT = Path(__file__).parents[2]


@pytest.fixture
def ws(tmp_path):
    """The starter project on the morning of its first day."""
    morning = FixedClock(datetime(2023, 1, 1, 9, 0, tzinfo=SHANGHAI))
    workspace = open_workspace(ROOT, morning, url=f"sqlite:///{tmp_path / 'ledger.db'}")
    yield workspace
    workspace.ledger.dispose()
