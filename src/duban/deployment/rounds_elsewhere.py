"""When a flow last ran to its end on any machine, as Prefect knows it: plain HTTP, so that nothing of Prefect is loaded."""

from datetime import datetime

from duban.deployment.form import WORK_POOL
from duban.runtime.prefect_api import PrefectApi


def seconds_since_finished(server: PrefectApi, flow: str, now: datetime) -> float | None:
    """How many seconds before `now` (aware, the machine's own clock) a run of `flow` last ended well; None: none has.

    Raises PrefectSilent; PrefectRefuses.
    """
    newest = server.ask(
        "POST",
        "/flow_runs/filter",
        {
            "flows": {"name": {"any_": [flow]}},
            "flow_runs": {"state": {"type": {"any_": ["COMPLETED"]}}},
            "work_pools": {"name": {"any_": [WORK_POOL]}},
            "sort": "END_TIME_DESC",
            "limit": 1,
        },
    )
    ended = newest[0]["end_time"] if newest else None
    return None if ended is None else max(0.0, (now - datetime.fromisoformat(ended)).total_seconds())
