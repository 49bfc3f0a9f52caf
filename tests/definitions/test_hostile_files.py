"""Whatever stands in a content file, the answer is a list of problems with places, never a traceback."""

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from duban.base.problems import ProblemsFound
from duban.definitions.definitions import load_definitions
from tests.checked import check

TESTS = Path(__file__).resolve().parents[1]
FILES = ("duban.yaml", "duties/good.yaml", "duties/vocabulary.yaml", "notifications/ladders.yaml")
BOMB = "\n".join(
    ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
)
HOSTILE = {
    "too big": b"#",
    "an anchor bomb": BOMB.encode(),
    "in GBK": "line: 食品流通\n".encode("gbk"),
    "in UTF-16": "line: 食品流通\n".encode("utf-16"),
    "noise": bytes(range(256)),
    "nothing": b"",
    "one word": "食品".encode(),
    "deep": b"[" * 100_000,
    "null bytes": b"\0" * 100,
}


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    root = tmp_path_factory.mktemp("hostile") / "project"
    shutil.copytree(TESTS / "bad" / "good", root)
    (root / "calendar").symlink_to(TESTS.parent / "calendar")
    return root


class Replaced:
    """One file with other content, for as long as the block lasts."""

    def __init__(self, path, content):
        self.path, self.content, self.kept = path, content, path.read_bytes()

    def __enter__(self):
        self.path.write_bytes(self.content)

    def __exit__(self, *_):
        self.path.write_bytes(self.kept)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_is_one_problem_of_that_file(project, name, kind):
    content = HOSTILE[kind] * 50_000_000 if kind == "too big" else HOSTILE[kind]
    with Replaced(project / name, content):
        problems = check(project)
    assert {problem.path for problem in problems} == {name}
    assert len(problems) == 1 or kind == "an anchor bomb"


PIECES = st.sampled_from(
    [
        *(
            "[",
            "]",
            "{",
            "}",
            ": ",
            "- ",
            "\n",
            "  ",
            '"',
            "'",
            "*a",
            "&a ",
            "!!",
            "#",
            "：",
            "~",
            "|\n",
            "\t",
            "<<",
        ),
        *("null", "1", "-1.5", "2023-02-30", "true", "是", "每季度", "{value: 1, assumed: x}", "[]", "{}"),
        *("\u2028", "\0", "9" * 20, ""),
    ]
)


def problems_with(project):
    try:
        load_definitions(project)
    except ProblemsFound as found:
        return found.problems
    return ()


@given(name=st.sampled_from(FILES), data=st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_file_is_read_or_refused_with_places(project, name, data):
    text = (project / name).read_text(encoding="utf-8")
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        gone = data.draw(st.integers(0, 12))
        text = text[:start] + data.draw(PIECES) + text[start + gone :]
    with Replaced(project / name, text.encode()):
        problems = problems_with(project)
    lines = len(text.splitlines()) + 1
    assert all(str(problem) for problem in problems)
    assert all(problem.line <= lines for problem in problems if problem.path == name)
