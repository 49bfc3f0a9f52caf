"""A notice pasted as the State Council published it."""

import pytest

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
