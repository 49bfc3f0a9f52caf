"""A simulation says what happens: the real engine, day by day on a ledger, comes to the same obligations and notices."""

import shutil
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from duban.channels.loading import load_channels
from duban.ledger.database import open_ledger
from duban.simulation import Conduct, simulate
from duban.simulation.living import decide
from duban.simulation.mail import Mail
from tests.simulation.small_city import (
    CITY,
    EVERY_KIND,
    FOOD,
    HEAD,
    LEADER,
    LIEDONG,
    SANYUAN,
    SHAXIAN,
    Lived,
    Story,
    a_project,
    by_day,
    simulated_notices,
    simulated_obligations,
)

FIRST, LAST = date(2023, 3, 27), date(2023, 7, 7)
SHOP, MALL = {"业态": "便利店"}, {"业态": "商场超市"}
A_YEAR_OF_SELLERS = Story(
    [
        ("S1", LIEDONG, "C", SHOP, None),
        ("S2", SANYUAN, "A", MALL, date(2022, 6, 1)),
        ("S3", SHAXIAN, None, SHOP, date(2023, 5, 20)),
        ("S4", LIEDONG, "D", {}, date(2023, 3, 31)),
    ],
    [
        ("certificate.issued", date(2023, 1, 2), "S1"),
        ("certificate.issued", date(2023, 3, 1), "S1"),
        ("certificate.issued", date(2023, 4, 30), "S3"),
        ("certificate.issued", date(2023, 4, 30), "S1"),
        ("analysis.held", date(2023, 4, 29), LIEDONG),
        ("analysis.held", date(2023, 7, 3), CITY),
        ("sample.failed", date(2022, 10, 8), "S2"),
        ("sample.failed", date(2023, 2, 1), "S2"),
        ("sample.failed", date(2023, 4, 6), "S2"),
        ("sample.failed", date(2023, 6, 1), "S1"),
        ("sample.failed", date(2023, 6, 1), "S1"),
        ("sample.failed", date(2023, 6, 21), "S1"),
        ("sample.failed", date(2023, 7, 7), "S1"),
    ],
)


def staff(*, rest_days=False):
    """The project with gaps: two empty posts, two away for a while."""
    return a_project(
        empty={(SHAXIAN, FOOD), (SANYUAN, HEAD)},
        away=[
            (SANYUAN, FOOD, date(2023, 4, 20), date(2023, 5, 9)),
            (CITY, LEADER, date(2023, 5, 30), date(2023, 12, 1)),
        ],
        rest_days=rest_days,
    )


def agree(lived, simulation):
    assert simulated_obligations(simulation) == lived.obligations()
    assert simulated_notices(simulation) == lived.notices()


def test_every_kind_goes_as_the_engine_does_it(city, ledger):
    definitions = city(*EVERY_KIND)

    lived = Lived(ledger, definitions, FIRST, LAST, A_YEAR_OF_SELLERS)
    simulation = simulate(definitions, FIRST, LAST, A_YEAR_OF_SELLERS.given())

    agree(lived, simulation)
    assert {each.owing.duty.id for each in simulation.obligations} == {duty.id for duty in EVERY_KIND}


@pytest.mark.slow
def test_everybody_acts_on_the_safe_day(city, sqlite_ledger):
    definitions = city(*EVERY_KIND, project=staff())

    lived = Lived(sqlite_ledger, definitions, FIRST, LAST, A_YEAR_OF_SELLERS, act=True)
    simulation = simulate(definitions, FIRST, LAST, A_YEAR_OF_SELLERS.given(), acting=Conduct.ON_TARGET)

    agree(lived, simulation)


@pytest.mark.parametrize("rest_days", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_every_post_receives_what_the_engine_decides_for_it(city, sqlite_ledger, tmp_path, rest_days):
    """Over every channel, on every day, past empty posts; a confidential notice goes to no group."""
    (tmp_path / "notifications").mkdir()
    (tmp_path / "notifications" / "channels.yaml").write_text(
        "channels: {群: {kind: apprise, url: 'json://127.0.0.1:9/', group: true}}\n"
        "routes: [{stage: [督办, 约谈], channels: [群]}]\n"
    )
    definitions = city(*EVERY_KIND, project=staff(rest_days=rest_days))

    lived = Lived(sqlite_ledger, definitions, FIRST, LAST, A_YEAR_OF_SELLERS)
    simulation = simulate(definitions, FIRST, LAST, A_YEAR_OF_SELLERS.given())
    mail = Mail(definitions, load_channels(tmp_path), FIRST, LAST)
    decide(mail, simulation.obligations)

    agree(lived, simulation)
    told = by_day(mail.received(), FIRST)
    assert told == lived.told(LAST)
    assert {channel for _, channel, _ in told} == {"inbox", "群"}


@pytest.mark.slow
def test_as_many_messages_as_are_really_sent(city, sqlite_ledger):
    definitions = city(*EVERY_KIND)

    lived = Lived(sqlite_ledger, definitions, FIRST, LAST, A_YEAR_OF_SELLERS, send=True)
    simulation = simulate(definitions, FIRST, LAST, A_YEAR_OF_SELLERS.given())

    sent = lived.messages()
    assert {post.recipient: post.messages for post in simulation.posts} == {
        recipient: count for (recipient, _), count in sent.items()
    }
    assert simulation.messages == {"inbox": sum(sent.values())}
    assert {
        post.recipient: (post.most_in_a_message, post.told) for post in simulation.posts
    } == lived.most_in_a_message()
    assert sum(day.messages for day in simulation.days) == sum(sent.values())


days = st.dates(date(2022, 9, 1), date(2023, 12, 31))


@st.composite
def stories(draw):
    units = st.sampled_from([CITY, SANYUAN, LIEDONG, SHAXIAN])
    subjects = [
        (
            f"S{number}",
            draw(units),
            draw(st.sampled_from([None, "A", "B", "D"])),
            draw(st.sampled_from([SHOP, MALL, {}])),
            draw(st.none() | days),
        )
        for number in range(draw(st.integers(0, 4)))
    ]
    abouts = {"analysis.held": units}
    if subjects:
        code = st.sampled_from([code for code, *_ in subjects])
        abouts |= {"certificate.issued": code, "sample.failed": code}
    kinds = st.lists(st.sampled_from([*abouts]), max_size=12)
    return Story(subjects, [(kind, draw(days), draw(abouts[kind])) for kind in draw(kinds)])


@pytest.mark.slow
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=stories(), first=st.dates(date(2022, 12, 1), date(2023, 10, 31)), length=st.integers(0, 30))
def test_whatever_is_given_and_whichever_days(city, migrated_sqlite_file, tmp_path, story, first, length):
    path = tmp_path / "case.db"
    for old in tmp_path.glob("case.db*"):
        old.unlink()
    shutil.copy(migrated_sqlite_file, path)
    definitions, last = city(*EVERY_KIND, project=staff()), first + timedelta(days=length)
    known = Story(story.subjects, [fact for fact in story.facts if fact[1] <= last])
    ledger = open_ledger(f"sqlite:///{path}")
    try:
        lived = Lived(ledger, definitions, first, last, known)
        agree(lived, simulate(definitions, first, last, story.given()))
    finally:
        ledger.dispose()
