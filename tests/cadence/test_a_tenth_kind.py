"""What another kind of duty takes: its own module, and a line in the registry. Shown by one that is made up.

The whole house is copied, gets the module `tenth_kind/weekday.py` and two lines in the registry, and lives through it.
"""

import ast
import filecmp
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from duban.cadence.registry import BY_NAME

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent / "tenth_kind"
REGISTRY = "cadence/registry.py"
MODULE = "cadence/kinds/weekday.py"
CASES = """\
duty: ts-weekly-round
cases:
  - name: 每周三一次，办了就办结，没办就开着
    facts:
      - {of: analysis.held, about: "350400", on: 2023-02-08}
    from: 2023-02-06
    until: 2023-02-13
    expect:
      - {about: "350400", period: 2023-W06, opens: 2023-02-06, deadline: 2023-02-08, state: 办结, closed: 2023-02-08}
      - {about: "350400", period: 2023-W07, opens: 2023-02-13, target: 2023-02-15, deadline: 2023-02-15}
  - name: 休息的星期三顺延
    from: 2023-05-01
    until: 2023-05-01
    expect:
      - {about: "350400", period: 2023-W18, deadline: 2023-05-04}
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """A copy of the house with the tenth kind."""
    house = tmp_path_factory.mktemp("house") / "duban"
    shutil.copytree(ROOT / "src" / "duban", house, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(HERE / "weekday.py", house / MODULE)
    registry = house / REGISTRY
    text = registry.read_text(encoding="utf-8")
    imported = "from duban.cadence.kinds.within import WITHIN\n"
    text = text.replace(imported, f"from duban.cadence.kinds.weekday import WEEKDAY\n{imported}")
    text = text.replace("    REVIEW,\n", "    REVIEW,\n    WEEKDAY,\n")
    registry.write_text(text, encoding="utf-8")
    return house


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """The starter project with one duty of that kind and its examples."""
    project = tmp_path_factory.mktemp("project")
    for name in ("duban.yaml", "calendar", "notifications"):
        (project / name).symlink_to(ROOT / name)
    (project / "duties" / "tests").mkdir(parents=True)
    for name in ("vocabulary.yaml", "imports"):
        (project / "duties" / name).symlink_to(ROOT / "duties" / name)
    (project / "duties" / "tests" / "round.yaml").write_text(CASES, encoding="utf-8")
    return project


@pytest.fixture(scope="module")
def lived(house, project):
    """What the copy says of the duty."""
    env = os.environ | {"PYTHONPATH": f"{house.parent}{os.pathsep}{ROOT}", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, HERE / "lived.py", project], env=env, capture_output=True, text=True, cwd=project
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def modules():
    for folder in ("src/duban", "flows"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{name.name}" for name in node.names)
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)


def told_apart(tree):
    """The kinds of duty a module tells apart by their names: `kind == "quota"`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and "kind" in ast.unparse(node.left):
            for each in ast.walk(node):
                if isinstance(each, ast.Constant) and each.value in BY_NAME:
                    yield ast.unparse(node)


def files_that_differ(ours, theirs, at=""):
    compared = filecmp.dircmp(ours, theirs, ignore=["__pycache__"])
    names = {f"{at}{name}" for name in (*compared.diff_files, *compared.right_only, *compared.left_only)}
    for name in compared.common_dirs:
        names |= files_that_differ(ours / name, theirs / name, f"{at}{name}/")
    return names


def test_it_takes_its_own_module_and_the_registry(house):
    assert files_that_differ(ROOT / "src" / "duban", house) == {REGISTRY, MODULE}


def test_no_other_module_knows_a_kind_from_another():
    knowing = {
        path
        for path, tree in modules()
        if any(name.startswith("duban.cadence.kinds.") for name in imported(tree)) or any(told_apart(tree))
    }
    assert {path for path in knowing if not path.startswith("src/duban/cadence/kinds/")} == {
        f"src/duban/{REGISTRY}"
    }


def test_it_is_read_checked_and_kept(lived):
    assert lived["checked"] == []
    assert (lived["kind"], lived["kept"]) == ("weekday", True)
    assert len(lived["refused"]) == 1
    assert "duties/round.yaml:7:14: 事项 ts-weekly-round: 没有“周八”这一天" in lived["refused"][0]


def test_it_opens_and_is_completed(lived):
    assert lived["examples"] == []
    assert lived["judged"] == [[], []]


def test_it_is_explained(lived):
    assert lived["note"] == "每周三一次"
    assert lived["coming"][:2] == [["2023-W01", "2023-01-04"], ["2023-W02", "2023-01-11"]]


def test_it_is_simulated(lived):
    assert lived["simulated"] == {"weekday": 13}
    assert lived["never_fires"] == {}


def test_it_has_its_schema_and_its_page(lived):
    assert lived["schema"]
    assert lived["page"]


def test_what_it_takes_stands_in_the_documentation():
    told = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    section = told.split("## A new kind")[1].split("\n## ")[0]
    assert "src/duban/cadence/registry.py" in section
    assert "src/duban/cadence/kinds/" in section
