"""Does Prefect answer, does it know every duty, and has everything that comes soon its next run?

Plain HTTP, so that `duban doctor` need not load Prefect.
"""

from __future__ import annotations

import json
import os
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duban.deployment.plan import PREFECT_LOOKS_AHEAD, WantedDeployment, wanted_deployments
from duban.runtime.presence import running_api

if TYPE_CHECKING:
    from duban.definitions.definitions import Definitions

SECONDS = 5.0
PAGE = 200


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
    api = os.environ.get("PREFECT_API_URL") or running_api(root)
    if api is None:
        return Health(running=False, answers=False)
    return compare(api, wanted_deployments(definitions, on), on)


def compare(api: str, wanted: list[WantedDeployment], on: date) -> Health:
    """Compare what stands in the Prefect server at `api` with what is wanted."""
    try:
        standing = {each["name"]: each for each in _deployments(api)}
        soon = on + PREFECT_LOOKS_AHEAD
        due = [
            each.name
            for each in wanted
            if each.name in standing and (day := each.next_day(on)) is not None and day <= soon
        ]
        without = tuple(name for name in due if not _has_run(api, standing[name]["id"]))
    except (OSError, ValueError):
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


def _deployments(api: str) -> Iterator[dict[str, Any]]:
    offset = 0
    while True:
        page = _ask(
            f"{api}/deployments/filter",
            {"work_pools": {"name": {"any_": ["duban"]}}, "limit": PAGE, "offset": offset},
        )
        yield from page
        offset += len(page)
        if len(page) < PAGE:
            return


def _has_run(api: str, deployment_id: str) -> bool:
    return bool(
        _ask(
            f"{api}/flow_runs/filter",
            {
                "deployments": {"id": {"any_": [deployment_id]}},
                "flow_runs": {"state": {"type": {"any_": ["SCHEDULED", "PENDING", "RUNNING"]}}},
                "limit": 1,
            },
        )
    )


def _ask(url: str, what: dict[str, Any]) -> list[dict[str, Any]]:
    request = urllib.request.Request(  # noqa: S310 - the project's own Prefect server
        url, data=json.dumps(what).encode(), headers={"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=SECONDS) as reply:  # noqa: S310
        rows: list[dict[str, Any]] = json.loads(reply.read())
    return rows
