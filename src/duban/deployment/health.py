"""Does Prefect answer, does it know every duty, and has everything that comes soon its next run?

Plain HTTP, so that `duban doctor` need not load Prefect.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from duban.deployment.plan import PREFECT_LOOKS_AHEAD, WantedDeployment, wanted_deployments
from duban.runtime.prefect_api import PrefectApi, PrefectRefuses, PrefectSilent, prefect_of

if TYPE_CHECKING:
    from duban.definitions.definitions import Definitions


@dataclass(frozen=True)
class Health:
    """What Prefect looks like from outside.

    `running` says that a service runs for the project (or `PREFECT_API_URL` names a server), `answers` that its server
    does answer. `missing` duties have no deployment, `outdated` ones an earlier form, `without_run` should have had
    a run scheduled within 95 days and have none, `paused` were paused by hand.
    """

    running: bool
    answers: bool
    deployments: int = 0
    missing: tuple[str, ...] = ()
    outdated: tuple[str, ...] = ()
    without_run: tuple[str, ...] = ()
    paused: tuple[str, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether nothing needs a person."""
        return self.answers and not (self.missing or self.outdated or self.without_run or self.paused)


def health(root: Path, definitions: Definitions, on: date) -> Health:
    """Compare what stands in Prefect with what should stand there on business date `on`."""
    server = prefect_of(root)
    if server is None:
        return Health(running=False, answers=False)
    with server:
        return compare(server, wanted_deployments(definitions, on), on)


def compare(server: PrefectApi, wanted: list[WantedDeployment], on: date) -> Health:
    """Compare what stands in a Prefect server with what is wanted."""
    in_pool = {"work_pools": {"name": {"any_": ["duban"]}}}
    try:
        standing = {each["name"]: each for each in server.every("/deployments/filter", in_pool)}
        soon = on + PREFECT_LOOKS_AHEAD
        due = [
            each.name
            for each in wanted
            if each.name in standing and (day := each.next_day(on)) is not None and day <= soon
        ]
        without = tuple(name for name in due if not _has_run(server, standing[name]["id"]))
    except (PrefectSilent, PrefectRefuses):
        return Health(running=True, answers=False)
    return Health(
        running=True,
        answers=True,
        deployments=len(standing),
        missing=tuple(each.name for each in wanted if each.name not in standing),
        outdated=tuple(
            each.name
            for each in wanted
            if each.name in standing and standing[each.name].get("version") != each.digest
        ),
        without_run=without,
        paused=tuple(name for name, each in standing.items() if each.get("paused")),
    )


def _has_run(server: PrefectApi, deployment_id: str) -> bool:
    return bool(
        server.ask(
            "POST",
            "/flow_runs/filter",
            {
                "deployments": {"id": {"any_": [deployment_id]}},
                "flow_runs": {"state": {"type": {"any_": ["SCHEDULED", "PENDING", "RUNNING"]}}},
                "limit": 1,
            },
        )
    )
