"""What the tests of the project's files share: the starter with few of them, an edit of one, a day to check it on."""

from datetime import datetime

import pytest

from duban.base.clock import SHANGHAI, FixedClock
from duban.base.starter import copy_starter
from tests.checked import check


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


KEPT = ("计量", "特种设备", "产品质量", "食品流通", "vocabulary")


@pytest.fixture(scope="module")
def starter(tmp_path_factory):
    """The starter with few duties and years, so that it is checked in an eighth of a second."""
    root = tmp_path_factory.mktemp("slips") / "sanming"
    copy_starter(root)
    for path in (root / "duties").glob("*.yaml"):
        if path.stem not in KEPT:
            path.unlink()
    for path in (root / "calendar").glob("20*.yaml"):
        if not 2022 <= int(path.stem) <= 2027:
            path.unlink()
    for path in (root / "duties/tests").glob("*.yaml"):
        path.unlink()
    assert check(root) == []
    return root


IN_2026 = FixedClock(datetime(2026, 1, 5, 9, tzinfo=SHANGHAI))
