"""Reading `calendar/`: what is wrong in it is said with file, line and column, all at once."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from duban.base.problems import ProblemsFound
from duban.workdays import load_calendar

BAD = sorted((Path(__file__).resolve().parents[1] / "cases" / "workdays" / "bad").glob("*.yaml"))
EXPECTED = "# 应报："


@pytest.fixture
def folder(tmp_path, calendar_folder) -> Path:
    """A copy of the real folder that a test may spoil."""
    copied = tmp_path / "calendar"
    shutil.copytree(calendar_folder, copied)
    return copied


def problems_of(folder: Path) -> list[str]:
    with pytest.raises(ProblemsFound) as found:
        load_calendar(folder)
    return [str(problem) for problem in found.value.problems]


def rewrite(path: Path, change: Callable[[str], str]) -> None:
    before = path.read_text(encoding="utf-8")
    after = change(before)
    assert after != before, "the test did not change the file"
    path.write_text(after, encoding="utf-8")


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_one_mistake_one_file(path, tmp_path):
    """Each file of tests/cases/workdays/bad says in its first lines what must be reported."""
    text = path.read_text(encoding="utf-8")
    expected = [line.removeprefix(EXPECTED) for line in text.splitlines() if line.startswith(EXPECTED)]
    folder = tmp_path / "calendar"
    folder.mkdir()
    (folder / "2021.yaml").write_text(text, encoding="utf-8")
    assert expected
    assert problems_of(folder) == expected


def test_the_real_folder_has_no_mistake(folder, calendar):
    assert load_calendar(folder).version == calendar.version


def test_comments_do_not_change_the_version(folder, calendar):
    rewrite(folder / "2023.yaml", lambda text: text + "\n# 又看了一遍\n")
    assert load_calendar(folder).version == calendar.version


def test_mistakes_in_several_files_are_said_together(folder):
    rewrite(folder / "2019.yaml", lambda text: text.replace("2019-02-02, name", "2019-02-01, name"))
    rewrite(folder / "2023.yaml", lambda text: text.replace("status: official", "status: final"))
    assert [problem.partition(":")[0] for problem in problems_of(folder)] == [
        "calendar/2019.yaml",
        "calendar/2023.yaml",
    ]


def test_a_day_arranged_by_two_years_is_said_in_the_later(folder):
    addition = "  - {day: 2018-12-31, name: 元旦}\n"
    rewrite(
        folder / "2018.yaml",
        lambda text: text.replace("rest:   # 调休放假的周一至周五\n", "rest:\n" + addition),
    )
    (problem,) = problems_of(folder)
    assert problem.startswith("calendar/2019.yaml:")
    assert "2018-12-31 在 2018.yaml 里已经写过" in problem


def test_a_missing_year_in_between_is_named(folder):
    (folder / "2022.yaml").unlink()
    assert problems_of(folder) == [
        "calendar/2022.yaml: 缺少 2022 年，2021 年和 2023 年之间断开了，请补上这个文件"
    ]


def test_a_provisional_year_before_an_official_one_is_refused(folder):
    notice = "notices:\n  - {number: 试验, title: 试验, date: 2027-11-01, source: 试验}\n"
    rewrite(
        folder / "2028.yaml",
        lambda text: text.replace("status: provisional\n", f"status: official\n{notice}"),
    )
    (problem,) = problems_of(folder)
    assert problem.startswith("calendar/2027.yaml: 2028 年已有正式通知")


def test_a_file_nobody_would_read_is_refused(folder):
    for stray in ("2027年.yaml", "2027.yml", "school.yaml", "1999.yaml"):
        (folder / stray).write_text("year: 2027\n", encoding="utf-8")
    problems = problems_of(folder)
    assert len(problems) == 4
    assert all("不会被读取" in problem for problem in problems)


def test_an_empty_or_missing_folder_is_one_clear_line(tmp_path):
    assert problems_of(tmp_path / "calendar") == [
        "calendar: 一年的工作日历也没有，请放入 2026.yaml 这样的年份文件"
    ]


def test_loading_next_years_notice_makes_it_official(folder):
    """What an administrator does each November."""
    notice = "notices:\n  - {number: 国办发明电〔2026〕0号, title: 试验, date: 2026-11-03, source: 试验}\n"
    swapped = (
        "rest:\n"
        "  - {day: 2026-12-31, name: 元旦}\n"
        + "".join(f"  - {{day: 2027-02-{day}, name: 春节}}\n" for day in ("10", "11", "12", "15", "16", "17"))
        + "work:\n  - {day: 2027-02-20, name: 春节}\n"
    )
    rewrite(
        folder / "2027.yaml",
        lambda text: text.replace("status: provisional\n", f"status: official\n{notice}") + swapped,
    )
    loaded = load_calendar(folder)
    first, last = loaded.years[0].year, loaded.official_until
    assert (first, last.isoformat()) == (2018, "2027-12-28")
    assert loaded.status(last) == "official"
    days = {"2026-12-31": False, "2027-02-20": True}
    assert {day: loaded.is_workday(type(last).fromisoformat(day)) for day in days} == days


def test_days_off_beyond_the_law_name_their_notice(folder):
    """As in 2020, had one notice said it all: without `extra_rest` it looks like a forgotten make-up day."""
    rewrite(
        folder / "2026.yaml", lambda text: text.replace("  - {day: 2026-02-28, name: 春节}   # 周六\n", "")
    )
    (problem,) = problems_of(folder)
    assert "2026 年多放 1 天" in problem
    source = "    source: content_7047091   # 中国政府网的文章编号\n"
    rewrite(
        folder / "2026.yaml",
        lambda text: text.replace(source, f"{source}    extra_rest: 1   # 春节多放一天\n"),
    )
    assert not load_calendar(folder).is_workday(date(2026, 2, 28))
