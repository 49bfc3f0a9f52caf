"""A leader assigns, an officer signs for it and reports, the reviewer returns it with a reason and a new day, then closes it.

王 is the city's leader, 林 the officer of 三元, 审 the reviewer whom 王 named: three people, each at a screen of their own.
"""

import re

from playwright.sync_api import expect

from duban.access.mandates import Mandate
from tests.browser.conftest import PHONE, a_photograph
from tests.obligations.small_bureau import POST
from tests.web.pages.people import an_account


def test_what_a_leader_assigns_is_signed_for_returned_and_reviewed(screen, served):
    an_account(
        served, "审", Mandate("审科长", frozenset({"officer"}), "350400", frozenset({f"350400/{POST}"}))
    )
    leader = screen().sign_in("王")
    leader.goto("/assign")
    leader.get_by_label("事由").fill("报送校园食品安全自查")
    leader.get_by_label("文号").fill("闽市监函〔2023〕5号")
    leader.get_by_label("承办单位").select_option(label="三元区局")
    leader.get_by_label("承办岗位").select_option(POST)
    leader.get_by_label("期限：哪一天").fill("2023-10-27")
    leader.get_by_text("条线、催办、复核、材料、保密").click()
    leader.get_by_label("复核人").fill(f"市局/{POST}")
    leader.get_by_label("办结要交的材料").fill("自查报告")
    leader.get_by_role("button", name="先看会怎样").click()
    expect(leader.get_by_role("status")).to_contain_text("三元区局 1 项，10月27日（星期五）到期")
    leader.get_by_role("button", name="确认交办 1 项").click()
    expect(leader.get_by_role("main")).to_contain_text("在办")

    officer = screen(viewport=PHONE).sign_in("林")
    officer.goto("/obligations?q=自查")
    officer.get_by_role("link", name="报送校园食品安全自查").first.click()
    mine = officer.url
    expect(officer.get_by_role("main")).to_contain_text("闽市监函〔2023〕5号")
    officer.get_by_role("button", name="签收").click()
    expect(officer.get_by_role("status")).to_contain_text("已签收")

    def report(said):
        officer.goto(mine)
        officer.get_by_role("link", name="反馈").click()
        officer.get_by_label("自查报告").set_input_files(a_photograph(300, 200))
        officer.get_by_label("说明").fill(said)
        officer.get_by_role("button", name="确认反馈").click()
        expect(officer.get_by_role("status")).to_contain_text("已反馈。")

    report("已查十二所学校")
    reviewer = screen().sign_in("审")
    reviewer.goto("/review")
    expect(reviewer.get_by_role("main")).to_contain_text("已查十二所学校")
    reviewer.get_by_role("link", name="退回").click()
    reviewer.get_by_label("原因").fill("缺两所民办幼儿园")
    reviewer.get_by_label(re.compile("哪一天|期限|到")).first.fill("2023-11-03")
    reviewer.get_by_role("button", name="确认退回").click()
    expect(reviewer.get_by_role("status")).to_contain_text("已退回")

    leader.reload()
    expect(leader.get_by_role("row", name=re.compile("三元区局"))).to_contain_text("11-03")
    officer.goto(mine)
    expect(officer.get_by_role("main")).to_contain_text("缺两所民办幼儿园")
    report("两所幼儿园补查了")
    reviewer.goto("/review")
    reviewer.get_by_role("link", name="复核通过").click()
    reviewer.get_by_role("button", name="确认复核通过").click()
    expect(reviewer.get_by_role("status")).to_contain_text("复核通过")
    leader.reload()
    expect(leader.get_by_role("main")).to_contain_text("办结")
