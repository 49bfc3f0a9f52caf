"""Prefect's side of the service: a thread with an event loop of its own, in which Prefect's client and worker live.

The service's main thread never waits for Prefect. Should Prefect hang or die, only this thread notices.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakSet

from duban.base.clock import SystemClock, business_date
from duban.deployment.plan import wanted_deployments
from duban.deployment.rounds_elsewhere import seconds_since_finished
from duban.runtime.prefect_api import PrefectApi, PrefectRefuses, PrefectSilent
from duban.workspace.standing import standing_workspace

if TYPE_CHECKING:
    from prefect.client.orchestration import PrefectClient

    from duban.deployment.inhouse import InHouseWorker
    from duban.deployment.register import RegistrationCount

LOOK_AGAIN = timedelta(minutes=15)
"""How often deployments are compared with what they should be, when nobody edits: somebody may have paused or altered
one, and a new quarter brings new days."""
PAUSE_AFTER_TROUBLE = 10.0
SLOWEST = 60.0
"""Seconds a busy server may take for one answer."""
ASK_AFTER = 60.0
ANSWER_SOON = 5.0


class PrefectSide:
    """Registers deployments, or runs their runs, or both, while the service lasts.

    `progress(done, total)`, `registered(result)` and `trouble(error)` are
    called from the thread.
    """

    def __init__(
        self,
        root: Path,
        progress: Callable[[int, int], None],
        registered: Callable[[RegistrationCount], None],
        trouble: Callable[[Exception], None],
        *,
        registers: bool,
        works: bool,
    ) -> None:
        self._root = root
        self._registers = registers
        self._works = works
        self._progress = progress
        self._registered = registered
        self._trouble = trouble
        self._thread = threading.Thread(target=self._run, name="prefect-side", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._everything: asyncio.Task[None] | None = None
        self._changed: asyncio.Event | None = None
        self._worker: InHouseWorker | None = None
        self._stopping = False
        self._connections: WeakSet[PrefectApi] = WeakSet()
        self._elsewhere: dict[str, float] = {}
        self._asked: dict[str, float] = {}

    def start(self) -> None:
        """Begin; to be called once Prefect's server answers, with its settings in the environment."""
        self._thread.start()

    def stop(self, seconds: float) -> bool:
        """Let go of what is running and end; whether that was done within `seconds`."""
        self._stopping = True
        for server in list(self._connections):
            server.give_up()
        if self._loop is not None and self._everything is not None:
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._everything.cancel)
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def look_again(self) -> None:
        """The definitions have changed: compare the deployments now."""
        if self._loop is not None and self._changed is not None:
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._changed.set)

    def seconds_since(self, flow: str) -> float | None:
        """How long ago a run of `flow` last ended well, here or on another machine; None when none has.

        Prefect is asked about the others, once a minute at most, when this machine has not run it lately.
        """
        ended = max(
            (each for each in (self._finished_here(flow), self._elsewhere.get(flow)) if each is not None),
            default=None,
        )
        present = time.monotonic()
        if (ended is None or present - ended > ASK_AFTER) and present - self._asked.get(
            flow, 0.0
        ) > ASK_AFTER:
            self._asked[flow] = present
            with contextlib.suppress(PrefectSilent, PrefectRefuses), self._connect(ANSWER_SOON) as server:
                if (ago := seconds_since_finished(server, flow, SystemClock().now())) is not None:
                    self._elsewhere[flow] = ended = max(present - ago, ended or 0.0)
        return None if ended is None else present - ended

    def _finished_here(self, flow: str) -> float | None:
        return self._worker.finished.get(flow) if self._worker is not None else None

    def _run(self) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            asyncio.run(self._main())

    async def _main(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._everything = asyncio.ensure_future(self._live())
        if self._stopping:
            self._everything.cancel()
        await self._everything

    async def _live(self) -> None:
        from prefect.client.orchestration import get_client
        from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

        with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
            try:
                async with get_client() as client:
                    await self._prepare()
                    async with asyncio.TaskGroup() as both:
                        if self._registers:
                            both.create_task(self._keep_registered())
                        if self._works:
                            both.create_task(self._keep_working(client))
            finally:
                await _flush_logs()

    async def _prepare(self) -> None:
        """The pool both sides need; asked for until Prefect gives it."""
        while True:
            try:
                await asyncio.to_thread(self._make_pool)
            except Exception as error:
                self._trouble(error)
                await asyncio.sleep(PAUSE_AFTER_TROUBLE)
            else:
                return

    def _connect(self, seconds: float = SLOWEST) -> PrefectApi:
        """A connection to the server whose settings stand in this process's environment."""
        server = PrefectApi(
            os.environ["PREFECT_API_URL"], os.environ.get("PREFECT_API_AUTH_STRING"), seconds=seconds
        )
        self._connections.add(server)
        if self._stopping:
            server.give_up()
        return server

    def _keep_alarm(self) -> None:
        from duban.channels.operator_robot import operator_address
        from duban.deployment.alarm import keep_alarm

        with self._connect() as server:
            keep_alarm(server, operator_address(self._root))

    def _make_pool(self) -> None:
        from duban.deployment.register import ensure_work_pool

        with self._connect() as server:
            ensure_work_pool(server)

    async def _keep_registered(self) -> None:
        from duban.deployment.register import places_of, register

        before = None
        changed = self._changed = asyncio.Event()
        while True:
            changed.clear()
            wait = LOOK_AGAIN.total_seconds()
            try:
                ws = await asyncio.to_thread(standing_workspace, self._root)
                today = business_date(ws.clock.now(), ws.definitions.project.zone)
                wanted = await asyncio.to_thread(wanted_deployments, ws.definitions, today)
                result = await asyncio.to_thread(
                    register, self._connect, self._root, wanted, self._progress, before
                )
                before = places_of(wanted)
                self._registered(result)
                await asyncio.to_thread(self._keep_alarm)
            except Exception as error:
                self._trouble(error)
                wait = PAUSE_AFTER_TROUBLE
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(changed.wait(), wait)

    async def _keep_working(self, client: PrefectClient) -> None:
        from duban.deployment.inhouse import InHouseWorker
        from duban.deployment.missed import close_broken_off, drop_missed_but_newest

        while True:
            try:
                self._worker = InHouseWorker(self._root)
                await close_broken_off(client, self._worker.name)
                await drop_missed_but_newest(client, SystemClock().now())
                await self._worker.start(printer=_say_nothing)
            except Exception as error:
                self._trouble(error)
            await asyncio.sleep(PAUSE_AFTER_TROUBLE)


def _say_nothing(*words: object) -> None:
    """The service says itself what there is to say."""


async def _flush_logs() -> None:
    """Hand the last lines of the runs to Prefect while its server still listens."""
    from prefect.logging.handlers import APILogHandler

    with contextlib.suppress(Exception):
        await asyncio.wait_for(asyncio.shield(APILogHandler.aflush()), 2)
