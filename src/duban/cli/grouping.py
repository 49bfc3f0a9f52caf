"""How commands stand together: an unknown one is answered with the nearest known."""

from typing import Any

from typer.core import TyperGroup

from duban.base.language import say
from duban.base.problems import did_you_mean
from duban.cli.failures import WrongUsage


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
