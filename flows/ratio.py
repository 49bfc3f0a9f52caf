"""Opens what is owed of a duty with a share to keep, and judges the share when its deadline is over."""

from datetime import datetime

from prefect import flow

from duban.deployment.runs import open_duty


@flow(name="ratio")
async def ratio(duty: str, project: str | None = None, now: datetime | None = None) -> int:
    """Open every obligation of the duty owed up to the business date of the run; returns how many were new."""
    return await open_duty(duty, project, now)
