"""What stands in a Prefect server of the project's: its pool, its deployments, their triggers; and how it differs.

Plain HTTP, so that `duban doctor` need not load Prefect.
"""

from collections import defaultdict
from dataclasses import dataclass

from duban.deployment.form import WORK_POOL, Json, same_deployment, same_trigger
from duban.deployment.plan import WantedDeployment
from duban.runtime.prefect_api import PrefectApi, PrefectRefuses

QUEUE = "default"
IN_POOL = {"work_pools": {"name": {"any_": [WORK_POOL]}}}


@dataclass(frozen=True)
class StandingDeployment:
    """One deployment as it stands, the name of its flow, and the automations that start runs of it."""

    row: Json  #: as Prefect's API gives it
    flow: str  #: the name of the flow it runs
    triggers: tuple[Json, ...] = ()  #: the automations that start it, as the API gives them

    @property
    def id(self) -> str:
        """Prefect's number of it."""
        return str(self.row["id"])

    @property
    def name(self) -> str:
        """Its name, unique within its flow."""
        return str(self.row["name"])


@dataclass(frozen=True)
class PrefectState:
    """Everything of the project's that stands in a Prefect server."""

    pool: Json | None  #: the work pool, None when there is none
    queue: Json | None  #: the queue of the pool in which the runs wait
    deployments: tuple[StandingDeployment, ...]  #: those whose runs wait in the pool


@dataclass(frozen=True)
class PrefectDifference:
    """How what stands differs from what is wanted, by the names of deployments."""

    missing: tuple[str, ...] = ()  #: wanted, and not there
    surplus: tuple[str, ...] = ()  #: there, and not wanted
    outdated: tuple[str, ...] = ()  #: there in an earlier form
    altered: tuple[str, ...] = ()  #: somebody changed when it runs or what it runs, or its trigger
    paused: tuple[str, ...] = ()  #: somebody paused it
    pool_stopped: bool = False  #: the pool or its queue is paused, or lets no run through

    @property
    def any(self) -> bool:
        """Whether there is anything to mend."""
        return bool(
            self.missing or self.surplus or self.outdated or self.altered or self.paused or self.pool_stopped
        )

    def concerns(self, name: str) -> bool:
        """Whether the deployment of that name has to be pushed."""
        return name in {*self.missing, *self.outdated, *self.altered, *self.paused}


def look(server: PrefectApi) -> PrefectState:
    """What stands in the server now. Raises PrefectSilent; PrefectRefuses."""
    rows = server.every("/deployments/filter", IN_POOL)
    flows = {each["id"]: each["name"] for each in server.every("/flows/filter", {})}
    triggers: dict[str, list[Json]] = defaultdict(list)
    for automation in server.every("/automations/filter", {}):
        for number in {each.get("deployment_id") for each in automation["actions"]} - {None}:
            triggers[number].append(automation)
    return PrefectState(
        _one(server, f"/work_pools/{WORK_POOL}"),
        _one(server, f"/work_pools/{WORK_POOL}/queues/{QUEUE}"),
        tuple(
            StandingDeployment(row, flows.get(row["flow_id"], ""), tuple(triggers[row["id"]])) for row in rows
        ),
    )


def compare(found: PrefectState, wanted: list[WantedDeployment]) -> PrefectDifference:
    """How what stands differs from what is wanted."""
    standing = {(each.flow, each.name): each for each in found.deployments}
    places = {(each.flow, each.name) for each in wanted}
    there = [(each, standing[each.flow, each.name]) for each in wanted if (each.flow, each.name) in standing]
    current = [(each, other) for each, other in there if other.row.get("version") == each.fingerprint]
    return PrefectDifference(
        missing=tuple(each.name for each in wanted if (each.flow, each.name) not in standing),
        surplus=tuple(each.name for each in found.deployments if (each.flow, each.name) not in places),
        outdated=tuple(each.name for each, other in there if other.row.get("version") != each.fingerprint),
        altered=tuple(
            each.name
            for each, other in current
            if not same_deployment(each, other.row) or not _triggered(each, other)
        ),
        paused=tuple(each.name for each, other in there if other.row.get("paused")),
        pool_stopped=found.pool is not None and (_stopped(found.pool) or _stopped(found.queue)),
    )


def _triggered(wanted: WantedDeployment, standing: StandingDeployment) -> bool:
    """Whether the deployment has the trigger it should have, once; another's automations are not looked at."""
    own = [each for each in standing.triggers if same_trigger(wanted, each)]
    return len(own) == (1 if wanted.wakes_on else 0)


def _stopped(place: Json | None) -> bool:
    return place is not None and (bool(place.get("is_paused")) or place.get("concurrency_limit") is not None)


def _one(server: PrefectApi, path: str) -> Json | None:
    try:
        row: Json = server.ask("GET", path)
    except PrefectRefuses as why:
        if why.status == 404:
            return None
        raise
    return row
