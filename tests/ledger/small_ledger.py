"""A ledger with one bureau, one enterprise and one duty, and a way to owe something by hand."""

from datetime import UTC, date, datetime

from sqlalchemy import insert

from duban.ledger.bulk import insert_ignore
from duban.ledger.database import writing
from duban.ledger.tables import DUTY_VERSION, OBLIGATION, RECKONING, SUBJECT, UNIT

OPENED = datetime(2023, 9, 1, 0, 30, tzinfo=UTC)


def with_a_bureau(ledger):
    """The ledger with what every obligation rests on."""
    with writing(ledger) as connection:
        insert_ignore(
            connection, UNIT, [{"code": "350426", "name": "尤溪县", "level": "county", "parent": None}]
        )
        connection.execute(
            insert(SUBJECT).values(
                kind="食品销售者", code="E-1", name="好邻居超市", unit="350426", attributes={}
            )
        )
        connection.execute(
            insert(DUTY_VERSION).values(
                duty_id="sl-monthly",
                fingerprint="d1",
                line="食品流通",
                kind="periodic",
                title="月度检查",
                content={"ladder": "standard"},
                recorded_at=OPENED,
            )
        )
        connection.execute(
            insert(RECKONING).values(
                key="k1",
                nominal=date(2023, 10, 9),
                target=date(2023, 10, 9),
                deadline=date(2023, 10, 9),
                earliest=date(2023, 10, 9),
                latest=date(2023, 10, 9),
                steps=[],
                calendar_version="c1",
            )
        )
    return ledger


def an_obligation(**more):
    """The columns of an obligation of 尤溪县 for 2023-09; give others to make it another."""
    return {
        "duty_id": "sl-monthly",
        "duty_version_id": 1,
        "unit": "350426",
        "subject_id": None,
        "period_key": "2023-09",
        "state": "open",
        "opened_on": date(2023, 9, 1),
        "opened_at": OPENED,
        "target": date(2023, 10, 9),
        "deadline": date(2023, 10, 9),
        "reckoning_id": 1,
        "next_rung_at": datetime(2023, 9, 25, 0, 30, tzinfo=UTC),
        **more,
    }


def owe_one(ledger):
    """Let 尤溪县 owe one; returns the number of that open obligation."""
    with writing(ledger) as connection:
        return connection.execute(insert(OBLIGATION).values(**an_obligation())).inserted_primary_key[0]
