"""Sends what waits: leased, one digest per recipient and channel, looked at once more, settled."""

from typing import TYPE_CHECKING

from prefect import flow

from duban.deliveries.delivering import deliver as engine_deliver
from duban.deployment.runs import in_workspace, note
from duban.ledger.heartbeats import DELIVER

if TYPE_CHECKING:
    from datetime import datetime

    from duban.workspace.workspace import Workspace


@flow(name="deliver")
async def deliver() -> int:
    """Send every message that is due now.

    Returns:
        How many went out.
    """

    def work(ws: "Workspace", moment: "datetime") -> int:
        done = engine_deliver(ws, moment)
        if done.kept_back:
            note(
                zh="消息压住了，等人核实（duban hold list）",
                en="delivery is held for a person (duban hold list)",
            )
        if done.sent or done.failed or done.unknown or done.cancelled or done.dead:
            note(
                zh=f"发送：发出 {done.sent}，失败待重试 {done.failed}，结果不明 {done.unknown}，"
                f"不再需要 {done.cancelled}，放弃 {done.dead}",
                en=f"deliver: {done.sent} sent, {done.failed} to retry, {done.unknown} unknown, "
                f"{done.cancelled} no longer needed, {done.dead} given up",
            )
        return done.sent

    return await in_workspace(work, loop=DELIVER)
