"""Duties held against the work plan they quote: a line or a clause the plan does not have is a slip of the pen."""

from collections.abc import Iterator

from duban.base.language import say
from duban.base.problems import Problem, ProblemsFound, did_you_mean
from duban.definitions.definitions import Definitions
from duban.duties.decisions import gone_clauses, read_decisions, unknown_clause
from duban.duties.work_plan import CLAUSES_FILE, load_plan
from duban.yamlfile import Loc, YamlFile, read


def plan_remarks(definitions: Definitions) -> Iterator[Problem]:
    """The lines and clauses of the duties that the plan in `duties/plan/` does not have; none where there is no plan."""
    if not (definitions.root / CLAUSES_FILE).is_file():
        return
    try:
        plan = load_plan(definitions.root)
        gone = gone_clauses(read_decisions(definitions.root))
    except ProblemsFound:  # `duban coverage` says what is wrong with it
        return
    files: dict[str, YamlFile] = {}
    seen: set[str] = set()
    for duty in definitions.duties.values():
        unknown = [clause for basis in duty.basis for clause in basis.clauses if clause not in plan.clauses]
        if duty.line in plan.lines and not unknown:
            continue
        if duty.path not in files:
            files[duty.path] = read(definitions.root / duty.path, root=definitions.root)
        file = files[duty.path]
        if duty.line not in plan.lines and duty.path not in seen:
            seen.add(duty.path)
            what = say(zh=f"计划里没有条线“{duty.line}”", en=f"the plan has no line “{duty.line}”")
            yield file.problem(("line",), what, did_you_mean(duty.line, plan.lines))
        for clause in unknown:
            told = unknown_clause(clause, plan.clauses, gone)
            yield Problem(file.path, *_cited(file, duty.id, clause), *told, duty.id)


def _cited(file: YamlFile, duty: str, clause: str) -> tuple[int, int]:
    """Where the basis of a duty names a clause."""
    number = next(place for place, each in enumerate(file.data["duties"]) if each["id"] == duty)
    return file.place(
        _clause_in(file.data["duties"][number].get("basis"), clause, ("duties", number, "basis"))
    )


def _clause_in(written: object, clause: str, loc: Loc) -> Loc:
    """The place of the clause in what is written at `loc`, or `loc` where it is not found."""
    entries = (
        written.items()
        if isinstance(written, dict)
        else enumerate(written if isinstance(written, list) else ())
    )
    for key, value in entries:
        if value == clause:
            return (*loc, key)
        inner = _clause_in(value, clause, (*loc, key))
        if inner != (*loc, key):
            return inner
    return loc
