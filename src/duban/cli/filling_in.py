"""`duban import template`: a form for a kind of fact, and how each kind comes in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from duban.base.language import say
from duban.base.problems import ProblemsFound, did_you_mean
from duban.cli.failures import ExitCode, Refused, WrongUsage
from duban.cli.opened import open_project, unit_meant
from duban.cli.screen import show_json, show_table, tell

if TYPE_CHECKING:
    from duban.duties.vocabulary import FactKind, Vocabulary
    from duban.workspace.workspace import Workspace

TEMPLATE = "template"


def give_form(kind: str | None, unit: str | None, project: Path | None, *, as_json: bool) -> int:
    """Write the form of a kind of fact, with the subjects of a unit and of those below it, into the working directory.

    Without a kind: list how each comes in. Raises WrongUsage for a kind that is not known.
    """
    from duban.importing.forms import filled_form

    with open_project(project) as workspace:
        if kind is None:
            _list_ways(workspace, as_json=as_json)
            return ExitCode.DONE
        of = _kind_meant(workspace.definitions.vocabulary, kind)
        bureau = workspace.definitions.project
        units = bureau.below(unit_meant(bureau, unit)) if unit else list(bureau.units)
        content, subjects = filled_form(workspace, of, units)
    path = Path(f"{of.title.replace('/', '-')}填报表.xlsx")
    if path.exists():
        raise Refused(
            say(zh=f"{path} 已经有了，没有覆盖；请先移走", en=f"{path} is there already; move it away")
        )
    path.write_bytes(content)
    if as_json:
        show_json({"file": path, "kind": of.name, "subjects": subjects})
    else:
        tell(
            say(
                zh=f"已写好 {path}：填好以后 duban import {path}（第二行是示例，导入时不算）",
                en=f"{path} is ready: fill it in, then duban import {path} (its second row is an example)",
            ),
            "green",
        )
    return ExitCode.DONE


def _kind_meant(vocabulary: Vocabulary, written: str) -> FactKind:
    titles = {kind.title: name for name, kind in vocabulary.facts.items()}
    name = titles.get(written, written)
    if name not in vocabulary.facts:
        near = did_you_mean(written, [*vocabulary.facts, *titles])
        raise WrongUsage(
            say(
                zh=f"没有事实种类“{written}”，{near}", en=f"there is no kind of fact “{written}”, {near}"
            ).rstrip("，, ")
        )
    return vocabulary.facts[name]


def _list_ways(workspace: Workspace, *, as_json: bool) -> None:
    from duban.importing.mappings import load_mappings, ways_in

    vocabulary = workspace.definitions.vocabulary
    mappings, problems = load_mappings(workspace.root, vocabulary)
    if problems:
        raise ProblemsFound(problems)
    ways = ways_in(vocabulary, mappings)
    if as_json:
        show_json(
            {name: {"title": vocabulary.facts[name].title, "mappings": each} for name, each in ways.items()}
        )
        return
    show_table(
        [say(zh="事实", en="fact"), say(zh="叫法", en="title"), say(zh="怎样进来", en="comes in by")],
        [
            (
                name,
                vocabulary.facts[name].title,
                say(zh="、", en=", ").join([*each, say(zh="填报表", en="form")]),
            )
            for name, each in ways.items()
        ],
    )
    tell(
        say(
            zh="填报表：duban import template 事实；一条一条的：duban fact add",
            en="form: duban import template FACT; one by one: duban fact add",
        )
    )
