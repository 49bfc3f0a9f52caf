"""Opens whatever is owed and was missed, of every duty: after downtime, a lost wake-up, a late fact."""

from datetime import datetime
from typing import TYPE_CHECKING

from prefect import flow

from duban.deployment.runs import DutyRefused, in_workspace, note
from duban.obligations.opening import open_owed

if TYPE_CHECKING:
    from duban.workspace.workspace import Workspace


@flow(name="sweep")
async def sweep(project: str | None = None, now: datetime | None = None) -> int:
    """Open every obligation owed up to the business date of the run; returns how many were new."""

    def work(ws: "Workspace", moment: datetime) -> int:
        opened = open_owed(ws, moment)
        named = "，".join(f"{duty} {n}" for duty, n in opened.by_duty.items())
        note(zh=f"补查：新开 {opened.total} 件 {named}", en=f"sweep: {opened.total} opened {named}")
        if opened.refused:
            raise DutyRefused("\n".join(f"{duty}: {why}" for duty, why in opened.refused.items()))
        return opened.total

    return await in_workspace(project, now, work)
