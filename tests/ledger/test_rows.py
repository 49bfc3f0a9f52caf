"""A statement's rows as a type of the caller's: the fields are the columns, by name and in their order."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, NamedTuple

import pytest
from sqlalchemy import Float, LargeBinary, Numeric, bindparam, insert, literal, select
from sqlalchemy.exc import MultipleResultsFound, NoResultFound
from sqlalchemy.orm import aliased
from sqlmodel import col

from duban.ledger.bulk import insert_ignore
from duban.ledger.columns import LEDGER, PlainWords
from duban.ledger.database import reading, writing
from duban.ledger.rows import (
    columns_of,
    each_of,
    first_of,
    named,
    one_of,
    one_or_none,
    rows_at_once,
    rows_of,
)
from duban.ledger.tables import OBLIGATION, SUBJECT, UNIT, Obligation, Subject, UnitRecord
from tests.query_plans import heard


class Named(NamedTuple):
    code: str
    name: str


@dataclass(frozen=True)
class Placed:
    name: str
    parent: str | None


@pytest.fixture
def two_units(bureau):
    with writing(bureau) as connection:
        station = {"code": "350426-01", "name": "梅仙所", "level": "station", "parent": "350426"}
        insert_ignore(connection, UNIT, [station])
    with reading(bureau) as connection:
        yield connection


def test_what_somebody_writes_is_kept_as_it_can_be_seen(bureau):
    kept = {
        f"{table.name}.{column.name}"
        for table in LEDGER.sorted_tables
        for column in table.columns
        if isinstance(column.type, PlainWords)
    }
    assert kept == {
        "applied_version.reason",
        "content_proposal.reason",
        "hold.ended_why",
        "hold.reason",
        "merger.reason",
        "merger.undone_because",
        "obligation_event.reason",
        "submission.answer",
        "submission.reason",
    }
    with reading(bureau) as connection:
        written = literal("在沙\u202e县\u200b经营\n两家", PlainWords())
        assert connection.scalar(select(written)) == "在沙县经营\n两家"


NAMES = select(col(UnitRecord.code), col(UnitRecord.name)).order_by(col(UnitRecord.code))


def test_rows_are_of_the_type_asked_for(two_units):
    assert rows_of(two_units, NAMES, Named) == [Named("350426", "尤溪县"), Named("350426-01", "梅仙所")]
    assert [row.name for row in each_of(two_units, NAMES, Named)] == ["尤溪县", "梅仙所"]


def test_a_dataclass_takes_the_columns_that_it_has_fields_for(two_units):
    above = aliased(UnitRecord, name="above")
    places = select(*columns_of(UnitRecord, Placed)).order_by(col(UnitRecord.code))
    assert rows_of(two_units, places, Placed) == [Placed("尤溪县", None), Placed("梅仙所", "350426")]
    assert rows_of(
        two_units, select(*columns_of(above, Named)).where(col(above.parent).is_(None)), Named
    ) == [Named("350426", "尤溪县")]


def test_one_row_is_one_row(two_units):
    station = NAMES.where(col(UnitRecord.level) == "station")
    nowhere = NAMES.where(col(UnitRecord.level) == "province")
    assert (
        one_of(two_units, station, Named)
        == one_or_none(two_units, station, Named)
        == Named("350426-01", "梅仙所")
    )
    assert first_of(two_units, NAMES, Named) == Named("350426", "尤溪县")
    assert one_or_none(two_units, nowhere, Named) is first_of(two_units, nowhere, Named) is None
    with pytest.raises(NoResultFound):
        one_of(two_units, nowhere, Named)
    with pytest.raises(MultipleResultsFound):
        one_or_none(two_units, NAMES, Named)


@pytest.mark.parametrize(
    "columns",
    [
        pytest.param((UnitRecord.name, UnitRecord.code), id="another order"),
        pytest.param((UnitRecord.code,), id="too few"),
        pytest.param((UnitRecord.code, UnitRecord.name, UnitRecord.level), id="too many"),
        pytest.param((UnitRecord.code, UnitRecord.level), id="another name"),
    ],
)
def test_columns_that_are_not_the_fields_are_refused(two_units, columns):
    with pytest.raises(TypeError, match="Named has the fields code, name; the statement has the columns"):
        rows_of(two_units, select(*map(col, columns)), Named)


class Owed(NamedTuple):
    id: int
    target: date
    opened_at: datetime
    due_at: datetime | None
    provisional: bool
    evidence_facts: list[int] | None
    dispatched_to: str | None
    of_the_year: bool
    subject: str | None
    particulars: dict[str, Any] | None


@cache
def all_that_is_owed():
    return (
        select(
            col(Obligation.id),
            col(Obligation.target),
            col(Obligation.opened_at),
            col(Obligation.due_at),
            col(Obligation.provisional),
            col(Obligation.evidence_facts),
            col(Obligation.dispatched_to),
            named(col(Obligation.period_key).like("2023%"), "of_the_year"),
            named(col(Subject.name), "subject"),
            named(col(Subject.attributes), "particulars"),
        )
        .outerjoin(Subject, col(Subject.id) == col(Obligation.subject_id))
        .where(col(Obligation.unit) == bindparam("unit"))
    )


def test_rows_that_come_at_once_are_what_comes_one_after_the_other(bureau, an_obligation):
    """Days, moments to the microsecond, yes and no, JSON, nothing, and signs that JSON writes otherwise."""
    odd = {
        "address": '城关镇"解放路"\\3 号\n后门',
        "none": None,
        "more": [1, 2.5, True, {"a": "𠮷🏪\t\u2028"}],
        "code": 9_007_199_254_740_993,
    }
    with writing(bureau) as connection:
        connection.execute(
            insert(SUBJECT).values(
                kind="食品销售者", code="E-2", name="“好又多”\\超市'", unit="350426", attributes=odd
            )
        )
        for more in (
            {"period_key": "2023-10", "subject_id": 2, "evidence_facts": [3, 1], "provisional": True},
            {
                "period_key": "2024-01",
                "due_at": datetime(2024, 1, 2, 3, 4, 5, 678_901, tzinfo=UTC),
                "dispatched_to": '350426/"所"长',
            },
        ):
            connection.execute(insert(OBLIGATION).values(**an_obligation(**more)))
    with reading(bureau) as connection:
        one_by_one = rows_of(connection, all_that_is_owed(), Owed, {"unit": "350426"})
        with heard(bureau) as asked:
            at_once = rows_at_once(connection, all_that_is_owed(), Owed, {"unit": "350426"})
        if bureau.dialect.name == "sqlite":
            assert [statement[:23] for statement, _ in asked] == ["SELECT json_group_array"]
        assert sorted(at_once) == sorted(one_by_one)
        assert [list(map(type, row)) for row in sorted(at_once)] == [
            list(map(type, row)) for row in sorted(one_by_one)
        ]
        assert len(at_once) == 2
        assert {row.particulars["code"] for row in at_once if row.particulars} == {9_007_199_254_740_993}
        assert rows_at_once(connection, all_that_is_owed(), Owed, {"unit": "350400"}) == []
        with pytest.raises(TypeError, match="Named has the fields code, name; the statement has the columns"):
            rows_at_once(connection, all_that_is_owed(), Named, {"unit": "350426"})


@pytest.mark.parametrize("kind", [Float(), Numeric(), LargeBinary()])
def test_what_json_would_alter_does_not_come_at_once(ledger, kind):
    with reading(ledger) as connection, pytest.raises(TypeError, match="amount would not come back"):
        rows_at_once(connection, select(literal(None, kind).label("amount")), Named)
