"""The worker inside `duban up`: takes runs from the pool and runs them in this process, a few at a time.

Prefect's process worker starts an interpreter for each run, about two seconds of processor time. With a run each
minute that alone keeps a small office machine busy; here a run costs about a tenth of a second (docs/operator.md).
On further machines Prefect's own worker takes from the same pool.
"""

import abc
import logging
import os
import socket
import time
from pathlib import Path
from zlib import crc32

from anyio.abc import TaskStatus
from prefect.client.schemas.objects import FlowRun
from prefect.exceptions import Abort, Pause
from prefect.flow_engine import run_flow_async
from prefect.workers.base import BaseWorker
from prefect.workers.process import ProcessJobConfiguration, ProcessVariables, ProcessWorkerResult

from duban.deployment.form import WORK_POOL
from duban.deployment.loading import load_flow

AT_ONCE = 4
MINUTE_ROUNDS = ("patrol", "deliver")
FLOW_RUNS = "prefect.flow_runs"


class _Hush(logging.Filter):
    """Lets Prefect's own lines about a run that went well pass only for flows that do not run each minute.

    "Beginning flow run", "Finished in state Completed()": two lines 1,728 times a day, for rounds that did nothing.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep the record unless it says that a round of the minutes went as always."""
        usual = record.levelno <= logging.INFO and _is_usual(record.getMessage())
        return not (usual and getattr(record, "flow_name", "") in MINUTE_ROUNDS)


def _is_usual(message: str) -> bool:
    return message.startswith(("Beginning flow run", "Finished in state Completed"))


def _hush_rounds() -> None:
    logger = logging.getLogger(FLOW_RUNS)
    if not any(isinstance(each, _Hush) for each in logger.filters):
        logger.addFilter(_Hush())


def worker_name(root: Path) -> str:
    """Under which the worker of this machine that serves the project at `root` is known: another folder is another."""
    return f"duban {socket.gethostname()} {crc32(str(root).encode()):08x}"


class InHouseWorker(
    # `abc.ABC` keeps Prefect from entering this class in its registry, where it would take the place of the worker
    # that starts processes: both serve pools of the type `process`.
    BaseWorker[ProcessJobConfiguration, ProcessVariables, ProcessWorkerResult],
    abc.ABC,
):
    """Runs the project's flows in its own process."""

    type = "process"
    job_configuration = ProcessJobConfiguration
    job_configuration_variables = ProcessVariables

    def __init__(self, root: Path) -> None:
        super().__init__(
            WORK_POOL,
            name=worker_name(root),
            limit=AT_ONCE,
            create_pool_if_not_found=False,
        )
        self._root = root
        self._names: dict[object, str] = {}
        self.finished: dict[
            str, float
        ] = {}  #: when a run of each flow last ended well, in `time.monotonic()` seconds
        _hush_rounds()

    async def run(
        self,
        flow_run: FlowRun,
        configuration: ProcessJobConfiguration,
        task_status: TaskStatus[int] | None = None,
    ) -> ProcessWorkerResult:
        """Run one flow here and wait for its end. How it ended Prefect's engine has already reported."""
        if task_status is not None:
            task_status.started(os.getpid())
        name = self._names.get(flow_run.flow_id)
        if name is None:
            name = self._names[flow_run.flow_id] = (await self.client.read_flow(flow_run.flow_id)).name
        flow = load_flow(self._root, name)
        try:
            state = await run_flow_async(
                flow, flow_run=flow_run, parameters=dict(flow_run.parameters), return_type="state"
            )
        except (Abort, Pause):
            state = None
        if state is not None and state.is_completed():
            self.finished[name] = time.monotonic()
        return ProcessWorkerResult(identifier=str(os.getpid()), status_code=0)
