"""Import by hand (`/admin/imports`): a table is handed in, rehearsed, its columns mended, its refused rows fetched, taken.

Who may import which kinds for whom is what the engine says, row by row, as for the command. A table is seen by whoever handed
it in, and by nobody else. Looking changes nothing: only the button takes it.
"""

from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, File, UploadFile
from starlette.responses import RedirectResponse, Response

from duban.base.language import say
from duban.base.problems import ProblemsFound
from duban.importing.chosen_before import read_as_before
from duban.importing.containers import UnusableFile
from duban.importing.forms import all_mappings
from duban.importing.handed_in import (
    KEPT_FOR,
    REFUSED_ROWS,
    TakenAlready,
    batch_of,
    choose,
    drop,
    folder_of,
    hand_in,
    handed_in_by,
    outcome_of,
    path_of,
    rehearse_kept,
    take_kept,
    taken_before,
)
from duban.importing.mappings import TableMapping
from duban.importing.mending import FoundHeading, NotKept, heading_of, keep_chosen
from duban.importing.taking import ImportResult
from duban.importing.words import in_words, outside_words, verdict_rows
from duban.ledger.tables import HandedInTable
from duban.obligations.opening import open_owed
from duban.runtime.wakeup import emit_wakeup
from duban.web.pages.accounts import Texts
from duban.web.pages.coming_in import Text
from duban.web.pages.import_files import IMPORTS, mine_or_none_there
from duban.web.pages.rendering import page
from duban.web.pages.uploads import plain_name
from duban.web.pages.visiting import Visit, Writer

LISTED: Final = 50
REFUSALS_SHOWN: Final = 50


ONE: Final = f"{IMPORTS}/{{number}}"
router = APIRouter()


@dataclass(frozen=True)
class Rehearsal:
    """What would come of a table as it stands."""

    title: str  #: which table it was read as
    mapping: str  #: the name of that mapping
    read: tuple[str, ...]  #: what was read and what was not, in words
    first: tuple[str, ...]  #: the first rows as they were understood
    outcome: ImportResult  #: the counts, and why rows are refused


@router.get(IMPORTS)
def show_all(visit: Writer) -> Response:
    """What this person handed in, the form for another table, and the forms to fill in."""
    return _listed(visit)


@router.post(IMPORTS)
def take_file(visit: Writer, file: Annotated[UploadFile | None, File()] = None, unit: Text = "") -> Response:
    """Keep a table, and show what would come of it."""
    if file is None or not file.filename:
        return _listed(visit, say(zh="没有选文件", en="no file was chosen"))
    if unit and not visit.principal.acts_for(unit):
        return _listed(visit, say(zh=f"没有单位“{unit}”", en=f"no unit “{unit}”"))
    try:
        kept = hand_in(
            visit.ws, visit.principal, plain_name(file.filename), file.file, visit.now, unit or None
        )
    except UnusableFile as why:
        return _listed(visit, str(why))
    with suppress(ProblemsFound, UnusableFile):  # said on the table's own page
        read_as_before(visit.ws, visit.principal, kept)
    return RedirectResponse(f"{IMPORTS}/{kept.id}", 303)


@router.get(ONE)
def show_one(visit: Writer, number: int) -> Response:
    """One table: what would come of it, or what came of it."""
    return _shown(visit, mine_or_none_there(visit, number))


@router.post(f"{ONE}/columns")
def take_columns(
    visit: Writer,
    number: int,
    mapping: Text = "",
    of: Text = "",
    unit: Text = "",
    keep: Text = "",
    column: Texts = [],  # noqa: B006 - FastAPI copies it
    heading: Texts = [],  # noqa: B006
) -> Response:
    """Read the table by what was chosen: for this file, or, for an admin of the city who says so, from now on."""
    table = mine_or_none_there(visit, number)
    known = all_mappings(visit.ws)
    if mapping and mapping not in known:
        return _shown(visit, table, say(zh=f"没有“{mapping}”这种表", en=f"there is no table “{mapping}”"))
    if unit and not visit.principal.acts_for(unit):
        return _shown(visit, table, say(zh=f"没有单位“{unit}”", en=f"no unit “{unit}”"))
    chosen: dict[str, str] = {}
    if mapping and of == mapping:
        columns = known[mapping].written.columns
        given = zip(column, heading, strict=False)
        chosen = {each: text.strip() for each, text in given if each in columns and text.strip()}
    twice = [text for text in set(chosen.values()) if list(chosen.values()).count(text) > 1]
    if twice:
        told = say(zh=f"“{twice[0]}”选给了两列，请改一列", en=f"“{twice[0]}” was chosen for two columns")
        return _shown(visit, table, told)
    choose(visit.ws, table, mapping or None, chosen, unit or None)
    table = mine_or_none_there(visit, number)
    if keep and _may_keep(visit) and chosen:
        try:
            keep_chosen(visit.ws.root, visit.ws.definitions.vocabulary, mapping, chosen)
        except NotKept as why:
            return _shown(visit, table, str(why))
    return RedirectResponse(f"{IMPORTS}/{number}", 303)


