"""PostgreSQL, with full tables, goes through none of them for what is found by an index; and what a sender does all day, on both."""

from dataclasses import replace

import pytest

from duban.cli.inbox import _search
from duban.deliveries import leasing, settling
from duban.deliveries.spoken_stages import spoken_stages
from duban.deliveries.standings import unit_standings
from duban.facts.looking import FactFilter, recorded_changes, recorded_facts
from duban.ledger.database import open_ledger, reading
from duban.ledger.sessions import looking
from duban.letters.issued import issued_letters
from duban.reports.audit import look_over
from duban.reports.overdue_board import overdue
from duban.reports.review_totals import review_totals
from duban.reports.status import project_status
from duban.views.catalogue import catalogue
from duban.views.engine import engine_view
from duban.views.feeds import feed_entries
from duban.views.for_review import waiting_for_review
from duban.views.month import month_view
from duban.views.one_owed import owed_view
from duban.views.pulse import pulse
from duban.views.sight import Sight
from duban.views.waiting import waiting_list
from tests.full_ledger import fill
from tests.obligations.small_bureau import POST, SELLER, Bureau, at, first_inspection, quarterly
from tests.postgresql import printed
from tests.principals import by
from tests.query_plans import read_whole
from tests.views.conftest import TODAY

THEIRS = f"350404/{POST}"


@pytest.fixture(scope="module")
def many(postgresql_databases, calendar):
    """A bureau whose every table that grows has 30,000 rows, on PostgreSQL."""
    fresh, drop = postgresql_databases
    url = fresh()
    ledger = open_ledger(printed(url))
    bureau = Bureau(ledger, calendar, [quarterly()], "2023-05-01")
    bureau.open("2023-07-03")
    bureau.open(TODAY)
    bureau.clock.moment = at(TODAY)
    fill(ledger, 30_000)
    yield bureau
    ledger.dispose()
    drop(url)


def within(read):
    """A look with a connection of its own."""

    def look(sight):
        with reading(sight.ws.ledger) as connection:
            read(connection, sight)

    return look


def told_of_one(sight):
    with looking(sight.ws.ledger) as session:
        for kind in (None, SELLER):
            about = FactFilter(subject_kind=kind, subject_code="X9")
            recorded_facts(session, about, sight.principal, size=10)
            recorded_facts(session, about, sight.principal, size=10, newest=True)
            recorded_changes(session, sight.principal, kind=kind, code="X9", size=10)


FOUND = {
    "in review": within(lambda connection, sight: review_totals(connection, sight.present, None)),
    "in review in units": within(
        lambda connection, sight: review_totals(connection, sight.present, ["350404", "350405"])
    ),
    "waiting for review": waiting_for_review,
    "told of one subject": told_of_one,
    "the top line": pulse,
    "letters of one": lambda sight: issued_letters(sight.ws, obligation=1),
    "one obligation": lambda sight: owed_view(sight, 7),
    "a month": lambda sight: month_view(sight, at("2023-10-01").date(), at("2023-10-31").date()),
    "the overdue report": lambda sight: overdue(sight.ws, sight.now),
    "waiting": waiting_list,
    "a feed": feed_entries,
    "unread": lambda sight: _search(sight.ws, None, None, 20, unread=True),
    "unread of a post": lambda sight: _search(sight.ws, "350404", POST, 20, unread=True),
    "spoken": within(lambda connection, _: spoken_stages(connection, [5, 6], [7, 8], THEIRS)),
}
"""What is looked at, and nothing gone through for it."""


COUNTED = {
    "the status": (
        lambda sight: project_status(sight.ws),
        {("obligation", "ix_obligation_state"), ("delivery", "ix_delivery_sendable")},
    ),
    "the engine": (engine_view, {("delivery", "ix_delivery_sendable")}),
    "the audit": (lambda sight: look_over(sight.ws, sight.now), {("delivery", "ix_delivery_sendable")}),
    "the duties": (catalogue, set()),
    "how the units stand": (
        within(lambda connection, sight: unit_standings(connection, sight.present)),
        set(),
    ),
}
"""What counts all of something, and along which indexes it may."""


def waiting_letters():
    return leasing.Parcel("M-4", THEIRS, "inbox", False, (99, 297), 1, ("pending", "pending"))


def settled(**outcome):
    return settling.Settlement(error="x", attempts=(1, 2), outcome="refused", **outcome)


