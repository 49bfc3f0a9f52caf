"""Lives through the made-up kind of `weekday` in a house that has it: `python lived.py PROJECT`; prints JSON."""

import json
import sys
from datetime import date
from pathlib import Path

from duban.base.clock import system_clock
from duban.base.language import use
from duban.base.problems import ProblemsFound
from duban.cadence.registry import BY_NAME
from duban.checks.checking import examine
from duban.definitions.definitions import load_definitions
from duban.examples.examples import load_examples
from duban.examples.judging import judge_one
from duban.examples.rehearsal import rehearsals
from duban.explanations import explain_duty
from duban.schemas import SCHEMAS
from duban.simulation import simulate
from tests.kind_pages import kind_pages

project = Path(sys.argv[1])
duties = project / "duties" / "round.yaml"
duties.write_text(BY_NAME["weekday"].example, encoding="utf-8")

with use("zh-CN"):
    definitions = load_definitions(project)
    (duty,) = definitions.duties.values()
    examples, problems = load_examples(definitions)
    with rehearsals(definitions) as place:
        judged = [judge_one(place, example) for example in examples]
    explained = explain_duty(definitions, duty.id, date(2023, 1, 2), root=definitions.root)
    simulation = simulate(definitions, date(2023, 1, 1), date(2023, 3, 31))
    told = {
        "checked": [str(problem) for problem in examine(project, system_clock()).problems],
        "kind": duty.kind,
        "kept": type(duty).model_validate(duty.content()) == duty,
        "examples": [str(problem) for problem in problems],
        "judged": [[str(each) for each in (*one.problems, *one.differences)] for one in judged],
        "note": explained.note,
        "coming": [[each.period_key, str(each.dates.deadline)] for each in explained.coming],
        "simulated": simulation.by_kind,
        "never_fires": simulation.never_fires,
        "schema": "weekday"
        in {kind.name: kind for kind in SCHEMAS}["duties"].schema()["$defs"]["Duty"]["properties"],
        "page": "| `weekday` | 每周的哪一天 |" in kind_pages(project, "zh-CN")["weekday.md"],
    }
    duties.write_text(BY_NAME["weekday"].example.replace("周三", "周八"), encoding="utf-8")
    try:
        load_definitions(project)
    except ProblemsFound as found:
        told["refused"] = [str(problem) for problem in found.problems]
print(json.dumps(told, ensure_ascii=False))
