"""A project of one's own: the starter's content in a folder that a test may break."""

import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path):
    """A copy of the starter project's content."""
    root = tmp_path / "project"
    root.mkdir()
    for folder in ("calendar", "duties", "notifications"):
        shutil.copytree(ROOT / folder, root / folder)
    shutil.copy(ROOT / "duban.yaml", root)
    return root
