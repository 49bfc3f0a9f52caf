"""Every command that a page or a comment shows is one that works: its names and values are read as the shell would.

What changes nothing and waits for nobody is run in the starter project, too.
"""

import re
import shlex
from fnmatch import fnmatch
from pathlib import Path

import pytest
from typer.exceptions import TyperException

from duban.base.language import use
from duban.base.starter import KEPT_OUT_OF_GIT, copy_starter
from duban.cli.commands import build_command
from duban.cli.run import main

ROOT = Path(__file__).parents[2]
PAGES = [
    *ROOT.glob("README*.md"),
    *(ROOT / "docs").rglob("*.md"),
    *(path for name in ("duties", "notifications", "calendar") for path in (ROOT / name).rglob("*.md")),
]
CONTENT = [
    ROOT / "duban.yaml",
    *(path for name in ("duties", "notifications", "calendar") for path in (ROOT / name).rglob("*.yaml")),
]
HARMLESS = ("check", "coverage", "next", "calendar show", "calendar verify", "deadline", "test", "simulate")
MENTION = re.compile(r"`(duban [a-z][^`\n]*)`")
BLOCK = re.compile(r"^```\w*\n.*?^```|(?:^ {4}.*\n)+", re.MULTILINE | re.DOTALL)
SHOWN = re.compile(r"^ *(?:\$ )?(duban [a-z][^\n]*)$", re.MULTILINE)


def examples():
    for page in PAGES:
        text = page.read_text("utf-8")
        yield from MENTION.findall(text)
        for block in BLOCK.findall(text):
            yield from SHOWN.findall(block)
    for file in CONTENT:
        for comment in re.findall(r"#([^\n]*)", file.read_text("utf-8")):
            yield from re.findall(r"(duban [a-z]+(?: [a-z]+| --?[a-z][\w-]*)*)", comment)


def test_what_the_pages_have_people_write_is_kept_out_of_git():
    patterns = [each.removeprefix("/") for each in KEPT_OUT_OF_GIT.splitlines() if not each.startswith("#")]
    written = {
        name
        for page in PAGES
        for name in re.findall(r"(?:-o|--out|--output|--refused) ([^\s/`]+\.\w+)", page.read_text("utf-8"))
    }
    assert written
    assert [name for name in written if not any(fnmatch(name, each) for each in patterns)] == []


def words(example):
    return shlex.split(example.partition(" && ")[0].partition(" | ")[0], comments=True)[1:]


def found(command, given):
    """The command that is meant, and what is left of the words."""
    while given and given[0] in getattr(command, "commands", {}):
        command, given = command.commands[given[0]], given[1:]
    return command, given


ALL = sorted(set(examples()))


@pytest.fixture(scope="module")
def duban():
    """The whole command: it takes a quarter of a second to put together."""
    with use("zh-CN"):
        return build_command()


@pytest.mark.parametrize("example", ALL)
def test_an_example_is_a_command_that_is_there(example, duban):
    command, given = found(duban, words(example))
    assert not getattr(command, "commands", {}) or not given, f"no such command: {example}"
    known = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    options = {word.partition("=")[0] for word in given if re.match(r"--?[a-z]", word)}
    if not command.context_settings.get(
        "ignore_unknown_options"
    ):  # of `duban prefect run` the options are Prefect's
        assert options <= known | {"--help"}, example
    values = [word for word in given if not word.startswith("-")]
    if values and not any(re.search(r"…|^[A-Z]+$", word) for word in values):  # else it is named, not shown
        try:
            command.make_context("duban", list(given))
        except TyperException as error:
            if type(error).__name__ != "MissingParameter":  # a mention may leave out what must be given
                raise


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    root = tmp_path_factory.mktemp("examples") / "sanming"
    copy_starter(root)
    return root


@pytest.mark.parametrize(
    "example",
    [each for each in ALL if " ".join(words(each)).startswith(HARMLESS) and re.fullmatch(r"[ -~]*", each)],
)
def test_an_example_runs(example, project, duban, monkeypatch, capsys):
    monkeypatch.chdir(project)
    monkeypatch.setenv("DUBAN_CLOCK", "2026-03-02T09:00+08:00")
    monkeypatch.setenv("DUBAN_LANG", "zh-CN")
    given = words(example)
    try:
        code = main(given)
    except SystemExit as ended:
        code = ended.code
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    if found(duban, given)[1] or len(given) < 2:
        assert code in (0, 2), said.err  # 2: the command is named without what it needs