@router.post(f"{ONE}/take")
def take_one(visit: Writer, number: int, only_if_clean: Text = "") -> Response:
    """Take the table down, open and complete what follows, and show what came of it."""
    table = mine_or_none_there(visit, number)
    try:
        outcome = take_kept(visit.ws, table, visit.now, visit.principal, only_if_clean=bool(only_if_clean))
    except TakenAlready:
        return RedirectResponse(f"{IMPORTS}/{number}", 303)
    except (UnusableFile, ProblemsFound) as why:
        return _shown(visit, table, str(why))
    if not outcome.written:
        told = say(
            zh="有不能导入的行，按您选的“整个文件都不导入”，什么也没有写",
            en="some rows were refused, and you chose all or nothing: nothing was written",
        )
        return _shown(visit, table, told)
    visit.request.state.touched = outcome.numbers  # for the access log
    open_owed(visit.ws, visit.now)
    if kinds := {*outcome.facts, *outcome.corrected, *outcome.withdrawn}:
        emit_wakeup(visit.ws.root, kinds, visit.now)
    return RedirectResponse(f"{IMPORTS}/{number}", 303)


@router.post(f"{ONE}/drop")
def take_drop(visit: Writer, number: int) -> Response:
    """Let the table go."""
    drop(visit.ws, mine_or_none_there(visit, number), visit.now)
    return RedirectResponse(IMPORTS, 303)


def _listed(visit: Visit, refused: str = "") -> Response:
    project = visit.ws.definitions.project
    level = project.level_of(visit.principal.unit)
    kinds = [
        kind
        for kind in visit.ws.definitions.vocabulary.facts.values()
        if not kind.reported_by.levels or level in kind.reported_by.levels
    ]
    return page(
        visit,
        "imports.html.j2",
        status=422 if refused else 200,
        tables=handed_in_by(visit.ws, visit.principal, LISTED),
        units=_units(visit),
        kinds=sorted(kinds, key=lambda kind: kind.title),
        # a station registers nobody: its county does
        lists=[] if level == "station" else sorted(visit.ws.definitions.vocabulary.subjects),
        days=KEPT_FOR.days,
        megabytes=visit.request.app.state.site.settings.body_mb,
        refused=refused,
    )


def _shown(visit: Visit, table: HandedInTable, refused: str = "") -> Response:
    rehearsal, unusable = None, ""
    waits = table.taken_at is None and table.removed_at is None
    if waits:
        try:
            rehearsal = _rehearsed(visit, table)
        except (UnusableFile, ProblemsFound) as why:
            unusable = str(why)
    mappings: dict[str, TableMapping] = {}
    if waits:
        with suppress(ProblemsFound):  # said above as what makes the table unusable
            mappings = all_mappings(visit.ws)
    chosen = rehearsal.mapping if rehearsal else table.mapping or ""
    outcome = rehearsal.outcome if rehearsal else outcome_of(table)
    titles = {name: kind.title for name, kind in visit.ws.definitions.vocabulary.facts.items()}
    return page(
        visit,
        "import.html.j2",
        status=422 if refused else 200,
        table=table,
        before=taken_before(visit.ws, table.sha256, besides=table.id),
        waits=waits,
        rehearsal=rehearsal,
        unusable=unusable,
        refused=refused,
        verdicts=verdict_rows(outcome, titles, rehearsed=waits),
        remarks=outcome.remarks(visit.ws.definitions, REFUSALS_SHOWN),
        refusals=outcome.refused[:REFUSALS_SHOWN],
        more=len(outcome.refused) - REFUSALS_SHOWN,
        refused_kept=(folder_of(visit.ws, table.id) / REFUSED_ROWS).is_file(),
        mappings=sorted(mappings.values(), key=lambda each: (each.is_form, each.written.title)),
        mapping=mappings.get(chosen),
        found=_heading(visit, table, mappings.get(chosen)) if waits else None,
        units=_units(visit),
        may_keep=_may_keep(visit),
        goes_at=table.handed_in_at + KEPT_FOR,
    )


def _rehearsed(visit: Visit, table: HandedInTable) -> Rehearsal:
    with batch_of(visit.ws, table) as batch:
        outcome = rehearse_kept(visit.ws, batch, visit.now, visit.principal, None)
        read = [
            say(
                zh=f"{each.name}：表头在第 {each.heading.row} 行",
                en=f"{each.name}: heading in row {each.heading.row}",
            )
            + (
                say(
                    zh=f"；有 {each.hidden_rows} 行在表格里是隐藏的（如筛选过），也读了",
                    en=f"; {each.hidden_rows} rows are hidden there and were read",
                )
                if each.hidden_rows
                else ""
            )
            for each in batch.tables
        ]
        read += [
            say(zh=f"{name}：没有读（{why}）", en=f"{name}: not read ({why})") for name, why in batch.left_out
        ]
        if outside := outside_words(batch):
            read.append(say(zh=f"不算数据的行：{outside}", en=f"rows that are no data: {outside}"))
        return Rehearsal(
            batch.mapping.written.title,
            batch.mapping.name,
            tuple(read),
            tuple(in_words(each, visit.ws.definitions) for each in outcome.first),
            outcome,
        )


def _heading(visit: Visit, table: HandedInTable, mapping: TableMapping | None) -> FoundHeading | None:
    if mapping is None:
        return None
    try:
        return heading_of(path_of(visit.ws, table), mapping)
    except UnusableFile:
        return None


def _may_keep(visit: Visit) -> bool:
    """Whether they may change how a kind of table is read for everybody: an admin of the whole city."""
    return visit.principal.is_a("admin") and visit.principal.units is None


def _units(visit: Visit) -> list[tuple[str, str]]:
    units = visit.ws.definitions.project.units.values()
    return [(unit.code, unit.name) for unit in units if visit.principal.acts_for(unit.code)]
