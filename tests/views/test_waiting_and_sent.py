"""What waits for a reviewer says who reported it and what lacks now; a message is listed once, in words."""

import pytest
from sqlalchemy import insert, select

from duban.deliveries.delivering import deliver
from duban.duties.grammar import Reviewer
from duban.ledger.database import writing
from duban.ledger.tables import EVIDENCE_FILE, OBLIGATION
from duban.notices.patrol import patrol
from duban.views.for_review import waiting_for_review
from duban.views.one_owed import owed_view
from tests.obligations.small_bureau import POST, Bureau, at, quarterly


@pytest.fixture
def bureau(ledger, calendar):
    """沙县 has reported the analysis of Q3 by a fact, without its paper."""
    duty = quarterly(
        done_by="analysis.held", evidence=("分析报告",), reviewed_by=Reviewer(post=POST, unit="city")
    )
    bureau = Bureau(ledger, calendar, [duty], "2023-10-01")
    bureau.open("2023-10-09")
    return bureau


def hand_in(bureau, number, name):
    with writing(bureau.ledger) as connection:
        connection.execute(
            insert(EVIDENCE_FILE).values(
                obligation_id=number, name=name, sha256="0" * 64, size=1, stored_as="00/0.pdf",
                added_at=bureau.clock.now(), added_by="沈",
            )
        )  # fmt: skip


def test_a_reviewer_reads_who_recorded_the_fact_for_which_unit_and_what_lacks_now(bureau, seen_by):
    bureau.fact("analysis.held", "2023-10-11", unit="350405")
    bureau.open("2023-10-12")

    (row,) = waiting_for_review(seen_by(undisclosed=True))
    assert row.submitted.submitted_by == "王五（为沙县区局登记）"
    assert row.missing == ("分析报告",)
    hand_in(bureau, row.row.number, "分析报告.pdf")
    (row,) = waiting_for_review(seen_by(undisclosed=True))
    assert (row.missing, row.submitted.reason) == ((), "已有办结的事实")


def test_a_message_that_brought_several_rungs_is_listed_once_in_words(bureau, seen_by):
    bureau.clock.moment = at("2023-10-20")
    patrol(bureau.ws, bureau.clock.now())
    deliver(bureau.ws, bureau.clock.now())
    with writing(bureau.ledger) as connection:
        number = connection.execute(select(OBLIGATION.c.id)).scalars().first()

    messages = owed_view(seen_by(undisclosed=True), number).messages

    assert [(each.stages, each.channel, each.outcome) for each in messages] == [
        (["提醒"], "站内信", "已送达")
    ]
    assert "(inbox)" not in "".join(each.text for each in owed_view(seen_by(), number).told.timeline)
