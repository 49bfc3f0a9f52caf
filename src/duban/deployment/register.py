"""Bringing Prefect's deployments to what is wanted: only what differs is pushed, several at a time; the surplus goes.

What stands in Prefect is asked of Prefect, all of it: an emptied database, a paused pool, a deployment somebody
altered mend themselves at the next look. It goes by plain HTTP over kept connections: Prefect's client costs as much
for a push as its server.
"""

import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from prefect.utilities.callables import parameter_schema
from prefect.workers.process import ProcessWorker

from duban.deployment.form import WORK_POOL, Json, deployment_form, trigger_form
from duban.deployment.loading import load_flow
from duban.deployment.plan import WantedDeployment
from duban.deployment.state import QUEUE, PrefectState, StandingDeployment, compare, look
from duban.runtime.prefect_api import PrefectApi, PrefectRefuses

AT_ONCE = 2

Progress = Callable[[int, int], None]
Connect = Callable[[], PrefectApi]
Places = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class RegistrationCount:
    """What a registration did."""

    pushed: int  #: deployments made, replaced or mended
    removed: int  #: deployments taken away
    unchanged: int  #: deployments that stood as they should
    altered: tuple[str, ...] = ()  #: those of the pushed that somebody had paused or altered in Prefect
    deleted: tuple[
        str, ...
    ] = ()  #: those of the pushed that somebody had deleted since the registration before
    foreign: tuple[
        str, ...
    ] = ()  #: those of the removed that somebody had put there since the registration before
    pool_started: bool = False  #: the pool, or its queue, had been stopped and runs again
    seconds: float = 0.0  #: how long it took


def register(
    connect: Connect,
    root: Path,
    wanted: list[WantedDeployment],
    progress: Progress | None = None,
    before: Places | None = None,
) -> RegistrationCount:
    """Bring Prefect's deployments of the project to what is wanted; `progress(done, total)` counts the pushes.

    `connect` opens a connection for one thread. `before`: the places that the registration before left; None where there
    was none, and then nobody knows what a person deleted or added. Raises PrefectSilent; PrefectRefuses; FlowMissing.
    """
    began = time.monotonic()
    with connect() as server:
        ensure_work_pool(server)
        found = look(server)
        difference = compare(found, wanted)
        if difference.pool_stopped:
            _start_pool(server)
        places = places_of(wanted)
        surplus = [each for each in found.deployments if (each.flow, each.name) not in places]
        for each in surplus:
            _remove(server, each)
        changed = [each for each in wanted if difference.concerns(each.name)]
        if changed:
            _push_all(connect, _Forms(server, root, changed), found, changed, progress)
    return RegistrationCount(
        len(changed),
        len(difference.surplus),
        len(wanted) - len(changed),
        tuple(sorted({*difference.altered, *difference.paused})),
        deleted=_names((places & before) - places_of(found.deployments)) if before is not None else (),
        foreign=_names(places_of(surplus) - before) if before is not None else (),
        pool_started=difference.pool_stopped,
        seconds=time.monotonic() - began,
    )


def places_of(deployments: Iterable[WantedDeployment | StandingDeployment]) -> Places:
    """Where each stands: its flow, and its name, which is unique within that."""
    return frozenset((each.flow, each.name) for each in deployments)


def _names(places: Places) -> tuple[str, ...]:
    return tuple(sorted(name for _, name in places))


def ensure_work_pool(server: PrefectApi) -> None:
    """Make the pool the project's runs wait in, unless it stands as it should.

    Its type is Prefect's own `process`, so that `prefect worker start --pool duban` on further machines takes from it
    without anything installed beside duban.
    """
    template = pool_template()
    try:
        standing = server.ask("GET", f"/work_pools/{WORK_POOL}")
    except PrefectRefuses as why:
        if why.status != 404:
            raise
        made = {"name": WORK_POOL, "type": ProcessWorker.type, "base_job_template": template}
        try:
            server.ask("POST", "/work_pools/", made)
        except PrefectRefuses as other:
            if other.status != 409:  # another machine has just made it, alike
                raise
    else:
        if standing["base_job_template"] != template:
            server.ask("PATCH", f"/work_pools/{WORK_POOL}", {"base_job_template": template})


def pool_template() -> Json:
    """What a run may say of its process: not the command, and not the environment, in which the clock would stand."""
    template: Json = ProcessWorker.get_default_base_job_template()
    for closed in ("command", "env"):
        template["job_configuration"].pop(closed, None)
        template["variables"]["properties"].pop(closed, None)
    return template


def _start_pool(server: PrefectApi) -> None:
    running = {"is_paused": False, "concurrency_limit": None}
    server.ask("PATCH", f"/work_pools/{WORK_POOL}", running)
    server.ask("PATCH", f"/work_pools/{WORK_POOL}/queues/{QUEUE}", running)


class _Forms:
    """The number and the parameters of each flow, asked for once."""

    def __init__(self, server: PrefectApi, root: Path, wanted: list[WantedDeployment]) -> None:
        self._flows: dict[str, tuple[str, Json]] = {}
        for name in sorted({each.flow for each in wanted}):
            flow = load_flow(root, name)
            number = server.ask("POST", "/flows/", {"name": flow.name})["id"]
            self._flows[name] = number, parameter_schema(flow).model_dump()

    def of(self, wanted: WantedDeployment) -> Json:
        """The body that makes or replaces the deployment."""
        return deployment_form(wanted, *self._flows[wanted.flow])


def _push_all(
    connect: Connect,
    forms: _Forms,
    found: PrefectState,
    changed: list[WantedDeployment],
    progress: Progress | None,
) -> None:
    standing = {(each.flow, each.name): each for each in found.deployments}
    of_thread = threading.local()
    opened: list[PrefectApi] = []

    def push(wanted: WantedDeployment) -> None:
        if not hasattr(of_thread, "server"):
            of_thread.server = connect()
            opened.append(of_thread.server)
        _push(of_thread.server, forms.of(wanted), wanted, standing.get((wanted.flow, wanted.name)))

    try:
        with ThreadPoolExecutor(AT_ONCE, "register") as threads:
            for done, _ in enumerate(threads.map(push, changed), 1):
                if progress is not None:
                    progress(done, len(changed))
    finally:
        for server in opened:
            server.close()


def _push(
    server: PrefectApi, form: Json, wanted: WantedDeployment, standing: StandingDeployment | None
) -> None:
    """Create or replace one deployment with its schedule, then its trigger. Cut short, it is mended at the next look."""
    number = server.ask("POST", "/deployments/", form)["id"]
    if standing is not None and standing.triggers:
        server.ask("DELETE", f"/automations/owned-by/prefect.deployment.{number}")
    if wanted.wakes_on:
        server.ask("POST", "/automations/", trigger_form(wanted, number))


def _remove(server: PrefectApi, surplus: StandingDeployment) -> None:
    """Take a deployment, its schedule and its trigger away. What its runs opened stays in the ledger."""
    server.ask("DELETE", f"/automations/owned-by/prefect.deployment.{surplus.id}")
    try:
        server.ask("DELETE", f"/deployments/{surplus.id}")
    except PrefectRefuses as why:
        if why.status != 404:
            raise
