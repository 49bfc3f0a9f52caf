"""What a program makes on its way goes with it, however it ends."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

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


def at_work(place):
    """The folders of programs that are at work or were killed."""
    return [*place.glob("duban-*/*")]


def test_it_is_gone_at_the_end_of_the_block_and_nobody_else_s_meanwhile(place, another):
    with working_folder("backup") as folder:
        assert folder.stat().st_mode & 0o77 == 0
        assert folder.parent.stat().st_mode & 0o77 == 0
        (folder / "ledger.db").write_text("names")
        assert len(at_work(place)) == 2
    [others] = at_work(place)
    assert (others / "ledger.db").exists()


def test_what_a_program_that_was_killed_has_left_goes_with_the_next(place, another):
    another.kill()
    another.wait()
    assert len(at_work(place)) == 1
    with working_folder("backup") as folder:
        assert at_work(place) == [folder]


def test_also_when_it_was_killed_before_it_held_its_folder(place):
    with working_folder("backup") as folder:
        (begun := folder.parent / "duban-at-work-archive-x").mkdir()
    with working_folder("backup"):
        assert not begun.exists()


def test_what_older_programs_left_in_the_machine_s_place_itself_goes_once(place):
    (left := place / "duban-at-work-archive-x").mkdir()
    (left / "ledger.db").write_text("names")
    with working_folder("backup"):
        assert not left.exists()


def test_what_else_lies_in_the_machine_s_place_is_not_looked_through(place, listed):
    with working_folder("backup"):
        pass
    listed.clear()
    with working_folder("backup") as folder:
        assert folder.parent in listed
        assert place not in listed


@pytest.fixture(scope="module")
def listed():
    """Each folder that was looked through."""
    folders = []

    def note(event, arguments):
        if event in {"os.listdir", "os.scandir"} and isinstance(arguments[0], str | os.PathLike):
            folders.append(Path(arguments[0]))

    sys.addaudithook(note)
    return folders


def as_a_link(name, elsewhere):
    name.symlink_to(elsewhere)


def as_a_file(name, _):
    name.touch()


def as_another_account_s(name, _):
    name.mkdir(mode=0o777)
    try:
        os.chown(name, os.getuid() + 4711, -1)
    except PermissionError:
        pytest.skip("this account may not give a folder away")


@pytest.mark.parametrize("made", [as_a_link, as_a_file, as_another_account_s])
def test_nothing_is_put_where_somebody_else_made_a_folder_of_that_name_first(place, made):
    (elsewhere := place / "elsewhere").mkdir()
    name = place / f"duban-{os.getuid()}"
    made(name, elsewhere)
    with working_folder("backup") as folder:
        own = folder.parent
        assert own not in {name, elsewhere}
        assert own.stat().st_uid == os.getuid()
        assert own.stat().st_mode & 0o77 == 0
    with working_folder("backup") as folder:
        assert folder.parent == own, "there is one"
    assert [*elsewhere.iterdir()] == []


def test_a_folder_of_ours_that_others_may_look_into_is_closed_to_them(place):
    (name := place / f"duban-{os.getuid()}").mkdir()
    name.chmod(0o755)
    with working_folder("backup"):
        assert name.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("where", ["", f"duban-{os.getuid()}"])
def test_a_link_that_somebody_laid_there_is_not_followed(place, where):
    (kept := place / "kept").mkdir()
    (kept / "file").touch()
    (place / where).mkdir(exist_ok=True)
    (place / where / "duban-at-work-archive-x").symlink_to(kept)
    with working_folder("backup"):
        assert (kept / "file").exists()
