"""What every flow has in common: the open workspace, the business moment of the run, a line in its log.

The engine is synchronous; a flow hands it to a thread, so that several duties can open side by side. Nothing about the
moment or the project comes from a run's parameters: whoever may start a run must not be able to say what day it is.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.context import FlowRunContext
from prefect.exceptions import MissingContextError
from prefect.logging import get_run_logger
from prefect.runtime import flow_run
from prefect.tasks import Task
from sqlalchemy.exc import OperationalError

from duban.base.language import say
from duban.deliveries.alive import went_round
from duban.ledger.heartbeats import EngineLoop
from duban.ledger.unavailable import LedgerOfNewer, LedgerUnavailable
from duban.obligations.opening import open_owed
from duban.workspace.ahead import refuse_ahead
from duban.workspace.standing import standing_workspace

if TYPE_CHECKING:
    from duban.workspace.workspace import Workspace

Answer = TypeVar("Answer")
PAUSES = [5.0, 30.0]
"""Seconds before a step that failed for a moment is tried again: a ledger that is locked, a disk that is full."""


class DutyRefused(Exception):
    """A duty could not be opened, for example because its dates lie past the calendar; the text says what to mend."""


def business_moment(ws: Workspace) -> datetime:
    """The moment a run works for, aware: the later of its scheduled time and the clock.

    Prefect may start a run a moment before its time: a run of 1 January must not open 31 December. A run that comes
    late works for the present. A rehearsed clock (`DUBAN_CLOCK`) knows best. Raises MomentAhead for a run whose
    scheduled time lies further ahead than Prefect would start it.
    """
    present = ws.clock.now()
    scheduled = scheduled_moment()
    if scheduled is None or os.environ.get("DUBAN_CLOCK"):
        return present
    refuse_ahead(ws.clock, scheduled)
    return max(present, scheduled)


def scheduled_moment() -> datetime | None:
    """When Prefect had scheduled the run, aware; None outside of one. Prefect's own kind of moment goes no further than here:
    the ledger would be told at each that it is to change.
    """
    scheduled: datetime | None = flow_run.scheduled_start_time
    return None if scheduled is None else datetime.fromisoformat(scheduled.isoformat())


async def in_workspace(
    work: Callable[[Workspace, datetime], Answer], *, again: bool = False, loop: EngineLoop | None = None
) -> Answer:
    """Do `work(workspace, moment)` in a thread, for the project of this process and the business moment of this run.

    With `again`, a step of Prefect's that tries twice more when the ledger or the disk fails for a moment; the rounds
    of each minute go without, the next one is their retry. The `loop` says that it is alive once the work is done.
    """

    def do() -> Answer:
        ws = standing_workspace(None)
        moment = business_moment(ws)
        done = work(ws, moment)
        if loop is not None:
            went_round(ws, loop, moment)
        return done

    if again and FlowRunContext.get() is not None:
        return await _step(do)
    return await asyncio.to_thread(do)


def _may_pass(step: Task[..., object], run: TaskRun, state: State[object]) -> bool:
    """Whether what failed may work in a moment: the engine's calls are safe to make again."""
    why = state.data
    return isinstance(why, LedgerUnavailable | OperationalError | OSError) and not isinstance(
        why, LedgerOfNewer
    )


@task(
    name="engine",
    retries=len(PAUSES),
    retry_delay_seconds=PAUSES,
    retry_condition_fn=_may_pass,
    cache_policy=NO_CACHE,
)
async def _step(do: Callable[[], Answer]) -> Answer:
    return await asyncio.to_thread(do)


async def open_duty(duty: str) -> int:
    """Open every obligation of one duty that is owed up to the business date of the run; returns how many were new.

    A confidential duty leaves no word in the log. Raises DutyRefused.
    """

    def work(ws: Workspace, moment: datetime) -> int:
        known = ws.definitions.duties.get(duty)
        if known is None:
            note(
                zh=f"事项 {duty} 已经不在文件里，没有可开的",
                en=f"duty {duty} is no longer in the files: nothing to open",
            )
            return 0
        opened = open_owed(ws, moment, [duty])
        refuse({} if known.confidential else opened.refused, len(opened.refused) if known.confidential else 0)
        if (came := opened.words(duty)) and not known.confidential:
            note(zh=f"{known.title}：{came}", en=f"{known.title}: {came}")
        return opened.by_duty.get(duty, 0)

    return await in_workspace(work, again=True)


def refuse(named: dict[str, str], confidential: int) -> None:
    """Fail the run when duties were refused: `named` with their reasons, `confidential` ones by their number alone.

    Raises DutyRefused.
    """
    lines = [f"{duty}: {why}" for duty, why in named.items()]
    if confidential:
        lines.append(
            say(
                zh=f"保密事项有 {confidential} 个开不出来，原因见 duban doctor",
                en=f"{confidential} confidential duties could not be opened; duban doctor says why",
            )
        )
    if lines:
        raise DutyRefused("\n".join(lines))


def note(*, zh: str, en: str) -> None:
    """Write a line into the run's log, where Prefect's page, which has no roles, shows it to whoever may open it."""
    logger: object
    try:
        logger = get_run_logger()
    except MissingContextError:
        logger = logging.getLogger("duban.flows")
    logger.info(say(zh=zh, en=en))
