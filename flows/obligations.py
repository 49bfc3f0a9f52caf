"""Opens what is owed: a flow for each kind of duty, all of one body. Each duty has a deployment of the flow of its kind."""

from collections.abc import Coroutine
from typing import Any

from prefect import Flow, flow

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


def _opens(kind: str, what: str) -> Flow[[str], Coroutine[Any, Any, int]]:
    return flow(name=kind, description=f"Opens {what}.", flow_run_name=duty_and_day)(open_what_is_owed)


periodic = _opens("periodic", "what is owed once per period and unit")
within = _opens("within", "what each fact starts: within so long of a certificate, a complaint")
threshold = _opens("threshold", "what a set of facts starts: three failed batches within a year")
frequency = _opens("frequency", "the visits owed so many times per subject and year")
quota = _opens("quota", "what has a number to reach, and counts how far its facts have come")
ratio = _opens("ratio", "what has a share to keep, and judges the share when its deadline is over")
campaign = _opens("campaign", "what is owed once per named day or window of days, so long before it")
once = _opens("once", "what is owed once and never again")
review = _opens("review", "the reviews of continuous work, once per assumed interval and unit")
