"""A part of a subject's name is found through an index on either database, whether many have it or one."""

import pytest
from sqlalchemy import event, insert, select, text

from duban.ledger.database import reading, writing
from duban.ledger.tables import OBLIGATION, SUBJECT, UNIT
from duban.views import named_subjects
from duban.views.named_subjects import about_named, first_named

NAMES = [
    "一品小吃店",
    "三元美味餐馆",
    "三元香源小吃店",
    "百%利超市",
    "百利超市",
    "福源小吃店",
    "美味斋小吃店",
]


@pytest.fixture
def names(ledger, monkeypatch):
    """A ledger of seven subjects, the even ones of 三元, where looking along the names stops at the third."""
    monkeypatch.setattr(named_subjects, "WALKED", 3)
    monkeypatch.setattr(named_subjects, "FEW", 2)
    units = [{"code": code, "name": code, "level": "county"} for code in ("350404", "350405")]
    with writing(ledger) as connection:
        connection.execute(insert(UNIT), units)
        connection.execute(
            insert(SUBJECT),
            [
                {
                    "kind": "店",
                    "code": f"S{n}",
                    "name": name,
                    "unit": units[n % 2]["code"],
                    "attributes": {},
                    "active": True,
                }
                for n, name in enumerate(NAMES)
            ],
        )
    return ledger


def called(connection, numbers):
    known = {row.id: row.name for row in connection.execute(select(SUBJECT.c.id, SUBJECT.c.name))}
    return [known[each] for each in numbers]


@pytest.mark.parametrize(
    ("part", "units", "most", "found"),
    [
        ("小吃店", None, 2, 2),
        ("小吃店", None, 9, 4),
        ("美味", None, 9, 2),
        ("香源小吃", None, 9, 1),
        ("福", None, 9, 1),
        ("百%利", None, 9, 1),
        ("没有的店", None, 9, 0),
        ("美味", ["350404"], 9, 1),
        ("美味", [], 9, 0),
    ],
)
def test_the_first_by_name_that_have_it(names, part, units, most, found):
    with reading(names) as connection:
        got = called(connection, first_named(connection, part, units, most))
    having = [
        name
        for n, name in enumerate(NAMES)
        if part in name and (units is None or ("350404", "350405")[n % 2] in units)
    ]
    assert len(got) == found
    assert set(got) <= set(having)
    assert len(having) == found or most == found


def plans(ledger, reads):
    """How the database goes about each statement; a table of seven rows would not be worth an index."""
    asked = []
    event.listen(ledger, "before_cursor_execute", lambda *told: asked.append(told[2:4]))
    with ledger.connect() as connection:
        reads(connection)
        statements = [each for each in asked if each[0].startswith("SELECT")]
        explained = "EXPLAIN QUERY PLAN" if ledger.dialect.name == "sqlite" else "EXPLAIN"
        if ledger.dialect.name == "postgresql":
            connection.execute(text("SET enable_seqscan = off"))
        told = [connection.exec_driver_sql(f"{explained} {each}", given).all() for each, given in statements]
        return ["\n".join(str(row[-1]) for row in rows) for rows in told]


def test_neither_a_common_nor_a_rare_part_reads_the_subjects_one_by_one(names):
    along, letters = plans(names, lambda connection: first_named(connection, "香源小吃", None, 9))
    if names.dialect.name == "sqlite":
        assert "USING COVERING INDEX ix_subject_name" in along
        assert "USING COVERING INDEX ix_subject_name" in letters
    else:
        assert "Index Only Scan using ix_subject_name " in along
        assert "ix_subject_name_pairs" in letters
    [few] = plans(names, lambda connection: about_named(connection, "香源小吃"))
    assert (
        "ix_subject_name_pairs" if names.dialect.name == "postgresql" else "COVERING INDEX ix_subject_name"
    ) in few


@pytest.mark.parametrize("part", ["美味", "小吃店"])
def test_what_is_owed_about_them_is_asked_for_by_their_rows_or_one_by_one_where_they_are_many(names, part):
    with reading(names) as connection:
        condition = about_named(connection, part)
        assert ("EXISTS" in str(condition.compile(names))) == (part == "小吃店")
        assert connection.execute(select(OBLIGATION.c.id).where(condition)).all() == []
