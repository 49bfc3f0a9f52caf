"""How fast a channel may be used: by the second, by the minute and for one recipient, over all workers together."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from duban.channels.channel import Channel
from duban.deliveries.apprise_adapter import plugin_class
from duban.deliveries.delivering import deliver
from duban.ledger.tables import ATTEMPT
from tests.deliveries.cast import LEADER, OWNER, Watch, channels_of

MINUTE = timedelta(minutes=1)


@pytest.fixture
def robot(hook, monkeypatch):
    """A Feishu robot on this machine."""
    there = property(lambda _: hook.url, lambda *_: None)
    monkeypatch.setattr(plugin_class("feishu://x"), "notify_url", there, raising=False)
    hook.answer = b'{"code":0}'
    return hook


def strict(robot, watch, most):
    """The robot refuses what is more than `most` in any second."""
    taken, lock = [], threading.Lock()

    def answering():
        with lock:
            recent = [moment for moment in taken if moment > watch.elapsed() - 1]
            if len(recent) >= most:
                return 200, b'{"code":11232,"msg":"frequency limited"}'
            taken.append(watch.elapsed())
            return 200, b'{"code":0}'

    robot.answering = answering
    return taken


def feishu(**more):
    limits = {"per_second": 5, "rate": 100, **more}
    return channels_of(Channel("fs", "apprise", "feishu://abcdef0123456789", group=True, timeout=5, **limits))


def burst(desk, now, count):
    """As many messages to one group: confidential notices would not go there, so each has its own post."""
    for number in range(count):
        desk.owe(now, to=((f"350403/岗位{number}", "fs"),))
        desk.add_post(f"350403/岗位{number}")


def attempts(desk):
    return [(row.channel, row.outcome) for row in desk._all(select(ATTEMPT))]


def test_sixty_messages_to_a_robot_of_five_a_second_all_arrive_in_one_round(sqlite_desk, now, robot):
    watch = Watch()
    taken = strict(robot, watch, 5)
    burst(sqlite_desk, now, 60)

    done = deliver(sqlite_desk, now, channels=feishu(), watch=watch)

    assert (done.sent, done.failed, done.dead, done.held) == (60, 0, 0, 0)
    assert [row.attempts for row in sqlite_desk.deliveries()] == [1] * 60
    assert len(taken) == len(robot.got) == 60
    assert attempts(sqlite_desk) == [("fs", "accepted")] * 60


def test_what_a_robot_refuses_as_too_fast_is_not_counted_against_it(sqlite_desk, now, robot):
    """Its real limit is lower than the one that is known: a sender takes breath, and goes on."""
    moment, rounds, watch = now, 0, Watch()
    strict(robot, watch, 2)
    burst(sqlite_desk, now, 30)
    while set(sqlite_desk.states()) != {"sent"}:
        done = deliver(sqlite_desk, moment, channels=feishu(per_second=0), watch=watch)
        assert (done.failed, done.dead, done.unknown) == (0, 0, 0)
        moment, watch, rounds = moment + MINUTE, Watch(), rounds + 1
        strict(robot, watch, 2)
        assert rounds < 15

    assert [row.attempts for row in sqlite_desk.deliveries()] == [1] * 30


def test_a_channel_that_says_it_is_too_fast_again_and_again_rests(sqlite_desk, now, robot):
    robot.answer = '{"code":9,"msg":"发送过于频繁"}'.encode()
    burst(sqlite_desk, now, 9)

    done = deliver(sqlite_desk, now, channels=feishu(per_second=5), watch=Watch())

    assert (done.held, done.failed, len(robot.got)) == (9, 0, 3)
    assert [row.attempts for row in sqlite_desk.deliveries()] == [0] * 9


def test_the_limit_of_a_minute_leaves_the_rest_to_the_next_round_untried(sqlite_desk, now, robot):
    burst(sqlite_desk, now, 7)
    channels = feishu(rate=3)

    sent = [deliver(sqlite_desk, now + n * MINUTE, channels=channels, watch=Watch()).sent for n in range(3)]

    assert sent == [3, 3, 1]
    assert [row.attempts for row in sqlite_desk.deliveries()] == [1] * 7


def test_workers_share_the_limit(desk, now, robot):
    burst(desk, now, 9)
    channels = feishu(rate=4)

    done = [deliver(desk, now, channels=channels, watch=Watch(), limit=5) for _ in range(3)]

    assert sum(each.sent for each in done) == len(robot.got) == 4
    assert sum(each.held for each in done) == 5


def test_workers_at_the_same_moment_share_it_too(desk, now, robot):
    from concurrent.futures import ThreadPoolExecutor

    burst(desk, now, 12)
    channels = feishu(rate=4)

    with ThreadPoolExecutor(3) as threads:
        done = list(
            threads.map(lambda _: deliver(desk, now, channels=channels, watch=Watch(), limit=4), range(3))
        )

    assert sum(each.sent for each in done) == len(robot.got) == 4


def test_one_recipient_has_a_limit_of_its_own(sqlite_desk, now, hook):
    channels = channels_of(Channel("app", "apprise", hook.json_url, per_member=1, timeout=5))
    for recipient, confidential in ((OWNER, False), (OWNER, True), (LEADER, True)):
        sqlite_desk.owe(now, to=((recipient, "app"),), confidential=confidential)

    first = deliver(sqlite_desk, now, channels=channels, watch=Watch())

    assert (first.sent, first.held) == (2, 1)
    assert {row.recipient for row in sqlite_desk.deliveries() if row.state == "sent"} == {OWNER, LEADER}
    assert deliver(sqlite_desk, now + MINUTE, channels=channels, watch=Watch()).sent == 1


def test_a_clock_that_was_put_back_blocks_a_channel_for_no_longer_than_a_minute(sqlite_desk, now, robot):
    channels, back = feishu(rate=1), now + timedelta(hours=1)
    burst(sqlite_desk, now - timedelta(days=1), 2)
    assert deliver(sqlite_desk, back + timedelta(hours=1), channels=channels, watch=Watch()).sent == 1

    assert deliver(sqlite_desk, back, channels=channels, watch=Watch()).sent == 0
    sqlite_desk.owe(now - timedelta(days=1), to=((OWNER, "fs"),))
    assert deliver(sqlite_desk, back, channels=channels, watch=Watch()).sent == 1


@pytest.mark.parametrize(("senders", "together"), [(0, 4), (7, 7)])
def test_so_many_go_at_a_time_as_the_channel_says(sqlite_desk, now, hook, senders, together):
    """A gateway that answers once `together` have come; one that went alone before them, until the channel was known to work."""
    all_here, lock, there, most = threading.Barrier(together, timeout=10), threading.Lock(), [], []

    def answering():
        if len(hook.got) == 1:
            return 200, b"{}"
        with lock:
            there.append(1)
            most.append(len(there))
        all_here.wait()
        with lock:
            there.pop()
        return 200, b"{}"

    hook.answering = answering
    burst(sqlite_desk, now, 1 + 2 * together)
    slow = Channel("fs", "apprise", hook.json_url, timeout=15, senders=senders)

    assert deliver(sqlite_desk, now, channels=channels_of(slow)).sent == 1 + 2 * together
    assert max(most) == together
