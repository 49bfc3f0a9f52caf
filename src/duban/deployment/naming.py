"""What a run is called on Prefect's page: what it works for, and the day. The rounds of each minute keep Prefect's names.

A name costs a question to the server; it must never be why a run fails.
"""

from datetime import datetime

from prefect.runtime import flow_run

from duban.deployment.runs import business_moment
from duban.workspace.standing import standing_workspace


def duty_and_day() -> str:
    """`ts-quarterly-risk-analysis 2023-04-03`: the duty and the business date; a confidential duty stays unnamed."""
    duty = str(flow_run.parameters.get("duty", ""))
    try:
        known = standing_workspace(None).definitions.duties.get(duty)
    except Exception:
        known = None
    return f"{'confidential' if known is not None and known.confidential else duty} {_local():%Y-%m-%d}"


def report_and_day() -> str:
    """`report-weekly 2023-04-03`: the report and its business date."""
    return f"report-{flow_run.parameters.get('period', '')} {_local():%Y-%m-%d}"


def audit_and_hour() -> str:
    """`audit 2023-04-03 09:37`: the audit and when it looked, in local time."""
    return f"audit {_local():%Y-%m-%d %H:%M}"


def _local() -> datetime:
    """The business moment of the run in the project's zone; Prefect's own time when the project cannot be opened."""
    try:
        ws = standing_workspace(None)
        return business_moment(ws).astimezone(ws.definitions.project.zone)
    except Exception:
        scheduled: datetime = flow_run.scheduled_start_time
        return scheduled
