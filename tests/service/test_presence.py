"""One service per project, told by a lock that dies with its process."""

import os
import signal
import subprocess
import sys

import pytest

from duban.runtime.presence import AlreadyRunning, Presence, running_api

HOLD = """
import sys, time
from pathlib import Path
from duban.runtime.presence import Presence
with Presence(Path(sys.argv[1])) as presence:
    presence.announce("http://127.0.0.1:4200/api")
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def other_service(tmp_path):
    """Another process that serves the project."""
    child = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdout.readline() == b"held\n"
    yield child
    child.kill()
    child.wait()
    child.stdin.close()
    child.stdout.close()


def test_a_second_service_is_refused_and_learns_who_holds_the_project(tmp_path, other_service):
    with pytest.raises(AlreadyRunning) as refused, Presence(tmp_path):
        pass
    assert refused.value.pid == other_service.pid


def test_others_learn_where_the_running_service_answers(tmp_path, other_service):
    assert running_api(tmp_path) == "http://127.0.0.1:4200/api"


def test_a_killed_service_holds_nothing(tmp_path, other_service):
    os.kill(other_service.pid, signal.SIGKILL)
    other_service.wait()
    assert running_api(tmp_path) is None
    with Presence(tmp_path):
        pass


def test_before_the_first_start_nobody_runs(tmp_path):
    assert running_api(tmp_path) is None


def test_after_a_clean_stop_nothing_is_announced(tmp_path):
    with Presence(tmp_path) as presence:
        presence.announce("http://127.0.0.1:4200/api")
    assert running_api(tmp_path) is None
    with Presence(tmp_path):
        pass
