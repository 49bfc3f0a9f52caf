"""The files of the project on the page: an admin edits, sees the plan, gives a reason, and where two are asked for another approves."""

import html
import re

from duban.access.mandates import Mandate
from duban.ledger.content import read_content
from duban.runtime.private import CLOSED
from tests.web.pages.office import ANALYSIS, FILE, PLAN, SEALED, by, plan_id, sent
from tests.web.pages.people import an_account


def with_title(office, title):
    """The analysis under another title; its comments and everything else as they were."""
    old = office.ws.definitions.duties["ts-quarterly-risk-analysis"].title
    text = office.text()
    assert old in text
    return text.replace(old, title, 1)


def send(browser, text, act="keep", path=ANALYSIS):
    browser.get(FILE, params={"path": path})
    return sent(browser, FILE, path=path, text=text, act=act)


def test_an_edit_is_drafted_planned_and_put_in_force(office):
    an, text = by(office, "安"), with_title(office, "新的分析")
    before = office.text()

    assert send(an, text, "plan").headers["location"] == PLAN
    assert office.text() == before  # the folder is as it was
    shown = an.get(PLAN)
    assert "新的分析" in shown.text
    assert "原样承接" in shown.text
    refused = an.post(PLAN, plan=plan_id(shown), reason=" ")
    assert (refused.status_code, "请写明原因" in refused.text) == (422, True)
    done = an.post(PLAN, plan=plan_id(shown), reason="名称按新文件")

    assert done.headers["location"] == "/admin/versions?done=applied"
    assert office.text() == text
    newest = office.versions()[0]
    assert (newest.number, newest.actor, newest.reason) == (2, "安管理", "名称按新文件")
    assert office.ws.definitions.duties["ts-quarterly-risk-analysis"].title == "新的分析"
    assert "没有草稿" in an.get(PLAN).text


def test_a_mistake_is_said_with_its_line_and_nothing_is_written(office):
    an, before = by(office, "安"), office.text()
    send(an, before.replace("title:", "titel:", 1))
    shown = an.get(FILE, params={"path": ANALYSIS})

    assert "是不是“title”" in shown.text
    assert "行第" in shown.text
    assert "titel:" in shown.text  # what was written is kept
    assert "先改正这些问题" in an.get(PLAN).text
    assert office.text() == before
    asked = sent(an, "/admin/files/check", path=ANALYSIS, text=before.replace("title:", "titel:", 1)).json()
    assert asked["problems"][0]["here"]
    assert "是不是“title”" in str(asked)
    assert sent(an, "/admin/files/check", path=ANALYSIS, text=before).json() == {
        "problems": [],
        "remarks": [],
    }


def test_a_draft_is_its_account_s_alone_and_the_folder_s_files_stay_as_open_as_they_were(office):
    an, path = by(office, "安"), office.root / ANALYSIS
    before = path.stat().st_mode
    send(an, with_title(office, "新的分析"), "plan")
    [draft] = (office.root / ".duban/drafts").rglob("*.json")
    assert draft.stat().st_mode & CLOSED == 0
    an.post(PLAN, plan=plan_id(an.get(PLAN)), reason="名称按新文件")
    assert path.stat().st_mode == before


def test_what_the_disk_refuses_is_said_and_logged_with_the_file_and_is_no_defect(office, caplog):
    an, text = by(office, "安"), with_title(office, "新的分析")
    (office.root / ".duban/drafts").write_text("")  # where its folder belongs
    refused = send(an, text)
    assert refused.status_code == 503
    assert "服务器上有一个文件读写不了：不是文件夹；请系统管理员看日志" in refused.text
    assert "内部出错" not in refused.text
    assert str(office.root / ".duban/drafts") in caplog.text
    (office.root / ".duban/drafts").unlink()
    assert send(an, text, "plan").headers["location"] == PLAN


def test_a_sentence_the_plan_does_not_say_is_a_remark_while_it_is_written_and_in_what_it_changes(office):
    an = by(office, "安")
    text = office.text().replace("quote: 每季度开展一次", "quote: 每季度开展两次", 1)
    assert text != office.text()
    said = "计划里没有这句话：“每季度开展两次全市特种设备安全形势分析”"

    asked = sent(an, "/admin/files/check", path=ANALYSIS, text=text).json()
    assert asked["problems"] == []
    assert [each["what"] for each in asked["remarks"]] == [said]
    assert [each["duty"] for each in asked["remarks"]] == ["ts-quarterly-risk-analysis"]
    send(an, text)
    assert said in an.get(FILE, params={"path": ANALYSIS}).text
    shown = an.get(PLAN)
    assert said in shown.text
    assert 'name="plan"' in shown.text  # it may be put in force all the same


