"""Named days and windows: what a campaign anchors to."""

from datetime import date
from pathlib import Path

import pytest

from duban.base.language import use
from duban.base.problems import ProblemsFound
from duban.workdays import AwaitingNotice, Certainty, UnknownFestival, load_festivals
from duban.workdays.basis_words import basis_words
from duban.workdays.statutory import statutory_days

AS_IN_THE_LAW = {"清明": "清明节", "端午": "端午节", "中秋": "中秋节", "除夕": "除夕", "元旦": "元旦"}

AWAITED = "windows:\n  - name: 甲\n    status: awaiting\n    announced:\n"


@pytest.mark.parametrize(
    "name, day",
    [
        ("春节", "2023-01-22"),
        ("正月初一", "2023-01-22"),
        ("元宵", "2023-02-05"),
        ("除夕", "2024-02-09"),
        ("除夕", "2025-01-28"),
        ("清明", "2023-04-05"),
        ("五一", "2023-05-01"),
        ("端午", "2025-05-31"),
        ("中秋", "2020-10-01"),
        ("国庆", "2023-10-01"),
        ("重阳", "2023-10-23"),
        ("世界计量日", "2023-05-20"),
        ("5·20", "2023-05-20"),
        ("国家宪法日", "2023-12-04"),
    ],
)
def test_a_festival_has_one_day_a_year(festivals, name, day):
    assert festivals.festival_day(name, int(day[:4])) == date.fromisoformat(day)


def test_a_leap_month_is_not_the_festival(festivals):
    """2020 had a leap fourth month, 2025 a leap sixth: the festivals after them are one month later than by count."""
    assert festivals.festival_day("端午", 2020) == date(2020, 6, 25)
    assert festivals.festival_day("中秋", 2025) == date(2025, 10, 6)


@pytest.mark.parametrize("year", range(2025, 2036))
@pytest.mark.parametrize("name", AS_IN_THE_LAW)
def test_festivals_and_statutory_days_are_one(festivals, name, year):
    assert AS_IN_THE_LAW[name] in statutory_days(year)[festivals.festival_day(name, year)]


def test_a_festival_is_a_window_of_one_day(festivals):
    assert festivals.named_window("中秋", 2023) == (date(2023, 9, 29), date(2023, 9, 29), Certainty.OFFICIAL)


def test_a_window_says_how_sure_it_is(festivals):
    assert festivals.named_window("宪法宣传周", 2023) == (
        date(2023, 12, 1),
        date(2023, 12, 7),
        Certainty.ASSUMED,
    )
    assert festivals.named_window("化妆品安全科普宣传周", 2023)[2] is Certainty.AWAITING


def test_a_window_without_usual_days_waits_for_its_notice(festivals):
    with pytest.raises(AwaitingNotice, match=r"竹笋节.*2027.*festivals\.yaml"):
        festivals.named_window("竹笋节", 2027)


def test_an_unknown_name_is_answered_with_the_nearest(festivals):
    with pytest.raises(UnknownFestival, match="是不是“世界计量日”"):
        festivals.festival_day("世界计量日子", 2023)


class TestTheFile:
    def test_a_notice_that_was_entered_is_official(self, tmp_path):
        text = (
            "windows:\n"
            "  - name: 开学季\n"
            "    usual: {from: 12-20, to: 01-10}\n"
            "    status: awaiting\n"
            "    announced:\n"
            "      - {from: 2027-12-27, to: 2028-01-05, notice: 教育局通知}\n"
        )
        found = load_festivals(write(tmp_path, text))
        assert found.named_window("开学季", 2027) == (
            date(2027, 12, 27),
            date(2028, 1, 5),
            Certainty.OFFICIAL,
        )
        assert found.named_window("开学季", 2026) == (
            date(2026, 12, 20),
            date(2027, 1, 10),
            Certainty.AWAITING,
        )

    @pytest.mark.parametrize(
        "text, line, what",
        [
            ("festivals:\n  - {name: 春节, lunar: 1-1, day: 01-01}\n", 2, "四选一|只写"),
            ("festivals:\n  - {name: 春节}\n", 2, "只写"),
            ("festivals:\n  - {name: 立春, solar_term: 立夏春}\n", 2, "没有节气"),
            ("festivals:\n  - {name: 甲, day: 02-30}\n", 2, "没有 2 月 30 日"),
            ("festivals:\n  - {name: 甲, day: 五月一日}\n", 2, "月-日"),
            ("festivals:\n  - {name: 甲, lunar: 13-1}\n", 2, "农历"),
            ("festivals:\n  - {name: 甲, eve_of: 中秋}\n", 2, "春节"),
            (
                "festivals:\n  - {name: 甲, day: 05-01}\n  - {name: 乙, day: 05-02, aliases: [甲]}\n",
                3,
                "写了两次",
            ),
            ("windows:\n  - {name: 甲, status: assumed}\n", 2, "awaiting"),
            ("windows:\n  - name: 甲\n    status: maybe\n", 3, "."),
            (f"{AWAITED}      - {{from: 2027-05-02, to: 2027-05-01, notice: 无}}\n", 5, "to 早于 from"),
            (
                (
                    f"{AWAITED}      - {{from: 2027-05-02, to: 2027-05-03, notice: 无}}\n"
                    "      - {from: 2027-06-02, to: 2027-06-03, notice: 无}\n"
                ),
                5,
                "2027 年写了两次",
            ),
        ],
    )
    def test_a_mistake_is_found_on_its_line(self, tmp_path, text, line, what):
        with pytest.raises(ProblemsFound, match=what) as found:
            load_festivals(write(tmp_path, text))
        assert [(problem.path, problem.line) for problem in found.value.problems] == [
            ("calendar/festivals.yaml", line)
        ]


def write(root: Path, text: str) -> Path:
    folder = root / "calendar"
    folder.mkdir()
    (folder / "festivals.yaml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("rule", "zh", "en"),
    [
        ("fixed", "本局日历：确定的日期", "the calendar of this bureau: fixed"),
        ("usual", "本局日历：惯常日期，待人确认", "the calendar of this bureau: usual days, to be confirmed"),
        (
            "awaited",
            "本局日历：当年通知未到，先按惯常日期",
            "the calendar of this bureau: usual days until the year's notice comes",
        ),
    ],
)
def test_what_a_window_rests_on_names_no_file_of_ours(rule, zh, en):
    told = []
    for language in ("zh-CN", "en"):
        with use(language):
            told.append(basis_words(f"rule|{rule}"))
    assert told == [zh, en]
