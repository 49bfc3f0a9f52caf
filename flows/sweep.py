"""Opens whatever is owed and was missed, of every duty: after downtime, a lost wake-up, a late fact."""

from datetime import datetime
from typing import TYPE_CHECKING

from prefect import flow

from duban.deployment.runs import in_workspace, note
from duban.opening import open_owed

if TYPE_CHECKING:
    from duban.workspace import Workspace


@flow(name="sweep")
async def sweep(project: str | None = None, now: datetime | None = None) -> int:
    """Open every obligation owed up to the business date of the run; returns how many were new."""

    def work(ws: "Workspace", moment: datetime) -> int:
        by_duty = open_owed(ws, moment).by_duty
        count = sum(by_duty.values())
        named = "，".join(f"{duty} {n}" for duty, n in by_duty.items() if n)
        note(zh=f"补查：新开 {count} 件 {named}", en=f"sweep: {count} opened {named}")
        return count

    return await in_workspace(project, now, work)
