"""A command line run in this process, in Chinese unless a test asks for English, on a fixed clock."""

import json
from dataclasses import dataclass

import pytest

from duban.cli import main
from duban.starter import copy_starter

MORNING = "2023-09-01T09:00+08:00"


@dataclass
class Ran:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def lines(self):
        """Standard output, line by line, without trailing blanks."""
        return [line.rstrip() for line in self.out.splitlines()]

    @property
    def json(self):
        """Standard output as JSON."""
        return json.loads(self.out)


@pytest.fixture
def duban(capsys, monkeypatch, tmp_path):
    """Run `duban …` in an empty folder; `lang="en"` asks for English."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DUBAN_CLOCK", MORNING)
    for name in ("DUBAN_PROJECT", "DUBAN_DATABASE_URL", "DUBAN_DEBUG", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments, lang="zh-CN"):
        monkeypatch.setenv("DUBAN_LANG", lang)
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return Ran(int(code), said.out, said.err)

    return run


@pytest.fixture
def project(duban, monkeypatch, tmp_path):
    """The starter project in a new folder, which becomes the working folder."""
    root = tmp_path / "sanming"
    copy_starter(root)
    monkeypatch.chdir(root)
    return root
