"""A command line run in this process, in Chinese unless a test asks for English, on a fixed clock."""

import json
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

import pytest

from duban.base.clock import SHANGHAI, FixedClock
from duban.base.starter import copy_starter
from duban.cli import main
from duban.facts import NewFact, NewSubject, record_facts, record_subjects
from duban.runtime.private import close_to_others
from duban.service.cycle import tick
from duban.workspace.workspace import open_workspace
from tests.few_duties import carried, keep
from tests.principals import OPERATOR

MORNING = "2023-09-01T09:00+08:00"
SANYUAN = "350404"
CEMENT_WORKS = ("工业产品生产许可证获证企业", "SY-0001")


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
    carried(root)
    monkeypatch.chdir(root)
    return root


@contextmanager
def made_once(root):
    """A project that tests copy is made within: it has its own ledger, closed to others as the commands leave it."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("DUBAN_LANG", "zh-CN")
        environment.delenv("DUBAN_DATABASE_URL", raising=False)
        yield
    close_to_others(root / ".duban")


@pytest.fixture(scope="session")
def city_as_it_was(tmp_path_factory):
    """The city of `city`, made once and then only copied."""
    root = tmp_path_factory.mktemp("city") / "sanming"
    copy_starter(root)
    carried(root)
    keep(root)
    clock = FixedClock(datetime(2023, 7, 21, 9, 0, tzinfo=SHANGHAI))
    with made_once(root):
        workspace = open_workspace(root, clock)
        licence = {"发证方式": "告知承诺", "产品类别": "水泥"}
        works = NewSubject(*CEMENT_WORKS, "三元第一水泥厂（虚构）", SANYUAN, attributes=licence)
        issued = NewFact("certificate.issued", CEMENT_WORKS, None, date(2023, 7, 20), "test", "licence-1")
        assert record_subjects(workspace, [works], workspace.clock.now(), OPERATOR).refused == []
        assert record_facts(workspace, [issued], clock.now(), OPERATOR).refused == []
        for day in (date(2023, 7, 21), date(2023, 8, 18), date(2023, 9, 1)):
            clock.moment = datetime(day.year, day.month, day.day, 9, 0, tzinfo=SHANGHAI)
            tick(workspace, clock.now())
        workspace.ledger.dispose()
    return root


@pytest.fixture
def city(duban, city_as_it_was, monkeypatch, tmp_path):
    """The starter project on 2023-09-01, with a cement works in 三元区 whose first inspection is overdue.

    It got its licence on 2023-07-20; the duty gives the county one month.
    """
    root = tmp_path / "sanming"
    shutil.copytree(city_as_it_was, root)
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def overdue_id(duban, city):
    """The number of the cement works' first inspection."""
    (one,) = duban("obligations", "--duty", "cp-first-inspection", "--json").json["obligations"]
    return one["id"]
