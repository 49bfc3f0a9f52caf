"""Trying a draft: what is wrong with the content it would make, and whether the examples still hold. Nothing is written."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from duban.base.problems import Problem
from duban.checks.checking import CheckResult, examine
from duban.definitions.definitions import load_definitions
from duban.duties.work_plan import PLAN_FOLDER
from duban.edits.changed_files import with_texts
from duban.examples.examples import EXAMPLES_FOLDER, load_examples, with_examples
from duban.examples.judging import ExampleResult, judge
from duban.ledger.content import read_beside, read_content, write_files
from duban.runtime.working_folder import working_folder
from duban.workspace.workspace import Workspace


def examined(ws: Workspace, texts: Mapping[str, str | None]) -> CheckResult:
    """Everything `duban check` says of the content in force with these files (path → text; None: gone) instead.

    Of the examples only how they are written: whether they hold is `judged`.
    """
    with _content(ws, texts) as folder:
        found = examine(folder, ws.clock, folder)
        if not any(path.startswith(f"{EXAMPLES_FOLDER}/") for path in texts):
            return found
        return with_examples(found, folder)


def judged(
    ws: Workspace, texts: Mapping[str, str | None], path: str
) -> tuple[list[ExampleResult], list[Problem]]:
    """The examples in the file at `path`, or of the duties in it, judged with `texts` instead of the files in force, and what
    is wrong with how they are written.

    Raises ProblemsFound while the content cannot be used.
    """
    with _content(ws, texts) as folder:
        definitions = load_definitions(folder)
        examples, problems = load_examples(definitions)
        asked = [each for each in examples if path in (each.duty.path, each.file.path)]
        return list(judge(definitions, asked)), problems


@contextmanager
def _content(ws: Workspace, texts: Mapping[str, str | None]) -> Iterator[Path]:
    with working_folder("trial") as folder:
        files = {**read_beside(ws.root), **with_texts(ws, {}), **texts}
        write_files(folder, {name: text for name, text in files.items() if text is not None})
        with suppress(FileNotFoundError):
            shutil.copytree(ws.root / PLAN_FOLDER, folder / PLAN_FOLDER)
        yield folder


@contextmanager
def drafted_folder(ws: Workspace, texts: Mapping[str, str | None]) -> Iterator[Path]:
    """The project's folder with these texts in it, for a form to write into; gone afterwards."""
    files = {**read_content(ws.root), **texts}
    with working_folder("trial") as folder:
        write_files(folder, {name: text for name, text in files.items() if text is not None})
        yield folder
