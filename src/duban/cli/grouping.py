"""How commands stand together: help's lists of them, groups, and an unknown one answered with the nearest known."""

from collections.abc import Callable
from typing import Any

import typer
from typer.core import TyperGroup

from duban.base.language import say
from duban.base.problems import did_you_mean
from duban.cli.bilingual import both
from duban.cli.failures import WrongUsage

STARTING = both(zh="建立与检查", en="Starting and checking")
CHANGING = both(zh="修改与生效", en="Changing content")
DUE_DATES = both(zh="期限", en="Due dates")
OBLIGATIONS = both(zh="应办事项", en="Obligations")
MESSAGES = both(zh="消息与报表", en="Messages and reports")
RUNNING = both(zh="运行", en="Running")
"""The lists of commands in help, each the panel of `add_commands`."""

CommandRow = tuple[str, Callable[..., int | None], str, str]
"""A command as a table has it: what one types, what runs, what help says of it in Chinese and in English."""


class CommandGroup(TyperGroup):
    """A group of commands that answers an unknown one with the nearest known."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command named first. Raises WrongUsage for one that is not there."""
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            known = did_you_mean(args[0], self.list_commands(ctx))
            raise WrongUsage(
                say(zh=f"没有命令 {args[0]}，{known}", en=f"no such command: {args[0]}, {known}").rstrip(
                    "，, "
                )
                + say(zh=f"（用法见 {ctx.command_path} --help）", en=f" (see {ctx.command_path} --help)")
            )
        return super().resolve_command(ctx, args)


def add_commands(app: typer.Typer, panel: str | None, *commands: CommandRow) -> None:
    """Add commands below `app`; help lists them in this order, under `panel`."""
    for name, run, zh, en in commands:
        app.command(name, rich_help_panel=panel, help=both(zh=zh, en=en))(run)


def add_group(
    app: typer.Typer,
    panel: str,
    name: str,
    *commands: CommandRow,
    zh: str,
    en: str,
    no_args_is_help: bool = False,
) -> None:
    """Add commands that are typed behind `name`, with what help says of them all."""
    group = typer.Typer(no_args_is_help=no_args_is_help, help=both(zh=zh, en=en))
    add_commands(group, None, *commands)
    app.add_typer(group, name=name, rich_help_panel=panel)
