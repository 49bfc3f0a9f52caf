"""Opens a duty that is owed once and never again."""

from datetime import datetime

from prefect import flow

from duban.deployment.runs import open_duty


@flow(name="once")
async def once(duty: str, project: str | None = None, now: datetime | None = None) -> int:
    """Open every obligation of the duty owed up to the business date of the run; returns how many were new."""
    return await open_duty(duty, project, now)