SENT = {
    "leased": lambda connection, now: leasing.lease(
        connection, now, holder="h", seconds=60, limit=100, most=100, tear=True
    ),
    "on the line": lambda connection, _: settling.put_on_line(connection, "h", waiting_letters(), [99, 297]),
    "taken": lambda connection, now: settling.settle(
        connection, "h", settled(sent={99: None, 297: "x"}), now
    ),
    "called off": lambda connection, now: settling.settle(connection, "h", settled(cancelled={99: "x"}), now),
    "given up": lambda connection, now: settling.settle(connection, "h", settled(dead={99: "x"}), now),
    "refused": lambda connection, now: settling.settle(connection, "h", settled(failed=[99, 297]), now),
    "not worded": lambda connection, now: settling.settle(connection, "h", settled(unworded=[99]), now),
    "no answer": lambda connection, now: settling.settle(connection, "h", settled(unknown=[99]), now),
    "not tried": lambda connection, now: settling.settle(
        connection, "h", settled(not_counted=[(99, "unknown")]), now
    ),
    "handed back": lambda connection, now: settling.hand_back(connection, "h", [99, 297], now),
}
"""What a sender does with a message, which there are most of."""


@pytest.mark.postgres
@pytest.mark.parametrize("look", FOUND.values(), ids=FOUND)
def test_nothing_is_gone_through_on_postgresql(many, look):
    sight = Sight(many.ws, replace(by("林"), posts=frozenset({THEIRS})), many.clock.now())
    assert read_whole(many.ledger, lambda: look(sight)) == set()


@pytest.mark.postgres
@pytest.mark.parametrize(("look", "along"), COUNTED.values(), ids=COUNTED)
def test_what_is_counted_whole_is_counted_along_an_index_on_postgresql(many, look, along):
    sight = Sight(many.ws, by("林"), many.clock.now())
    assert read_whole(many.ledger, lambda: look(sight)) == along


def sent(bureau, step):
    """Do one step of sending, and take it back."""
    with bureau.ledger.connect() as connection:
        step(connection, bureau.clock.now())
        connection.rollback()


@pytest.mark.postgres
@pytest.mark.parametrize("step", SENT.values(), ids=SENT)
def test_a_message_is_found_by_its_numbers_on_postgresql(many, step):
    assert read_whole(many.ledger, lambda: sent(many, step)) == set()


@pytest.mark.parametrize("step", SENT.values(), ids=SENT)
def test_a_message_is_found_by_its_numbers_on_sqlite(sqlite_ledger, calendar, step):
    few = Bureau(sqlite_ledger, calendar, [quarterly()], "2023-05-01")
    assert read_whole(sqlite_ledger, lambda: sent(few, step)) == set()


@pytest.mark.parametrize(
    "look", [FOUND[each] for each in ("unread", "unread of a post", "spoken", "one obligation")]
)
def test_nothing_is_gone_through_on_sqlite(sqlite_ledger, calendar, look):
    few = Bureau(sqlite_ledger, calendar, [quarterly()], "2023-05-01")
    few.open("2023-07-03")
    sight = Sight(few.ws, replace(by("林"), posts=frozenset({THEIRS})), few.clock.now())
    assert read_whole(sqlite_ledger, lambda: look(sight)) == set()


@pytest.mark.postgres
@pytest.mark.parametrize("credit", ["shared", "alone"])
def test_what_new_facts_answer_is_found_by_whom_they_are_about_on_postgresql(
    postgresql_ledger, calendar, credit
):
    analysis = quarterly(done_by="analysis.held", credit=credit)
    bureau = Bureau(postgresql_ledger, calendar, [analysis, first_inspection(credit=credit)], "2023-01-05")
    bureau.register("S1")
    bureau.open("2023-01-05")
    fill(postgresql_ledger, 2_000)
    bureau.open("2023-05-10")
    bureau.fact("certificate.issued", "2023-05-10")
    bureau.open("2023-05-11")
    bureau.fact("inspection.done", "2023-05-11")
    bureau.fact("analysis.held", "2023-05-11", unit="350404")
    # Of corrections there are few, and of what units owe as such: to go through either is right where nothing else is known.
    few = {("fact", "ix_fact_revises"), ("obligation", "uq_obligation_unit")}
    assert read_whole(postgresql_ledger, lambda: bureau.open("2023-05-12")) <= few
