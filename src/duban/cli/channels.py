"""`duban channel test`: whether a channel really takes a message."""

from typing import Annotated

import typer

from duban.base.language import say
from duban.cli.bilingual import argument, option
from duban.cli.failures import ExitCode, WrongUsage
from duban.cli.grouping import RUNNING, add_group
from duban.cli.opened import open_project, unit_meant
from duban.cli.options import Json, Project
from duban.cli.screen import show_json, tell

Name = Annotated[
    str,
    argument(
        "NAME",
        zh="渠道的名字，同 notifications/channels.yaml。",
        en="The channel's name in notifications/channels.yaml.",
    ),
]
To = Annotated[
    str,
    option(
        "--to",
        "UNIT/POST",
        zh="发给哪个岗位：单位/岗位，单位写代码或名称。",
        en="The post it goes to: unit/post, the unit by code or name.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    add_group(
        app,
        RUNNING,
        "channel",
        (
            "test",
            try_out,
            "从一个渠道发一条真的消息，说出对方怎么答的。",
            "Send one real message over a channel and say what came back.",
        ),
        zh="渠道：试一试发不发得出去。",
        en="Channels: try whether they work.",
    )


def try_out(name: Name, *, to: To, project: Project = None, as_json: Json = False) -> int:
    """Send a message; exit code 1 unless every address took it."""
    from duban.bureau.unit_posts import UnitPost
    from duban.channels.answer_words import in_words
    from duban.deliveries.trial import try_channel

    with open_project(project) as workspace:
        wanted = UnitPost.parse(to)
        if not wanted.post:
            raise WrongUsage(zh="--to 写成“单位/岗位”", en="write --to as UNIT/POST")
        post = UnitPost(unit_meant(workspace.definitions.project, wanted.unit), wanted.post)
        answers = try_channel(workspace, name, post, workspace.clock.now())
    if as_json:
        show_json(answers)
    else:
        for answer in answers:
            whom = f"{answer.address}: " if answer.address else ""
            if answer.accepted:
                tell(f"✓ {whom}" + say(zh="收下了", en="taken"), "green")
            elif answer.unsure:
                unsure = say(zh="没有回音，可能已经收到", en="no answer: it may have arrived")
                tell(f"? {whom}{unsure}（{in_words(answer.said)}）", "yellow")
            else:
                tell(f"✗ {whom}" + say(zh="没有收下：", en="not taken: ") + in_words(answer.said), "red")
    return ExitCode.DONE if all(answer.accepted for answer in answers) else ExitCode.REFUSED
