"""Both Apprise generations are understood, and an answer that is no success is a failure with its reason.

The Apprise that is installed answers for itself; what the other generation returns is made by hand below.
"""

import socket
import subprocess
import sys

import apprise
import pytest

from duban.channels.channel import Channel, Destination
from duban.deliveries.apprise_adapter import Sender, _understood, problem_with
from duban.demo.sinks import SmtpSink, WebhookSink


class Status2:
    """A status as Apprise 2 has it."""

    def __init__(self, name):
        self.name = name


class Result2:
    """A result object as Apprise 2 returns it."""

    def __init__(self, name):
        self.status = Status2(name)

    def __bool__(self):
        return self.status.name == "SUCCESS"


def sent(url, title="标题", body="正文", *, timeout=5, only=""):
    channel = Channel("c", "apprise", url, timeout=timeout)
    with Sender() as sender:
        return sender.send(channel, Destination(url), title, body, only=only)


@pytest.mark.parametrize(
    "returned, taken, unsure",
    [
        (True, True, False),
        (False, False, False),
        (None, False, False),
        (Result2("SUCCESS"), True, False),
        (Result2("FAILURE"), False, False),
        (Result2("PARTIAL"), False, False),
        (Result2("NOMATCH"), False, False),
        (Result2("TIMEOUT"), False, True),
    ],
)
def test_both_kinds_of_answer(returned, taken, unsure):
    answer = _understood(returned, [])

    assert (answer.accepted, answer.unsure) == (taken, unsure)
    assert bool(answer.said) is not taken


def test_what_the_installed_apprise_returns_when_nothing_matched():
    assert not _understood(apprise.Apprise().notify("x"), []).accepted


@pytest.mark.parametrize(
    "heard, unsure",
    [
        ("HTTPConnectionPool: Read timed out. (read timeout=0.1)", True),
        ("Socket Exception: ('Connection broken: IncompleteRead(1 bytes read, 99 more expected)'", True),
        ("Failed to send Gotify notification: error=504.", True),
        ("Failed to send Gotify notification: error=429.", False),
        ("('Connection aborted.', RemoteDisconnected('closed'))", True),
        ("Connection unexpectedly closed: timed out", True),
        ("Connection refused", False),
        ("ConnectTimeoutError(connection timed out. (connect timeout=4))", False),
        ("error=500", False),
    ],
)
def test_only_what_may_have_arrived_is_unsure(heard, unsure):
    assert _understood(False, [heard]).unsure is unsure


def test_a_service_that_wants_it_slower_is_no_failure():
    assert _understood(False, ["Failed to send Gotify notification: error=429."]).too_fast
    assert not _understood(False, ["Failed to send Gotify notification: error=403."]).too_fast


class TestAServiceOfApprisesOwn:
    """ntfy has no plugin of ours: what it says is heard from Apprise's log, in whatever thread Apprise 2 sends."""

    def test_the_reason_is_kept(self, hook):
        hook.status, hook.answer = 507, b'{"error":"quota"}'

        [answer] = sent(f"ntfy://{hook.url[7:]}/duban")

        assert not answer.accepted
        assert not answer.unsure
        assert "507" in answer.said

    def test_a_refused_port_is_said(self):
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            port = closed.getsockname()[1]

        [answer] = sent(f"ntfy://127.0.0.1:{port}/duban")

        assert (answer.accepted, answer.unsure) == (False, False)
        assert "refused" in answer.said

    def test_no_answer_is_unsure(self, silent_server):
        [answer] = sent(f"ntfy://127.0.0.1:{silent_server}/duban", timeout=0.05)

        assert (answer.accepted, answer.unsure) == (False, True)

    def test_each_topic_is_a_message_of_its_own_and_one_can_be_named(self, hook):
        url = f"ntfy://{hook.url[7:]}/one/two"

        assert [(each.address, each.accepted) for each in sent(url)] == [("one", True), ("two", True)]
        assert [each.address for each in sent(url, only="two")] == ["two"]
        assert len(hook.got) == 3


def test_a_malformed_address_is_said_without_its_secret():
    said = problem_with("wecombot://geheim$$$token")

    assert said
    assert "geheim" not in said
    assert problem_with("json://127.0.0.1:9/") == ""


def test_the_sinks_count_on_where_they_stopped(tmp_path):
    for round_ in (1, 2):
        with WebhookSink(0, tmp_path) as hook:
            [answer] = sent(f"json://127.0.0.1:{hook.port}/x", f"第{round_}次")
            assert answer.accepted

    assert sorted(path.name for path in tmp_path.iterdir()) == ["0001-第1次.txt", "0002-第2次.txt"]


def test_a_port_in_use_is_an_error(tmp_path):
    with WebhookSink(0, tmp_path) as hook:
        with pytest.raises(OSError, match="in use"):
            WebhookSink(hook.port, tmp_path)
        with pytest.raises(OSError, match="in use"), SmtpSink(hook.port, tmp_path):
            pass


@pytest.mark.parametrize("name", ["清单.xlsx", "督办通知书.docx"])
def test_a_list_goes_from_a_server_that_has_no_file_of_kinds_of_files(name):
    """Apprise takes only kinds that Python knows; /etc/mime.types is missing from many a small server or container."""
    program = f"""
import mimetypes
mimetypes.knownfiles.clear()
from duban.deliveries.apprise_adapter import _file
from duban.deliveries.message import AttachedList
[attached] = _file(AttachedList({name!r}, b"PK"))
print(attached.mimetype)
"""
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", program],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("application/vnd.openxmlformats-officedocument.")
