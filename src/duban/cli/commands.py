"""The whole command: every group of commands, in the reader's language."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from typer.core import TyperArgument
from typer.main import get_command

from duban import __version__
from duban.base.language import say
from duban.cli import (
    accounts,
    assigning,
    backups,
    calendars,
    channels,
    condition,
    confirming,
    content,
    coverage,
    deadlines,
    dispatching,
    explaining,
    facts,
    handbook,
    importing,
    inbox,
    letters,
    moves,
    obligations,
    packing,
    planning,
    prefect_page,
    reporting,
    reviewing,
    rollover,
    rule_tests,
    running,
    schema,
    simulating,
    subjects,
    tokens,
)
from duban.cli.bilingual import both, spoken
from duban.cli.grouping import CommandGroup

GROUPS = (
    content,
    coverage,
    confirming,
    rollover,
    rule_tests,
    schema,
    handbook,
    simulating,
    planning,
    calendars,
    running,
    backups,
    prefect_page,
    condition,
    channels,
    accounts,
    tokens,
    deadlines,
    explaining,
    obligations,
    packing,
    reviewing,
    dispatching,
    moves,
    assigning,
    facts,
    subjects,
    importing,
    inbox,
    letters,
    reporting,
)


def _say_version(wanted: bool) -> None:
    if wanted:
        print(__version__)
        raise typer.Exit


Version = Annotated[
    bool,
    typer.Option(
        "--version", callback=_say_version, is_eager=True, help=both(zh="显示版本。", en="Show the version.")
    ),
]


def duban(*, version: Version = False) -> None:
    """The options of `duban` itself."""


def build_command() -> Any:
    """The `duban` command with every help text in the reader's language."""
    app = typer.Typer(
        cls=CommandGroup,
        add_completion=False,
        context_settings={"help_option_names": ["--help", "-h"]},
        help=both(
            zh="督办：把年度工作计划变成有期限的应办事项，提醒、催办，并给领导看逾期情况。",
            en="Turns a bureau's yearly work plan into dated obligations, reminders and an overdue report.",
        ),
    )

    app.callback()(duban)
    for group in GROUPS:
        group.register(app)
    command = get_command(app)
    _speak(command)
    return command


def _speak(command: Any) -> None:
    """Choose the reader's language in every help text of `command` and of the commands below it."""
    command.help = spoken(command.help or "")
    command.rich_help_panel = spoken(command.rich_help_panel or "") or say(zh="命令", en="Commands")
    for parameter in command.params:
        argument = isinstance(parameter, TyperArgument)
        parameter.help = spoken(parameter.help or "")
        parameter.rich_help_panel = (
            say(zh="参数", en="Arguments") if argument else say(zh="选项", en="Options")
        )
    command.get_help_option = _help_option(command.get_help_option)
    for below in getattr(command, "commands", {}).values():
        _speak(below)


def _help_option(made_by: Any) -> Any:
    def help_option(ctx: object) -> object:
        option = made_by(ctx)
        if option is not None:
            option.help = say(zh="显示用法。", en="Show how to use this.")
            option.rich_help_panel = say(zh="选项", en="Options")
        return option

    return help_option
