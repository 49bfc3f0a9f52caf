"""An edit that lets go of very many obligations, each due on a day of its own: what it costs follows their number."""

from datetime import date, timedelta

import pytest

from duban.edits import leaving
from duban.ledger.database import writing
from duban.ledger.tables import OBLIGATION
from tests.obligations.small_bureau import graded_visits, monthly
from tests.query_plans import heard

ON = "2023-04-10"
REMOVED = ()
OTHERS = (graded_visits(where={"业态": ("便利店",)}),)


def with_visits(bureau, many):
    """A bureau that owes a visit to each of so many sellers, two and two of them by a day of their own."""
    here = bureau(graded_visits(), monthly())
    sellers = [f"S{number}" for number in range(many)]
    here.register(*sellers[::2], unit="350404-01")
    here.register(*sellers[1::2], unit="350405")
    here.open("2023-04-09")
    owed, reckonings = here.owed("id", duty_id="visits"), here.owed("reckoning_id", duty_id="visits")
    assert len(owed) == many
    with writing(here.ledger) as connection:
        for place, number in enumerate(owed):
            due = date(2023, 12, 31) + timedelta(days=place // 2)
            days = {
                "target": due,
                "deadline": due,
                "reckoning_id": reckonings[0],
            }
            connection.execute(OBLIGATION.update().where(OBLIGATION.c.id == number).values(days))
    return here


@pytest.mark.parametrize("left", [REMOVED, OTHERS], ids=["removed", "owed for others"])
def test_many_are_withdrawn_as_one_by_one(bureau, fresh_bureau_with, monkeypatch, left):
    def told(here):
        (effect,) = (each for each in here.apply(*left, monthly(), on=ON).duties if each.duty_id == "visits")
        history = [
            (row.kind, row.reason, row.details) for number in here.owed("id") for row in here.events(number)
        ]
        return effect, here.owed("id", "state", "closed_on", "next_rung_at"), history

    one_by_one = told(with_visits(bureau, 8))
    monkeypatch.setattr(leaving, "_MANY", 3)
    at_once = told(with_visits(lambda *duties: fresh_bureau_with(*duties, on="2023-01-01"), 8))
    assert at_once == one_by_one
    gone = at_once[0].withdrawn
    assert len(gone) == 4
    assert [each.count for each in gone] == [2, 2, 2, 2]
    assert {unit for each in gone for unit in each.units} == {"350404", "350405"}


def test_as_many_statements_for_a_hundred_as_for_fifty(fresh_bureau_with):
    def asked(many):
        here = with_visits(lambda *duties: fresh_bureau_with(*duties, on="2023-01-01"), many)
        with heard(here.ledger) as statements:
            here.apply(monthly(), on=ON)
        return len(statements)

    assert asked(100) == asked(50)
