"""Documentation is part of the work: what can be used is described, and what is described is there."""

import ast
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from duban.cli.commands import build_command

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
CODE = ("src", "flows", "bench", ".ci", "Makefile")


def leaf_commands(command, name="duban"):
    """Each command that does something, with its full name."""
    below = getattr(command, "commands", {})
    if not below:
        yield name, command
    for each in below.values():
        yield from leaf_commands(each, f"{name} {each.name}")


def section(page, heading):
    """The text under `heading` up to the next heading of the same depth."""
    marked = re.search(rf"^(##+) `{re.escape(heading)}`.*?$(.*?)(?=^##+ |\Z)", page, re.MULTILINE | re.DOTALL)
    assert marked, f"no heading for {heading}"
    return marked[2]


@pytest.mark.parametrize("page", ["docs/commands.md", "docs/zh/commands.md"])
def test_every_command_and_option_is_described(page):
    text = (ROOT / page).read_text("utf-8")
    for name, command in leaf_commands(build_command()):
        described = section(text, name)
        for parameter in command.params:
            shown = parameter.opts[0] if parameter.opts[0].startswith("-") else parameter.metavar
            assert f"`{shown}" in described, f"{page}: {name} {shown}"


@pytest.mark.parametrize("page", ["docs/commands.md", "docs/zh/commands.md"])
def test_no_command_is_described_that_is_not_there(page):
    described = set(re.findall(r"^##+ `(duban[^`]*)`", (ROOT / page).read_text("utf-8"), re.MULTILINE))

    assert described == {name for name, _ in leaf_commands(build_command())}


def test_each_threat_names_the_tests_that_hold_it():
    rows = [line for line in (ROOT / "docs/security.md").read_text("utf-8").splitlines() if line[:1] == "|"]
    threats = [row for row in rows if "`tests/" in row]
    assert len(rows) - len(threats) == 2 * sum(row.startswith("| 伤害") for row in rows)
    for row in threats:
        for path, name in re.findall(r"`(tests/[^:`]+)::([^`]+)`", row):
            assert name in found_by_pytest(ROOT / path), f"pytest finds no {path}::{name}"


def found_by_pytest(path):
    """The tests of a file as pytest calls them, those of a class behind its name."""
    top = ast.parse(path.read_text("utf-8")).body
    places = [("", top), *((f"{each.name}::", each.body) for each in top if isinstance(each, ast.ClassDef))]
    return {place + each.name for place, body in places for each in body if isinstance(each, ast.FunctionDef)}


def settings_in_the_code():
    for place in CODE:
        path = ROOT / place
        files = (
            [path]
            if path.is_file()
            else [each for each in path.rglob("*") if each.suffix in {".py", ".j2", ""}]
        )
        for file in files:
            if file.is_file() and "__pycache__" not in file.parts:
                yield from re.findall(r"\bDUBAN_[A-Z][A-Z_]*[A-Z]\b", file.read_text("utf-8"))


def test_every_setting_has_a_heading():
    described = set(
        re.findall(r"^##+ `(DUBAN_[A-Z_]+)`", (ROOT / "docs/settings.md").read_text("utf-8"), re.MULTILINE)
    )

    assert described == set(settings_in_the_code())


def test_every_dependency_is_accounted_for():
    listed = set(
        re.findall(r"^\| ([a-z][\w.-]*) \|", (ROOT / "docs/dependencies.md").read_text("utf-8"), re.MULTILINE)
    )
    needed = PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"]

    assert listed - {"package"} == {re.match(r"[\w.-]+", each)[0] for each in needed}


def test_the_lock_covers_every_dependency_and_names_no_address():
    lock = (ROOT / "constraints.txt").read_text("utf-8")
    locked = {
        re.sub(r"[-_.]+", "-", name).lower() for name in re.findall(r"^([\w.-]+)==", lock, re.MULTILINE)
    }
    needed = PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"]

    assert {re.sub(r"[-_.]+", "-", re.match(r"[\w.-]+", each)[0]).lower() for each in needed} <= locked
    assert "://" not in lock
    assert " @ " not in lock


def test_the_lock_stands_within_the_bounds_of_the_wheel():
    lock = (ROOT / "constraints.txt").read_text("utf-8")
    locked = {
        canonicalize_name(name): version
        for name, version in re.findall(r"^([\w.-]+)==(\S+)", lock, re.MULTILINE)
    }
    needed = [Requirement(each) for each in PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"]]

    outside = [str(each) for each in needed if locked[canonicalize_name(each.name)] not in each.specifier]
    assert outside == []


def test_the_pythons_the_wheel_admits_are_those_that_are_tried():
    tried = re.search(r"^for version in (.*); do$", (ROOT / ".ci" / "run").read_text("utf-8"), re.MULTILINE)[
        1
    ]
    named = [
        each.rpartition(" ")[2]
        for each in PROJECT["classifiers"]
        if each.startswith("Programming Language :: Python :: ")
    ]
    admitted = SpecifierSet(PROJECT["requires-python"])

    assert [f"3.{minor}" for minor in range(30) if f"3.{minor}.99" in admitted] == named == tried.split()
    made_with = re.search(r"candidate in (.*) python3 python;", (ROOT / "Makefile").read_text("utf-8"))[1]
    assert sorted(made_with.split()) == [f"python{each}" for each in named]


def test_links_between_the_pages_lead_somewhere():
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.relative_to(ROOT)} → {target}"


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_the_duty_shown_on_the_front_page_is_one_of_the_starter_project(page):
    (shown,) = re.findall(r"```yaml\n(.*?)\n```", (ROOT / page).read_text("utf-8"), re.DOTALL)

    assert any(shown in path.read_text("utf-8") for path in (ROOT / "duties").glob("*.yaml"))
