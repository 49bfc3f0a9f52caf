"""Asserts that the engine does its duty, and beats the heart only if it does."""

from datetime import datetime
from typing import TYPE_CHECKING

from prefect import flow

from duban.base.language import say
from duban.deployment.runs import in_workspace, note
from duban.reports.audit import AuditResult
from duban.reports.audit import audit as engine_audit

if TYPE_CHECKING:
    from duban.workspace.workspace import Workspace


@flow(name="audit")
async def audit(project: str | None = None, now: datetime | None = None) -> int:
    """Look the whole ledger over; returns the number of findings. The run fails when the engine itself is at fault."""

    def work(ws: "Workspace", moment: datetime) -> AuditResult:
        return engine_audit(ws, moment)

    result = await in_workspace(project, now, work)
    for finding in result.findings:
        note(zh=finding.text, en=finding.text)
    if not result.clean:
        raise RuntimeError(say(zh="自查没有通过，没有报平安", en="the audit failed: no heartbeat"))
    return len(result.findings)
