"""Opens whatever is owed and was missed: after downtime, a lost wake-up, a late fact. Tables nobody took for a week go."""

from typing import TYPE_CHECKING, Literal

from prefect import flow

from duban.deployment.runs import in_workspace, note, refuse
from duban.importing.handed_in import drop_stale
from duban.ledger.heartbeats import OPENING
from duban.obligations.opening import open_owed

if TYPE_CHECKING:
    from datetime import datetime

    from duban.workspace.workspace import Workspace


@flow(name="sweep")
async def sweep(duties: Literal["all", "confidential"] = "all") -> int:
    """Open every obligation owed up to today and not in the ledger yet.

    Args:
        duties: `all`, or only the confidential ones, which have no deployment of their own.

    Returns:
        How many obligations were new.
    """

    def work(ws: "Workspace", moment: "datetime") -> int:
        known = ws.definitions.duties
        secret = {duty.id for duty in known.values() if duty.confidential}
        drop_stale(ws, moment)
        opened = open_owed(ws, moment, sorted(secret) if duties == "confidential" else None)
        named = {duty: count for duty, count in opened.by_duty.items() if count and duty not in secret}
        if named:
            told = "，".join(f"{duty} {count}" for duty, count in named.items())
            note(
                zh=f"补查：新开 {sum(named.values())} 件 {told}",
                en=f"sweep: {sum(named.values())} opened {told}",
            )
        refuse(
            {duty: why for duty, why in opened.refused.items() if duty not in secret},
            len(secret & set(opened.refused)),
        )
        return opened.total

    return await in_workspace(work, again=True, loop=OPENING if duties == "all" else None)
