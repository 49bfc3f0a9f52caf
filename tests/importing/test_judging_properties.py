"""Whatever files come in whatever order: what stands in the ledger is what the sources said last, retests included."""

import itertools
import shutil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from duban.ledger.database import open_ledger, reading
from duban.ledger.tables import FACT, SUBJECT
from tests.importing.tables import SAMPLES, City, code, sample, text

NUMBERS = itertools.count()
FAILED, PASSED, CLEARED = "不合格", "合格", "复检合格"
STATEMENTS = st.tuples(
    st.sampled_from(["A", "B", "C"]),
    st.sampled_from([FAILED, FAILED, PASSED, CLEARED]),
    st.sampled_from([1, 2]),
    st.sampled_from(["2023-08-01", "2023-08-02"]),
)


@pytest.fixture(scope="module")
def city(migrated_sqlite_file, tmp_path_factory):
    """One ledger for all examples: each uses numbers of its own."""
    path = tmp_path_factory.mktemp("judging") / "ledger.db"
    shutil.copy(migrated_sqlite_file, path)
    ledger = open_ledger(f"sqlite:///{path}")
    city = City(ledger)
    city.register(1, 2)
    yield city
    ledger.dispose()


def expected(statements):
    """What stands in the end, by a model that knows nothing of facts that revise each other."""
    said, withdrawn = {}, set()
    for ref, result, subject, day in statements:
        if result == CLEARED:
            withdrawn |= {ref} & set(said)
        elif result == FAILED and said.get(ref) != (subject, day):
            said[ref] = (subject, day)
            withdrawn.discard(ref)
    return {(ref, code(subject), day) for ref, (subject, day) in said.items() if ref not in withdrawn}


def standing(city, prefix):
    """The facts that nothing revises and that are no withdrawal."""
    later = FACT.alias("later")
    query = (
        select(FACT.c.ref, SUBJECT.c.code, FACT.c.happened_on, FACT.c.data)
        .join_from(FACT, SUBJECT, SUBJECT.c.id == FACT.c.subject_id)
        .where(
            FACT.c.ref.startswith(prefix), ~select(later.c.id).where(later.c.revises == FACT.c.id).exists()
        )
    )
    with reading(city.ledger) as connection:
        return {
            (row.ref.removeprefix(prefix).partition("#")[0], row.code, row.happened_on.isoformat())
            for row in connection.execute(query)
            if not row.data.get("withdrawn")
        }


@settings(max_examples=40)
@given(st.lists(STATEMENTS, min_size=1, max_size=8))
def test_file_after_file_the_ledger_holds_what_was_said_last(city, tmp_path_factory, statements):
    prefix = f"P{next(NUMBERS)}-"
    folder = tmp_path_factory.mktemp("files")
    for place, (ref, result, subject, day) in enumerate(statements):
        row = sample(prefix + ref, subject, result, day)
        file = text(folder / f"{place}.csv", [SAMPLES, row])
        rehearsed, outcome = city.rehearse(file), city.take(file)
        assert rehearsed.rows == outcome.rows
        again = city.take(file)
        assert not again.brings_something
    assert standing(city, prefix) == expected(statements)


@settings(max_examples=40)
@given(st.lists(STATEMENTS, min_size=1, max_size=8))
def test_one_file_is_taken_the_same_once_or_twice(city, tmp_path_factory, statements):
    prefix = f"P{next(NUMBERS)}-"
    rows = [sample(prefix + ref, subject, result, day) for ref, result, subject, day in statements]
    file = text(tmp_path_factory.mktemp("files") / "all.csv", [SAMPLES, *rows])
    rehearsed, outcome = city.rehearse(file), city.take(file)
    assert rehearsed.rows == outcome.rows
    stands = standing(city, prefix)
    assert not city.take(file).brings_something
    assert standing(city, prefix) == stands
    for ref in {statement[0] for statement in statements}:
        said = {statement[1:] for statement in statements if statement[0] == ref}
        if len(said) == 1:
            (result, subject, day) = said.pop()
            assert ((ref, code(subject), day) in stands) == (result == FAILED)
