"""Duties held against the work plan they quote: a line, a clause or a sentence the plan does not have is a slip of the pen."""

from collections.abc import Iterator
from pathlib import Path

from duban.base.language import say
from duban.base.problems import Problem, ProblemsFound, did_you_mean
from duban.definitions.definitions import Definitions
from duban.definitions.duty_places import DutyPlaces
from duban.definitions.quotations import basis_findings
from duban.duties.decisions import gone_clauses, read_decisions
from duban.duties.work_plan import CLAUSES_FILE, load_plan
from duban.yamlfile import read


def plan_remarks(definitions: Definitions, project: Path) -> Iterator[Problem]:
    """The lines, clauses and sentences of the duties that the plan does not have; none where there is no plan.

    `project` is the folder whose `duties/plan/` has it; what `definitions` was read from may be laid out elsewhere.
    """
    if not (project / CLAUSES_FILE).is_file():
        return
    try:
        plan = load_plan(project)
        gone = gone_clauses(read_decisions(project))
    except ProblemsFound:  # `duban coverage` says what is wrong with it
        return
    places = DutyPlaces(definitions)
    files: set[str] = set()
    for duty in definitions.duties.values():
        if duty.line not in plan.lines and duty.path not in files:
            files.add(duty.path)
            what = say(zh=f"计划里没有条线“{duty.line}”", en=f"the plan has no line “{duty.line}”")
            file = read(definitions.root / duty.path, root=definitions.root)
            yield file.problem(("line",), what, did_you_mean(duty.line, plan.lines))
        yield from basis_findings(duty, plan, gone, places)
