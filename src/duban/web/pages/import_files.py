"""The files around an import: a table of one's own, the rows of it that are refused, a form to fill in."""

from pathlib import Path
from typing import Final
from urllib.parse import quote

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response

from duban.base.language import say
from duban.importing.containers import UnusableFile
from duban.importing.forms import filled_form, form_title
from duban.importing.handed_in import REFUSED_ROWS, batch_of, folder_of, handed_in, rehearse_kept
from duban.ledger.tables import HandedInTable
from duban.web.pages.exports import XLSX
from duban.web.pages.passing_files import passing_file
from duban.web.pages.visiting import Visit, Writer

IMPORTS: Final = "/admin/imports"


router = APIRouter()


@router.get(f"{IMPORTS}/forms/{{kind}}.xlsx")
def give_form(visit: Writer, kind: str) -> Response:
    """The form of a kind of fact, with the subjects of one's own units, or that for a list of subjects of a kind."""
    vocabulary = visit.ws.definitions.vocabulary
    found = vocabulary.facts.get(kind) or vocabulary.subjects.get(kind)
    if found is None:
        raise HTTPException(404)
    units = visit.principal.units or frozenset(visit.ws.definitions.project.units)
    content, _ = filled_form(visit.ws, found, units)
    return Response(content, media_type=XLSX, headers=_named(f"{form_title(found)}.xlsx"))


@router.get(f"{IMPORTS}/{{number}}/refused.xlsx")
def give_refused(visit: Writer, number: int) -> Response:
    """The refused rows with their reasons, as a workbook that can be mended and handed in again."""
    table = mine_or_none_there(visit, number)
    name = say(zh=f"{Path(table.name).stem}-不能导入的行.xlsx", en=f"{Path(table.name).stem}-refused.xlsx")
    if table.taken_at is not None:
        kept = folder_of(visit.ws, table.id) / REFUSED_ROWS
        if not kept.is_file():
            raise HTTPException(404)
        return FileResponse(kept, media_type=XLSX, headers=_named(name))

    def write(path: Path) -> None:
        try:
            with batch_of(visit.ws, table) as batch:
                outcome = rehearse_kept(visit.ws, batch, visit.now, visit.principal, path)
        except UnusableFile as why:
            raise HTTPException(404) from why
        if outcome.clean:
            raise HTTPException(404)

    return passing_file("refused", "xlsx", write, XLSX, _named(name))


def mine_or_none_there(visit: Visit, number: int) -> HandedInTable:
    """The person's own table of this number. Raises HTTPException 404 for any other, there or not."""
    found = handed_in(visit.ws, visit.principal, number) if 0 < number < 2**63 else None
    if found is None:
        raise HTTPException(404)
    return found


def _named(name: str) -> dict[str, str]:
    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
