"""`duban import`: a table from another system, shown first as what would happen, then taken down."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from duban.base.language import say
from duban.base.problems import there_is_no
from duban.cli.acting import Actor, acting, looking_on, note_numbers, note_refusals
from duban.cli.bilingual import argument, option
from duban.cli.failures import ExitCode, WrongUsage
from duban.cli.filling_in import TEMPLATE, give_form
from duban.cli.grouping import OBLIGATIONS, add_commands
from duban.cli.imported import as_object, conclude, show_outcome
from duban.cli.opened import open_project, unit_meant
from duban.cli.options import Json, Project
from duban.cli.screen import progress, show_json, tell

if TYPE_CHECKING:
    from duban.importing.batches import Batch
    from duban.importing.mappings import TableMapping
    from duban.importing.refused_rows import RefusedRows
    from duban.importing.taking import ImportResult
    from duban.ledger.principals import Principal
    from duban.obligations.opening import OpeningTally
    from duban.workspace.workspace import Workspace

File = Annotated[
    Path,
    argument(
        "FILE",
        zh="表格文件：.xlsx、.xls、.ods、.csv；写 template 则要一张空的填报表。",
        en="A table: .xlsx, .xls, .ods, .csv; “template” for an empty form.",
    ),
]
KindOfFact = Annotated[
    str | None,
    argument(
        "KIND",
        zh="要哪一种事实的填报表（名字或叫法），或者哪一类监管对象的登记表；不写就列出各怎样进来。",
        en="Of which kind of fact or subject the form is; without it, how each kind comes in.",
    ),
]
As = Annotated[
    str | None,
    option(
        "--as",
        "NAME",
        zh="是哪一种表（duties/imports/ 里的文件名）；不写就看表头。",
        en="Which table it is (a file's name in duties/imports/); else told by its headings.",
    ),
]
Yes = Annotated[
    bool, option("--yes", zh="写入台账；不写只看会怎样。", en="Write; without it nothing is written.")
]
OnlyIfClean = Annotated[
    bool,
    option(
        "--only-if-clean",
        zh="有一行不能导入，就整个文件都不导入。",
        en="Import nothing if any row is refused.",
    ),
]
RefusedFile = Annotated[
    Path | None,
    option(
        "--refused",
        "FILE",
        zh="把不能导入的行连同原因存成这个 Excel 文件，改好可以再导入。",
        en="Keep the refused rows with their reasons in this workbook; mended, it can be imported.",
    ),
]
DefaultUnit = Annotated[
    str | None,
    option("--unit", "UNIT", zh="没有写单位的行算哪个单位的。", en="The unit of rows that name none."),
]


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    add_commands(
        app,
        OBLIGATIONS,
        (
            "import",
            import_table,
            "从 Excel 或 CSV 导入监管对象和事实。先看会怎样，确认后才写入；同一个文件导入两次，第二次什么也不变。",
            "Import subjects and facts from Excel or CSV. Shows what would happen first; twice changes nothing.",
        ),
    )


def import_table(
    file: File,
    kind: KindOfFact = None,
    *,
    named: As = None,
    yes: Yes = False,
    only_if_clean: OnlyIfClean = False,
    refused: RefusedFile = None,
    unit: DefaultUnit = None,
    by: Actor = None,
    project: Project = None,
    as_json: Json = False,
) -> int:
    """Rehearse the import, write it if wanted; exit code 1 if a row was refused. `template` gives a form instead."""
    from duban.importing.handed_in import fingerprint_of, note_taken, taken_before
    from duban.importing.reading import read_file
    from duban.importing.refused_rows import RefusedRows

    if str(file) == TEMPLATE and not file.exists():
        return give_form(kind, unit, project, as_json=as_json)
    if kind is not None:
        raise WrongUsage(
            zh=f"多了一个“{kind}”：一次导入一个文件", en=f"“{kind}” is too much: one file at a time"
        )
    _check_paths(file, refused)
    with ExitStack() as stack:
        workspace = stack.enter_context(open_project(project))
        mappings = _mappings(workspace, named)
        default_unit = unit_meant(workspace.definitions.project, unit) if unit else None
        with progress(say(zh="读取", en="reading")) as told:
            batch = stack.enter_context(
                read_file(
                    file, workspace.definitions, mappings, asked=named, default_unit=default_unit, told=told
                )
            )
        fingerprint = fingerprint_of(file)
        kept = RefusedRows(refused, batch) if refused else None
        asks = not yes and not as_json and sys.stdin.isatty() and sys.stdout.isatty()
        who = acting(workspace, by, f"import {file.name}") if yes else looking_on(workspace, by)
        outcome = _go_through(workspace, batch, kept, who, write=yes, only_if_clean=only_if_clean)
        if not as_json:
            show_outcome(
                batch,
                outcome,
                workspace.definitions,
                rehearsed=not yes,
                before=taken_before(workspace, fingerprint),
            )
        if asks and outcome.brings_something and (outcome.clean or not only_if_clean):
            typer.confirm(say(zh="写入台账？", en="Write this?"), abort=True)
            who = acting(workspace, by, f"import {file.name}")
            outcome = _go_through(workspace, batch, None, who, write=True, only_if_clean=only_if_clean)
        opened = _open(workspace, outcome) if outcome.written else None
        if outcome.written:
            note_numbers(outcome.numbers)
            note_taken(workspace, file, fingerprint, who, workspace.clock.now(), outcome)
        if not outcome.clean:
            rows = outcome.rows.total()
            note_refusals(rows - outcome.rows["refused"] if outcome.written else 0, of=rows)
    if kept:
        kept.save()
    if as_json:
        show_json(as_object(batch, outcome, workspace.definitions, opened))
    else:
        conclude(outcome, opened, workspace.definitions, asked=yes or asks, only_if_clean=only_if_clean)
        if kept and kept.count:
            tell(zh=f"不能导入的行已存到 {refused}", en=f"the refused rows are in {refused}")
    return ExitCode.DONE if outcome.clean else ExitCode.REFUSED


def _go_through(
    workspace: Workspace,
    batch: Batch,
    kept: RefusedRows | None,
    by: Principal,
    *,
    write: bool,
    only_if_clean: bool,
) -> ImportResult:
    from duban.importing.taking import rehearse, take

    heard = kept.add if kept else _unheard
    now = workspace.clock.now()
    what = say(zh="写入", en="writing") if write else say(zh="核对", en="comparing")
    with progress(what, batch.rows) as told:
        if write:
            return take(workspace, batch, now, by, only_if_clean=only_if_clean, refused=heard, told=told)
        return rehearse(workspace, batch, now, by, refused=heard, told=told)


def _unheard(_judged: object) -> None:
    """Nobody keeps the refused rows."""


def _open(workspace: Workspace, outcome: ImportResult) -> OpeningTally:
    """Open and complete what follows, and wake the running service; should that be lost, its hourly sweep does it."""
    from duban.obligations.opening import open_owed
    from duban.runtime.wakeup import emit_wakeup

    opened = open_owed(workspace, workspace.clock.now())
    if kinds := {*outcome.facts, *outcome.corrected, *outcome.withdrawn}:
        emit_wakeup(workspace.root, kinds, workspace.clock.now())
    return opened


def _check_paths(file: Path, refused: Path | None) -> None:
    if refused is None:
        return
    if refused.suffix.lower() != ".xlsx":
        raise WrongUsage(zh="--refused 要写 .xlsx 文件名", en="--refused names an .xlsx file")
    if refused.resolve() == file.resolve():
        raise WrongUsage(
            zh="--refused 不能是要导入的文件本身", en="--refused cannot be the imported file itself"
        )
    if not refused.resolve().parent.is_dir():
        raise WrongUsage(zh=f"没有文件夹 {refused.parent}", en=f"there is no folder {refused.parent}")


def _mappings(workspace: Workspace, named: str | None) -> dict[str, TableMapping]:
    from duban.importing.forms import all_mappings

    mappings = all_mappings(workspace)
    if named is not None and named not in mappings:
        raise WrongUsage(
            there_is_no(say(zh="这种表", en="such table"), named, mappings, "duban import template")
        )
    return mappings