def test_an_admin_changes_a_cadence_sees_the_plan_and_another_approves(two_persons):
    an, ning = by(two_persons, "安"), by(two_persons, "宁")
    send(
        an,
        two_persons.text().replace("every: 每季度", "every: 每月").replace("due: 季度末", "due: 月底"),
        "plan",
    )
    shown = an.get(PLAN)
    assert "多久一次: 每季度 → 每月" in shown.text
    assert "替换 " in shown.text
    assert "要由另一个管理员批准" not in shown.text
    assert an.post(PLAN, plan=plan_id(shown), reason="按新文件").headers["location"].endswith("proposed")
    assert len(two_persons.versions()) == 1
    address = f"/admin/proposed/{plan_id(shown)}"
    assert "另一个管理员批准" in an.get(address).text
    own = an.post(address)
    assert (own.status_code, "要由另一个人批准" in own.text) == (409, True)

    assert address in ning.get("/admin/versions").text
    assert "多久一次: 每季度 → 每月" in ning.get(address).text
    assert ning.post(address).headers["location"].endswith("approved")
    newest = two_persons.versions()[0]
    assert (newest.number, newest.actor, newest.approved_by) == (2, "安管理", "宁管理")


def test_the_second_of_two_sees_both_and_loses_nothing(office):
    an, ning = by(office, "安"), by(office, "宁")
    send(an, "# 安 写的\n" + office.text())
    send(ning, office.text() + "# 宁 写的\n")
    assert "安管理" in ning.get(FILE, params={"path": ANALYSIS}).text
    shown = ning.get(PLAN)
    assert ning.post(PLAN, plan=plan_id(shown), reason="注").status_code == 303

    shown = an.get(PLAN)
    refused = an.post(PLAN, plan=plan_id(shown), reason="注")
    assert (refused.status_code, "什么也没有写" in refused.text) == (422, True)
    assert "安 写的" not in office.text()
    both = an.get(FILE, params={"path": ANALYSIS})
    assert "别人改了这个文件" in both.text
    assert "宁 写的" in both.text
    mine = (office.root / ".duban/drafts/accounts").rglob("*.json")
    assert any("安 写的" in each.read_text("utf-8") for each in mine)

    text = both.text.partition("data-editor")[2].partition(">\n")[2].partition("</textarea>")[0]
    sent(an, FILE, path=ANALYSIS, text=html.unescape(text), act="together")
    an.post(PLAN, plan=plan_id(an.get(PLAN)), reason="合")
    assert "安 写的" in office.text()
    assert "宁 写的" in office.text()


def test_what_was_written_while_another_s_edit_came_in_is_a_draft_beside_it(office):
    an, ning = by(office, "安"), by(office, "宁")
    begun = "# 安 写的\n" + office.text()
    mark = re.search(r'name="opened" value="(\w+)"', an.get(FILE, params={"path": ANALYSIS}).text)[1]
    send(ning, office.text() + "# 宁 写的\n")
    ning.post(PLAN, plan=plan_id(ning.get(PLAN)), reason="注")

    assert sent(an, FILE, path=ANALYSIS, text=begun, opened=mark, act="keep").status_code == 303
    both = an.get(FILE, params={"path": ANALYSIS}).text
    assert "别人改了这个文件" in both
    assert {"安 写的", "宁 写的"} <= set(re.findall(r"[安宁] 写的", both))


def test_what_one_window_has_kept_an_older_one_of_the_same_person_does_not_write_over(office):
    an = by(office, "安")
    first, second = (
        re.search(r'name="opened" value="(\w+)"', an.get(FILE, params={"path": ANALYSIS}).text)[1]
        for _ in range(2)
    )

    def keep(window, words, act="autosave"):
        written = f"# {words}\n{office.text()}"
        return sent(an, FILE, path=ANALYSIS, text=written, opened=window, act=act).status_code

    assert (keep(first, "先写的"), keep(first, "先写的，又写"), keep(second, "另一个窗口")) == (204, 204, 409)
    assert keep(first, "先写的，存了", "keep") == 303
    assert "先写的，存了" in an.get(FILE, params={"path": ANALYSIS}).text
    third = re.search(r'name="opened" value="(\w+)"', an.get(FILE, params={"path": ANALYSIS}).text)[1]
    assert (keep(third, "接着写"), keep(first, "旧窗口自己又存")) == (204, 409)
    told = sent(an, FILE, path=ANALYSIS, text="# 旧窗口里的\n", opened=first, act="keep").text
    assert re.search(r"readonly[^>]*>\n# 旧窗口里的\n</textarea>", told), "it is shown, to be brought over"
    assert "# 接着写" in told.partition("data-editor")[2], "beside the draft as it is"


