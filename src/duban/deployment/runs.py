"""What every flow has in common: the open workspace, the business moment of the run, a line in its log.

The engine is synchronous; a flow hands it to a thread, so that several duties can open side by side.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from prefect.exceptions import MissingContextError
from prefect.logging import get_run_logger
from prefect.runtime import flow_run

from duban.base.language import say
from duban.obligations.opening import open_owed
from duban.workspace.standing import standing_workspace

if TYPE_CHECKING:
    from duban.workspace.workspace import Workspace

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")


class DutyRefused(Exception):
    """A duty could not be opened, for example because its dates lie past the calendar; the text says what to mend."""


def business_moment(ws: Workspace, now: datetime | None) -> datetime:
    """The moment a run works for, aware: `now` if given, else the later of its scheduled time and the clock.

    Prefect may start a run a moment before its time: a run of 1 January must not open 31 December. A run that
    comes late works for the present. A rehearsed clock (`DUBAN_CLOCK`) knows best. A `now` without an offset is local time.
    """
    if now is not None:
        return now if now.tzinfo else now.replace(tzinfo=ws.definitions.project.zone)
    present = ws.clock.now()
    scheduled: datetime | None = flow_run.scheduled_start_time
    if scheduled is None or os.environ.get("DUBAN_CLOCK"):
        return present
    return max(present, scheduled)


async def in_workspace(
    project: str | None, now: datetime | None, work: Callable[[Workspace, datetime], Answer]
) -> Answer:
    """Do `work(workspace, moment)` in a thread, for the project and business moment of this run."""

    def do() -> Answer:
        ws = standing_workspace(project)
        return work(ws, moment(ws))

    def moment(ws: Workspace) -> datetime:
        return business_moment(ws, now)

    return await asyncio.to_thread(do)


async def open_duty(duty: str, project: str | None, now: datetime | None) -> int:
    """Open every obligation of one duty that is owed up to the business date of the run; returns how many were new."""

    def work(ws: Workspace, moment: datetime) -> int:
        if duty not in ws.definitions.duties:
            note(
                zh=f"事项 {duty} 已经不在文件里，没有可开的",
                en=f"duty {duty} is no longer in the files: nothing to open",
            )
            return 0
        opened = open_owed(ws, moment, [duty])
        if duty in opened.refused:
            raise DutyRefused(opened.refused[duty])
        count, completed = opened.by_duty.get(duty, 0), opened.completed.get(duty, 0)
        title = ws.definitions.duties[duty].title
        note(
            zh=f"{title}：新开 {count} 件，办结 {completed} 件",
            en=f"{title}: {count} opened, {completed} completed",
        )
        return count

    return await in_workspace(project, now, work)


def note(*, zh: str, en: str) -> None:
    """Write a line into the run's log, where Prefect's page shows it."""
    logger: Any
    try:
        logger = get_run_logger()
    except MissingContextError:
        logger = logging.getLogger("duban.flows")
    logger.info(say(zh=zh, en=en))
