"""The whole command: every group of commands, in the reader's language."""

from collections.abc import Mapping
from importlib import import_module
from typing import Annotated, Any, Final

import typer
from typer.core import TyperArgument
from typer.main import get_command

from duban import __version__
from duban.base.language import say
from duban.cli.bilingual import both, spoken
from duban.cli.grouping import CommandGroup

GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "content": ("init", "check"),
    "coverage": ("coverage",),
    "confirming": ("confirm",),
    "rollover": ("rollover",),
    "rule_tests": ("test",),
    "schema": ("schema",),
    "handbook": ("docs",),
    "simulating": ("simulate",),
    "planning": ("plan", "apply", "approve", "versions"),
    "calendars": ("calendar",),
    "running": ("up", "serve", "register", "work", "demo"),
    "backups": ("backup", "restore"),
    "archives": ("archive",),
    "prefect_page": ("prefect",),
    "condition": ("status", "doctor"),
    "channels": ("channel",),
    "holds": ("hold",),
    "accounts": ("account",),
    "tokens": ("access", "token"),
    "deadlines": ("deadline",),
    "explaining": ("next", "explain"),
    "obligations": ("obligations",),
    "packing": ("evidence",),
    "reviewing": ("feedback", "review", "return", "request", "grant", "refuse", "recall"),
    "dispatching": ("dispatch", "take-back", "transfer", "co-handle", "release", "contribute"),
    "moves": ("ack", "done", "extend", "waive", "suspend", "resume", "reopen", "undo"),
    "assigning": ("assign", "assigned", "unassign"),
    "facts": ("fact",),
    "subjects": ("subject",),
    "importing": ("import",),
    "inbox": ("inbox",),
    "letters": ("letter",),
    "reporting": ("report",),
}
"""The modules of this package that register commands, and which: a command pays for the module it stands in alone."""


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


def build_command(first: str = "") -> Any:
    """The `duban` command with every help text in the reader's language.

    `first` is the command line's first word: where it names a command, only the module of that command is loaded.
    """
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
    wanted = [module for module, commands in GROUPS.items() if first in commands]
    for module in wanted or GROUPS:
        import_module(f"duban.cli.{module}").register(app)
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
    _take_older_word(command)
    command.get_help_option = _help_option(command.get_help_option)
    for below in getattr(command, "commands", {}).values():
        _speak(below)


def _take_older_word(command: Any) -> None:
    """`--actor` is taken as `--by`, too, where it stood before all commands had one word for who acts; help shows one."""
    options = {option for parameter in command.params for option in parameter.opts}
    if "--actor" in options and "--by" not in options:
        command.context_settings = {
            **command.context_settings,
            "token_normalize_func": lambda word: "actor" if word == "by" else word,
        }


def _help_option(made_by: Any) -> object:
    def help_option(ctx: object) -> object:
        option = made_by(ctx)
        if option is not None:
            option.help = say(zh="显示用法。", en="Show how to use this.")
            option.rich_help_panel = say(zh="选项", en="Options")
        return option

    return help_option
