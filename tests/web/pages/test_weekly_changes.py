"""The forms for what changes weekly: each writes the YAML an admin would, and the edit goes the way of every edit."""

from duban.edits import waiting_proposals
from tests.web.pages.office import PLAN, an_office, by, plan_id, sent

CHANGES = "/admin/changes"
NEXT_YEAR = """\
国务院办公厅关于2027年
部分节假日安排的通知
国办发明电〔2026〕9号

各省、自治区、直辖市人民政府，国务院各部委、各直属机构：
　　经国务院批准，现将2027年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。
　　一、元旦：1月1日（周五）至3日（周日）放假，共3天。
　　二、春节：2月5日（周五）至12日（周五）放假调休，共8天。1月31日（周日）、2月20日（周六）上班。
　　三、清明节：4月3日（周六）至5日（周一）放假，共3天。
　　四、劳动节：5月1日（周六）至5日（周三）放假调休，共5天。5月8日（周六）上班。
　　五、端午节：6月9日（周三）放假，共1天。
　　六、中秋节：9月15日（周三）放假，共1天。
　　七、国庆节：10月1日（周五）至7日（周四）放假调休，共7天。9月26日（周日）、10月9日（周六）上班。
　　节假日期间，各地区、各部门要妥善安排好值班和安全、保卫、疫情防控等工作。

国务院办公厅
2026年10月8日
"""
"""Made up: no such notice has been issued."""


def fill(browser, what, **fields):
    browser.get(CHANGES)
    return sent(browser, f"{CHANGES}/{what}", **fields)


def lines_changed(office, path, before):
    old, new = before.splitlines(), office.text(path).splitlines()
    return [line for line in new if line not in old], [line for line in old if line not in new]


def in_force(browser, reason="按通知"):
    return sent(browser, PLAN, plan=plan_id(browser.get(PLAN)), reason=reason).headers["location"]


def test_a_post_gets_its_holder_addresses_leave_and_deputy(office):
    an, before = by(office, "安"), office.text("duban.yaml")
    done = fill(
        an,
        "post",
        unit="350404",
        post="食品流通科",
        holder="张三",
        addresses="mail: zhang@example.cn\r\n电话：13800000000\r\n",
        away="2026-10-12 至 2026-10-16",
        deputy="科室负责人",
    )
    assert done.headers["location"] == PLAN
    assert office.text("duban.yaml") == before
    assert "张三" in an.get(PLAN).text
    assert in_force(an).endswith("applied")

    new, gone = lines_changed(office, "duban.yaml", before)
    assert len(new) == 1
    assert gone == []  # comments and all else as they were
    post = office.ws.definitions.project.post("350404", "食品流通科")
    assert (post.holder, post.deputy, len(post.away)) == ("张三", "科室负责人", 1)
    assert dict(post.addresses) == {"mail": "zhang@example.cn", "电话": "13800000000"}
    shown = an.get(CHANGES, params={"unit": "350404", "post": "食品流通科"}).text
    assert "2026-10-12 至 2026-10-16" in shown
    assert "zhang@example.cn" in shown


def test_what_is_filled_in_wrongly_comes_back_with_what_was_written(office):
    an = by(office, "安")
    answer = fill(an, "post", unit="350404", post="食品流通科", holder="张三", away="下周")

    assert answer.status_code == 422
    assert "“下周”不是日期" in answer.text
    assert 'value="张三"' in answer.text
    assert "没有草稿" in an.get(PLAN).text
    no_notice = fill(an, "holidays", text="放假: 三天")
    assert (no_notice.status_code, "这不像放假通知：" in no_notice.text) == (422, True)
    assert fill(an, "nothing").status_code == 404


def test_a_station_a_closure_and_a_window_come_into_one_draft_each(office):
    an, before = by(office, "安"), office.text("duban.yaml")
    fill(an, "station", county="350404", code="350404-09", name="三元区新设市场监管所")
    fill(an, "post", unit="350404", post="经办人", holder="李四")  # on top of the draft
    days = {"from": "2026-10-12", "to": "2026-10-13", "notice": "明防汛〔2026〕3号"}
    fill(an, "closure", unit="350404", reason="台风", **days)
    window = office.ws.definitions.calendar.festivals.windows[0].name
    fill(an, "window", window=window, **days)

    shown = an.get(PLAN).text
    for path in ("duban.yaml", "calendar/closures.yaml", "calendar/festivals.yaml"):
        assert path in shown
    assert in_force(an).endswith("applied")
    project = office.ws.definitions.project
    assert project.units["350404-09"].name == "三元区新设市场监管所"
    assert project.post("350404", "经办人").holder == "李四"
    assert len(lines_changed(office, "duban.yaml", before)[0]) == 2
    assert "台风" in office.text("calendar/closures.yaml")


def test_a_value_is_confirmed_on_the_page_of_its_duty(tmp_path, settings, at_nine):
    here = an_office(tmp_path / "project", settings, more=("ts-issue-closing",))
    ning, key = by(here, "宁"), "within"
    duty = here.ws.definitions.duties["ts-issue-closing"]
    assert "确认，看计划" in ning.get(f"/duties/{duty.id}").text
    assert "确认，看计划" not in by(here, "县").get(f"/duties/{duty.id}").text
    fill(ning, "confirm", duty=duty.id, key=key, source="明市监〔2026〕3号")
    in_force(ning)

    [confirmed] = [each for each in here.ws.definitions.duties[duty.id].assumptions if each.key == key]
    assert confirmed.confirmed == "明市监〔2026〕3号（宁管理，2026-10-09）"

    assert "撤回确认，看计划" in ning.get(f"/duties/{duty.id}").text
    fill(ning, "unconfirm", duty=duty.id, key=key)
    in_force(ning)
    [taken_back] = [each for each in here.ws.definitions.duties[duty.id].assumptions if each.key == key]
    assert not taken_back.confirmed


def test_next_year_s_holidays_are_pasted_as_text(tmp_path, settings, at_nine):
    """2027 is provisional until its notice is entered; its days are settled then."""
    here = an_office(tmp_path / "project", settings)
    year = here.root / "calendar" / "2027.yaml"
    assert "provisional" in year.read_text("utf-8")
    answer = fill(by(here, "安"), "holidays", text=NEXT_YEAR)

    assert answer.headers["location"] == PLAN
    an = by(here, "安")
    assert "calendar/2027.yaml" in an.get(PLAN).text
    assert in_force(an, "国办发明电〔2026〕9号").endswith("applied")
    assert "official" in year.read_text("utf-8")
    assert "    source: 原文粘贴（安管理，2026-10-09）\n" in year.read_text("utf-8")


def test_the_second_person_reads_which_value_was_confirmed_on_which_paper(tmp_path, settings, at_nine):
    here = an_office(tmp_path / "project", settings, approval="两人", more=("ts-issue-closing",))
    ning, an = by(here, "宁"), by(here, "安")
    fill(ning, "confirm", duty="ts-issue-closing", key="within", source="明市监〔2026〕3号")
    in_force(ning)

    value = "期限（30日）: 暂定（计划只写“及时”，按发现之日起三十日，待确认） → 已确认（明市监〔2026〕3号（宁管理，2026-10-09））"
    [waiting] = waiting_proposals(here.ws)
    assert value in an.get(f"/admin/proposed/{waiting.plan}").text
    sent(an, f"/admin/proposed/{waiting.plan}")
    title = here.ws.definitions.duties["ts-issue-closing"].title
    for address in ("/admin/versions", "/admin/versions/2"):
        assert f"<li>{title}：{value}</li>" in an.get(address).text
