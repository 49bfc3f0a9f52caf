"""`duban coverage`: clause by clause, what of the work plan is carried out, and what is assumed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from duban.base.language import choose, say
from duban.bureau.line_names import line_meant
from duban.cli.bilingual import option
from duban.cli.failures import ExitCode, WrongUsage
from duban.cli.forms import As, Output, asked_form, hand_over, tell_written
from duban.cli.grouping import STARTING, add_commands
from duban.cli.options import Json, Project

if TYPE_CHECKING:
    from duban.duties.work_plan import WorkPlan
    from duban.reports.coverage import Coverage
    from duban.reports.coverage_words import Listing

Line = Annotated[
    str | None,
    option(
        "--line",
        "LINE",
        zh="只看这条条线，逐条列出。写名称，或条款编号开头的两个字母。",
        en="Only this business line, clause by clause: its name, or the two letters its clauses begin with.",
    ),
]
Uncovered = Annotated[
    bool, option("--uncovered", zh="列出还没有编成事项的条款。", en="The clauses no duty carries out.")
]
AssumedOnly = Annotated[
    bool,
    option("--assumed", zh="列出假定的数，供人确认。", en="The values that are assumed, to be confirmed."),
]


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    add_commands(
        app,
        STARTING,
        (
            "coverage",
            coverage,
            "工作计划逐条对照：哪些已编成事项，数从哪里来，哪些是假定的、哪些还没编。",
            "The work plan clause by clause: which duty carries it out, how its numbers are known, what is left.",
        ),
    )


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
    from duban.duties.decisions import read_decisions
    from duban.duties.unpicked import plan_items
    from duban.duties.work_plan import load_plan
    from duban.reports.coverage import coverage as cover
    from duban.reports.coverage_words import coverage_document

    if uncovered and assumed:
        raise WrongUsage(zh="--uncovered 和 --assumed 只能写一个", en="either --uncovered or --assumed")
    wanted = asked_form(form, output, as_json=as_json, named=say(zh="覆盖", en="coverage"))
    root = find_root(project)
    definitions = load_definitions(root)
    choose(definitions.project.language)
    plan = load_plan(root)
    covered = cover(definitions, plan, plan_items(root, plan), read_decisions(root))
    if line is not None:
        covered = covered.only([_find_line(plan, line)])
    hand_over(
        coverage_document(covered, _listing(line, uncovered=uncovered, assumed=assumed)),
        wanted,
        output,
        data=as_object(covered),
    )
    tell_written(
        output,
        say(zh=f"{covered.covered}/{covered.total} 条", en=f"{covered.covered} of {covered.total} clauses"),
    )
    return ExitCode.REFUSED if covered.findings else ExitCode.DONE


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
        "undecided": covered.undecided,
    }


def _listing(line: str | None, *, uncovered: bool, assumed: bool) -> Listing | None:
    """The list that is asked for: one line alone is read clause by clause."""
    from duban.reports.coverage_words import Listing

    if uncovered:
        return Listing.UNCOVERED
    if assumed:
        return Listing.ASSUMED
    return None if line is None else Listing.CLAUSES


def _find_line(plan: WorkPlan, named: str) -> str:
    """The line with this name, the only one whose name holds it, or the one whose clauses begin with it."""
    by_letters = {clause.id.partition("-")[0]: clause.line for clause in plan.clauses.values()}
    if named.upper() in by_letters:
        return by_letters[named.upper()]
    return line_meant(plan.lines, named)
