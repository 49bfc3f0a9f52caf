"""Opens the reviews of continuous work: once per assumed interval and unit."""

from datetime import datetime

from prefect import flow

from duban.deployment.runs import open_duty


@flow(name="review")
async def review(duty: str, project: str | None = None, now: datetime | None = None) -> int:
    """Open every obligation of the duty owed up to the business date of the run; returns how many were new."""
    return await open_duty(duty, project, now)
