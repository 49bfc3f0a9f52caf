from datetime import datetime

import pytest

from duban.base.clock import SHANGHAI, FixedClock
from duban.base.starter import copy_starter
from duban.workspace.workspace import open_workspace
from tests.few_duties import keep
from tests.golden.year import CAST, Cast


@pytest.fixture(scope="session")
def project(tmp_path_factory):
    """The starter project with the duties of the cast."""
    root = tmp_path_factory.mktemp("golden") / "sanming"
    copy_starter(root)
    return keep(root, Cast(CAST).written["duties"])


@pytest.fixture
def ws(project, tmp_path):
    """The project on the morning of its first day."""
    morning = FixedClock(datetime(2023, 1, 1, 9, 0, tzinfo=SHANGHAI))
    workspace = open_workspace(project, morning, url=f"sqlite:///{tmp_path / 'ledger.db'}")
    yield workspace
    workspace.ledger.dispose()
