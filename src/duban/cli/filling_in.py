"""`duban import template`: a form for a kind of fact or of subject, and how each kind comes in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from duban.base.language import say
from duban.base.problems import ProblemsFound, there_is_no
from duban.base.system_words import naming
from duban.cli.failures import ExitCode, Refused, WrongUsage
from duban.cli.opened import open_project, unit_meant
from duban.cli.screen import show_json, show_table, tell

if TYPE_CHECKING:
    from collections.abc import Iterable

    from duban.duties.vocabulary import FactKind, SubjectKind, Vocabulary
    from duban.workspace.workspace import Workspace

TEMPLATE = "template"


def give_form(kind: str | None, unit: str | None, project: Path | None, *, as_json: bool) -> int:
    """Write the form of a kind of fact, with the subjects of a unit and of those below it, or of a kind of subject, into the
    working directory.

    Without a kind: list how each comes in. Raises WrongUsage for a kind that is not known.
    """
    from duban.importing.forms import filled_form, form_title

    with open_project(project) as workspace:
        if kind is None:
            _list_ways(workspace, as_json=as_json)
            return ExitCode.DONE
        of = _kind_meant(workspace.definitions.vocabulary, kind)
        bureau = workspace.definitions.project
        units = bureau.below(unit_meant(bureau, unit)) if unit else list(bureau.units)
        path = Path(f"{form_title(of)}.xlsx")
        if path.exists():
            raise Refused(
                zh=f"{path} 已经有了，没有覆盖；请先移走", en=f"{path} is there already; move it away"
            )
        content, subjects = filled_form(workspace, of, units)
    with naming(path):
        path.write_bytes(content)
    if as_json:
        show_json({"file": path, "kind": of.name, "subjects": subjects})
    else:
        tell(
            zh=f"已写好 {path}：填好以后 duban import {path}（第二行是示例，导入时不算）",
            en=f"{path} is ready: fill it in, then duban import {path} (its second row is an example)",
            style="green",
        )
    return ExitCode.DONE


def _kind_meant(vocabulary: Vocabulary, written: str) -> FactKind | SubjectKind:
    titles = {kind.title: kind for kind in vocabulary.facts.values()}
    known: dict[str, FactKind | SubjectKind] = {**vocabulary.subjects, **titles, **vocabulary.facts}
    if written not in known:
        what = say(zh="事实种类或监管对象", en="kind of fact or subject")
        raise WrongUsage(there_is_no(what, written, known, "duban import template"))
    return known[written]


def _list_ways(workspace: Workspace, *, as_json: bool) -> None:
    from duban.importing.mappings import load_mappings, registered_by, ways_in

    vocabulary = workspace.definitions.vocabulary
    mappings, problems = load_mappings(workspace.root, vocabulary)
    if problems:
        raise ProblemsFound(problems)
    ways = ways_in(vocabulary, mappings)
    lists = registered_by(vocabulary, mappings)
    if as_json:
        show_json(
            {
                **{
                    name: {"title": vocabulary.facts[name].title, "mappings": each}
                    for name, each in ways.items()
                },
                **{name: {"title": name, "mappings": each} for name, each in lists.items()},
            }
        )
        return
    in_words = say(zh="怎样进来", en="comes in by")
    form, listed = say(zh="填报表", en="form"), say(zh="登记表", en="list to fill in")
    show_table(
        [say(zh="事实", en="fact"), say(zh="叫法", en="title"), in_words],
        [(name, vocabulary.facts[name].title, _listed([*each, form])) for name, each in ways.items()],
    )
    show_table(
        [say(zh="监管对象", en="subjects"), in_words],
        [(name, _listed([*each, listed])) for name, each in lists.items()],
    )
    tell(
        zh="填报表、登记表：duban import template 事实或监管对象；一条一条的事实：duban fact add",
        en="forms: duban import template FACT or KIND; facts one by one: duban fact add",
    )


def _listed(ways: Iterable[str]) -> str:
    return say(zh="、", en=", ").join(ways)
