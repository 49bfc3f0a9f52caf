"""Which business line somebody means: by its name, or by a part of it that no other has (食品流通)."""

from collections.abc import Iterable

from duban.base.folding import name_key
from duban.base.language import say
from duban.base.problems import there_is_no


class NoSuchLine(ValueError):
    """No line is called so, or several are; the text says which ones are near, or meant."""


def line_meant(lines: Iterable[str], written: str) -> str:
    """The one of `lines` with the name somebody has `written`, or the only one whose name holds it, as names are
    compared.

    Raises NoSuchLine when it is none, or several.
    """
    known = {name_key(line): line for line in lines}
    key = name_key(written)
    holding = [line for name, line in known.items() if key and key in name]
    if key in known or len(holding) == 1:
        return known.get(key) or holding[0]
    raise NoSuchLine(there_is_no(say(zh="条线", en="line"), written, holding or known.values()))
