"""Who wrote what, when and from where (`/admin/operations`, 操作记录), for admins and auditors: of their own units.

What somebody did to an obligation that does not exist for the reader is not told. To who may not know of what is confidential
only what they see is named; of everything else it is said how much there was.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Query
from sqlalchemy import select
from sqlmodel import col
from starlette.responses import Response

from duban.base.language import say
from duban.ledger.access_log import noted_accesses
from duban.ledger.database import reading
from duban.ledger.sessions import looking
from duban.ledger.tables import AccessRecord, Obligation
from duban.obligations.act_words import act_label
from duban.web.pages.accounts import Overseer
from duban.web.pages.act_forms import FORMS
from duban.web.pages.one_owed import number_of
from duban.web.pages.rendering import page
from duban.web.pages.visiting import Visit

OPERATIONS: Final = "/admin/operations"
ROWS: Final = 100
_NUMBER = re.compile(r"DB-\w+")
_WHERE: Final = (
    ("/admin/files", "规则文件", "files"),
    ("/admin/proposed", "待批准的修改", "changes to approve"),
    ("/admin/changes", "常改的", "what changes often"),
    ("/admin/versions", "版本", "versions"),
    ("/admin/letters", "文书模板", "templates of letters"),
    ("/admin/accounts", "账号", "accounts"),
    ("/admin/tokens", "令牌", "tokens"),
    ("/admin/imports", "导入表格", "imports"),
    ("/admin/engine", "引擎", "engine"),
    ("/letters", "文书", "letters"),
    ("/assign", "临时交办", "assignments"),
    ("/acts", "成批办理", "acts on several"),
    ("/inbox", "收件箱", "inbox"),
    ("/me", "自己的账号", "one's own account"),
    ("/api", "接口", "API"),
)
"""What an address is about: the first that it begins with."""
_ACT = re.compile(r"POST /obligations/DB-\w+/acts/([\w-]+)")


@dataclass(frozen=True)
class Operation:
    """What somebody wrote, or tried, as far as the reader may know."""

    record: AccessRecord  #: when, who and from where
    act: str  #: what they did, or where, in the reader's words
    path: str  #: the method and path, or the command; empty where the words say it
    outcome: str  #: what came of it, in the reader's words
    owed: Sequence[str]  #: the obligations it touched, by their numbers
    others: int  #: how many other things it touched


router = APIRouter()


@router.get(OPERATIONS)
def show(
    visit: Overseer,
    name: Annotated[str, Query(max_length=60)] = "",
    before: Annotated[int | None, Query(ge=1, lt=2**63)] = None,
) -> Response:
    """The newest of what was written, of one person where a name is given."""
    with looking(visit.ws.ledger) as session:
        found = noted_accesses(
            session, size=ROWS + 1, name=name.strip() or None, units=visit.principal.units, before=before
        )[::-1]
    shown = list(_operations(visit, found[:ROWS]))
    return page(
        visit,
        "operations.html.j2",
        operations=shown,
        name=name.strip(),
        older=found[ROWS - 1].id if len(found) > ROWS else None,
    )


def _operations(visit: Visit, records: Sequence[AccessRecord]) -> Iterator[Operation]:
    named = {record.id: _named(record) for record in records}
    numbers = {number for each in named.values() for number in each if number is not None}
    seen = select(col(Obligation.id)).where(col(Obligation.id).in_(numbers), *visit.sight.visible())
    with reading(visit.ws.ledger) as connection:
        there = set(connection.scalars(seen))
    for record in records:
        if named[record.id] <= there:
            yield Operation(
                record,
                *_act(visit, record.act),
                _outcome(record.outcome),
                owed := [each for each in record.touched if _NUMBER.fullmatch(each)],
                record.count - len(owed),
            )


def _named(record: AccessRecord) -> set[int | None]:
    """The obligations a record names: None for a number that no obligation can have."""
    return {number_of(each) for each in _NUMBER.findall(" ".join((record.act, *record.touched)))}


def _act(visit: Visit, act: str) -> tuple[str, str]:
    """What was done in words, and the method and path as far as the reader may know them."""
    if (done := _ACT.fullmatch(act)) and done[1] in FORMS:
        return act_label(done[1]), ""
    where = next((say(zh=zh, en=en) for path, zh, en in _WHERE if act.partition(" ")[2].startswith(path)), "")
    return where, act if visit.principal.undisclosed else _without_numbers(act)


def _without_numbers(act: str) -> str:
    return "/".join(
        each if not re.search(r"\d", each) or _NUMBER.fullmatch(each) else "…" for each in act.split("/")
    )


def _outcome(outcome: str) -> str:
    """What came of it: an HTTP status of the page or the API, or what a command says."""
    if outcome[:1] in ("2", "3") or outcome == "done":
        return say(zh="办了", en="done")
    return say(zh="办了一部分", en="done in part") if outcome == "partly" else say(zh="没办成", en="refused")
