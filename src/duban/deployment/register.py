"""Pushing deployments to Prefect: only those that are new or changed, several at a time; those no longer wanted go.

What stands in Prefect is asked of Prefect: each deployment carries the digest it was pushed with as its version, so
nothing is remembered beside it and a restored or emptied Prefect database mends itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.actions import DeploymentScheduleCreate, WorkPoolCreate
from prefect.client.schemas.filters import WorkPoolFilter, WorkPoolFilterName
from prefect.client.schemas.objects import WorkPool
from prefect.client.schemas.responses import DeploymentResponse
from prefect.client.schemas.schedules import CronSchedule, RRuleSchedule
from prefect.events import DeploymentEventTrigger, ResourceSpecification
from prefect.events.schemas.automations import Posture
from prefect.exceptions import ObjectNotFound
from prefect.utilities.callables import parameter_schema
from prefect.workers.process import ProcessWorker

from duban.deployment.loading import entrypoint, load_flow
from duban.deployment.plan import WantedDeployment
from duban.runtime.wakeup import EVENT, fact_kind_resource

WORK_POOL = "duban"
AT_ONCE = 4
PAGE = 200

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Registered:
    """How many deployments were pushed, how many went, how many stood as they should."""

    pushed: int
    removed: int
    unchanged: int


async def register(
    client: PrefectClient,
    root: Path,
    wanted: list[WantedDeployment],
    progress: Progress | None = None,
) -> Registered:
    """Bring Prefect's deployments of the project to what is wanted; `progress(done, total)` counts the pushes."""
    await ensure_work_pool(client)
    standing = await deployments(client)
    # A duty that changed its kind runs another flow: for Prefect that is another deployment of the same name.
    places = {(each.name, entrypoint(each.flow)) for each in wanted}
    surplus = [found for found in standing if (found.name, found.entrypoint) not in places]
    for found in surplus:
        await remove(client, found.id)
    as_pushed = {(found.name, found.version) for found in standing}
    changed = [each for each in wanted if (each.name, each.digest) not in as_pushed]

    gate = asyncio.Semaphore(AT_ONCE)
    flows: dict[str, UUID] = {
        flow: await client.create_flow_from_name(load_flow(root, flow).name)
        for flow in sorted({deployment.flow for deployment in changed})
    }
    done = 0

    async def push_one(deployment: WantedDeployment) -> None:
        nonlocal done
        async with gate:
            await push(client, root, flows[deployment.flow], deployment)
        done += 1
        if progress is not None:
            progress(done, len(changed))

    await asyncio.gather(*(push_one(deployment) for deployment in changed))
    return Registered(len(changed), len(surplus), len(wanted) - len(changed))


async def ensure_work_pool(client: PrefectClient) -> WorkPool:
    """The pool the project's runs wait in. Its type is Prefect's own `process`, so that `prefect worker start
    --pool duban` on further machines takes from it without anything installed beside duban.
    """
    try:
        return await client.read_work_pool(WORK_POOL)
    except ObjectNotFound:
        template = ProcessWorker.get_default_base_job_template()
        return await client.create_work_pool(
            WorkPoolCreate(name=WORK_POOL, type=ProcessWorker.type, base_job_template=template)
        )


async def deployments(client: PrefectClient) -> list[DeploymentResponse]:
    """Every deployment whose runs wait in the project's pool."""
    found: list[DeploymentResponse] = []
    pool = WorkPoolFilter(name=WorkPoolFilterName(any_=[WORK_POOL]))
    while True:
        page = await client.read_deployments(work_pool_filter=pool, limit=PAGE, offset=len(found))
        found += page
        if len(page) < PAGE:
            return found


async def push(client: PrefectClient, root: Path, flow_id: UUID, wanted: WantedDeployment) -> UUID:
    """Create or replace one deployment with its schedule and its trigger.

    The digest is written last, so that a push cut short is done again.
    """
    description = {
        "flow_id": flow_id,
        "name": wanted.name,
        "tags": list(wanted.tags),
        "parameters": wanted.parameters,
        "description": wanted.description,
        "work_pool_name": WORK_POOL,
        "entrypoint": entrypoint(wanted.flow),
        "pull_steps": [
            {"prefect.deployments.steps.set_working_directory": {"directory": "{{ $DUBAN_PROJECT }}"}}
        ],
        "parameter_openapi_schema": parameter_schema(load_flow(root, wanted.flow)).model_dump(),
        "enforce_parameter_schema": True,
        "paused": False,
        "schedules": _schedules(wanted),
    }
    if not wanted.wakes_on:
        return await client.create_deployment(**description, version=wanted.digest)  # type: ignore[arg-type]
    deployment_id = await client.create_deployment(**description, version="")  # type: ignore[arg-type]
    await client.delete_resource_owned_automations(f"prefect.deployment.{deployment_id}")
    trigger = _trigger(wanted)
    trigger.set_deployment_id(deployment_id)
    await client.create_automation(trigger.as_automation())
    return await client.create_deployment(**description, version=wanted.digest)  # type: ignore[arg-type]


async def remove(client: PrefectClient, deployment_id: UUID) -> None:
    """Take a deployment, its schedule and its trigger away. What its runs opened stays in the ledger."""
    await client.delete_resource_owned_automations(f"prefect.deployment.{deployment_id}")
    try:
        await client.delete_deployment(deployment_id)
    except ObjectNotFound:
        return


def _schedules(wanted: WantedDeployment) -> list[DeploymentScheduleCreate]:
    if wanted.cron is not None:
        return [DeploymentScheduleCreate(schedule=CronSchedule(cron=wanted.cron, timezone=wanted.zone))]
    if wanted.rrule is not None:
        return [DeploymentScheduleCreate(schedule=RRuleSchedule(rrule=wanted.rrule, timezone=wanted.zone))]
    return []


def _trigger(wanted: WantedDeployment) -> DeploymentEventTrigger:
    kinds: list[str] = [fact_kind_resource(kind) for kind in wanted.wakes_on]
    return DeploymentEventTrigger(
        name=f"{wanted.name}: {', '.join(wanted.wakes_on)}",
        expect={EVENT},
        match_related=ResourceSpecification.model_validate({"prefect.resource.id": kinds}),
        posture=Posture.Reactive,
        threshold=1,
        parameters=wanted.parameters,
    )
