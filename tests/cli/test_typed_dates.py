"""Days and years as people type them, behind every option and argument of every command that takes one."""

from datetime import date

import pytest

from duban.cli.commands import build_command
from duban.web.pages.act_forms import FilledForm
from duban.workdays.period_keys import period_meant

DAYS = (
    "2023-09-01",
    "2023年9月1日",
    "2023/9/1",
    "2023.9.1",
    "二〇二三年九月一日",
    "２０２３－９－１",
    "20230901",
)
YEARS = ("2023", "2023年", "２０２３", "二〇二三年", "2023年度")


def parameters(command, path=()):
    """Every option and argument below a command, with the words that lead there."""
    for name, below in getattr(command, "commands", {}).items():
        yield from parameters(below, (*path, name))
    if not hasattr(command, "commands"):
        yield from ((" ".join((*path, each.opts[0])), each.type_descriptor) for each in command.params)


def test_every_option_that_takes_a_day_or_a_year_reads_it_as_people_type_it():
    days, years = [], []
    for where, taken in parameters(build_command()):
        parser = getattr(taken.parameter_info, "parser", None)
        metavar = taken.parameter_info.metavar or ""
        if taken.annotation is date or metavar == "DATE":
            assert [parser(text) for text in DAYS] == [date(2023, 9, 1)] * len(DAYS), where
            days.append(where)
        elif "YEAR" in metavar or where.endswith("--year"):
            assert [parser(text) for text in YEARS] == [2023] * len(YEARS), where
            years.append(where)
    assert len(days) >= 20
    assert len(years) >= 4


@pytest.mark.parametrize(
    "key, spoken",
    [
        ("2023-08", ("2023年8月", "2023年八月", "２０２３年 ８ 月份", "2023/8", "2023.08")),
        ("2023-10", ("二〇二三年十月",)),
        ("2023-Q2", ("2023年第二季度", "2023年二季度", "2023年2季度", "2023q2", "2023年Q2")),
        ("2023-H2", ("2023年下半年",)),
        ("2023", YEARS),
    ],
)
def test_a_period_is_known_by_what_people_call_it(key, spoken):
    assert {period_meant(text) for text in (key, *spoken)} == {key}


@pytest.mark.parametrize("text", ["8月", "上个月", "2023年9月1日", "23年8月"])
def test_what_is_no_period_for_sure_stays_as_it_is(text):
    assert period_meant(text) == text


def test_an_appraisal_is_asked_for_as_people_say_it(duban, project):
    assert "2023年二季度" in duban("report", "appraisal", "2023年二季度").out
    refused = duban("report", "appraisal", "上个月")
    assert (refused.code, "不是“上个月”" in refused.err) == (2, True)
    assert "YEAR：“明年”不是 2000 至 2100 的年份，请写成 2026" in duban("calendar", "show", "明年").err


@pytest.mark.parametrize("text", DAYS)
def test_a_form_without_a_calendar_takes_the_same_days(text):
    assert FilledForm(to=text).day == date(2023, 9, 1)
