"""One YAML file as data, with the place of every key and value."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from duban.base.problems import Problem

Loc = tuple[str | int, ...]
"""The way to a value through the file's data: `("duties", 3, "due")`."""


class ValuePlace(NamedTuple):
    """Where a value and its key begin, lines and columns from 1, and the value's text if it is unquoted."""

    key: tuple[int, int] | None  #: line and column of the key; None: it has none
    value: tuple[int, int]  #: line and column of the value
    plain: str | None  #: its text, if it is unquoted


def place_after_key(lines: list[str], line: int, column: int) -> tuple[int, int]:
    """Where a value that is not written would begin, behind its key that ends there (line and column from 0).

    The parsers differ on it: the one in Python names the line after it.
    """
    rest = lines[line][column:] if line < len(lines) else ""
    blanks = len(rest) - len(rest.lstrip())
    return line + 1, column + 1 + (blanks + 1 if rest.lstrip().startswith(":") else 0)


@dataclass(frozen=True)
class YamlFile:
    """A file that could be read: its data, and where each part of it stands."""

    path: str  #: relative to the project
    data: Any  #: mappings, lists, texts, numbers, truth values and None, as in YAML's core schema
    _places: dict[Loc, ValuePlace] = field(repr=False)
    _aliases: dict[Loc, Loc] = field(repr=False)
    _spoilt: Collection[Loc] = field(default=(), repr=False)
    not_texts: Collection[
        Loc
    ] = ()  #: keys told already to be no texts: that none is called so says nothing more

    def place(self, loc: Loc) -> tuple[int, int]:
        """Line and column of the value at `loc`, or of what holds it when there is no such value."""
        found = self._find(loc)
        return found.value if found else (1, 1)

    def key_place(self, loc: Loc) -> tuple[int, int]:
        """Line and column of the key at `loc`; the value's own place in a list."""
        found = self._find(loc)
        return (found.key or found.value) if found else (1, 1)

    def written(self, loc: Loc) -> str | None:
        """The unquoted text at `loc` as it stands in the file, for example `0350`."""
        found = self._find(loc)
        return found.plain if found else None

    def problem(
        self,
        loc: Loc,
        what: str,
        mend: str = "",
        duty: str | None = None,
        *,
        at_key: bool = False,
        unknown: bool = False,
    ) -> Problem:
        """A problem at the value at `loc`, or at its key (`at_key`): `what` is wrong and how to `mend` it, in the reader's words.

        `duty` is the id of the duty it is about; `unknown` when it is a name that nothing defines.
        """
        line, column = self.key_place(loc) if at_key else self.place(loc)
        return Problem(self.path, line, column, what, mend, duty, unknown)

    def is_spoilt(self, loc: Loc) -> bool:
        """Whether the value at `loc` is, or lies in, a mapping that a mistake told already has made unreadable."""
        return any(loc[: len(spoilt)] == spoilt for spoilt in self._spoilt)

    def holds_no_text_key(self, loc: Loc) -> bool:
        """Whether a key in the value at `loc`, or in what holds it when there is no such value, was told to be no text."""
        here = self._nearest(loc)
        return any(key[: len(here)] == here for key in self.not_texts)

    def _find(self, loc: Loc) -> ValuePlace | None:
        return self._places.get(self._nearest(loc))

    def _nearest(self, loc: Loc) -> Loc:
        here: Loc = ()
        for part in loc:
            inner = (*here, part)
            if inner in self._places:
                here = self._aliases.get(inner, inner) if inner != loc else inner
        return here
