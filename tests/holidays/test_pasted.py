"""A notice pasted as the State Council published it."""

import re

import pytest

from duban.workdays import load_calendar
from tests.holidays.conftest import NOTICES, ROOT

PUBLISHED = """\
国务院办公厅关于2026年
部分节假日安排的通知
国办发明电〔2025〕7号

各省、自治区、直辖市人民政府，国务院各部委、各直属机构：
　　经国务院批准，现将2026年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。
　　一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
　　二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、
2月28日（周六）上班。
　　三、清明节：4月4日（周六）至6日（周一）放假，共3天。
　　四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
　　五、端午节：6月19日（周五）至21日（周日）放假，共3天。
　　六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
　　七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
　　节假日期间，各地区、各部门要妥善安排好值班和安全、保卫、疫情防控等工作。

国务院办公厅
2025年11月4日
"""


@pytest.mark.parametrize("change", [lambda text: text, lambda text: text.replace("\n", "\r\n")])
def test_the_published_text_gives_the_file_that_stands_in_the_calendar(waiting, typed, change):
    then = waiting(2026)
    entered = then.enter(typed(change(PUBLISHED), "通知.txt"))
    typed_year = then.enter("2026").year
    assert (entered.year.rest, entered.year.work) == (typed_year.rest, typed_year.work)
    (notice,) = entered.year.notices
    assert (notice.number, str(notice.date)) == ("国办发明电〔2025〕7号", "2025-11-04")
    assert entered.remarks == ()


HEAD = "国办发明电〔2025〕7号 2025年11月4日印发\n"
WORDINGS = {
    "a list without colons": HEAD
    + """关于2026年部分节假日安排的通知
元旦 1月1日至3日放假调休，共3天，1月4日（周日）上班
春节 2月15日至23日放假调休，共9天，2月14日（周六）、2月28日（周六）照常上班
清明节 4月4日至6日放假，共3天
劳动节 5月1日至5日放假调休，共5天，5月9日（周六）上班
端午节 6月19日至21日放假，共3天
中秋节 9月25日至27日放假，共3天
国庆节 10月1日至7日放假调休，共7天，9月20日（周日）、10月10日（周六）上班""",
    "in one breath": HEAD
    + """2026年元旦放假时间为1月1日至3日，共3天，1月4日补班。春节放假时间为2月15日至23日，共9天，2月14日、2月28日补班。
清明节4月4日至6日放假。劳动节放假时间为5月1日至5日，共5天，5月9日补班。端午节放假安排：6月19日至21日，共3天。
中秋节9月25日至27日放假。国庆节放假时间为10月1日至7日，共7天，9月20日、10月10日补班。""",
    "a table as papers print it": "2026年元旦、春节等节假日安排 国办发明电〔2025〕7号（2025-11-04）\n"
    """| 节日 | 放假时间 | 调休上班日期 | 放假天数 |
| 元旦 | 1月1日（周四）～1月3日（周六） | 1月4日（周日）上班 | 3天 |
| 春节 | 2月15日～2月23日 | 2月14日（周六）、2月28日（周六） | 9天 |
| 清明节 | 4月4日～4月6日 | 无 | 3天 |
| 劳动节 | 5月1日～5月5日 | 5月9日（周六）上班 | 5天 |
| 端午节 | 6月19日～6月21日 | — | 3天 |
| 中秋节 | 9月25日～9月27日 |  | 3天 |
| 国庆节 | 10月1日～10月7日 | 9月20日（周日）、10月10日（周六） | 7天 |""",
}


@pytest.mark.parametrize("wording", WORDINGS)
def test_in_other_words_it_says_the_same_days(waiting, typed, wording):
    then = waiting(2026)
    entered = then.enter(typed(WORDINGS[wording], "通知.txt"))
    typed_year = then.enter("2026").year
    assert (entered.year.rest, entered.year.work) == (typed_year.rest, typed_year.work)
    assert str(entered.year.notices[0].date) == "2025-11-04"


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        (r"(共\d天。)(\d)", r"\1其中，\2"),
        (r"：(\d+月\d+日\S*?）)至(\S*?）)放假", r"：从\1起至\2止放假"),
        (r"：(\d+月\d+日\S*?）)至", r"：自\1至"),
        (r"(\d+)月(\d+)日", r"\1.\2"),
        (r"(?<!年)(\d+)月(\d+)日", r"2026/\1/\2"),
        ("10月1日", "十月一日"),
        (r"(\d日（\S{2}）)上班", r"\1（补班）"),
        (r"：(.*?天。)(.*)上班。", r"：\2上班，\1"),
        (r"、(\S{2,3})：", r"、\1假期："),
        ("劳动节：", "“五一”国际劳动节："),
        (r"(?m)^　　([一二三四五六七])、(.*)$", r"<p>&nbsp;<strong>📅\2</strong></p>"),
    ],
)
def test_however_its_days_are_written_it_says_the_same(waiting, typed, written, instead):
    text = re.sub(written, instead, PUBLISHED)
    assert text != PUBLISHED
    entered = waiting(2026).enter(typed(text, "通知.txt"))
    stands = load_calendar(ROOT / "calendar").years[8]
    assert (entered.year.rest, entered.year.work) == (stands.rest, stands.work)


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "关于2026年部分节假日安排的通知\n具体见附件。",
        HEAD + "关于2026年寒假放假的通知\n寒假：1月24日至2月28日放假。\n",
    ],
    ids=["of an attachment", "of a school"],
)
def test_a_title_without_a_festival_says_what_is_missing(waiting, typed, text):
    assert waiting(2026).refused(typed(text, "通知.txt")) == [
        "没有认出一个节日的安排，请每个节日一行：一、元旦：1月1日放假，与周末连休。"
    ]


