"""What of the obligations there is for somebody, on either database.

三元 and 沙县 each owe a quarterly analysis; S1, in the charge of 列东所 (三元), has been found failing three times: 三元 owes a
flight check there, which is confidential.
"""

import pytest
from sqlalchemy import insert, select, update
from sqlmodel import col

from duban.ledger.database import reading, writing
from duban.ledger.principals import Principal
from duban.ledger.tables import DELIVERY, NOTICE, OBLIGATION, SUBMISSION, Obligation
from duban.ledger.visibility import visible
from duban.workdays import load_calendar
from tests.obligations.small_bureau import POST, ROOT, Bureau, at, flight_check, quarterly


@pytest.fixture(scope="module")
def calendar():
    return load_calendar(ROOT / "calendar")


@pytest.fixture
def bureau(ledger, calendar):
    made = Bureau(ledger, calendar, [quarterly(), flight_check()], "2023-01-01")
    made.register("S1")
    for day in ("2023-08-01", "2023-08-02", "2023-08-03"):
        made.fact("sample.failed", day, ref=day)
    made.open("2023-10-09")
    assert made.owed("duty_id").count("flight-check") == 1
    return made


def somebody(unit="350400", units=None, **more):
    return Principal("某人", unit, units, "page", may_write=True, **{"undisclosed": False, **more})


def seen(bureau, principal):
    """The duty and the unit of what exists for them."""
    query = select(col(Obligation.duty_id), col(Obligation.unit)).where(visible(principal))
    with reading(bureau.ledger) as connection:
        return sorted(connection.execute(query).tuples())


ANALYSES = [("quarterly", "350404"), ("quarterly", "350405")]


def the_flight_check(bureau):
    with reading(bureau.ledger) as connection:
        return connection.execute(
            select(OBLIGATION.c.id, OBLIGATION.c.unit).where(OBLIGATION.c.duty_id == "flight-check")
        ).one()


def test_everybody_sees_their_own_units(bureau):
    assert seen(bureau, somebody()) == ANALYSES
    assert seen(bureau, somebody("350405", frozenset({"350405"}))) == [("quarterly", "350405")]
    assert seen(bureau, somebody("nowhere", frozenset())) == []


def test_of_them_the_lines_that_are_theirs(bureau):
    assert seen(bureau, somebody(lines=frozenset({"食品流通安全监督管理"}))) == ANALYSES
    assert seen(bureau, somebody(lines=frozenset({"计量"}))) == []
    assert seen(bureau, somebody(lines=frozenset())) == []


def test_who_is_to_decide_on_a_confidential_one_sees_it_at_once_until_it_is_decided(bureau):
    number, unit = the_flight_check(bureau)
    head = somebody(posts=frozenset({f"{unit}/科室负责人"}))
    other = somebody(posts=frozenset({f"{unit}/计量科"}))
    waits = {
        "kind": "report",
        "reviewer": f"{unit}/科室负责人",
        "submitted_by": "林",
        "submitted_at": at("2023-10-10"),
    }
    assert seen(bureau, head) == ANALYSES
    with writing(bureau.ledger) as connection:
        connection.execute(insert(SUBMISSION).values(obligation_id=number, reason="", answer="", **waits))
    assert (seen(bureau, head), seen(bureau, other)) == ([("flight-check", unit), *ANALYSES], ANALYSES)
    with writing(bureau.ledger) as connection:
        connection.execute(update(SUBMISSION).values(settled_at=at("2023-10-11"), outcome="returned"))
    assert seen(bureau, head) == ANALYSES


def test_a_confidential_one_exists_for_who_may_know_of_it(bureau):
    flight = ("flight-check", the_flight_check(bureau).unit)

    assert seen(bureau, somebody(undisclosed=True)) == [flight, *ANALYSES]
    assert seen(bureau, somebody("350405", frozenset({"350405"}), undisclosed=True)) == [
        ("quarterly", "350405")
    ]


def test_and_for_the_post_that_owes_it(bureau):
    flight = ("flight-check", the_flight_check(bureau).unit)

    assert flight in seen(bureau, somebody(posts=frozenset({f"{flight[1]}/{POST}"})))
    assert flight not in seen(bureau, somebody(posts=frozenset({f"350405/{POST}"})))
    assert flight not in seen(bureau, somebody(posts=frozenset({f"{flight[1]}/计量科"})))


def test_and_for_a_post_that_was_told_of_it(bureau):
    flight = the_flight_check(bureau)
    leader = somebody(posts=frozenset({"350400/分管领导"}))
    assert seen(bureau, leader) == ANALYSES
    with writing(bureau.ledger) as connection:
        told = {
            "obligation_id": flight.id,
            "rung": "remind-1",
            "stage": "remind",
            "due_on": at("2023-10-09").date(),
        }
        notice = connection.execute(
            insert(NOTICE).values(decided_at=at("2023-10-09"), late=False, **told).returning(NOTICE.c.id)
        ).scalar_one()
        connection.execute(
            insert(DELIVERY).values(
                notice_id=notice,
                obligation_id=flight.id,
                recipient="350400/分管领导",
                channel="inbox",
                state="pending",
                not_before=at("2023-10-09"),
                attempts=0,
                next_attempt_at=at("2023-10-09"),
            )
        )

    assert seen(bureau, leader) == [("flight-check", flight.unit), *ANALYSES]


def test_once_done_it_is_like_every_other(bureau):
    flight = the_flight_check(bureau)
    with writing(bureau.ledger) as connection:
        connection.execute(
            update(OBLIGATION)
            .where(OBLIGATION.c.id == flight.id)
            .values(state="done", closed_at=at("2023-10-09"), closed_on=at("2023-10-09").date())
        )

    assert ("flight-check", flight.unit) in seen(bureau, somebody())
