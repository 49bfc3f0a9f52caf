"""`duban test`: the examples beside the duties, judged by the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from duban.base.language import choose, say
from duban.base.problems import there_is_no
from duban.cli.bilingual import argument
from duban.cli.failures import ExitCode, WrongUsage
from duban.cli.grouping import STARTING, add_commands
from duban.cli.options import Json, Project
from duban.cli.screen import show_json, tell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from duban.base.problems import Problem
    from duban.examples.judging import ExampleResult

Duties = Annotated[
    list[str] | None,
    argument("DUTY", zh="只试这些事项；不写就试全部。", en="Only these duties; all of them if left out."),
]


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    add_commands(
        app,
        STARTING,
        (
            "test",
            judge_examples,
            "运行 duties/tests/ 里的例子：给定事实和日期，应当开办哪些、哪天到期。",
            "Run the examples in duties/tests/: given facts and dates, what is owed and when it is due.",
        ),
    )


def judge_examples(duties: Duties = None, *, project: Project = None, as_json: Json = False) -> int:
    """Judge the examples; exit code 1 if one is not as expected or is written wrongly."""
    from duban.base.problems import ProblemsFound
    from duban.bureau.project import find_root
    from duban.definitions.definitions import UnusableDefinitions, load_definitions
    from duban.examples.examples import load_examples, misread_examples
    from duban.examples.judging import judge

    root = find_root(project)
    try:
        definitions = load_definitions(root)
    except UnusableDefinitions as found:
        raise ProblemsFound(
            [*found.problems, *misread_examples(root, found.readable, found.problems)]
        ) from None
    choose(definitions.project.language)
    for named in duties or ():
        if named not in definitions.duties:
            raise WrongUsage(there_is_no(say(zh="事项", en="duty"), named, definitions.duties))
    examples, problems = load_examples(definitions)
    wanted = [each for each in examples if not duties or each.duty.id in duties]
    judged = list(judge(definitions, wanted))
    if as_json:
        show_json({"problems": problems, "examples": [_as_object(each) for each in judged]})
    else:
        _show(judged, problems)
    failed = problems or any(not each.passed for each in judged)
    return ExitCode.REFUSED if failed else ExitCode.DONE


def _as_object(judged: ExampleResult) -> dict[str, object]:
    example = judged.example
    return {
        "duty": example.duty.id,
        "name": example.case.name,
        "path": example.file.path,
        "line": example.place()[0],
        "passed": judged.passed,
        "differences": judged.differences,
        "problems": judged.problems,
    }


def _show(judged: Sequence[ExampleResult], problems: Sequence[Problem]) -> None:
    for problem in problems:
        tell(str(problem), "red")
    for each in judged:
        if each.passed:
            continue
        tell(f"✗ {each.example.id}", "bold red")
        for problem in each.problems:
            tell(f"  {problem}")
        for difference in each.differences:
            tell(f"  {difference.path}:{difference.line}:{difference.column}: {difference.what}")
            tell(f"    - {say(zh='期望', en='expected')} {difference.expected}", "red")
            tell(f"    + {say(zh='实际', en='got')} {difference.got}", "green")
            for step in difference.why:
                tell(f"        {step}", "dim")
    failed = sum(not each.passed for each in judged)
    wrong = failed + len(problems)
    tell(
        zh=f"{len(judged)} 个例子，{len(judged) - failed} 个通过，{failed} 个不符，{len(problems)} 处写错。",
        en=f"{len(judged)} examples: {len(judged) - failed} passed, {failed} failed; {len(problems)} mistakes.",
        style="red" if wrong else "green",
    )
