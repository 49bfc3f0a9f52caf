"""A fact that answered an obligation is corrected or withdrawn later: what was reported, reviewed or done by it."""

import pytest
from sqlalchemy import insert, select

from duban.duties.grammar import Reviewer
from duban.ledger.database import reading, writing
from duban.ledger.tables import DELIVERY, NOTICE, OBLIGATION_EVENT, SUBMISSION
from duban.obligations import review
from duban.obligations.calls import calls
from duban.obligations.cause import Cause
from duban.obligations.completion import Fulfilment, complete
from tests.obligations.small_bureau import POST, first_inspection

COUNTY = "350404"


@pytest.fixture
def inspected(bureau):
    """One first inspection of S1, done on 8 September by the fact 查1; with a reviewer where `found` is given one."""

    def found(**more):
        here = bureau(first_inspection(**more))
        here.register("S1")
        here.fact("certificate.issued", "2023-09-05")
        here.open("2023-09-06")
        here.fact("inspection.done", "2023-09-08", ref="查1")
        here.open("2023-09-08")
        return here

    return found


@pytest.fixture
def reported(inspected):
    return inspected(reviewed_by=Reviewer(post=POST, unit="city"))


def revise(here, day, on="2023-09-12", of="查1", kind="inspection.done", **more):
    """The inspection is corrected to another day, or withdrawn; the next run has seen it."""
    here.fact(kind, day, revises=("测试", of), recorded_on=on, **more)
    here.open(on)


def tell(here, recipient):
    """A message about each obligation has reached this post."""
    with writing(here.ledger) as connection:
        for number in here.owed("id"):
            said = {"obligation_id": number, "rung": "review:1:1", "stage": "remind"}
            dated = {"due_on": here.clock.now().date(), "decided_at": here.clock.now()}
            notice = connection.execute(
                insert(NOTICE).values(**said, **dated).returning(NOTICE.c.id)
            ).scalar_one()
            connection.execute(
                insert(DELIVERY).values(
                    notice_id=notice,
                    obligation_id=number,
                    recipient=recipient,
                    channel="inbox",
                    state="sent",
                    not_before=here.clock.now(),
                    next_attempt_at=here.clock.now(),
                    settled_at=here.clock.now(),
                )
            )


def approve(here):
    with writing(here.ledger) as connection:
        now = here.clock.now()
        review.approve(connection, here.owed("id"), Cause("李四", now, now.date()))


def history(here):
    with reading(here.ledger) as connection:
        query = select(OBLIGATION_EVENT.c.kind, OBLIGATION_EVENT.c.reason).order_by(OBLIGATION_EVENT.c.id)
        return [tuple(row) for row in connection.execute(query)]


def hear(here):
    """Whom the calls of today go to."""
    with reading(here.ledger) as connection:
        found = calls(connection, here.ws.definitions, dict(here.owed("id", "unit")))
    return [
        (call.unit, call.rung.to[0].post)
        for each in found.values()
        for call in each
        if call.rung.key.startswith("dispatch:")
    ]


def test_reported_by_a_fact_that_never_was_it_is_owed_as_before_and_both_hear(reported):
    tell(reported, f"350400/{POST}")
    revise(reported, "2023-09-08", withdrawn=True)
    assert reported.owed("state", "reported_on") == [("open", None)]
    assert history(reported)[-1] == ("recall", "反馈所依据的事实（2023-09-08）已更正或撤销")
    assert hear(reported) == [(COUNTY, POST), ("350400", POST)]
    assert reported.owed("next_rung_at")[0].replace(tzinfo=None) <= reported.clock.now().replace(tzinfo=None)


def test_reported_by_a_fact_of_another_day_it_is_put_before_the_reviewer_by_that_day(reported):
    revise(reported, "2023-09-07")
    assert reported.owed("state", "reported_on") == [("reported", "2023-09-07")]
    with reading(reported.ledger) as connection:
        outcomes = connection.execute(select(SUBMISSION.c.outcome).order_by(SUBMISSION.c.id)).scalars()
        assert [*outcomes] == ["recalled", None]


def test_reviewed_it_is_opened_again_when_the_fact_never_was(reported):
    approve(reported)
    revise(reported, "2023-09-08", withdrawn=True)
    assert reported.owed("state", "closed_on") == [("open", None)]
    assert history(reported)[-1] == ("reopen", "办结所依据的事实（2023-09-08）已更正或撤销")
    assert hear(reported) == [(COUNTY, POST)]  # the reviewer had heard nothing of it


def test_reviewed_it_stays_closed_while_a_correction_says_the_same_day(reported):
    approve(reported)
    revise(reported, "2023-09-08", data={"检查人": "王五"}, ref="查1改")
    assert reported.owed("state") == ["done"]
    assert history(reported)[-1] == ("answered-anew", "复核所依据的事实已更正，办结的日子没有变")
    assert hear(reported) == []
    revise(reported, "2023-09-08", on="2023-09-13", of="查1改", withdrawn=True)
    assert reported.owed("state") == ["open"]


def test_done_by_a_fact_alone_it_is_done_by_its_correction(inspected):
    here = inspected()
    revise(here, "2023-09-11")
    assert here.owed("state", "closed_on") == [("done", "2023-09-11")]
    assert [kind for kind, _ in history(here)] == ["complete", "reopen", "complete"]


def test_another_fact_that_is_there_answers_in_its_place(inspected):
    here = inspected()
    here.fact("inspection.done", "2023-09-10")
    here.open("2023-09-10")
    revise(here, "2023-09-08", withdrawn=True)
    assert here.owed("state", "closed_on") == [("done", "2023-09-10")]


def test_one_moved_to_another_subject_leaves_the_first_owed_and_answers_the_second(inspected):
    here = inspected()
    here.register("S2")
    here.fact("certificate.issued", "2023-09-05", code="S2")
    here.open("2023-09-09")
    revise(here, "2023-09-08", withdrawn=True)
    here.fact("inspection.done", "2023-09-08", code="S2")
    here.open("2023-09-12")
    assert here.owed("state") == ["open", "done"]


def test_what_a_person_has_completed_since_stays_done(inspected):
    here = inspected()
    revise(here, "2023-09-08", withdrawn=True)
    with writing(here.ledger) as connection:
        now = here.clock.now()
        these = {number: Fulfilment(now.date()) for number in here.owed("id")}
        complete(connection, these, Cause("张三", now, now.date(), "现场看过"))
    here.fact("inspection.done", "2023-09-12", recorded_on="2023-09-13", ref="查2")
    here.open("2023-09-13")
    revise(here, "2023-09-12", on="2023-09-14", of="查2", withdrawn=True)
    assert here.owed("state") == ["done"]


def test_what_it_was_owed_for_was_withdrawn_after_it_was_done_nobody_owes_it(bureau):
    here = bureau(first_inspection())
    here.register("S1")
    here.fact("certificate.issued", "2023-09-05", ref="证1")
    here.open("2023-09-06")
    here.fact("inspection.done", "2023-09-08", ref="查1")
    here.open("2023-09-08")
    revise(here, "2023-09-05", of="证1", kind="certificate.issued", withdrawn=True)
    revise(here, "2023-09-08", on="2023-09-13", withdrawn=True)
    assert here.owed("state") == ["done"]
