"""`duban coverage`: clause by clause, what of the work plan is carried out, and what is assumed."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from duban.base.language import choose, say
from duban.base.problems import did_you_mean
from duban.cli.bilingual import both
from duban.cli.failures import Outcome, WrongUsage
from duban.cli.options import Json, Project
from duban.cli.screen import screen, show_json, tell

if TYPE_CHECKING:
    from rich.console import RenderableType

    from duban.reports.coverage import Coverage
    from duban.reports.coverage_plan import Plan

PANEL = both(zh="建立与检查", en="Starting and checking")


class Form(StrEnum):
    """The forms the report comes in as a file."""

    HTML = "html"
    EXCEL = "xlsx"


Line = Annotated[
    str | None,
    typer.Option(
        "--line",
        metavar="LINE",
        show_default=False,
        help=both(
            zh="只看这条条线，逐条列出。写名称，或条款编号开头的两个字母。",
            en="Only this business line, clause by clause: its name, or the two letters its clauses begin with.",
        ),
    ),
]
Uncovered = Annotated[
    bool,
    typer.Option(
        "--uncovered", help=both(zh="列出还没有编成事项的条款。", en="The clauses no duty carries out.")
    ),
]
AssumedOnly = Annotated[
    bool,
    typer.Option(
        "--assumed",
        help=both(zh="列出假定的数，供人确认。", en="The values that are assumed, to be confirmed."),
    ),
]
As = Annotated[
    Form | None,
    typer.Option(
        "--as",
        metavar="FORM",
        show_default=False,
        help=both(zh="html 或 xlsx；不写就看文件名后缀。", en="html or xlsx; else by the file's ending."),
    ),
]
Output = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        show_default=False,
        help=both(zh="写进文件。", en="Write into a file."),
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    app.command(
        "coverage",
        rich_help_panel=PANEL,
        help=both(
            zh="工作计划逐条对照：哪些已编成事项，数从哪里来，哪些是假定的、哪些还没编。",
            en="The work plan clause by clause: which duty carries it out, how its numbers are known, what is left.",
        ),
    )(coverage)


def coverage(
    *,
    line: Line = None,
    uncovered: Uncovered = False,
    assumed: AssumedOnly = False,
    form: As = None,
    output: Output = None,
    as_json: Json = False,
    project: Project = None,
) -> int:
    """Say how far the duties carry the plan out; exit code 1 if a duty misquotes it or a number comes from nowhere."""
    from duban.bureau.project import find_root
    from duban.definitions.definitions import load_definitions
    from duban.reports.coverage import coverage as cover
    from duban.reports.coverage_plan import load_plan

    if uncovered and assumed:
        raise WrongUsage(say(zh="--uncovered 和 --assumed 只能写一个", en="either --uncovered or --assumed"))
    wanted = form or _form_of(output)
    root = find_root(project)
    definitions = load_definitions(root)
    choose(definitions.project.language)
    plan = load_plan(root)
    covered = cover(definitions, plan)
    if line is not None:
        covered = covered.only([_find_line(plan, line)])
    if as_json:
        show_json(as_object(covered))
    elif wanted is not None:
        _write(covered, wanted, output)
    else:
        screen().print(_shown(covered, uncovered=uncovered, assumed=assumed, by_clause=line is not None))
    return Outcome.REFUSED if covered.findings else Outcome.DONE


def as_object(covered: Coverage) -> dict[str, object]:
    """The report for programs."""
    return {
        "bureau": covered.bureau,
        "clauses": covered.total,
        "covered": covered.covered,
        "by_line": [
            {"line": each.line, "clauses": each.clauses, "covered": each.covered, "known": each.counts}
            for each in covered.lines
        ],
        "by_clause": [
            {
                "id": each.clause.id,
                "line": each.clause.line,
                "quote": each.clause.quote,
                "given": each.clause.given,
                "known": each.known,
                "duties": [
                    {
                        "duty": duty.duty_id,
                        "title": duty.title,
                        "kind": duty.kind,
                        "known": duty.known,
                        "sources": duty.sources,
                        "assumptions": {each.key: each.reason for each in duty.assumptions},
                    }
                    for duty in each.duties
                ],
            }
            for each in covered.clauses
        ],
        "assumed": covered.assumed,
        "findings": covered.findings,
    }


def _shown(covered: Coverage, *, uncovered: bool, assumed: bool, by_clause: bool) -> RenderableType:
    from duban.reports import coverage_terminal as terminal

    if uncovered:
        return terminal.uncovered_as_terminal(covered)
    if assumed:
        return terminal.assumed_as_terminal(covered)
    return terminal.clauses_as_terminal(covered) if by_clause else terminal.as_terminal(covered)


def _find_line(plan: Plan, named: str) -> str:
    """The line with this name, the only one whose name holds it, or the one whose clauses begin with it."""
    by_letters = {clause.id.partition("-")[0]: clause.line for clause in plan.clauses.values()}
    if named.upper() in by_letters:
        return by_letters[named.upper()]
    holding = [line for line in plan.lines if named in line]
    if named in plan.lines or len(holding) == 1:
        return named if named in plan.lines else holding[0]
    near = did_you_mean(named, holding or plan.lines)
    raise WrongUsage(
        say(zh=f"没有条线“{named}”，{near}", en=f"there is no line “{named}”, {near}").rstrip("，, ")
    )


def _form_of(output: Path | None) -> Form | None:
    if output is None:
        return None
    try:
        return Form(output.suffix.removeprefix(".").lower())
    except ValueError:
        raise WrongUsage(
            say(
                zh=f"看不出要什么格式：{output}，加 --as html 或 --as xlsx",
                en=f"what form is {output}? add --as html or --as xlsx",
            )
        ) from None


def _write(covered: Coverage, form: Form, output: Path | None) -> None:
    if form is Form.EXCEL:
        from duban.reports.coverage_excel import as_xlsx

        content = as_xlsx(covered)
        if output is None and sys.stdout.isatty():
            raise WrongUsage(
                say(zh="Excel 要写进文件：加 -o 覆盖.xlsx", en="Excel goes into a file: add -o coverage.xlsx")
            )
    else:
        from duban.reports.coverage_html import as_html

        content = as_html(covered).encode()
    if output is None:
        sys.stdout.buffer.write(content)
        return
    output.write_bytes(content)
    tell(
        say(
            zh=f"已写入 {output}：{covered.covered}/{covered.total} 条",
            en=f"{output} written: {covered.covered} of {covered.total} clauses",
        )
    )
