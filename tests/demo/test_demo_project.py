"""The demonstration: made up, said to be so, the same for everybody, and enough for every rung to have its say."""

from collections import Counter
from datetime import date, datetime

import pytest
from sqlalchemy import func, select

from duban.access.sign_ins import Arrival, SignInRefused, sign_in
from duban.base.clock import SHANGHAI, FixedClock, Present, business_date
from duban.base.credit_codes import is_credit_code
from duban.bureau.project_file import load_project
from duban.demo.habits import lazy_counties
from duban.demo.laying_out import COUNTY_GROUP, DATA, is_laid_out, lay_out
from duban.demo.made_up import MARK, enterprises, events
from duban.demo.people import let_in_guests
from duban.demo.running import GROUP, make_history
from duban.demo.sinks import WebhookSink
from duban.ladders.ladder import Stage
from duban.ledger.database import reading
from duban.ledger.tables import (
    EVIDENCE_FILE,
    FACT,
    INBOX_MESSAGE,
    NOTICE,
    OBLIGATION,
    SUBMISSION,
    Notice,
)
from duban.obligations.calls import of_the_ladder
from duban.obligations.listing import Filter, listed
from duban.reports import overdue
from duban.service.cycle import tick
from duban.workspace.workspace import open_workspace

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=SHANGHAI)
TODAY = date(2026, 3, 2)


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """The demonstration's folder, its history made as of Monday 2 March 2026."""
    root = tmp_path_factory.mktemp("demo") / "演示"
    lay_out(root, TODAY, "http://127.0.0.1:4280")
    with pytest.MonkeyPatch.context() as environment, WebhookSink(0, root / GROUP) as group:
        environment.setenv(COUNTY_GROUP, f"json://127.0.0.1:{group.port}/county")
        make_history(root, FixedClock(NOW))
    return root


@pytest.fixture(scope="module")
def ws(root):
    """The project after its first turn, with no channel but the inbox."""
    with pytest.MonkeyPatch.context() as environment:
        for name in ("DUBAN_CHANNEL_MAIL", "DUBAN_CHANNEL_GROUP", "DUBAN_DATABASE_URL"):
            environment.delenv(name, raising=False)
        opened = open_workspace(root, FixedClock(NOW))
        tick(opened, NOW)
        yield opened
        opened.ledger.dispose()


def test_its_messages_lead_to_its_own_page(ws):
    with reading(ws.ledger) as connection:
        bodies = connection.execute(select(INBOX_MESSAGE.c.body).limit(5)).scalars().all()
    assert all("http://127.0.0.1:4280/m/XX-" in body for body in bodies)


def test_it_is_laid_out_once(root):
    assert is_laid_out(root)


def test_every_enterprise_and_every_person_is_marked_as_made_up(root):
    project = load_project(root)
    assert all(each.name.endswith(MARK) for each in enterprises(project))
    holders = [post.holder for unit in project.units.values() for post in unit.posts.values() if post.holder]
    assert holders
    assert all(holder.endswith(MARK) for holder in holders)


def test_the_files_of_made_up_data_say_so_in_their_first_line(root):
    for name in ("监管对象.csv", "事实.csv"):
        first = (root / DATA / name).read_text(encoding="utf-8-sig").splitlines()[0]
        assert "全部是虚构的" in first


def test_it_sends_at_any_hour_of_any_day(root):
    hours = load_project(root).office_hours
    assert hours.rest_days
    assert hours.start.hour == 0


def test_the_same_day_makes_the_same_data(root):
    project = load_project(root)
    people = enterprises(project)
    assert people == enterprises(project)
    since = date(2025, 12, 17)
    assert events(project, people, TODAY, since) == events(project, people, TODAY, since)


def test_nothing_made_up_lies_in_the_future(root):
    project = load_project(root)
    assert (
        max(event.happened_on for event in events(project, enterprises(project), TODAY, date(2025, 12, 17)))
        <= TODAY
    )


def test_every_rung_of_the_ladder_has_something_to_say_and_the_messages_can_be_read(ws):
    with reading(ws.ledger) as connection:
        stages = Counter(connection.execute(select(NOTICE.c.stage)).scalars())
        messages = connection.execute(select(func.count()).select_from(INBOX_MESSAGE)).scalar_one()
    assert set(stages) == {stage.value for stage in Stage}
    assert messages > 50


def test_the_rungs_have_spoken_in_their_order_each_on_its_day(ws):
    order = [stage.value for stage in Stage]
    with reading(ws.ledger) as connection:
        spoken = connection.execute(
            select(Notice.obligation_id, Notice.stage, Notice.decided_at)
            .where(of_the_ladder())
            .order_by(Notice.decided_at, Notice.id)
        ).all()
    climbs: dict[int, list[tuple[int, datetime]]] = {}
    for number, stage, decided in spoken:
        climbs.setdefault(number, []).append((order.index(stage), decided))
    high = [told for told in climbs.values() if told[-1][0] >= order.index(Stage.SUPERVISE)]
    assert len(high) > 10
    for told in high:
        assert told == sorted(told)
        urged = [decided for stage, decided in told if stage]
        assert len(set(urged)) == len(urged)


