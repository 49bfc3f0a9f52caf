"""Lays the overdue report before each supervisor: daily, weekly, monthly and quarterly."""

from typing import TYPE_CHECKING

from prefect import flow

from duban.deployment.artifacts import show_report
from duban.deployment.naming import report_and_day
from duban.deployment.runs import in_workspace, note
from duban.service.reporting import ReportPeriod, ReportRound, send_reports

if TYPE_CHECKING:
    from datetime import datetime

    from duban.workspace.workspace import Workspace


@flow(name="report", flow_run_name=report_and_day)
async def report(period: ReportPeriod) -> int:
    """Make the period's reports and lay them out; the same report of the same day arrives once.

    Args:
        period: Whose turn it is: `daily`, `weekly`, `monthly` or `quarterly`.

    Returns:
        How many posts got a new one.
    """

    def work(ws: "Workspace", moment: "datetime") -> ReportRound:
        return send_reports(ws, moment, period)

    done = await in_workspace(work, again=True)
    if done.messages:
        note(
            zh=f"报表：{done.reports} 份，新送达 {done.messages} 个岗位，文件在 {done.folder}",
            en=f"reports: {done.reports} made, new to {done.messages} posts, files in {done.folder}",
        )
    if done.held_back:
        note(
            zh="逾期数量异常，数据存疑，暂不发给县局",
            en="more is overdue than can be true: the counties were not named",
        )
    await show_report(done.whole, period)
    return done.messages
