"""What Prefect's page shows of a report or an audit: figures by line and county, a table, a link. Never a person or a case.

The page has no roles: whoever may open it sees everything on it. So no obligation, no subject, no post and nothing
confidential stands here, not even as a number.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from prefect.artifacts import acreate_link_artifact, acreate_markdown_artifact, acreate_table_artifact
from prefect.context import FlowRunContext

from duban.base.language import say
from duban.runtime.presence import running_page

if TYPE_CHECKING:
    from pathlib import Path

    from duban.reports import OverdueReport
    from duban.reports.audit import AuditResult

Table = list[dict[str, object]]


async def show_report(report: OverdueReport, period: str) -> None:
    """Lay the figures of the whole bureau's report on Prefect's page; nothing outside a run of Prefect's."""
    if FlowRunContext.get() is None:
        return
    key = f"report-{period}"
    await acreate_markdown_artifact(report_text(report), key=key, description=_words_of(report))
    await acreate_table_artifact(report_table(report), key=f"{key}-board", description=_words_of(report))
    await _link(key)


async def show_audit(result: AuditResult) -> None:
    """Lay what the audit found on Prefect's page, as sentences and numbers; nothing outside a run of Prefect's."""
    if FlowRunContext.get() is None:
        return
    await acreate_markdown_artifact(audit_text(result), key="audit", description=_verdict(result))
    await acreate_table_artifact(audit_table(result), key="audit-findings", description=_verdict(result))
    await _link("audit")


def report_text(report: OverdueReport) -> str:
    """The report in a few lines of Markdown."""
    return f"# {_words_of(report)}\n\n" + "\n".join(
        f"- {county}: {report.matrix.county_total(county)}" for county in report.matrix.counties
    )


def report_table(report: OverdueReport) -> Table:
    """One row per line of business: how much is overdue in each county."""
    matrix = report.matrix
    line_word, total_word = say(zh="条线", en="line"), say(zh="合计", en="total")
    return [
        {
            line_word: line,
            **{county: matrix.count(line, county) for county in matrix.counties},
            total_word: matrix.line_total(line),
        }
        for line in matrix.lines
    ]


def audit_text(result: AuditResult) -> str:
    """The audit in a few lines of Markdown, the engine's own faults first."""
    marks = {
        True: say(zh="**引擎的毛病**", en="**the engine's fault**"),
        False: say(zh="请看一看", en="look at it"),
    }
    lines = [f"- {marks[finding.broken]}: {finding.text}" for finding in result.findings]
    return "\n".join([f"# {_verdict(result)}", "", *lines])


def audit_table(result: AuditResult) -> Table:
    """One row per finding: what it is called, how many it concerns, whether the engine is at fault."""
    return [
        {"finding": finding.key, "count": finding.count, "engine": finding.broken}
        for finding in result.findings
    ]


def _words_of(report: OverdueReport) -> str:
    return say(
        zh=f"{report.on:%Y-%m-%d} 逾期 {report.total} 项", en=f"{report.on:%Y-%m-%d}: {report.total} overdue"
    )


def _verdict(result: AuditResult) -> str:
    if result.clean:
        return say(zh="自查正常", en="the engine is sound")
    return say(zh="自查没有通过", en="the audit failed")


async def _link(key: str) -> None:
    from duban.bureau.page_links import operators_address
    from duban.bureau.project import find_root

    root: Path = find_root(os.environ.get("DUBAN_PROJECT"))
    page = operators_address() or running_page(root)
    if page:
        text = say(zh="到督办的页面上看", en="see duban's own page")
        await acreate_link_artifact(page, link_text=text, key=f"{key}-page")