def test_what_a_leader_assigned_is_owed_by_one_county_and_by_all_of_them(ws):
    with reading(ws.ledger) as connection:
        rows = connection.execute(
            select(OBLIGATION.c.unit, OBLIGATION.c.closed_at).where(OBLIGATION.c.duty_id.like("assigned.%"))
        ).all()
    assert len(rows) == 1 + len(ws.definitions.project.units_at("county"))
    assert not any(closed for _, closed in rows)


def test_a_county_s_group_hears_of_its_own_county_alone(root):
    project = load_project(root)
    heard = [path.read_text(encoding="utf-8") for path in (root / GROUP).glob("*.txt")]
    counties = {unit.name for unit in project.units_at("county") for each in heard if unit.name in each}
    assert len(heard) > 3
    assert counties == {project.units[min(lazy_counties(project))].name}


def test_there_is_something_overdue_and_not_so_much_that_the_data_would_be_doubted(ws):
    report = overdue(ws, NOW)
    assert report.on == business_date(NOW, SHANGHAI) == TODAY
    assert 0.03 < report.total / report.open_total < 0.06
    assert not report.suspect
    assert not report.silent_feeds  # what is made up comes from the sources that should bring it


def test_every_line_that_waits_for_facts_has_some(ws):
    with reading(ws.ledger) as connection:
        recorded = set(connection.execute(select(FACT.c.kind).distinct()).scalars())
    waiting = {}
    for duty in ws.definitions.duties.values():
        waiting.setdefault(duty.line, set()).update(duty.fact_kinds)
    assert not {line for line, kinds in waiting.items() if kinds and not kinds & recorded}


def test_one_emergency_and_one_flight_check_that_only_the_right_people_see(ws):
    with reading(ws.ledger) as connection:
        everything = listed(connection, Filter(), Present.of(NOW, SHANGHAI), size=10_000)
        public = listed(connection, Filter(undisclosed=False), Present.of(NOW, SHANGHAI), size=10_000)
    assert everything[0].due_at is not None
    assert sum(each.due_at is not None for each in everything) == 1
    secret = [each for each in everything if each.confidential]
    assert secret
    assert not {each.id for each in secret} & {each.id for each in public}


def test_what_was_reported_is_reviewed_but_for_a_few_that_wait_and_a_few_that_were_sent_back(ws):
    with reading(ws.ledger) as connection:
        states = Counter(connection.execute(select(OBLIGATION.c.state)).scalars())
        outcomes = Counter(connection.execute(select(SUBMISSION.c.outcome)).scalars())
        sent_back = set(
            connection.execute(select(OBLIGATION.c.state).where(OBLIGATION.c.returns > 0)).scalars()
        )
    assert 10 <= states["reported"] <= 40
    assert outcomes["approved"] > 6_000
    assert 60 <= outcomes["returned"] <= 200
    assert "done" in sent_back
    assert sent_back & {"open", "acknowledged"}
    assert states["acknowledged"] > 100


def test_every_file_of_evidence_is_marked_as_made_up(ws):
    with reading(ws.ledger) as connection:
        names = set(connection.execute(select(EVIDENCE_FILE.c.name)).scalars())
    assert names
    assert all(MARK in name for name in names)


def test_starting_again_sends_nothing_twice(ws):
    again = tick(ws, NOW)
    assert (again.opened.total, again.patrolled.notices, again.delivered.sent) == (0, 0, 0)


def test_where_the_kind_has_credit_codes_the_made_up_ones_are_right(root):
    makers = [each for each in enterprises(load_project(root)) if each.kind == "食品生产企业"]
    assert makers
    assert all(is_credit_code(each.code) for each in makers)
    assert len({each.code for each in makers}) == len(makers)


class TestGuests:
    def test_three_made_up_people_may_sign_in_with_passwords_made_for_this_start(self, ws):
        first, second = let_in_guests(ws, NOW), let_in_guests(ws, NOW)

        assert [each.name for each in second] == ["officer", "supervisor", "admin"]
        assert all(MARK in each.who for each in second)
        assert {each.password for each in first}.isdisjoint(each.password for each in second)
        arrival = Arrival(NOW, "127.0.0.1", "browser")
        for each in second:
            assert sign_in(ws.ledger, each.name, each.password, arrival)
        with pytest.raises(SignInRefused):
            sign_in(ws.ledger, "officer", first[0].password, arrival)
