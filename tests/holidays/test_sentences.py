"""The sentences of notices, as published and as people type them."""

from datetime import date

import pytest

from duban.holidays.sentences import read_sentences


def md(days):
    return [f"{day:%m-%d}" for day in days]


@pytest.mark.parametrize(
    "text, rest, work",
    [
        ("10月1日放假", ["10-01"], []),
        ("10月1日放假，与周末连休。", ["10-01"], []),
        ("1月1日（周四）放假1天，不调休。", ["01-01"], []),
        ("10月1日至3日放假调休，共3天。", ["10-01", "10-02", "10-03"], []),
        ("4月30日至5月2日放假。4月26日上班。", ["04-30", "05-01", "05-02"], ["04-26"]),
        ("2026-10-01至2026-10-02放假；2026-10-10上班", ["10-01", "10-02"], ["10-10"]),
        ("10月1日（农历八月十五、星期四）至2日放假", ["10-01", "10-02"], []),
        (
            "10月1日～2日 放假 。 10月10日（周六）、11日（周日）上班 。",
            ["10-01", "10-02"],
            ["10-10", "10-11"],
        ),
        ("１０月１日—２日放假，共２天", ["10-01", "10-02"], []),
        ("10月1日放假。10月3日（星期六）正常上班", ["10-01"], ["10-03"]),
        ("10月1日放假。10月3日（星期六）照常补班", ["10-01"], ["10-03"]),
        ("10月1日放假，10月10日上班", ["10-01"], ["10-10"]),
        (
            "10月1日至3日，共3天，9月26日（周六）、10月10日（周六）补班",
            ["10-01", "10-02", "10-03"],
            ["09-26", "10-10"],
        ),
        ("10月1日，与周末连休，共3天", ["10-01"], []),
    ],
)
def test_a_sentence_says_which_days(text, rest, work):
    stated = read_sentences(text, 2026)
    assert (md(stated.rest), md(stated.work)) == (rest, work)


def test_december_is_the_year_before():
    stated = read_sentences("12月30日至1月1日放假调休，共3天。12月29日上班。", 2019)
    assert stated.rest == (date(2018, 12, 30), date(2018, 12, 31), date(2019, 1, 1))
    assert stated.work == (date(2018, 12, 29),)


@pytest.mark.parametrize(
    "text, said",
    [
        ("国庆放假", "“国庆”不是日期"),
        ("10月1日至3日放假到底", "看不懂“放假”后面的“到底”"),
        ("10月1日放假，国庆前一天上班", "“国庆前一天”不是日期"),
        ("10月1日", "看不懂“10月1日”"),
        ("10月3日至1日放假", "2026-10-03 至 2026-10-01 不对"),
        ("3日放假", "没有“3日”这样的日子"),
        ("10月1日至12月1日放假", "不对"),
        ("10月1日（周五）放假", "写着周五，2026-10-01 却是周四"),
        ("10月1日至3日放假，共4天", "写着共 4 天"),
    ],
)
def test_what_is_no_such_sentence_is_told(text, said):
    with pytest.raises(ValueError) as refused:
        read_sentences(text, 2026)
    assert said in str(refused.value)
