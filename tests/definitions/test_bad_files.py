"""Every way of writing a content file wrongly, one file per mistake, and what a person is told about it.

The files stand in `tests/bad/<what they replace>/`, named after their mistake; each takes the place of one file of the
small project in `tests/bad/good/`. All messages, in both languages, stand in `tests/bad/messages.txt`: read them there.
Run with DUBAN_WRITE_GOLDEN=1 to write that file anew, then read the difference.
"""

import os
import shutil
from pathlib import Path

import pytest

from duban.base.language import use
from duban.base.problems import ProblemsFound
from duban.definitions.definitions import load_definitions
from tests.checked import check

TESTS = Path(__file__).resolve().parents[1]
BAD = TESTS / "bad"
MESSAGES = BAD / "messages.txt"
REPLACES = {
    "duties": "duties/bad.yaml",
    "syntax": "duties/bad.yaml",
    "project": "duban.yaml",
    "ladders": "notifications/ladders.yaml",
    "vocabulary": "duties/vocabulary.yaml",
    "closures": "calendar/closures.yaml",
}
CASES = sorted(path.relative_to(BAD).as_posix() for kind in REPLACES for path in (BAD / kind).glob("*.yaml"))


def lay_out(root):
    shutil.copytree(BAD / "good", root)
    shutil.copytree(TESTS.parent / "calendar", root / "calendar")
    return root


@pytest.fixture
def good_project(tmp_path):
    return lay_out(tmp_path / "project")


def told(root, case):
    """What is said about one bad file, in both languages."""
    place = root / REPLACES[case.split("/")[0]]
    kept = place.read_bytes() if place.exists() else None
    shutil.copyfile(BAD / case, place)
    try:
        lines = []
        for language in ("zh-CN", "en"):
            with use(language):
                lines += [str(problem) for problem in check(root)]
        return lines
    finally:
        place.unlink()
        if kept is not None:
            place.write_bytes(kept)


def golden():
    sections = MESSAGES.read_text(encoding="utf-8").split("== ")[1:]
    return {name: body.strip().splitlines() for name, _, body in (part.partition("\n") for part in sections)}


def test_the_project_the_bad_files_are_put_into_is_good(good_project):
    assert check(good_project) == []


if "DUBAN_WRITE_GOLDEN" in os.environ:

    def test_write_the_golden_messages(good_project):
        sections = ["\n".join([f"== {case}", *told(good_project, case), ""]) for case in CASES]
        MESSAGES.write_text("\n".join(sections), encoding="utf-8")


@pytest.mark.parametrize("case", CASES)
def test_each_bad_file_is_told_as_in_the_golden_file(good_project, case):
    assert told(good_project, case) == golden()[case]


def test_the_golden_file_holds_no_case_that_is_gone():
    assert sorted(golden()) == CASES


@pytest.mark.parametrize("case", CASES)
def test_each_message_names_the_bad_file_and_a_place_in_it(case):
    lines = golden()[case]
    assert lines
    own = REPLACES[case.split("/")[0]]
    assert any(line.startswith((own, "duties/good.yaml", "notifications/ladders.yaml")) for line in lines)
    text = (BAD / case).read_bytes().decode()
    for line in lines:
        path, _, rest = line.partition(":")
        number, _, rest = rest.partition(":")
        if path == own and number.isdecimal():
            assert 1 <= int(number) <= len(text.splitlines()) + 1


def test_all_problems_of_all_files_come_at_once(good_project):
    shutil.copyfile(BAD / "duties/several-mistakes-at-once.yaml", good_project / "duties/bad.yaml")
    shutil.copyfile(BAD / "ladders/bad-time.yaml", good_project / "notifications/ladders.yaml")
    shutil.copyfile(BAD / "project/unquoted-code.yaml", good_project / "duban.yaml")
    with pytest.raises(ProblemsFound) as found:
        load_definitions(good_project)
    paths = [problem.path for problem in found.value.problems]
    assert {"duban.yaml", "duties/bad.yaml", "notifications/ladders.yaml"} == set(paths)
    assert len(paths) > 4
    places = [(problem.path, problem.line, problem.column) for problem in found.value.problems]
    assert places == sorted(places)


def test_a_file_nobody_reads_is_pointed_out(good_project):
    shutil.copyfile(good_project / "duties/good.yaml", good_project / "duties/more.yml")
    assert [problem.path for problem in check(good_project)] == ["duties/more.yml"]


def test_a_missing_file_is_a_problem_and_not_a_traceback(good_project):
    (good_project / "duties/vocabulary.yaml").unlink()
    (good_project / "notifications/ladders.yaml").unlink()
    (good_project / "duties/good.yaml").unlink()
    paths = {problem.path for problem in check(good_project)}
    assert paths == {"duties", "duties/vocabulary.yaml", "notifications/ladders.yaml"}
