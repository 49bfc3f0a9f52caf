"""Lays the overdue report before each supervisor: daily, weekly, monthly and quarterly."""

from datetime import datetime
from typing import TYPE_CHECKING

from prefect import flow

from duban.deployment.runs import in_workspace, note
from duban.service.reporting import ReportPeriod, send_reports

if TYPE_CHECKING:
    from duban.workspace.workspace import Workspace


@flow(name="report")
async def report(period: ReportPeriod, project: str | None = None, now: datetime | None = None) -> int:
    """Make and lay out the period's reports as of the run; returns how many posts got a new one."""

    def work(ws: "Workspace", moment: datetime) -> int:
        done = send_reports(ws, moment, period)
        note(
            zh=f"报表：{done.reports} 份，新送达 {done.messages} 个岗位，文件在 {done.folder}",
            en=f"reports: {done.reports} made, new to {done.messages} posts, files in {done.folder}",
        )
        if done.held_back:
            note(
                zh="逾期数量异常，数据存疑，暂不发给县局",
                en="more is overdue than can be true: the counties were not named",
            )
        return done.messages

    return await in_workspace(project, now, work)
