"""`duban status` and `duban doctor`: how things stand, and what needs a person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from duban.base.clock import business_date
from duban.base.language import say
from duban.cli.examination import Examination, examine
from duban.cli.failures import ExitCode
from duban.cli.forms import As, Output, asked_form, hand_over, tell_written
from duban.cli.grouping import RUNNING, add_commands
from duban.cli.opened import open_project
from duban.cli.options import Json, Project
from duban.cli.screen import show, show_json
from duban.documents import Document, Sentence, TextLines, Tone

if TYPE_CHECKING:
    from duban.workspace.workspace import Workspace


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    add_commands(
        app,
        RUNNING,
        (
            "status",
            status,
            "现在的情况：事项、消息、服务。",
            "How things stand: obligations, messages, the service.",
        ),
        (
            "doctor",
            doctor,
            "体检：内容、台账、催办、Prefect，有毛病就说出来。",
            "Examine content, ledger, reminders and Prefect, and say what is wrong.",
        ),
    )


def status(*, project: Project = None, as_json: Json = False) -> None:
    """Say how things stand."""
    from duban.reports.status import project_status, status_document

    with open_project(project, say_draft=False) as workspace:
        stands = project_status(workspace)
        zone, now = workspace.definitions.project.zone, workspace.clock.now()
    if as_json:
        show_json(stands)
    else:
        show(status_document(stands, zone, now))


def doctor(*, form: As = None, output: Output = None, project: Project = None, as_json: Json = False) -> int:
    """Examine everything; exit code 1 if something needs a person."""
    wanted = asked_form(form, output, as_json=as_json, named=say(zh="体检", en="doctor"))
    with open_project(project, say_draft=False) as workspace:
        found = examine(workspace)
        document = _document(workspace, found)
    hand_over(document, wanted, output, data=found)
    tell_written(output, found[0].what)
    return ExitCode.REFUSED if any(each.sound is False for each in found) else ExitCode.DONE


def _document(workspace: Workspace, found: Sequence[Examination]) -> Document:
    """What the doctor says: each thing looked at in a line, what to know about it below."""
    project = workspace.definitions.project
    on = business_date(workspace.clock.now(), project.zone)
    title = say(zh=f"{project.bureau}体检（{on}）", en=f"Examination, {project.bureau}, {on}")
    marks = {True: ("✓", Tone.FINE), False: ("✗", Tone.WRONG), None: ("–", Tone.DOUBTFUL)}
    lines: list[Sentence] = []
    for each in found:
        mark, tone = marks[each.sound]
        lines += [Sentence(f"{mark} {each.what}", tone)]
        lines += [Sentence(detail, depth=2) for detail in each.details]
    return Document(title, (TextLines(tuple(lines)),))
