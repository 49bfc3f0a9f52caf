"""A calendar folder as it stood when a year still waited for its notice, and the real notices in the official's hand."""

import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from duban.base.language import use
from duban.base.problems import ProblemsFound
from duban.holidays import NoticeDetails, enter, read_notice
from duban.holidays.year_text import year_text
from duban.workdays import load_calendar
from duban.workdays.statutory import statutory_days

ROOT = Path(__file__).resolve().parents[2]
NOTICES = ROOT / "tests" / "cases" / "notices"
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture(autouse=True)
def chinese():
    with use("zh-CN"):
        yield


@dataclass
class Folder:
    """A copy of `calendar/` in which notices are entered."""

    path: Path

    @property
    def calendar(self):
        return load_calendar(self.path)

    def text(self, year):
        return (self.path / f"{year}.yaml").read_bytes().decode()

    def read(self, file, **details):
        """The notice in a file, or in one of the real ones by its name."""
        path = NOTICES / f"{file}.yaml" if isinstance(file, str) else file
        waiting = frozenset(year.year for year in self.calendar.years if year.status == "provisional")
        return read_notice(path, NoticeDetails(**details), SHANGHAI, waiting)

    def enter(self, file, **details):
        """Enter a notice and write its year; gives what was entered."""
        entered = enter(self.calendar, self.read(file, **details))
        path = self.path / f"{entered.year.year}.yaml"
        old = path.read_bytes().decode() if path.exists() else None
        path.write_bytes(year_text(entered.year, old, f"calendar/{path.name}").encode())
        return entered

    def refused(self, file, **details):
        """What is said against a notice, line by line, without the path."""
        with pytest.raises(ProblemsFound) as found:
            self.enter(file, **details)
        return [str(problem).removeprefix(f"{problem.path}:").strip() for problem in found.value.problems]


@pytest.fixture
def waiting(tmp_path):
    """`waiting(2019)`: the folder at the time when 2019 was provisional, the years before it official."""

    def stood(year, first=2018):
        path = tmp_path / "calendar"
        path.mkdir()
        for earlier in range(first, year):
            shutil.copy(ROOT / "calendar" / f"{earlier}.yaml", path)
        (path / f"{year}.yaml").write_text(provisional(year), encoding="utf-8")
        return Folder(path)

    return stood


@pytest.fixture
def today(tmp_path):
    """The folder as it is: 2026 official, 2027 to 2030 provisional."""
    shutil.copytree(ROOT / "calendar", tmp_path / "calendar")
    return Folder(tmp_path / "calendar")


@pytest.fixture
def typed(tmp_path):
    """`typed("…")`: a notice that somebody typed, as a file."""

    def written(text, name="通知.yaml", encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return written


MADE_UP_2027 = """\
# 虚构的通知，只为测试
year: 2027
number: 国办发明电〔2026〕999号
title: 国务院办公厅关于2027年部分节假日安排的通知（虚构）
date: 2026-11-03
source: 虚构

holidays:
  元旦: 1月1日（周五）至3日（周日）放假，共3天。
  春节: 2月5日（农历除夕、周五）至12日（周五）放假调休，共8天。1月31日（周日）、2月20日（周六）上班。
  清明节: 4月3日（周六）至5日（周一）放假，共3天。
  劳动节: 5月1日（周六）至5日（周三）放假调休，共5天。5月8日（周六）上班。
  端午节: 6月9日（周三）放假1天，不调休。
  中秋节: 9月15日（周三）放假1天，不调休。
  国庆节: 10月1日（周五）至7日（周四）放假调休，共7天。9月26日（周日）、10月9日（周六）上班。
"""


@pytest.fixture
def made_up(typed):
    """`made_up(("was", "becomes"), …)`: a made-up notice for 2027, with slips of the pen if any are given."""

    def with_slips(*slips):
        text = MADE_UP_2027
        for was, becomes in slips:
            assert was in text, was
            text = text.replace(was, becomes)
        return typed(text)

    return with_slips


def provisional(year):
    """The file of a year whose notice is not out, as the starter project has it."""
    days = "".join(
        f"  - {{day: {day}, name: {name}}}   # 周{'一二三四五六日'[day.weekday()]}\n"
        for day, name in statutory_days(year).items()
    )
    return (
        "# yaml-language-server: $schema=../schemas/year.json\n"
        f"# {year} 年：国务院办公厅的放假通知尚未收到，本年是暂定（provisional）。\n"
        "# 这里只有按《全国年节及纪念日放假办法》推算的法定节日；调休和补班都还不知道，推算出的期限会标“暂定”。\n"
        "# 收到通知后：运行 duban calendar load。\n"
        f"\nyear: {year}\nstatus: provisional\n\nholidays:   # 法定节日（全体公民放假）\n{days}"
    )


def days(*texts):
    """Days by their ISO texts."""
    return [date.fromisoformat(text) for text in texts]
