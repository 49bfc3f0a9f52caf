"""What a program makes on its way goes with it, however it ends."""

import subprocess
import sys
import tempfile

import pytest

from duban.runtime.working_folder import working_folder

AT_WORK = """
from duban.runtime.working_folder import working_folder
with working_folder("archive") as folder:
    (folder / "ledger.db").write_text("names")
    print(folder, flush=True)
    input()
"""


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return tmp_path


@pytest.fixture
def another(place):
    """Another program that is at work in a folder of its own."""
    with subprocess.Popen(
        [sys.executable, "-c", AT_WORK], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as program:
        assert program.stdout.readline().startswith(str(place))
        yield program
        program.kill()


def test_it_is_gone_at_the_end_of_the_block_and_nobody_else_s_meanwhile(place, another):
    with working_folder("backup") as folder:
        assert folder.stat().st_mode & 0o77 == 0
        (folder / "ledger.db").write_text("names")
        assert len([*place.iterdir()]) == 2
    [others] = place.iterdir()
    assert (others / "ledger.db").exists()


def test_what_a_program_that_was_killed_has_left_goes_with_the_next(place, another):
    another.kill()
    another.wait()
    assert len([*place.iterdir()]) == 1
    with working_folder("backup") as folder:
        assert [*place.iterdir()] == [folder]


def test_a_link_that_somebody_laid_there_is_not_followed(place):
    (kept := place / "kept").mkdir()
    (kept / "file").touch()
    (place / "duban-at-work-archive-x").symlink_to(kept)
    with working_folder("backup"):
        assert (kept / "file").exists()
