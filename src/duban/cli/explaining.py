"""`duban explain` and `duban next`: why it is owed, how its dates came about, and what is coming."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from duban.base.language import choose, say
from duban.base.problems import did_you_mean
from duban.cli.bilingual import argument, option
from duban.cli.failures import Refused
from duban.cli.forms import As, Output, asked_form, hand_over, tell_written
from duban.cli.grouping import DUE_DATES, add_commands
from duban.cli.opened import open_project
from duban.cli.options import Json, Project
from duban.cli.screen import show, show_json
from duban.ledger.short_ids import PREFIX

if TYPE_CHECKING:
    from pathlib import Path

    from duban.definitions.definitions import Definitions
    from duban.explanations import DutyExplanation, Explanation
    from duban.workspace.workspace import Workspace

Named = Annotated[
    str,
    argument(
        "OBLIGATION|DUTY",
        zh="应办事项编号（DB-…）或事项编号。",
        en="An obligation's number (DB-…) or a duty's id.",
    ),
]
OfDuty = Annotated[str, argument("DUTY", zh="事项编号。", en="A duty's id.")]
Count = Annotated[
    int,
    option(
        "--count",
        least=1,
        most=400,
        zh="列几个，最远到日历的末尾。",
        en="How many, as far as the calendar goes.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    add_commands(
        app,
        DUE_DATES,
        (
            "next",
            coming,
            "一个事项接下来几次在哪天开、哪天到期。",
            "When a duty opens next, and when each is due.",
        ),
        (
            "explain",
            explain,
            "讲清楚一项应办事项：依据、日期每一步怎么来的、已经发生了什么。",
            "Explain an obligation or a duty: its basis, each step of its dates, what has happened.",
        ),
    )


def coming(duty: OfDuty, *, count: Count = 4, project: Project = None, as_json: Json = False) -> None:
    """List the coming occurrences of a duty."""
    from duban.explanations import coming_document

    explained = _explain_duty(_definitions(project), duty, count, far=True)
    if as_json:
        show_json(explained)
    else:
        show(coming_document(explained))


def explain(
    named: Named,
    *,
    form: As = None,
    output: Output = None,
    project: Project = None,
    as_json: Json = False,
) -> None:
    """Explain an obligation from the ledger, or a duty from its definition."""
    from duban.explanations import explanation_document

    explained: Explanation | DutyExplanation
    wanted = asked_form(form, output, as_json=as_json, named=named)
    if named.upper().startswith(PREFIX):
        with open_project(project) as workspace:
            explained, zone = _explain_obligation(workspace, named), workspace.definitions.project.zone
    else:
        definitions = _definitions(project)
        explained, zone = _explain_duty(definitions, named, count=4), definitions.project.zone
    hand_over(explanation_document(explained, zone), wanted, output, data=explained)
    tell_written(output, explained.duty.title)


def _explain_obligation(workspace: Workspace, named: str) -> Explanation:
    from duban.explanations import explain as explain_obligation
    from duban.ledger.short_ids import parse_short_id

    try:
        return explain_obligation(workspace, parse_short_id(named))
    except ValueError as error:
        raise Refused(str(error)) from None
    except LookupError as error:
        raise Refused(str(error.args[0])) from None


def _definitions(project: Path | None) -> Definitions:
    from duban.bureau.project import find_root
    from duban.definitions.definitions import load_definitions

    definitions = load_definitions(find_root(project))
    choose(definitions.project.language)
    return definitions


def _explain_duty(definitions: Definitions, duty: str, count: int, *, far: bool = False) -> DutyExplanation:
    from duban.base.clock import business_date, system_clock
    from duban.explanations import explain_duty

    if duty not in definitions.duties:
        raise Refused(_unknown_duty(definitions, duty))
    on = business_date(system_clock().now(), definitions.project.zone)
    return explain_duty(definitions, duty, on, count, far=far, root=definitions.root)


def _unknown_duty(definitions: Definitions, named: str) -> str:
    near = did_you_mean(named, definitions.duties)
    return say(zh=f"没有事项 {named}，{near}", en=f"no duty {named}, {near}").rstrip("，, ")
