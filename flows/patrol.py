"""Decides the rungs that have come due: each becomes a notice with its deliveries, in one transaction per batch."""

from typing import TYPE_CHECKING

from prefect import flow

from duban.deployment.runs import in_workspace, note
from duban.ledger.heartbeats import PATROL
from duban.notices.patrol import patrol as engine_patrol

if TYPE_CHECKING:
    from datetime import datetime

    from duban.workspace.workspace import Workspace


@flow(name="patrol")
async def patrol() -> int:
    """Decide every rung that is due now.

    Returns:
        How many notices were made.
    """

    def work(ws: "Workspace", moment: "datetime") -> int:
        done = engine_patrol(ws, moment)
        if done.notices:
            note(
                zh=f"巡查：通知 {done.notices} 件，待发 {done.deliveries} 条",
                en=f"patrol: {done.notices} notices, {done.deliveries} deliveries",
            )
        return done.notices

    return await in_workspace(work, loop=PATROL)
