"""What a duty cites held against the work plan: a clause the plan does not have, a sentence that stands nowhere in it, or not at its clause."""

from collections.abc import Iterator

from duban.base.language import say
from duban.base.problems import Problem
from duban.definitions.duty_places import DutyPlaces
from duban.duties.decisions import unknown_clause
from duban.duties.grammar import Basis, Duty
from duban.duties.work_plan import WorkPlan


def basis_findings(duty: Duty, plan: WorkPlan, gone: frozenset[str], places: DutyPlaces) -> Iterator[Problem]:
    """Every clause and sentence under the duty's `basis` that `plan` does not have, at its place in the file (`places`).

    `gone` are the clauses that a new plan dropped, of which nothing is asked any more.
    """
    for number, basis in enumerate(duty.basis):
        yield from _of_one(duty, basis, number, plan, gone, places)


def _of_one(
    duty: Duty, basis: Basis, number: int, plan: WorkPlan, gone: frozenset[str], places: DutyPlaces
) -> Iterator[Problem]:
    for at, clause in enumerate(basis.clauses):
        if clause not in plan.clauses:
            told = unknown_clause(clause, plan.clauses, gone)
            yield places.problem(duty, ("basis", number, "clause", at), *told)
    known = [plan.clauses[clause] for clause in basis.clauses if clause in plan.clauses]
    if gone.issuperset(basis.clauses):
        return  # rests on a statute alone, or on nothing that the plan still says
    if not plan.has(basis.quote):
        what = say(zh=f"计划里没有这句话：“{basis.quote}”", en=f"the plan does not say “{basis.quote}”")
        mend = say(zh="请从原文逐字抄录，标点也要一样", en="copy it word for word, with its punctuation")
        if known:
            mend += say(
                zh=f"；{known[0].id} 的原文是“{known[0].quote}”",
                en=f"; {known[0].id} reads “{known[0].quote}”",
            )
        yield places.problem(duty, ("basis", number, "quote"), what, mend)
    elif known and not any(plan.says_at(clause, basis.quote) for clause in known):
        listed = say(zh="、", en=", ").join(clause.id for clause in known)
        what = say(
            zh=f"这句话在计划里，但不在 {listed} 那一段",
            en=f"the plan says so, but not where {listed} stands",
        )
        mend = say(
            zh=f"{known[0].id} 的原文是“{known[0].quote}”", en=f"{known[0].id} reads “{known[0].quote}”"
        )
        yield places.problem(duty, ("basis", number, "quote"), what, mend)
