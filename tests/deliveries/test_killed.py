"""A sender that is killed loses nothing, and only what it was sending may arrive twice, under the same number."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from duban.channels.channel import Channel
from duban.deliveries.delivering import LEASE_SECONDS, deliver
from tests.deliveries.cast import CITY, LEADER, OWNER, SANYUAN, SHAXIAN, channels_of

ROOT = Path(__file__).parents[2]
SHAXIAN_OWNER = f"{SHAXIAN}/产品质量科"
LEASE = timedelta(seconds=LEASE_SECONDS)


@pytest.fixture
def start(ledger_database, tmp_path, hook, now):
    def start(where, moment=now, rate=0):
        return subprocess.Popen(
            [
                sys.executable,
                str(Path(__file__).with_name("killed_sender.py")),
                ledger_database,
                str(tmp_path),
                hook.json_url,
                moment.isoformat(),
                where,
                str(rate),
            ],
            env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}"},
            cwd=tmp_path,
        )

    return start


def numbers(hook):
    return [posted["message"].split("消息编号 ")[1].split("（")[0] for _, posted in hook.got]


@pytest.mark.parametrize(
    "where, arrived_before, on_line",
    [
        ("between lease and line", 0, 0),
        ("between line and send", 0, 1),
        ("during send", 1, 1),
        ("between send and settle", 1, 1),
    ],
)
def test_after_a_kill_everything_arrives_and_only_what_was_on_the_line_is_unknown(
    desk, now, hook, start, where, arrived_before, on_line
):
    for recipient in (OWNER, SHAXIAN_OWNER, LEADER):
        desk.owe(now, to=((recipient, "hook"),))
    if where == "during send":
        hook.go_on.clear()
    sender = start(where)
    if where == "during send":
        assert hook.arrived.wait(30)
        os.kill(sender.pid, signal.SIGKILL)
    assert sender.wait(30) == -signal.SIGKILL
    hook.go_on.set()

    # The process is gone, its leases are not: nobody else takes them before they run out.
    assert len(hook.got) == arrived_before
    assert sorted(desk.states()) == ["pending"] * (3 - on_line) + ["sending"] * on_line
    assert sorted(row.attempts for row in desk.deliveries()) == [0] * (3 - on_line) + [1] * on_line
    channels = channels_of(Channel("hook", "apprise", hook.json_url))
    assert deliver(desk, now + LEASE / 2, channels=channels).messages == 0

    after = deliver(desk, now + LEASE, channels=channels)

    assert (after.unknown, after.sent, after.messages) == (on_line, 3, 3)
    assert desk.states() == ["sent"] * 3
    assert len(set(numbers(hook))) == 3
    assert len(hook.got) == 3 + arrived_before
    assert deliver(desk, now + 2 * LEASE, channels=channels).messages == 0


def test_killed_again_and_again_what_was_never_on_the_line_is_charged_nothing(desk, now, hook, start):
    for recipient in (OWNER, SHAXIAN_OWNER, LEADER):
        desk.owe(now, to=((recipient, "hook"),))
    moment = now
    for _ in range(2):
        sender = start("between lease and line", moment)
        assert sender.wait(30) == -signal.SIGKILL
        moment += LEASE

    assert [(row.state, row.attempts) for row in desk.deliveries()] == [("pending", 0)] * 3
    assert deliver(desk, moment, channels=channels_of(Channel("hook", "apprise", hook.json_url))).sent == 3


def test_the_inbox_holds_a_message_once_even_if_its_sender_was_killed(desk, now, start):
    desk.owe(now)
    sender = start("between send and settle")
    assert sender.wait(30) == -signal.SIGKILL
    [kept] = desk.inbox()

    after = deliver(desk, now + LEASE)

    assert (after.unknown, after.sent) == (1, 1)
    assert desk.inbox() == [kept]


def test_two_processes_at_once_share_the_limit_of_a_minute(desk, now, hook, start):
    others = (f"{SANYUAN}/综合科", f"{SHAXIAN}/分管领导", f"{CITY}/主要领导")
    for recipient in (OWNER, SHAXIAN_OWNER, LEADER, *others):
        desk.owe(now, to=((recipient, "hook"),))
    hook.go_on.clear()

    first = start("nowhere", rate=4)
    assert hook.arrived.wait(30)
    second = start("nowhere", rate=4)
    hook.go_on.set()

    assert (first.wait(30), second.wait(30)) == (0, 0)
    assert len(hook.got) == 4
    assert sorted(desk.states()) == ["pending"] * 2 + ["sent"] * 4
    assert sum(row.attempts for row in desk.deliveries()) == 4
