"""`duban confirm`: a value that no text gives is confirmed by a person, in its file."""

from typing import Annotated

import typer

from duban.base.language import choose, say
from duban.base.problems import did_you_mean
from duban.cli.acting import Actor, actor_or_login
from duban.cli.bilingual import argument, option
from duban.cli.grouping import STARTING, add_commands
from duban.cli.options import Project
from duban.cli.screen import tell

DutyId = Annotated[str, argument("DUTY", zh="事项的编号。", en="The duty's id.")]
ValueKey = Annotated[
    str,
    argument(
        "KEY",
        zh="哪个值，如 due、within、visits.B、soft；duban coverage 列出待确认的。",
        en="Which value: due, within, visits.B, soft; duban coverage lists what waits.",
    ),
]
Source = Annotated[
    str | None,
    option(
        "--source",
        zh="依据什么文件确认，如 明市监〔2026〕3号。",
        en="On which paper, such as 明市监〔2026〕3号.",
    ),
]
Undo = Annotated[bool, option("--undo", zh="撤回确认。", en="Take the confirmation back.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    add_commands(
        app,
        STARTING,
        (
            "confirm",
            confirm,
            "确认一个暂定的值（期限、次数、努力目标）：写进它所在的文件，应用以后才督办、通报。",
            "Confirm a value that no text gives: written into its file; once applied its ladder climbs.",
        ),
    )


def confirm(
    duty: DutyId,
    key: ValueKey,
    *,
    source: Source = None,
    undo: Undo = False,
    by: Actor = None,
    project: Project = None,
) -> None:
    """Confirm a value in the folder, or take its confirmation back."""
    from duban.base.clock import business_date, system_clock
    from duban.bureau.project import find_root
    from duban.definitions.definitions import load_definitions
    from duban.edits.confirmation import NothingToConfirm, take_back
    from duban.edits.confirmation import confirm as confirm_value

    root = find_root(project)
    definitions = load_definitions(root)
    choose(definitions.project.language)
    if not undo and not (source or "").strip():
        raise typer.BadParameter(
            say(zh="请写明依据什么文件", en="name the paper it rests on"), param_hint="--source"
        )
    if duty not in definitions.duties:
        what = say(zh=f"没有事项“{duty}”，", en=f"there is no duty “{duty}”, ")
        raise typer.BadParameter(what + did_you_mean(duty, definitions.duties), param_hint="DUTY")
    on = business_date(system_clock().now(), definitions.project.zone)
    try:
        if undo:
            done = take_back(root, definitions, duty, key)
        else:
            who = actor_or_login(by)
            words = say(
                zh=f"{(source or '').strip()}（{who}，{on}）", en=f"{(source or '').strip()} ({who}, {on})"
            )
            done = confirm_value(root, definitions, duty, key, words)
    except NothingToConfirm as error:
        raise typer.BadParameter(str(error), param_hint="KEY") from None
    load_definitions(root)
    did = say(zh="已撤回", en="taken back") if undo else say(zh="已确认", en="confirmed")
    tell(
        zh=f"{did}：{done.path}:{done.line} {definitions.duties[duty].title} {key}。duban plan 看会改变什么，duban apply 才生效",
        en=f"{did}: {done.path}:{done.line} {definitions.duties[duty].title}, {key}. duban plan shows what it changes, duban apply puts it in force",
    )
