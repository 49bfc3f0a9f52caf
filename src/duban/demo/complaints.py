"""Made-up complaints and reports of the demonstration, case by case: when each came in, was decided, closed, told."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from duban.bureau.project import Project
from duban.demo.made_up import SEED, Enterprise, MadeUpFact, person

COMPLAINT, REPORT = "消费投诉件", "举报件"
_BACK = 200
"""So many days back they came in: the quarter before last is judged from them, too."""
_STEPS: dict[str, tuple[int, tuple[tuple[str, int], ...]]] = {
    COMPLAINT: (15, (("complaint.received", 0), ("complaint.decided", 5), ("complaint.closed", 25))),
    REPORT: (30, (("report.received", 0), ("report.checked", 12), ("report.told", 15))),
}
"""Of each kind one in so many days, and which fact how many days after it came in, and a few more."""
_TOO_LATE = 14
"""So many days longer it took in the county that misses its goals, once."""
_DECIDED = {"complaint.decided": {"决定": "受理"}}


def complaints(project: Project, today: date) -> tuple[list[Enterprise], list[MadeUpFact]]:
    """The cases as subjects, and what became of each by `today`, in every county but the silent one."""
    counties = project.units_at("county")
    cases: list[Enterprise] = []
    facts: list[MadeUpFact] = []
    for place, unit in enumerate(counties[:-1]):
        for kind, (every, _) in _STEPS.items():
            for number, age in enumerate(range(_BACK - place, 0, -every)):
                rng = Random(f"{SEED} {kind} {unit.code} {number}")
                code = f"{'TS' if kind == COMPLAINT else 'JB'}{unit.code}{number:03d}"
                case = Enterprise(
                    kind, code, f"{person(rng)}来件", unit.code, None, {"渠道": "全国12315平台"}
                )
                late = _TOO_LATE if place == 4 and age < _BACK // 2 < age + every else 0
                cases.append(case)
                facts += _became(rng, case, today - timedelta(days=age), today, late)
    return cases, facts


def _became(rng: Random, case: Enterprise, came: date, today: date, late: int) -> Iterator[MadeUpFact]:
    for fact, after in _STEPS[case.kind][1]:
        day = came + timedelta(days=after + (rng.randint(0, 2) + late if after else 0))
        if day <= today:
            ref = f"{fact}-{case.code}"
            yield MadeUpFact(fact, (case.kind, case.code), case.unit, day, ref, _DECIDED.get(fact, {}))