def test_a_version_shows_what_it_changed_and_leads_back(office):
    an, first = by(office, "安"), read_content(office.root)
    send(an, with_title(office, "新的分析"), "plan")
    an.post(PLAN, plan=plan_id(an.get(PLAN)), reason="名称")
    shown = an.get("/admin/versions/2")
    assert ANALYSIS in shown.text
    assert "+ " in shown.text
    assert "新的分析" in shown.text

    assert an.get("/admin/versions").text.count("应办事项不变") == 1

    an_account(office, "审", Mandate("审计员", frozenset({"auditor"}), "350400"))
    seen = by(office, "审").get("/admin/versions/2").text
    assert "新的分析" in seen
    assert "drafts" not in seen

    assert "drafts" in an.get("/admin/versions/1").text
    assert an.post("/admin/versions/1/drafts").headers["location"] == PLAN
    an.post(PLAN, plan=plan_id(an.get(PLAN)), reason="改回去")
    assert read_content(office.root) == first
    assert [each.number for each in office.versions()] == [3, 2, 1]


def test_only_the_top_unit_s_admin_edits_and_a_sealed_file_is_for_who_may_know(office):
    assert by(office, "县").get("/admin/files").status_code == 403
    an, ning = by(office, "安"), by(office, "宁")

    assert an.get(FILE, params={"path": SEALED}).status_code == 403
    assert "sl-flight-check" not in an.get("/admin/files").text
    assert "sl-flight-check" in ning.get(FILE, params={"path": SEALED}).text
    told = office.root / "duties/tests/食品流通.yaml"
    told.write_text("duty: sl-flight-check\n\ncases: []\n", "utf-8")
    assert an.get(FILE, params={"path": "duties/tests/食品流通.yaml"}).status_code == 403
    assert "sl-flight-check" in ning.get(FILE, params={"path": "duties/tests/食品流通.yaml"}).text
    for path in ("../duban.yaml", "/etc/passwd", ".duban/duban.db", "duties/没有.yaml"):
        assert an.get(FILE, params={"path": path}).status_code == 404
        assert sent(an, FILE, path=path, text="x").status_code == 404


def test_the_examples_of_a_file_are_tried(office):
    an = by(office, "安")
    assert send(an, office.text(), "try").status_code == 303

    assert "0 个不符" in an.get(FILE, params={"path": ANALYSIS, "tried": "yes"}).text


EXAMPLES, MAPPING = "duties/tests/特种设备.yaml", "duties/imports/零报告.yaml"
TEMPLATE = "notifications/templates/brief.zh-CN.txt.j2"
EXAMPLE = """\
duty: ts-quarterly-risk-analysis

cases:
  - name: 一季度的
    facts: [{of: analysis.held, about: "350400", on: 2023-03-28}]
    from: 2023-01-03
    until: 2023-03-31
    expect:
      - {about: "350400", period: 2023-Q1, opens: 2023-01-01, target: 2023-03-31, deadline: 2023-03-31, state: 待复核}
"""


def test_examples_and_mappings_are_begun_tried_and_put_into_the_folder_without_a_version(office):
    an = by(office, "安")
    an.get("/admin/files")
    for folder, name in (("duties/tests", "../x"), ("duties/tests", "a/b"), ("duties", "."), ("src", "x")):
        assert sent(an, "/admin/files/new", folder=folder, name=name).status_code == 422
    begun = sent(an, "/admin/files/new", folder="duties/tests", name="特种设备").headers["location"]
    assert "schemas/examples.json" in an.get(begun).text
    assert not (office.root / EXAMPLES).exists()

    send(an, EXAMPLE.replace("expect:", "expects:"), "try", path=EXAMPLES)
    assert "expects" in an.get(FILE, params={"path": EXAMPLES, "tried": "yes"}).text
    assert "先改正这些问题" in an.get(PLAN).text
    assert "先改正问题" in an.get("/admin/files/beside").text
    send(an, EXAMPLE.replace("Q1, opens: 2023-01-01", "Q1, opens: 2023-01-05"), path=EXAMPLES)
    tried = an.get(FILE, params={"path": EXAMPLES, "tried": "yes"}).text
    assert "1 个例子，1 个不符" in tried
    assert "2023-01-05" in tried
    send(an, EXAMPLE, path=EXAMPLES)
    assert "1 个例子，0 个不符" in an.get(FILE, params={"path": EXAMPLES, "tried": "yes"}).text
    send(an, "# 新列名\n" + office.text(MAPPING), path=MAPPING)

    shown = an.get(PLAN)
    assert "不改变应办事项" in shown.text
    assert "原因" not in shown.text
    assert an.post(PLAN, plan=plan_id(shown)).headers["location"].endswith("written")
    assert office.text(EXAMPLES) == EXAMPLE
    assert office.text(MAPPING).startswith("# 新列名")
    send(an, "", "remove", path=EXAMPLES)
    an.post(PLAN, plan=plan_id(an.get(PLAN)), reason="不要了")
    assert not (office.root / EXAMPLES).exists()
    assert len(office.versions()) == 1