@pytest.mark.parametrize(
    "text", ["a: b", "- 1\n- 2", "{", "乱七八糟", "<p>404 Not Found</p>", "国办发明电〔2026〕1号", "&a *a"]
)
def test_what_is_no_notice_is_refused_in_a_notice_s_words(waiting, typed, text):
    [told] = waiting(2026).refused(typed(text, "通知.txt"))
    assert told.startswith(
        "这不像放假通知：没有“关于某年部分节假日安排的通知”这样的标题，也没有一个节日的安排，"
    )
    assert told.endswith("每个节日一行（一、元旦：1月1日放假，与周末连休。），最后是日期")


def test_a_line_that_cannot_be_read_is_named(waiting, typed):
    text = PUBLISHED.replace("4月4日（周六）至6日（周一）放假，共3天", "4月4日（周五）至6日放假").replace(
        "五、端午节", "五、龙舟节"
    )
    said = waiting(2026).refused(typed(text, "通知.txt"))
    assert said[0].startswith("10:5: 写着周五，2026-04-04 却是周六")
    assert said[1].startswith("12:5: “龙舟节”不是放假办法里的节日")


def test_what_the_text_does_not_say_is_given_beside_it(waiting, typed):
    text = PUBLISHED.replace("国办发明电〔2025〕7号\n", "").replace("2025年11月4日\n", "")
    then = waiting(2026)
    assert then.refused(typed(text, "通知.txt")) == [
        "通知里没有成文日期，请加上 --issued 2026-11-03",
        "通知里没有文号，请加上 --number 国办发明电〔2026〕某号",
    ]


YEARS = {
    2018: ["2018"],
    2019: ["2019", "2019-amended"],
    2020: ["2020", "2020-amended"],
    **{year: [str(year)] for year in range(2021, 2026)},
}


@pytest.mark.parametrize("year", YEARS)
def test_the_texts_of_each_year_give_the_days_that_stand_in_the_calendar(waiting, year):
    then = waiting(year)
    entered = [then.enter(NOTICES / "pasted" / f"{name}.txt") for name in YEARS[year]]
    assert [each.remarks for each in entered] == [()] * len(entered)
    stands = load_calendar(ROOT / "calendar").years[year - 2018]
    read = entered[-1].year
    assert (read.rest, read.work) == (stands.rest, stands.work)
    assert [(each.number, each.title, each.date, each.changed) for each in read.notices] == [
        (each.number, each.title, each.date, each.changed) for each in stands.notices
    ]
    assert not then.enter(NOTICES / "pasted" / f"{YEARS[year][-1]}.txt").changes


def test_an_extension_waits_for_the_notice_of_its_year(waiting):
    (said,) = waiting(2020).refused(NOTICES / "pasted" / "2020-amended.txt")
    assert said == "2020 年的放假通知还没有录入，不知道从哪天起延长，请先录入它"


def _numbered(write):
    return lambda text: re.sub(r"　　([一二三四五六七])、", lambda found: write(found[1]), text)


@pytest.mark.parametrize(
    "copied",
    [
        pytest.param(_numbered(lambda sign: f"{'一二三四五六七'.index(sign) + 1}. "), id="numbers of another kind"),
        pytest.param(_numbered(lambda sign: f"（{sign}）"), id="numbers in brackets"),
        pytest.param(_numbered(lambda _: ""), id="no numbers"),
        pytest.param(lambda text: text.replace("\n", ""), id="one paragraph"),
        pytest.param(lambda text: text.replace("\n", "\n\n"), id="blank lines"),
        pytest.param(lambda text: text.replace("春节：", "**春节\u200b：**"), id="bold, and signs nobody sees"),
        pytest.param(lambda text: f"成文日期：2025年11月04日\n发文字号：国办发明电〔2025〕7号\n\n{text}", id="a page's head"),
    ],
)  # fmt: skip
def test_however_it_was_copied_it_says_the_same(waiting, typed, copied):
    entered = waiting(2026).enter(typed(copied(PUBLISHED), "通知.txt"))
    stands = load_calendar(ROOT / "calendar").years[8]
    assert (entered.year.rest, entered.year.work) == (stands.rest, stands.work)
