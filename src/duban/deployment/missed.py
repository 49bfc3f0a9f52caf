"""What a killed service left behind in Prefect: runs that were never made, runs that will never end.

Openings, rounds and reports all work for the present moment and take in whatever was missed, so of several missed runs
of one deployment only the newest needs to run.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterExpectedStartTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
    WorkPoolFilter,
    WorkPoolFilterName,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.states import Crashed

from duban.base.language import say
from duban.deployment.form import WORK_POOL

PAGE = 200


async def drop_missed_but_newest(client: PrefectClient, now: datetime) -> int:
    """Delete the runs that should have started before `now` (aware), except the newest of each deployment."""
    missed = await _runs(
        client,
        FlowRunFilter(
            state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.SCHEDULED])),
            expected_start_time=FlowRunFilterExpectedStartTime.model_validate({"before_": now}),
        ),
        FlowRunSort.EXPECTED_START_TIME_DESC,
    )
    newest: set[UUID | None] = set()
    dropped = 0
    for run in missed:
        if run.deployment_id in newest:
            await client.delete_flow_run(run.id)
            dropped += 1
        newest.add(run.deployment_id)
    return dropped


async def close_broken_off(client: PrefectClient, worker: str) -> int:
    """Mark as crashed what this machine's worker was running when it was killed. Returns how many runs."""
    states: list[Any] = [StateType.RUNNING, StateType.PENDING]
    left = await _runs(
        client,
        FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=states))),
        FlowRunSort.START_TIME_ASC,
    )
    mine = [run for run in left if run.labels.get("prefect.worker.name") == worker]
    for run in mine:
        why = say(zh="服务在运行中被强行终止", en="the service was killed while this ran")
        await client.set_flow_run_state(run.id, Crashed(message=why), force=True)
    return len(mine)


async def _runs(client: PrefectClient, wanted: FlowRunFilter, sort: FlowRunSort) -> list[FlowRun]:
    pool = WorkPoolFilter(name=WorkPoolFilterName(any_=[WORK_POOL]))
    found: list[FlowRun] = []
    while True:
        page = await client.read_flow_runs(
            flow_run_filter=wanted, work_pool_filter=pool, sort=sort, limit=PAGE, offset=len(found)
        )
        found += page
        if len(page) < PAGE:
            return found
