"""The files of the project in a list (`/admin/files`), and beginning a new one."""

import re
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from duban.base.language import say
from duban.edits.own_drafts import OwnDraft, editable, keep_draft, own_draft, own_drafts, text_of
from duban.edits.proposals import waiting_proposals
from duban.ledger.content import is_content, lies_beside
from duban.schemas.files import first_line
from duban.web.pages.editing import (
    FILES,
    ContentAdmin,
    Written,
    account_of,
    opens,
    others_at,
    to_file,
    what_it_is,
)
from duban.web.pages.rendering import page
from duban.web.pages.visiting import Visit

NEW: Final = f"{FILES}/new"
NEW_FILES: Final = {
    "duties": "line: {name}\n\nduties: []\n",
    "duties/tests": "cases: []\n",
    "duties/imports": "title: {name}\nsource: {name}\n\ncolumns: {{}}\nrequired: []\n",
}
"""The folders one makes files in on the page, and what a new file begins with."""
_FOLDERS: Final = (
    "",
    "duties",
    "notifications",
    "notifications/templates",
    "duties/imports",
    "duties/tests",
    "calendar",
)
_NAME: Final = re.compile(r"[\w-]{1,60}")


@dataclass(frozen=True)
class FileRow:
    """One file in the list."""

    path: str  #: from the project's folder
    words: str  #: what it is, in the reader's language
    drafted: bool  #: whether they have a draft of it
    others: tuple[str, ...]  #: who else has
    closed: bool  #: whether it is only for who may know of confidential duties


router = APIRouter()


@router.get(FILES)
def show_all(visit: ContentAdmin) -> Response:
    """Every file, what is drafted, and what waits for a second person."""
    return _listed(visit)


@router.post(NEW)
def take_new(visit: ContentAdmin, folder: Written = "", name: Written = "") -> Response:
    """Begin a file as a draft, with what such a file begins with; one that is there is opened."""
    name = name.strip().removesuffix(".yaml")
    path = f"{folder}/{name}.yaml"
    if folder not in NEW_FILES or not _NAME.fullmatch(name) or not (is_content(path) or lies_beside(path)):
        return _listed(
            visit,
            say(
                zh="文件名写业务条线或表的名称，只用汉字、字母、数字、- 和 _，不超过 60 个字",
                en="a name is letters, digits, - and _, at most 60 of them",
            ),
        )
    root = visit.ws.root
    if text_of(root, path) is None and own_draft(root, account_of(visit), path) is None:
        text = f"{first_line(path)}\n\n{NEW_FILES[folder].format(name=name)}"
        keep_draft(root, account_of(visit), OwnDraft(path, None, text, visit.now))
    return to_file(path)


def _order(path: str) -> tuple[int, str]:
    """The project file first, then the rules with what belongs to them, the calendar last."""
    folder = path.rpartition("/")[0]
    return (_FOLDERS.index(folder) if folder in _FOLDERS else len(_FOLDERS)), path


def _listed(visit: Visit, refused: str = "") -> Response:
    mine = {each.path: each for each in own_drafts(visit.ws.root, account_of(visit))}
    files = editable(visit.ws.root)
    rows = [
        FileRow(
            path,
            what_it_is(path),
            path in mine,
            others_at(visit, path),
            not opens(visit, path, files.get(path)),
        )
        for path in sorted({*files, *mine}, key=_order)
    ]
    kinds = [(folder, what_it_is(f"{folder}/x.yaml")) for folder in NEW_FILES]
    return page(
        visit,
        "files.html.j2",
        status=422 if refused else 200,
        rows=rows,
        mine=mine,
        waiting=waiting_proposals(visit.ws),
        kinds=kinds,
        refused=refused,
    )
