"""Rows by the thousand, counted exactly, read back as they were given."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from duban.ledger import bulk
from duban.ledger.database import reading, writing
from duban.ledger.tables import FACT, OBLIGATION, SUBJECT

NOW = datetime(2023, 10, 9, 1, 0, tzinfo=UTC)


def test_no_rows_are_no_work(bureau):
    with writing(bureau) as connection:
        assert bulk.insert_ignore(connection, OBLIGATION, []) == 0


def test_only_what_is_new_counts_across_chunks(bureau, an_obligation, monkeypatch):
    monkeypatch.setattr(bulk, "CHUNK", 7)
    keys = [f"{year}-{month:02}" for year in (2023, 2024) for month in range(1, 13)]
    with writing(bureau) as connection:
        first = bulk.insert_ignore(
            connection, OBLIGATION, (an_obligation(period_key=key) for key in keys[:10])
        )
        again = bulk.insert_ignore(connection, OBLIGATION, (an_obligation(period_key=key) for key in keys))
        there = connection.execute(select(func.count()).select_from(OBLIGATION)).scalar_one()
    assert (first, again, there) == (10, 14, 24)


def test_every_kind_of_value_comes_back_as_it_went_in(bureau):
    given = {
        "kind": "sample.failed",
        "subject_id": 1,
        "unit": None,
        "happened_on": date(2023, 9, 30),
        "recorded_at": NOW + timedelta(microseconds=1),
        "source": "检测系统",
        "ref": "A'B\"C%S",
        "data": {"批次": ["甲", 1.5, None, True], "说明": "含“引号”和\n换行"},
    }
    with writing(bureau) as connection:
        assert bulk.insert_ignore(connection, FACT, [given]) == 1
        row = connection.execute(select(FACT)).one()._asdict()
    assert {name: row[name] for name in given} == given
    assert row["revises"] is None


def test_what_is_left_out_takes_its_default(bureau):
    with writing(bureau) as connection:
        bulk.insert_ignore(
            connection, SUBJECT, [{"kind": "特种设备", "code": "T-1", "name": "电梯", "unit": "350426"}]
        )
        row = connection.execute(select(SUBJECT).where(SUBJECT.c.code == "T-1")).one()
    assert (row.active, row.attributes, row.grade) == (True, {}, None)


def test_a_column_that_does_not_exist_is_refused(bureau, an_obligation):
    with writing(bureau) as connection, pytest.raises(KeyError, match="titel"):
        bulk.insert_ignore(connection, OBLIGATION, [an_obligation(titel="x")])


def test_a_moment_without_its_zone_is_refused(bureau, an_obligation):
    naive = datetime(2023, 10, 9, 9, 0)
    with writing(bureau) as connection, pytest.raises(ValueError, match="zone"):
        bulk.insert_ignore(connection, OBLIGATION, [an_obligation(opened_at=naive)])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(
    moment=st.datetimes(
        datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.timezones(), allow_imaginary=False
    )
)
def test_a_moment_in_any_zone_is_the_same_moment_in_utc(bureau, moment):
    ref = moment.isoformat() + str(moment.tzinfo)
    row = {
        "kind": "k",
        "happened_on": moment.date(),
        "recorded_at": moment,
        "source": str(moment.fold),
        "ref": ref,
    }
    with writing(bureau) as connection:
        bulk.insert_ignore(connection, FACT, [row])
    with reading(bureau) as connection:
        query = select(FACT.c.recorded_at).where(FACT.c.source == row["source"], FACT.c.ref == ref)
        stored = connection.execute(query).scalar_one()
    assert stored == moment.astimezone(UTC)
    assert stored.utcoffset() == timedelta(0)
