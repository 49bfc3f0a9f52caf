"""Help texts in both languages: written side by side where a command is declared, chosen when it is shown.

Typer reads a help text when a module is imported; the reader's language is known only when a command runs.
"""

from collections.abc import Callable

import typer

from duban.base.language import say

_BETWEEN = "\x1f"


def both(*, zh: str, en: str) -> str:
    """One help text that carries both languages until `spoken` picks one."""
    return f"{zh}{_BETWEEN}{en}"


def option(
    flags: str,
    metavar: str | None = None,
    *,
    zh: str,
    en: str,
    parser: Callable[[str], object] | None = None,
    least: int | None = None,
    most: int | None = None,
) -> object:
    """An option for `Annotated`, with its help in both languages: `flags` as "--output -o", `least` and `most` its bounds.

    Where its function gives a number or a word as default, help shows it.
    """
    return typer.Option(
        *flags.split(), metavar=metavar, help=both(zh=zh, en=en), parser=parser, min=least, max=most
    )


def argument(metavar: str, *, zh: str, en: str, parser: Callable[[str], object] | None = None) -> object:
    """An argument for `Annotated`, with its help in both languages; "[DUTY]" where it may be left out."""
    return typer.Argument(metavar=metavar, help=both(zh=zh, en=en), parser=parser)


def spoken(text: str) -> str:
    """The reader's half of a text made by `both`; any other text as it is."""
    zh, between, en = text.partition(_BETWEEN)
    return say(zh=zh, en=en) if between else text
