"""Both Apprise generations are understood, and an answer that is no success is a failure with its reason."""

import pytest
from duban.channels.schemes import ALLOWED

from duban.deliveries.apprise_adapter import (
    PLUGINS,
    _outcome,
    plugin_class,
    problem_with,
)
from duban.demo.sinks import SmtpSink, WebhookSink


class Result2:
    """A result object as Apprise 2 returns it."""

    def __init__(self, success):
        self.success = success

    def __bool__(self):
        return self.success


@pytest.mark.parametrize(
    "answer, sent",
    [(True, True), (False, False), (None, False), (Result2(True), True), (Result2(False), False)],
)
def test_both_kinds_of_answer(answer, sent):
    outcome = _outcome(answer, [])

    assert outcome.sent is sent
    assert bool(outcome.error) is not sent


@pytest.mark.parametrize(
    "heard, unsure",
    [
        ("HTTPConnectionPool: Read timed out. (read timeout=0.1)", True),
        ("('Connection aborted.', RemoteDisconnected('closed'))", True),
        ("Connection unexpectedly closed: timed out", True),
        ("Connection refused", False),
        ("ConnectTimeoutError(connection timed out. (connect timeout=4))", False),
        ("error=500", False),
    ],
)
def test_only_what_may_have_arrived_is_unsure(heard, unsure):
    assert _outcome(False, [heard]).unsure is unsure


def test_every_allowed_kind_of_address_has_its_plugin():
    assert set(PLUGINS) == set(ALLOWED)
    for scheme in PLUGINS:
        assert scheme in {
            plugin_class(f"{scheme}://x").protocol,
            plugin_class(f"{scheme}://x").secure_protocol,
        }


def test_a_malformed_address_is_said_without_its_secret():
    said = problem_with("wecombot://geheim$$$token")

    assert said
    assert "geheim" not in said
    assert problem_with("json://127.0.0.1:9/") == ""


def test_the_sinks_count_on_where_they_stopped(tmp_path):
    from duban.deliveries.apprise_adapter import Sender

    for round_ in (1, 2):
        with WebhookSink(0, tmp_path) as hook:
            outcome = Sender().send(f"json://127.0.0.1:{hook.port}/x", f"第{round_}次", "正文", timeout=5)
            assert outcome.sent

    assert sorted(path.name for path in tmp_path.iterdir()) == ["0001-第1次.txt", "0002-第2次.txt"]


def test_a_port_in_use_is_an_error(tmp_path):
    with WebhookSink(0, tmp_path) as hook:
        with pytest.raises(OSError, match="in use"):
            WebhookSink(hook.port, tmp_path)
        with pytest.raises(OSError, match="in use"), SmtpSink(hook.port, tmp_path):
            pass
