"""The regular reports: to whom, once, and not when the data is in doubt."""

from datetime import date, datetime

import pytest
from sqlalchemy import select

from duban.base.clock import SHANGHAI, FixedClock
from duban.base.starter import copy_starter
from duban.facts import NewFact, NewSubject, record_facts, record_subjects
from duban.ledger.database import reading
from duban.ledger.tables import INBOX_MESSAGE
from duban.obligations.opening import open_owed
from duban.service.reporting import send_reports
from duban.workspace.workspace import open_workspace
from tests.few_duties import carried
from tests.principals import OPERATOR

CERTIFIED = "工业产品生产许可证获证企业"
ISSUED = datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)
MORNING = datetime(2026, 4, 13, 8, 30, tzinfo=SHANGHAI)
"""永安市's enterprise got its certificate on 2 March; its first inspection was due on 2 April."""


@pytest.fixture
def ws(tmp_path):
    copy_starter(tmp_path / "项目")
    carried(tmp_path / "项目")
    opened = open_workspace(tmp_path / "项目", FixedClock(ISSUED), f"sqlite:///{tmp_path / 'ledger.db'}")
    record_subjects(
        opened,
        [NewSubject(CERTIFIED, "GX1", "永安水泥（虚构）", "350481", None, {"发证方式": "告知承诺"})],
        opened.clock.now(),
        OPERATOR,
    )
    fact = NewFact("certificate.issued", (CERTIFIED, "GX1"), None, date(2026, 3, 2), "登记", "1")
    record_facts(opened, [fact], ISSUED, OPERATOR)
    open_owed(opened, ISSUED)
    yield opened
    opened.ledger.dispose()


def received(ws):
    with reading(ws.ledger) as connection:
        query = select(INBOX_MESSAGE.c.recipient, INBOX_MESSAGE.c.title).order_by(INBOX_MESSAGE.c.recipient)
        return {row.recipient: row.title for row in connection.execute(query)}


def test_the_daily_report_goes_to_the_city_s_and_the_concerned_county_s_section_chief(ws):
    send_reports(ws, MORNING, "daily")
    told = received(ws)
    assert "350400/科室负责人" in told
    assert told["350481/科室负责人"].startswith("督办日报 2026-04-13 永安市市场监管局：逾期 ")


def test_a_county_with_nothing_overdue_gets_no_daily_report_but_its_weekly_one(ws):
    send_reports(ws, ISSUED, "daily")
    assert set(received(ws)) == {"350400/科室负责人"}
    send_reports(ws, ISSUED, "weekly")
    assert "350404/分管领导" in received(ws)


def test_the_monthly_and_quarterly_reports_reach_the_leaders(ws):
    send_reports(ws, MORNING, "monthly")
    assert {"350400/分管领导", "350400/主要领导", "350481/主要领导"} <= set(received(ws))


def test_the_same_report_of_the_same_day_arrives_once(ws):
    first = send_reports(ws, MORNING, "daily")
    again = send_reports(ws, MORNING, "daily")
    assert first.messages == len(received(ws)) > 0
    assert again.messages == 0


def test_the_files_lie_by_day_and_unit_as_html_and_excel(ws):
    done = send_reports(ws, MORNING, "daily")
    assert done.folder == ws.root / ".duban" / "reports" / "2026-04-13-daily"
    names = {path.name for path in done.folder.iterdir()}
    assert {"350400.html", "350400.xlsx", "350481.html", "350481.xlsx"} <= names
    assert "永安水泥（虚构）" in (done.folder / "350481.html").read_text()
