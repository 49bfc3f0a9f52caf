"""Trying a draft: what is wrong with the content it would make, and whether the examples still hold. Nothing is written."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from duban.checks.checking import Examined, examine
from duban.definitions.definitions import load_definitions
from duban.edits.changed_files import with_texts
from duban.examples import ExampleResult, judge, load_examples
from duban.ledger.content import read_content, write_files

if TYPE_CHECKING:
    from duban.base.problems import Problem
    from duban.workspace.workspace import Workspace

EXAMPLES = Path("duties") / "tests"


def examined(ws: Workspace, texts: Mapping[str, str | None]) -> Examined:
    """Everything `duban check` says of the content in force with these files (path → text; None: gone) instead."""
    with _content(ws, texts) as folder:
        return examine(folder, ws.root)


def judged(
    ws: Workspace, texts: Mapping[str, str | None], path: str
) -> tuple[list[ExampleResult], list[Problem]]:
    """The examples of the duties in one file, judged with these texts, and what is wrong with how they are written.

    Raises ProblemsFound while the content cannot be used.
    """
    with _content(ws, texts) as folder:
        if (ws.root / EXAMPLES).is_dir():
            shutil.copytree(ws.root / EXAMPLES, folder / EXAMPLES)
        definitions = load_definitions(folder)
        examples, problems = load_examples(definitions)
        return list(judge(definitions, [each for each in examples if each.duty.path == path])), problems


@contextmanager
def _content(ws: Workspace, texts: Mapping[str, str | None]) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="duban-trial-") as folder:
        write_files(Path(folder), with_texts(ws, texts))
        yield Path(folder)


@contextmanager
def drafted_folder(ws: Workspace, texts: Mapping[str, str | None]) -> Iterator[Path]:
    """The project's folder with these texts in it, for a form to write into; gone afterwards."""
    files = {**read_content(ws.root), **texts}
    with tempfile.TemporaryDirectory(prefix="duban-trial-") as folder:
        write_files(Path(folder), {name: text for name, text in files.items() if text is not None})
        yield Path(folder)
