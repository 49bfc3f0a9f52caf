"""Does Prefect answer, does everything stand there as it should, and has everything that comes soon its next run?

Plain HTTP, so that `duban doctor` need not load Prefect.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from duban.base.clock import SystemClock
from duban.deployment.plan import PREFECT_LOOKS_AHEAD, WantedDeployment, wanted_deployments
from duban.deployment.state import PrefectDifference, PrefectState, StandingDeployment, compare, look
from duban.runtime.prefect_api import PrefectApi, PrefectRefuses, PrefectSilent, prefect_of

if TYPE_CHECKING:
    from duban.definitions.definitions import Definitions

COMES_ROUND = timedelta(minutes=1)
"""Within this Prefect makes the first runs of a schedule that is put there."""


@dataclass(frozen=True)
class PrefectHealth:
    """What Prefect looks like from outside."""

    running: bool  #: a service runs for the project, or `PREFECT_API_URL` names a server
    answers: bool  #: the server does answer
    refused: bool = False  #: it does not take the login, or fails
    deployments: int = 0  #: how many stand in the project's pool
    difference: PrefectDifference = field(
        default_factory=PrefectDifference
    )  #: in what they differ from what is wanted
    without_run: tuple[str, ...] = ()  #: should have a run scheduled within 95 days, and have none

    @property
    def sound(self) -> bool:
        """Whether nothing needs a person."""
        return self.answers and not (self.refused or self.difference.any or self.without_run)


def health(root: Path, definitions: Definitions, on: date) -> PrefectHealth:
    """Compare what stands in Prefect with what should stand there on business date `on`."""
    server = prefect_of(root)
    if server is None:
        return PrefectHealth(running=False, answers=False)
    with server:
        return examine(server, wanted_deployments(definitions, on), on)


def examine(server: PrefectApi, wanted: list[WantedDeployment], on: date) -> PrefectHealth:
    """Compare what stands in a Prefect server with what is wanted."""
    try:
        found = look(server)
        without = tuple(name for name, number in _due(found, wanted, on) if not _has_run(server, number))
    except PrefectSilent:
        return PrefectHealth(running=True, answers=False)
    except PrefectRefuses as why:
        return PrefectHealth(running=True, answers=why.status == 401, refused=True)
    return PrefectHealth(
        running=True,
        answers=True,
        deployments=len(found.deployments),
        difference=compare(found, wanted),
        without_run=without,
    )


def _new(standing: StandingDeployment) -> bool:
    """Whether its schedule was put there a moment ago: Prefect has not come round to it yet."""
    lately = SystemClock().now() - COMES_ROUND
    return any(datetime.fromisoformat(each["created"]) > lately for each in standing.row["schedules"])


def _due(found: PrefectState, wanted: list[WantedDeployment], on: date) -> list[tuple[str, str]]:
    """The name and number of each standing deployment that must have a run soon."""
    soon = on + PREFECT_LOOKS_AHEAD
    numbers = {(each.flow, each.name): each.id for each in found.deployments if not _new(each)}
    return [
        (each.name, numbers[each.flow, each.name])
        for each in wanted
        if (each.flow, each.name) in numbers and (day := each.next_day(on)) is not None and day <= soon
    ]


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
