"""Mergers entered and taken back in any order, looked at in between or not: whose an obligation is depends on what stands.

The reference follows the links: what was first about a shop is owed by the shop that stands for it. Nothing open is left
with a shop that is gone, nothing is lost or doubled, and when everything is taken back all is as it was.
"""

import shutil
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from duban.facts import MergeRefused, merge_subject, unmerge_subject
from duban.ledger.database import open_ledger, reading
from duban.ledger.tables import NOTICE, OBLIGATION, SUBJECT
from duban.notices.patrol import patrol
from tests.obligations.small_bureau import SELLER, Bureau, at, first_inspection, graded_visits
from tests.principals import OPERATOR

SHOPS = ("S1", "S2", "S3", "S4")
COUNTY = {"S1": "350404", "S2": "350404", "S3": "350405", "S4": "350405"}
VISIT = "2023#1/1"
COPIES = count()


@pytest.fixture(scope="module")
def city(calendar, migrated_sqlite_file, tmp_path_factory):
    """Four shops in two counties; each owes a visit this year, and S1 and S3 a first inspection."""
    folder = tmp_path_factory.mktemp("mergers")
    shutil.copy(migrated_sqlite_file, folder / "before.db")
    ledger = open_ledger(f"sqlite:///{folder / 'before.db'}")
    here = Bureau(ledger, calendar, [first_inspection(), graded_visits()], "2023-09-01")
    for code in SHOPS:
        here.register(code, unit=COUNTY[code], grade="A")
    here.open("2023-09-01")
    for code in ("S1", "S3"):
        here.fact("certificate.issued", "2023-09-05", code=code)
    here.open("2023-09-06")
    ledger.dispose()

    def copy():
        path = folder / f"{next(COPIES)}.db"
        shutil.copy(folder / "before.db", path)
        here = Bureau(
            open_ledger(f"sqlite:///{path}"), calendar, [first_inspection(), graded_visits()], "2023-09-20"
        )
        here.path = path
        return here

    return copy


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("merge"), st.sampled_from(SHOPS), st.sampled_from(SHOPS)),
        st.tuples(st.just("unmerge"), st.sampled_from(SHOPS), st.none()),
        st.tuples(st.just("look"), st.none(), st.none()),
        st.tuples(st.just("patrol"), st.none(), st.none()),
    ),
    max_size=12,
)


def follow(links, code):
    while code in links:
        code = links[code]
    return code


def take(here, links, step):
    """One step, on the bureau and on the links of the reference; what is refused by one is refused by the other."""
    what, code, into = step
    now = here.clock.now()
    if what == "merge":
        possible = code != into and code not in links and into not in links
        try:
            merge_subject(
                here.ws, SELLER, code, into=into, merged_on=at("2023-09-10").date(), now=now, by=OPERATOR
            )
        except MergeRefused:
            assert not possible or links.get(code) == into
        else:
            assert possible or links.get(code) == into
            links[code] = into
    elif what == "unmerge":
        try:
            unmerge_subject(here.ws, SELLER, code, now=now, by=OPERATOR, reason="录错了")
        except MergeRefused:
            assert code not in links
        else:
            del links[code]
    elif what == "look":
        here.open("2023-09-20")
    else:
        patrol(here.ws, at("2023-12-25"))


def standing(here):
    """(duty, shop, period) → state, and the unit that owes it, of all there is."""
    query = select(
        OBLIGATION.c.duty_id, SUBJECT.c.code, OBLIGATION.c.period_key, OBLIGATION.c.state, OBLIGATION.c.unit
    ).join(SUBJECT, SUBJECT.c.id == OBLIGATION.c.subject_id)
    with reading(here.ledger) as connection:
        return {(row[0], row[1], row[2]): (row.state, row.unit) for row in connection.execute(query)}


def notices(here):
    with reading(here.ledger) as connection:
        return connection.execute(select(NOTICE.c.obligation_id, NOTICE.c.rung)).all()


@given(steps=STEPS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whose_it_is_depends_on_what_stands(city, steps):
    here, links = city(), {}
    try:
        for step in steps:
            take(here, links, step)
        here.open("2023-09-20")
        found = standing(here)
        assert len(found) == 6
        remaining = {code for code in SHOPS if code not in links}
        visited = {
            shop for (duty, shop, _), (state, _) in found.items() if duty == "visits" and state == "open"
        }
        assert visited == remaining
        inspected = sorted(
            (shop, key)
            for (duty, shop, key), (state, _) in found.items()
            if duty == "first-inspection" and state == "open"
        )
        assert inspected == sorted([(follow(links, "S1"), "1"), (follow(links, "S3"), "2")])
        assert all(unit == COUNTY[shop] for (_, shop, _), (state, unit) in found.items() if state == "open")
        for code in [*links]:
            take(here, links, ("unmerge", code, None))
        here.open("2023-09-21")
        assert standing(here) == {
            **{("visits", code, VISIT): ("open", COUNTY[code]) for code in SHOPS},
            ("first-inspection", "S1", "1"): ("open", COUNTY["S1"]),
            ("first-inspection", "S3", "2"): ("open", COUNTY["S3"]),
        }
        patrol(here.ws, at("2023-12-25"))
        assert sorted(number for number, _ in notices(here)) == [1, 2, 3, 4, 5, 6]
    finally:
        here.ledger.dispose()
        here.path.unlink()
