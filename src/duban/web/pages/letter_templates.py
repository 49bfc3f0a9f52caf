"""The templates of letters: downloaded, edited in WPS, handed in again; tried before they are used, and taken back."""

from typing import Annotated, Final

from fastapi import APIRouter, File, UploadFile
from starlette.responses import RedirectResponse, Response

from duban.letters.issuing import kind_named
from duban.letters.kinds import KINDS
from duban.letters.templates import (
    MOST_BYTES,
    LetterRefused,
    letter_templates,
    take_template,
    take_template_back,
    template_of,
)
from duban.web.pages.editing import ContentAdmin
from duban.web.pages.rendering import page
from duban.web.pages.reports import as_attachment
from duban.web.pages.visiting import PageRefused, Visit

TEMPLATES: Final = "/admin/letters"
ONE: Final = f"{TEMPLATES}/{{kind}}"


router = APIRouter()


@router.get(TEMPLATES)
def show_all(visit: ContentAdmin, done: str = "") -> Response:
    """Each kind, whose template it is written by, and since when."""
    return _shown(visit, done=done)


@router.get(f"{ONE}.docx")
def download(visit: ContentAdmin, kind: str) -> Response:
    """The template as it is used now, to be edited."""
    found = _known(kind)
    return as_attachment(template_of(visit.ws.root, KINDS[found]), found, "docx")


@router.post(ONE)
def take_new(visit: ContentAdmin, kind: str, file: Annotated[UploadFile | None, File()] = None) -> Response:
    """Use the one that was handed in, if it can be filled in."""
    found = _known(kind)
    content = file.file.read(MOST_BYTES + 1) if file is not None else b""
    try:
        take_template(visit.ws.root, KINDS[found], content)
    except LetterRefused as why:
        return _shown(visit, refused=str(why), status=422)
    return RedirectResponse(f"{TEMPLATES}?done=taken", 303)


@router.post(f"{ONE}/back")
def take_back(visit: ContentAdmin, kind: str) -> Response:
    """Use the one before again."""
    take_template_back(visit.ws.root, KINDS[_known(kind)])
    return RedirectResponse(f"{TEMPLATES}?done=back", 303)


def _known(kind: str) -> str:
    try:
        return kind_named(kind).name
    except LetterRefused as why:
        raise PageRefused(404, str(why), "") from None


def _shown(visit: Visit, *, done: str = "", refused: str = "", status: int = 200) -> Response:
    templates = letter_templates(visit.ws.root)
    return page(
        visit, "letter_templates.html.j2", status=status, templates=templates, done=done, refused=refused
    )
