"""Opens what is owed: a flow for each kind of duty, all of one body. Each duty has a deployment of the flow of its kind."""

from prefect import flow

from duban.cadence.registry import KINDS
from duban.deployment.naming import duty_and_day
from duban.deployment.runs import open_duty


async def open_what_is_owed(duty: str) -> int:
    """Open every obligation of a duty that is owed up to today and is not in the ledger yet.

    Safe to run at any time, twice, or late: what was missed is taken in, what stands is left alone.

    Args:
        duty: The duty's id, as it stands in `duties/*.yaml`, for example `ts-quarterly-risk-analysis`.

    Returns:
        How many obligations were new.
    """
    return await open_duty(duty)


# `periodic`, `within`, `threshold` … : `flows/obligations.py:periodic` is what a deployment of a periodic duty runs.
for kind in KINDS:
    globals()[kind.name] = flow(
        name=kind.name, description=f"{kind.title}: {kind.purpose}", flow_run_name=duty_and_day
    )(open_what_is_owed)
