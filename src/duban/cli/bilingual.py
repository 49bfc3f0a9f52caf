"""Help texts in both languages: written side by side where a command is declared, chosen when it is shown.

Typer reads a help text when a module is imported; the reader's language is known only when a command runs.
"""

from __future__ import annotations

from duban.base.language import say

_BETWEEN = "\x1f"


def both(*, zh: str, en: str) -> str:
    """One help text that carries both languages until `spoken` picks one."""
    return f"{zh}{_BETWEEN}{en}"


def spoken(text: str) -> str:
    """The reader's half of a text made by `both`; any other text as it is."""
    zh, between, en = text.partition(_BETWEEN)
    return say(zh=zh, en=en) if between else text
