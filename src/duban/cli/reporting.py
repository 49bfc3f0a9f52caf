"""`duban report`: what the leaders see, on the terminal or in a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from duban.base.language import say
from duban.cli.bilingual import argument, option
from duban.cli.failures import WrongUsage
from duban.cli.forms import As, Output, asked_form, hand_over, tell_written
from duban.cli.grouping import MESSAGES, add_group
from duban.cli.opened import open_project, unit_meant
from duban.cli.options import Project

if TYPE_CHECKING:
    from duban.reports import OverdueReport

Unit = Annotated[
    str | None,
    option(
        "--unit",
        "UNIT",
        zh="只看这个单位（代码或名称）及其下级。",
        en="Only this unit (code or name) and those below it.",
    ),
]
Json = Annotated[bool, option("--json", zh="同 --as json。", en="The same as --as json.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    add_group(
        app,
        MESSAGES,
        "report",
        (
            "overdue",
            overdue,
            "逾期报表：哪条线、哪个县、逾期多久，数据可信到哪一步。",
            "What is overdue, by line and county, for how long, and how far to trust it.",
        ),
        (
            "appraisal",
            appraisal,
            "考核通报：一个月、季或年的按时办结率，按单位和条线排名，与上期、上年同期比。",
            "How a month, quarter or year went: rates by unit and line, ranked and compared.",
        ),
        zh="给领导看的报表。",
        en="Reports for the leaders.",
    )


def overdue(
    *,
    form: As = None,
    output: Output = None,
    unit: Unit = None,
    as_json: Json = False,
    project: Project = None,
) -> None:
    """Make the overdue report as of now."""
    from duban import reports

    wanted = asked_form(form, output, as_json=as_json, named=say(zh="逾期", en="overdue"))
    with open_project(project) as workspace:
        report = reports.overdue(
            workspace,
            workspace.clock.now(),
            unit and unit_meant(workspace.definitions.project, unit),
        )
    hand_over(reports.overdue_document(report), wanted, output, data=_as_object(report))
    told = say(zh=f"逾期 {report.total} 项", en=f"{report.total} overdue")
    tell_written(output, report.engine.beside(told))


def appraisal(
    period: Annotated[
        str | None,
        argument(
            "[PERIOD]",
            zh="2023-09、2023-Q3 或 2023；不写是上个月。",
            en="2023-09, 2023-Q3 or 2023; else the last month.",
        ),
    ] = None,
    *,
    form: As = None,
    output: Output = None,
    unit: Unit = None,
    as_json: Json = False,
    project: Project = None,
) -> None:
    """Make the appraisal of a period."""
    from duban import reports
    from duban.base.clock import business_date
    from duban.workdays import TimeGrain

    wanted = asked_form(form, output, as_json=as_json, named=say(zh="考核通报", en="appraisal"))
    with open_project(project) as workspace:
        now = workspace.clock.now()
        today = business_date(now, workspace.definitions.project.zone)
        try:
            meant = (
                reports.AppraisalPeriod.named(period)
                if period
                else reports.AppraisalPeriod.before(today, TimeGrain.MONTH)
            )
        except ValueError as why:
            raise WrongUsage(str(why)) from None
        below = unit and unit_meant(workspace.definitions.project, unit)
        report = reports.appraisal(workspace, now, meant, below)
    hand_over(reports.appraisal_document(report), wanted, output)
    tell_written(output, report.engine.beside(reports.appraisal_summary(report)))


def _as_object(report: OverdueReport) -> dict[str, object]:
    """The report for programs: the board as one row for each line."""
    matrix = report.matrix
    return {
        "bureau": report.bureau,
        "scope": report.scope,
        "on": report.on,
        "made_at": report.made_at,
        "total": report.total,
        "open_total": report.open_total,
        "confidential": report.confidential,
        "suspect": report.suspect,
        "engine_alive": report.engine.alive,
        "silent_loops": report.engine.silent_loops,
        "engine_doubt": report.engine.doubt,
        "data_as_of": report.data_as_of,
        "deliveries_unknown": report.deliveries_unknown,
        "deliveries_dead": report.deliveries_dead,
        "board": [
            {"line": line, **{county: matrix.count(line, county) for county in matrix.counties}}
            for line in matrix.lines
        ],
        "by_duty": report.by_duty,
        "obligations": report.obligations,
    }
