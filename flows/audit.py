"""Asserts that the engine does its duty, and beats the heart only if it does."""

from typing import TYPE_CHECKING

from prefect import flow

from duban.base.language import say
from duban.deliveries.alive import watched
from duban.deployment.artifacts import show_audit
from duban.deployment.naming import audit_and_hour
from duban.deployment.runs import in_workspace, note
from duban.ledger.heartbeats import SELF_CHECK
from duban.reports.audit import AuditResult
from duban.reports.audit import audit as engine_audit

if TYPE_CHECKING:
    from datetime import datetime

    from duban.workspace.workspace import Workspace


@flow(name="audit", flow_run_name=audit_and_hour)
async def audit() -> int:
    """Look the whole ledger over. The run fails when the engine itself is at fault.

    Returns:
        The number of findings.
    """

    def work(ws: "Workspace", moment: "datetime") -> AuditResult:
        result = engine_audit(ws, moment)
        if result.clean:
            watched(ws, SELF_CHECK, moment, None)
        return result

    result = await in_workspace(work, again=True)
    for finding in result.findings:
        note(zh=finding.text, en=finding.text)
    await show_audit(result)
    if not result.clean:
        raise RuntimeError(say(zh="自查没有通过，没有报平安", en="the audit failed: no heartbeat"))
    return len(result.findings)
