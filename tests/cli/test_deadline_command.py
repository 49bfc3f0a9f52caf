"""`duban deadline`: a due date with its steps, on the project's calendar."""

import pytest

pytestmark = pytest.mark.usefixtures("project")


def test_a_month_that_ends_in_the_national_holiday_moves_to_the_next_working_day(duban):
    ran = duban("deadline", "--from", "2023-09-01", "--within", "一个月")

    assert ran.code == 0
    assert ran.lines[-2:] == ["应办日：2023-09-28 周四", "最后期限：2023-10-07 周六"]
    assert any("民法典第二百零三条" in line for line in ran.lines)


def test_the_same_in_english(duban):
    ran = duban("deadline", "--from", "2023-09-01", "--within", "1 month", lang="en")

    assert ran.lines[-2:] == ["safe day: 2023-09-28 Thu", "deadline: 2023-10-07 Sat"]
    assert any("Civil Code, article 203" in line for line in ran.lines)


def test_as_json_the_days_are_iso(duban):
    answer = duban("deadline", "--from", "2023-09-01", "--within", "20 workdays", "--json").json

    assert answer["deadline"] == answer["target"] == "2023-10-07"
    assert answer["provisional"] is False
    assert [step["day"] for step in answer["steps"]][-1] == "2023-10-07"


def test_a_law_that_counts_short_periods_in_working_days(duban):
    days = duban("deadline", "--from", "2023-09-25", "--within", "7日", "--law", "行政处罚法", "--json").json

    assert days["deadline"] == "2023-10-10"


def test_a_year_without_its_notice_is_said_to_be_provisional(duban):
    ran = duban("deadline", "--from", "2027-09-20", "--within", "10 workdays")

    assert ran.lines[-1] == (
        "最后期限：2027-10-05 周二（暂定：放假安排公布后在 2027-09-30 至 2027-10-14 之间）"
    )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--from", "2023-02-31", "--within", "1 month"), "--from：没有这一天：2023-02-31"),
        (("--from", "2023-02-01", "--within", "soon"), "--within：看不懂的期限“soon”"),
        (
            ("--from", "2023-02-01", "--within", "1 month", "--law", "没有这部法"),
            "--law：期间规则表里没有“没有这部法”",
        ),
        (("--from", "2023-02-01", "--within", "5个工作日", "--no-roll"), "--no-roll 只用于往后数的自然日"),
        (("--from", "2023-02-01", "--within", "1 month", "--unit", "火星"), "没有单位“火星”"),
    ],
)
def test_what_cannot_be_read_is_wrong_usage(duban, options, said):
    ran = duban("deadline", *options)

    assert ran.code == 2
    assert said in ran.err
    assert ran.err.count("\n") == 1


def test_a_year_past_the_calendar_is_refused(duban):
    ran = duban("deadline", "--from", "2055-01-01", "--within", "1 month")

    assert ran.code == 1
    assert "2055" in ran.err
    assert ran.out == ""


def test_on_the_calendar_of_a_closed_unit(duban, project):
    (project / "calendar" / "closures.yaml").write_text(
        'closures:\n  - {unit: "350404", from: 2026-08-20, to: 2026-08-21, reason: 台风, notice: 元政办5号}\n',
        "utf-8",
    )
    asked = ("deadline", "--from", "2026-07-20", "--within", "一个月")

    assert "最后期限：2026-08-20 周四" in duban(*asked).lines
    closed = duban(*asked, "--unit", "350404-01")
    assert "最后期限：2026-08-24 周一" in closed.lines
    assert any("08-20、08-21 因台风停工，不算工作日（元政办5号）" in line for line in closed.lines)
    assert duban(*asked, "--unit", "350499").code == 2


@pytest.mark.parametrize(
    "typed",
    [
        "2023年9月1日",
        "2023/9/1",
        "2023.9.1",
        "20230901",
        "二〇二三年九月一日",
        "２０２３－０９－０１",
        " 2023-09-01 ",
    ],
)
def test_the_day_it_starts_as_people_type_it(duban, typed):
    assert duban("deadline", "--from", typed, "--within", "一个月").lines[-1] == "最后期限：2023-10-07 周六"


def test_a_period_that_rest_days_do_not_move(duban):
    ran = duban("deadline", "--from", "2023-09-01", "--within", "一个月", "--no-roll")

    assert ran.lines[-2:] == ["应办日：2023-09-28 周四", "最后期限：2023-10-01 周日"]
    assert any("不因休息日顺延" in line for line in ran.lines)
