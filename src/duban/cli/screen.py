"""How answers look: tables that keep Chinese columns straight, plain text in a pipe, JSON for programs."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol, TextIO

from duban.base.language import say

if TYPE_CHECKING:
    from rich.console import Console

    from duban.documents import Document

WIDTH_IN_A_PIPE = 200


def screen(*, errors: bool = False) -> Console:
    """The reader's terminal, or a wide plain page when the output goes into a file or a pipe."""
    from rich.console import Console

    stream = sys.stderr if errors else sys.stdout
    width = None if stream.isatty() or "COLUMNS" in os.environ else WIDTH_IN_A_PIPE
    return Console(file=stream, width=width, highlight=False, emoji=False)


def tell(line: str = "", style: str = "", *, zh: str = "", en: str = "") -> None:
    """Print one line as it is, or said in both languages: square brackets in names are not markup, and nothing is wrapped."""
    line = line or say(zh=zh, en=en)
    if _is_plain(sys.stdout) and line.isprintable():
        print(line)  # a file or a pipe takes no colour: what draws on terminals need not be loaded
        return
    screen().print(line, style=style or None, markup=False, soft_wrap=True)


def _is_plain(stream: TextIO) -> bool:
    """Whether the stream is no terminal, and nobody says that it is to be treated as one."""
    return not stream.isatty() and not any(name in os.environ for name in ("FORCE_COLOR", "TTY_COMPATIBLE"))


def show_table(headings: Sequence[str], rows: Iterable[Sequence[object]], *, right: str = "") -> None:
    """Print rows under headings. `right` names the headings whose column is set to the right, between spaces."""
    from duban.documents import Column, ColumnKind, DataTable, Document

    columns = [
        Column(heading, ColumnKind.NUMBER if heading in right.split() else ColumnKind.TEXT)
        for heading in headings
    ]
    written = [["" if cell is None else str(cell) for cell in row] for row in rows]
    show(Document("", (DataTable(tuple(columns), written),)))


def show(document: Document) -> None:
    """Show the document on the terminal."""
    from duban.documents import as_terminal

    screen().print(as_terminal(document), crop=False)


def show_json(value: object) -> None:
    """Print `value` as JSON: dataclasses as objects, days and moments in ISO 8601, names unescaped."""
    from duban.documents.objects import plain

    print(json.dumps(plain(value), ensure_ascii=False, indent=2))


class Ticker(Protocol):
    """Is told how many more are done, and how many there are in all once that is known."""

    def __call__(self, more: int, total: int | None = None) -> None:
        """So many more."""


def _untold(more: int, total: int | None = None) -> None:
    """Nobody watches."""


@contextmanager
def progress(what: str, total: int | None = None) -> Iterator[Ticker]:
    """A progress bar on standard error while something long runs; silent when that is not a terminal."""
    if not sys.stderr.isatty():
        yield _untold
        return
    from rich import progress as rich_progress

    with rich_progress.Progress(console=screen(errors=True), transient=True) as bar:
        running = bar.add_task(what, total=total)

        def tell_bar(more: int, total: int | None = None) -> None:
            bar.update(running, total=total, advance=more)  # no total leaves the one it has

        yield tell_bar