def test_what_i_changed_stands_beside_the_editor_as_it_is_kept_now(office):
    an, beside = by(office, "安"), "/admin/files/beside"
    assert "我改了什么" not in an.get(beside, params={"path": ANALYSIS}).text
    send(an, with_title(office, "新的分析"))
    send(an, with_title(office, "更新的分析"))
    shown = an.get(beside, params={"path": ANALYSIS}).text
    assert "我改了什么" in shown
    assert '<span class="new">+ ' in shown
    assert "更新的分析" in shown.partition("</template>")[0]
    assert "我改了什么" not in an.get(beside, params={"path": TEMPLATE}).text


def test_a_duty_s_page_names_the_plan_by_its_chapters_never_by_a_number_of_ours(office):
    browser = by(office, "安")

    for duty in office.ws.definitions.duties:
        page = browser.get(f"/duties/{duty}").text
        assert re.findall(r">[^<]*\b[A-Z]{2}-\d\d\b", page.partition("接下来")[2]) == [], duty
    assert page.count("工作要点 ") > 1


def test_a_template_and_a_duty_lead_to_the_version_that_changed_them(office):
    an, address = by(office, "安"), "/duties/ts-quarterly-risk-analysis"
    assert "没有改过" in an.get(address).text
    assert TEMPLATE in an.get("/admin/files").text
    text = office.text(TEMPLATE)
    send(an, text + "{{ nothing_of_this_name }}", path=TEMPLATE)
    assert "nothing_of_this_name" in an.get(PLAN).text
    send(an, text + "{# 注 #}", path=TEMPLATE)
    send(an, with_title(office, "新的分析"))
    assert "新的分析" in an.get("/admin/files/beside").text
    an.post(PLAN, plan=plan_id(an.get(PLAN)), reason="名称按新文件")

    assert office.text(TEMPLATE).endswith("{# 注 #}")
    shown = an.get(address).text
    assert "/admin/versions/2" in shown
    assert "名称按新文件" in shown
    assert address in an.get("/admin/versions/2").text
    assert "改过什么" not in by(office, "县").get(address).text


def test_what_was_proposed_is_withdrawn_by_who_proposed_it_and_is_their_draft_again(two_persons):
    an, ning, before = by(two_persons, "安"), by(two_persons, "宁"), two_persons.text()
    send(an, with_title(two_persons, "新的分析"), "plan")
    an.post(PLAN, plan=(plan := plan_id(an.get(PLAN))), reason="名称")
    address = f"/admin/proposed/{plan}"
    ning.get(address)
    assert ning.post(f"{address}/withdraw").status_code == 409
    an.get(address)
    assert an.post(f"{address}/withdraw").headers["location"].endswith("withdrawn")

    assert two_persons.text() == before
    assert "新的分析" in an.get(FILE, params={"path": ANALYSIS}).text
    assert address not in ning.get("/admin/versions").text
    assert ning.post(address).status_code == 404
    an.post(PLAN, plan=plan_id(an.get(PLAN)), reason="还是这样")  # the same may be proposed again
    ning.get(address)
    assert ning.post(address).headers["location"].endswith("approved")


def test_a_form_that_was_opened_before_the_duty_changed_is_told_so_and_does_nothing(office):
    an_account(
        office, "陈", Mandate("陈经办", frozenset({"officer"}), "350400", frozenset({"350400/特种设备科"}))
    )
    chen, an = by(office, "陈"), by(office, "安")
    number = re.search(r'href="/obligations/(DB-\w+)"', chen.get("/obligations").text)[1]
    opened = chen.get(f"/obligations/{number}")
    seen = re.search(r'name="seen" value="(\d+)"', opened.text)[1]
    monthly = office.text().replace("every: 每季度", "every: 每月").replace("due: 季度末", "due: 月底")
    send(an, monthly, "plan")
    an.post(PLAN, plan=plan_id(an.get(PLAN)), reason="按新文件")

    answer = sent(chen, f"/obligations/{number}/acts/acknowledge", seen=seen, reason="已经在办")
    assert answer.status_code == 409
    assert "安管理" in answer.text
    assert "按新文件" in answer.text
