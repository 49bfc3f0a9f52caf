"""How a wanted deployment is written for Prefect's API, and in what a standing one differs from that.

Pure, on JSON as the API takes and gives it: registering mends by it, `duban doctor` judges by it. Nothing here imports
Prefect.
"""

from typing import Any

from duban.deployment.plan import WantedDeployment
from duban.runtime.wakeup import EVENT, fact_kind_resource

WORK_POOL = "duban"
PULL_STEPS = [{"prefect.deployments.steps.set_working_directory": {"directory": "{{ $DUBAN_PROJECT }}"}}]
ROUNDS = ("audit", "deliver", "patrol", "report", "sweep")
"""The engine's own rounds, each in a file of its name; the flows of the kinds of duty stand in `obligations.py`."""

Json = dict[str, Any]


def flow_file(flow: str) -> str:
    """The file in the project's folder `flows/` that holds a flow."""
    return f"{flow}.py" if flow in ROUNDS else "obligations.py"


def entrypoint(flow: str) -> str:
    """Where a flow stands, relative to the project's root, in Prefect's way of writing."""
    return f"flows/{flow_file(flow)}:{flow}"


def deployment_form(wanted: WantedDeployment, flow_id: str, parameters: Json) -> Json:
    """The body with which Prefect makes or replaces the deployment; `parameters` is the schema of what its flow takes."""
    return {
        "flow_id": flow_id,
        "name": wanted.name,
        "version": wanted.fingerprint,
        "tags": list(wanted.tags),
        "description": wanted.description,
        "work_pool_name": WORK_POOL,
        "parameter_openapi_schema": {**parameters, "additionalProperties": False},
        **_guarded(wanted),
    }


def _guarded(wanted: WantedDeployment) -> Json:
    """What decides when a deployment runs and what it runs: whatever somebody changes of it is put back."""
    return {
        "entrypoint": entrypoint(wanted.flow),
        "parameters": wanted.parameters,
        "enforce_parameter_schema": True,
        "pull_steps": PULL_STEPS,
        "job_variables": {},
        "paused": False,
        "schedules": _schedules(wanted),
    }


def _schedules(wanted: WantedDeployment) -> list[Json]:
    if wanted.cron is not None:
        rhythm = {"cron": wanted.cron, "timezone": wanted.zone}
    elif wanted.rrule is not None:
        rhythm = {"rrule": wanted.rrule, "timezone": wanted.zone}
    else:
        return []
    return [{"active": True, "schedule": rhythm}]


def trigger_form(wanted: WantedDeployment, deployment_id: str) -> Json:
    """The automation that starts a run when facts of the deployment's kinds come in."""
    return {
        "name": f"{wanted.name}: {', '.join(wanted.wakes_on)}",
        "description": "",
        "enabled": True,
        "trigger": {
            "type": "event",
            "match": {},
            "match_related": {"prefect.resource.id": [fact_kind_resource(kind) for kind in wanted.wakes_on]},
            "after": [],
            "expect": [EVENT],
            "for_each": [],
            "posture": "Reactive",
            "threshold": 1,
            "within": 0,
        },
        "actions": [
            {
                "type": "run-deployment",
                "source": "selected",
                "deployment_id": deployment_id,
                "parameters": wanted.parameters,
            }
        ],
        "owner_resource": f"prefect.deployment.{deployment_id}",
    }


def same_deployment(wanted: WantedDeployment, standing: Json) -> bool:
    """Whether nobody has changed when the standing deployment runs and what it runs (its pause aside)."""
    due = _guarded(wanted)
    plain = ("entrypoint", "parameters", "enforce_parameter_schema", "pull_steps", "job_variables")
    return all((standing.get(key) or None) == (due[key] or None) for key in plain) and [
        _rhythm(each) for each in standing.get("schedules", [])
    ] == [_rhythm(each) for each in due["schedules"]]


def _rhythm(schedule: Json) -> tuple[object, ...]:
    """A schedule as far as it decides anything; Prefect puts a start before the days of a set."""
    told = schedule["schedule"]
    days = tuple(line for line in (told.get("rrule") or "").splitlines() if not line.startswith("DTSTART"))
    return (
        schedule.get("active"),
        told.get("cron"),
        days,
        told.get("timezone"),
        bool(schedule.get("parameters")),
    )


def same_trigger(wanted: WantedDeployment, standing: Json) -> bool:
    """Whether a standing automation still is the trigger it was made as, and switched on."""
    due = trigger_form(wanted, standing["actions"][0].get("deployment_id", "") if standing["actions"] else "")
    return (
        standing["name"] == due["name"]
        and bool(standing["enabled"])
        and agrees(due["trigger"], standing["trigger"])
        and len(standing["actions"]) == 1
        and agrees(due["actions"][0], standing["actions"][0])
    )


def agrees(due: Json, standing: Json) -> bool:
    """Whether every value that is due stands, lists in whichever order."""
    return all(_unordered(standing.get(key)) == _unordered(value) for key, value in due.items())


def _unordered(value: object) -> object:
    if isinstance(value, list):
        return sorted(value, key=str)
    if isinstance(value, dict):
        return {key: _unordered(each) for key, each in value.items()}
    return value
