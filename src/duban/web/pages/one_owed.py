"""One obligation, and the files handed in for it."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query
from starlette.responses import FileResponse, Response

from duban.base.language import say
from duban.bureau.unit_posts import UnitPost
from duban.ledger.database import reading
from duban.ledger.short_ids import parse_short_id
from duban.ledger.tables import ObligationEvent
from duban.ledger.visibility import visible
from duban.letters.issued import issued_letters
from duban.obligations.archived import where_archived
from duban.obligations.evidence import FOLDER
from duban.views.messages import may_read
from duban.views.one_owed import OwedView, evidence_file, owed_view
from duban.web.pages.act_forms import FORMS, ActForm, FilledForm, possible, receivers_of
from duban.web.pages.rendering import page
from duban.web.pages.thumbnails import is_shown, thumbnail
from duban.web.pages.visiting import PageRefused, Visit, Visitor

Short = Annotated[str, Query(max_length=40)]


router = APIRouter()


@router.get("/obligations/{number}")
def show(visit: Visitor, number: str, act: Short = "", done: Short = "", receiver: Short = "") -> Response:
    """Everything that is known of it, with the form of one act where the address asks for one, or with what was just done."""
    found = found_or_not(visit, number)
    return show_owed(visit, found, act=FORMS.get(act), done=FORMS.get(done), receiver=receiver)


def show_owed(
    visit: Visit,
    found: OwedView,
    *,
    act: ActForm | None = None,
    done: ActForm | None = None,
    receiver: str = "",
    filled: FilledForm | None = None,
    since: Sequence[ObligationEvent] = (),
    refused: str = "",
    status: int = 200,
) -> Response:
    """The obligation as a page: with a form, as it was filled in, and why it was refused or what happened `since`."""
    may = possible(visit, [found.row.owed])
    acts = may.forms(found.row.number)
    if act is not None and act.name == "complete" and FORMS["report"] in acts:
        act = FORMS["report"]  # what is reviewed is done by reporting it
    if done is not None and done.name == "grant" and found.last_kind in done.kinds:
        done = replace(done, undone_by=FORMS[found.last_kind].undone_by)
    photographs = {each.id for each in found.files if is_shown(visit.ws.root / FOLDER / each.stored_as)}
    return page(
        visit,
        "one_owed.html.j2",
        status=status,
        found=found,
        acts=acts,
        waiting=may.standings[found.row.number].waiting,
        untold=may.standings[found.row.number].untold,
        act=act if act in acts or filled is not None else None,
        done=done if done is not None and found.last_kind in done.kinds else None,
        filled=filled or FilledForm(receiver=receiver),
        since=since,
        refused=refused,
        photographs=photographs,
        may_read=lambda recipient: may_read(visit.sight, UnitPost.parse(recipient)),
        last_day=visit.on,
        letters=issued_letters(visit.ws, visible(visit.principal), obligation=found.row.number),
        receivers=receivers_of(visit, act, [found.row.owed]),
    )


@router.get("/obligations/{number}/files/{file}")
def download(visit: Visitor, number: str, file: int) -> Response:
    """A file as it was handed in, to be saved: nothing that somebody uploads is ever shown as a page of ours."""
    return saved_file(*_kept(visit, number, file))


def saved_file(path: Path, name: str) -> Response:
    """A file that is kept, to be saved under its own name."""
    suffix = path.suffix
    name = name if name.lower().endswith(suffix) else name + suffix
    return FileResponse(
        path, media_type="application/octet-stream", headers={"Content-Disposition": _saved_as(name)}
    )


@router.get("/obligations/{number}/files/{file}/thumbnail")
def show_thumbnail(visit: Visitor, number: str, file: int) -> Response:
    """A photograph, small; made anew from what it shows, without what else the file holds."""
    path, _ = _kept(visit, number, file)
    small = thumbnail(path)
    if small is None:
        raise not_there()
    return Response(small, media_type="image/jpeg", headers={"Cache-Control": "private, max-age=3600"})


def found_or_not(visit: Visit, number: str) -> OwedView:
    """The obligation of this number. Raises PageRefused, alike for one that is not there and one not to be seen."""
    if (parsed := number_of(number)) is None:
        raise not_there()
    if (found := owed_view(visit.sight, parsed)) is None:
        with reading(visit.ws.ledger) as connection:
            raise not_there(where_archived(connection, parsed, visit.principal))
    return found


def number_of(written: str) -> int | None:
    """The number that is written, if it is one the ledger can hold."""
    try:
        number = parse_short_id(written[:40])
    except ValueError:
        return None
    return number if number < 2**63 else None


def not_there(why: str = "") -> PageRefused:
    """That there is no such obligation, for whoever asks, and why where that is known."""
    return PageRefused(
        404,
        why or say(zh="没有这项应办事项", en="No such obligation"),
        say(
            zh="编号不对，或不归您的单位；请核对后再搜索",
            en="the number is wrong, or it is not your unit's; check and search again",
        ),
    )


def _kept(visit: Visit, number: str, file: int) -> tuple[Path, str]:
    parsed = number_of(number)
    kept = None if parsed is None or not 0 < file < 2**63 else evidence_file(visit.sight, parsed, file)
    if kept is None or not (path := visit.ws.root / FOLDER / kept.stored_as).is_file():
        raise not_there()
    return path, kept.name


def _saved_as(name: str) -> str:
    return f"attachment; filename*=UTF-8''{quote(name, safe='')}"
