"""A source that should have brought facts and has not: it is said to its owner, and no unit is blamed."""

from datetime import date

import pytest
from sqlalchemy import select

from duban.base.clock import FixedClock
from duban.base.starter import copy_starter
from duban.documents import as_html, as_markdown
from duban.duties.sources import GRACE, FactSource
from duban.facts import NewFact, record_facts
from duban.facts.feeds import last_reported_period, silent_feeds
from duban.ledger.database import reading
from duban.ledger.tables import INBOX_MESSAGE
from duban.reports import overdue, overdue_document
from duban.reports.audit import look_over
from duban.service.reporting import send_reports
from duban.workdays import Period, TimeGrain
from duban.workspace.workspace import open_workspace
from tests.few_duties import keep
from tests.obligations.small_bureau import at
from tests.principals import OPERATOR

MONTHLY = FactSource("12315月报", ("complaint.tallied",), TimeGrain.MONTH, GRACE, "消费者权益保护科")


@pytest.mark.parametrize(
    "today, due",
    [
        # October 2023: the working days 1–10 November end its ten days of grace on Tuesday 14 November
        ("2023-11-14", "2023-09"),
        ("2023-11-15", "2023-10"),
        ("2023-11-30", "2023-10"),
        ("2023-12-01", "2023-10"),
    ],
)
def test_a_period_is_asked_for_when_its_grace_is_over(calendar, today, due):
    assert last_reported_period(MONTHLY, calendar, date.fromisoformat(today)) == due


def test_grace_may_be_in_natural_days(calendar):
    source = FactSource("a", ("complaint.tallied",), TimeGrain.QUARTER, Period(15, TimeGrain.DAY), "x")
    assert last_reported_period(source, calendar, date(2023, 10, 15)) == "2023-Q2"
    assert last_reported_period(source, calendar, date(2023, 10, 16)) == "2023-Q3"


@pytest.fixture
def ws(tmp_path, monkeypatch):
    """The starter project, in use since 2023-08-01, with the duties on complaints."""
    monkeypatch.delenv("DUBAN_DATABASE_URL", raising=False)
    copy_starter(tmp_path / "sanming")
    keep(tmp_path / "sanming", ("xb-mediation-rate", "cp-first-inspection"))
    opened = open_workspace(tmp_path / "sanming", FixedClock(at("2023-08-01")))
    yield opened
    opened.ledger.dispose()


def tally(ws, day, recorded):
    fact = NewFact(
        "complaint.tallied", None, "350404", date.fromisoformat(day), "12315月报", day, {"调解数": 10}
    )
    assert record_facts(ws, [fact], at(recorded), OPERATOR).refused == []


def silent(ws, day):
    with reading(ws.ledger) as connection:
        return {each.source.name: each for each in silent_feeds(connection, ws.definitions, at(day))}


def test_a_source_that_never_brought_anything_is_silent_after_a_whole_period(ws):
    assert "12315月报" not in silent(ws, "2023-09-01")
    assert "12315月报" not in silent(ws, "2023-09-14")
    assert silent(ws, "2023-09-18")["12315月报"].told == "12315月报：还没有报过数（2023年8月应有）"


def test_it_speaks_again_as_soon_as_the_facts_are_there(ws):
    tally(ws, "2023-08-31", "2023-09-20")
    assert "12315月报" not in silent(ws, "2023-09-20")
    assert (
        silent(ws, "2023-10-31")["12315月报"].told
        == "12315月报：2023年9月没有数据，最近一条发生在 2023-08-31"
    )
    tally(ws, "2023-09-30", "2023-11-01")
    assert "12315月报" not in silent(ws, "2023-11-01")


def test_the_report_says_so_where_its_figures_rest_on_it(ws):
    report = overdue(ws, at("2023-09-18"))
    assert any("12315月报" in each for each in report.silent_feeds)
    for form in (as_html(overdue_document(report)), as_markdown(overdue_document(report))):
        assert "12315月报：还没有报过数（2023年8月应有）" in form


def test_the_audit_names_it_and_is_clean_all_the_same(ws):
    [found] = [each for each in look_over(ws, at("2023-09-18")).findings if each.key == "feeds.silent"]
    assert not found.broken
    assert any("12315月报" in each and "消费者权益保护科" in each for each in found.named)


def test_its_owner_is_told_once_for_each_period(ws):
    def told():
        query = select(INBOX_MESSAGE.c.recipient, INBOX_MESSAGE.c.body).where(
            INBOX_MESSAGE.c.message_id.startswith("feed-12315月报")
        )
        with reading(ws.ledger) as connection:
            return connection.execute(query).all()

    for day in ("2023-09-18", "2023-09-19", "2023-09-20"):
        send_reports(ws, at(day), "daily")
    [(recipient, body)] = told()
    assert recipient == "350400/消费者权益保护科"
    assert "是没有发生，还是没有报来" in body
    send_reports(ws, at("2023-10-31"), "daily")
    assert len(told()) == 2
