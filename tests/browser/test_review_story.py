"""An officer closes an obligation from a mail, on a phone, with a photograph; it is returned, closed again, reviewed.

What 三元 owes is reviewed by 审 at the city's section of the same name.
"""

import re

import pytest
from playwright.sync_api import expect

from duban.access.mandates import Mandate
from duban.deliveries.delivering import deliver
from duban.duties.grammar import Reviewer
from duban.notices.patrol import patrol
from tests.browser.conftest import PHONE, a_photograph
from tests.obligations.small_bureau import POST, Bureau, at, quarterly
from tests.web.conftest import City
from tests.web.pages.people import an_account


@pytest.fixture
def plain_city(sqlite_ledger, calendar, tmp_path, settings):
    reviewed = quarterly(evidence=("形势分析报告",), reviewed_by=Reviewer(unit="parent"))
    bureau = Bureau(sqlite_ledger, calendar, [reviewed], "2023-01-01")
    bureau.open("2023-10-09")
    bureau.clock.moment = at("2023-10-13")
    return City(bureau, tmp_path, settings)


def test_from_a_mail_on_a_phone_to_the_review_and_back(screen, served):
    an_account(
        served, "审", Mandate("审科长", frozenset({"officer"}), "350400", frozenset({f"350400/{POST}"}))
    )
    patrol(served.ws, served.now)
    deliver(served.ws, served.now)
    officer = screen(viewport=PHONE).sign_in("林")
    officer.goto("/inbox")
    link = officer.get_by_role("link", name=re.compile("项应办")).first.get_attribute("href")
    assert link.startswith("/m/")

    def report(said):
        officer.goto(link)
        officer.get_by_role("link", name="quarterly").click()
        officer.get_by_role("link", name="反馈").click()
        officer.get_by_label("形势分析报告").set_input_files(a_photograph(1200, 900))
        officer.get_by_label("说明").fill(said)
        officer.get_by_role("button", name="确认反馈").click()
        expect(officer.get_by_role("status")).to_contain_text("已反馈。")

    report("已开会分析")
    reviewer = screen().sign_in("审")
    reviewer.goto("/review")
    expect(reviewer.get_by_role("main")).to_contain_text("已开会分析")
    reviewer.get_by_role("link", name="退回").click()
    reviewer.get_by_label("原因").fill("缺签到表")
    reviewer.get_by_label(re.compile("哪一天|期限|到")).first.fill("2023-12-29")
    reviewer.get_by_role("button", name="确认退回").click()
    expect(reviewer.get_by_role("status")).to_contain_text("已退回")

    officer.goto("/")
    expect(officer.get_by_role("main")).to_contain_text("退回：缺签到表")  # though its day is far
    officer.goto(link)
    officer.get_by_role("link", name="quarterly").click()
    expect(officer.get_by_role("note")).to_contain_text("退回")
    expect(officer.get_by_role("note")).to_contain_text("缺签到表")
    report("签到表补上了")
    reviewer.goto("/review")
    reviewer.get_by_role("link", name="复核通过").click()
    reviewer.get_by_role("button", name="确认复核通过").click()
    expect(reviewer.get_by_role("status")).to_contain_text("复核通过")
    officer.reload()
    expect(officer.get_by_role("main")).to_contain_text("办结")
