"""A real Prefect server for the tests of this folder, started once, empty, on a free port of this machine."""

import asyncio
import gc
import os
import sys
import time
import warnings
from contextlib import contextmanager
from pathlib import Path

import pytest

from duban.base.starter import copy_starter
from duban.definitions.definitions import load_definitions
from duban.runtime.environment import api_url, prefect_environment, runtime_folder
from duban.runtime.login import prefect_login
from duban.runtime.prefect_api import PrefectApi, answers
from duban.service.server import PrefectServer
from tests.few_duties import carried
from tests.ports import free_port

ROOT = Path(__file__).parents[2]
PATIENCE = 90.0


@contextmanager
def prefect_s_own_leftovers():
    """What Prefect warns of or leaves open in this process is no fault of ours: it is let go here, or a later test, whichever
    one the interpreter happens to tidy up in, would fail for it.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        finally:
            gc.collect()


@pytest.fixture(scope="module", autouse=True)
def no_connection_goes_on():
    """Runs in this process leave Prefect's connection for events open. Its pings draw from the random numbers of the whole
    process, which a property test that is being drawn elsewhere in it would be blamed for.
    """
    yield
    if events := sys.modules.get("prefect.events.worker"):
        with prefect_s_own_leftovers():
            events.EventsWorker.drain_all(timeout=PATIENCE)
            assert not events.EventsWorker._instances


@pytest.fixture(scope="session")
def definitions(tmp_path_factory):
    """The project in this repository."""
    root = tmp_path_factory.mktemp("carried") / "project"
    copy_starter(root)
    return load_definitions(carried(root, until="2040-12-31"))


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory):
    """A running server; Prefect in this process is loaded with its settings, the environment is left as it was."""
    root = tmp_path_factory.mktemp("prefect-project")
    port = free_port()
    server = PrefectServer(root, port)
    server.start()
    with pytest.MonkeyPatch.context() as environment, prefect_s_own_leftovers():
        for name, value in prefect_environment(root, api_url(port)).items():
            environment.setenv(name, value) if value else environment.delenv(name, raising=False)
        import prefect.main  # noqa: F401 - reads the environment once
    until = time.monotonic() + PATIENCE
    while not answers(server.api):
        assert server.lives(), (root / ".duban/logs/prefect-server.log").read_text()[-2000:]
        assert time.monotonic() < until
        time.sleep(0.05)  # a child process has no event to wait for
    yield server
    server.stop()


def login_of(server):
    return prefect_login(runtime_folder(server.root))


@pytest.fixture
def prefect_api(prefect_server):
    """A connection to the server, with its login."""
    with PrefectApi(prefect_server.api, login_of(prefect_server), seconds=30) as api:
        yield api


@pytest.fixture
def connect(prefect_server):
    """Opens connections to the server, with its login."""
    return lambda: PrefectApi(prefect_server.api, login_of(prefect_server), seconds=30)


@pytest.fixture
def in_prefect(prefect_server):
    """Run a coroutine function with a client of the server: `in_prefect(lambda client: …)`."""
    from prefect.client.orchestration import get_client
    from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_URL, temporary_settings

    def run(work):
        async def within():
            async with get_client() as client:
                return await work(client)

        mine = {PREFECT_API_URL: prefect_server.api, PREFECT_API_AUTH_STRING: login_of(prefect_server)}
        with temporary_settings(mine), prefect_s_own_leftovers():
            return asyncio.run(within())

    return run


@pytest.fixture(autouse=True)
def no_server_elsewhere(monkeypatch):
    """The developer's own Prefect settings must not lead a test astray."""
    for name in [name for name in os.environ if name.startswith("PREFECT_")]:
        monkeypatch.delenv(name)
