"""Acting on one obligation, or on several with a preview and one undo.

A form that was refused comes back as it was filled in. Who acts on what somebody else has changed meanwhile is told what
happened; a form that is sent twice does its work once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form
from sqlmodel import col, select
from starlette.responses import RedirectResponse, Response

from duban.base.folding import legible
from duban.base.language import say
from duban.ledger.sessions import looking
from duban.ledger.tables import ObligationEvent
from duban.obligations.act_words import history_word
from duban.obligations.actions import MovedOn
from duban.obligations.moves import MoveRefused
from duban.views.one_owed import OwedView, owed_view
from duban.web.pages.act_forms import (
    FORMS,
    MOST,
    ActForm,
    FilledForm,
    carry_out,
    possible,
    receivers_of,
)
from duban.web.pages.one_owed import found_or_not, number_of, show_owed
from duban.web.pages.page_words import query
from duban.web.pages.rendering import page
from duban.web.pages.uploads import HandedFiles, handed_in
from duban.web.pages.visiting import PageRefused, Visit, Writer

Text = Annotated[str, Form(max_length=2000)]
Items = Annotated[list[str], Form(max_length=1000)]


router = APIRouter()


@router.post("/obligations/{number}/acts/{act}")
def take_act(
    visit: Writer,
    number: str,
    act: str,
    evidence: HandedFiles,
    reason: Text = "",
    to: Text = "",
    receiver: Text = "",
    seen: Annotated[int | None, Form(ge=0, lt=2**63)] = None,
) -> Response:
    """Do one act to one obligation, and show it as it stands then."""
    found = found_or_not(visit, number)
    form, filled = _form(act), FilledForm(reason, to, seen, receiver)
    try:
        with handed_in(evidence, found.required) as files:
            carry_out(visit, form, found.row.owed, filled, files)
    except MovedOn:
        since = _since(visit, found, seen or 0)
        if _did_it_already(visit, form, filled, since):
            return _to(found, form, receiver)
        return show_owed(visit, found, act=form, filled=filled, since=since, status=409)
    except MoveRefused as why:
        return show_owed(visit, found, act=form, filled=filled, refused=str(why), status=422)
    return _to(found, form, receiver)


@dataclass(frozen=True)
class TogetherRow:
    """One of several that are acted on together."""

    found: OwedView  #: the obligation
    why_not: str = ""  #: why the act is not possible for it; empty where it is, or was done


@router.post("/acts/preview")
def preview(visit: Writer, act: Text = "", item: Items | None = None) -> Response:
    """What would be done to which, and what cannot, before anything is."""
    visit.request.state.only_looked = True
    form = _form(act)
    chosen = _chosen(visit, item or ())
    may = possible(visit, [found.row.owed for found in chosen])
    rows = [TogetherRow(found, may.why_not(found.row.number, form)) for found in chosen]
    return _preview(visit, form, rows, FilledForm())


@router.post("/acts/together")
def take_together(
    visit: Writer,
    act: Text = "",
    item: Items | None = None,
    reason: Text = "",
    to: Text = "",
    receiver: Text = "",
) -> Response:
    """Do one act to each of several; what somebody changed since the preview is left as it is, and said."""
    form = _form(act)
    filled = FilledForm(reason, to, receiver=receiver)
    if form.needs_reason and not reason.strip():
        rows = [TogetherRow(found) for found in _chosen(visit, item or ())]
        refused = say(zh=f"{form.word}要写明原因", en=f"to {form.word}, give the reason")
        return _preview(visit, form, rows, filled, refused)
    seen = dict(each.partition("~")[::2] for each in item or ())
    done: list[TogetherRow] = []
    for found in _chosen(visit, item or ()):
        number = found.row.owed.id
        known = seen.get(number, "")
        one = FilledForm(
            reason, to, int(known[:18]) if known.isascii() and known.isdigit() else None, receiver
        )
        why = ""
        try:
            carry_out(visit, form, found.row.owed, one)
        except MovedOn:
            since = _since(visit, found, one.seen or 0)
            if not _did_it_already(visit, form, one, since):
                why = say(zh="您查看之后有人动过：", en="changed since you looked: ") + say(
                    zh="；", en="; "
                ).join(map(_told, since))
        except MoveRefused as refused:
            why = str(refused)
        now = owed_view(visit.sight, found.row.number)
        done.append(TogetherRow(now or found, why))
    takes_back = any(each.undone_by == form.name for each in FORMS.values())
    return page(
        visit,
        "together.html.j2",
        form=form,
        rows=done,
        filled=filled,
        refused="",
        done=True,
        takes_back=takes_back,
    )


def _preview(
    visit: Visit, form: ActForm, rows: Sequence[TogetherRow], filled: FilledForm, refused: str = ""
) -> Response:
    return page(
        visit,
        "together.html.j2",
        status=422 if refused else 200,
        form=form,
        rows=rows,
        filled=filled,
        refused=refused,
        done=False,
        receivers=receivers_of(visit, form, [row.found.row.owed for row in rows if not row.why_not]),
    )


def _chosen(visit: Visit, items: Sequence[str]) -> list[OwedView]:
    """The obligations that were chosen and that they may see, each once."""
    numbers = dict.fromkeys(number_of(each.partition("~")[0]) for each in items)
    found = [owed_view(visit.sight, number) for number in numbers if number is not None]
    chosen = [each for each in found if each is not None]
    if not chosen or len(numbers) > MOST:
        raise PageRefused(
            422,
            say(zh="没有选中事项", en="Nothing was chosen")
            if not chosen
            else say(zh="选得太多", en="Too many"),
            say(zh=f"请返回，勾选 1 到 {MOST} 项再办", en=f"go back and choose 1 to {MOST}"),
        )
    return chosen


def _form(act: str) -> ActForm:
    if act not in FORMS:
        raise PageRefused(
            422,
            say(zh="没有这种办法", en="No such act"),
            say(zh="请返回，点一个按钮", en="go back and press a button"),
        )
    return FORMS[act]


def _since(visit: Visit, found: OwedView, seen: int) -> list[ObligationEvent]:
    """What happened to it after the event they had seen, the newest last."""
    query = (
        select(ObligationEvent)
        .where(col(ObligationEvent.obligation_id) == found.row.number, col(ObligationEvent.id) > seen)
        .order_by(col(ObligationEvent.id))
    )
    with looking(visit.ws.ledger) as session:
        return list(session.exec(query))


def _did_it_already(
    visit: Visit, form: ActForm, filled: FilledForm, since: Sequence[ObligationEvent]
) -> bool:
    """Whether all that happened since is the same act by the same person in the same words: a form that was sent twice."""
    theirs = all(each.kind in form.kinds and each.actor == visit.principal.name for each in since)
    return theirs and any((each.reason or "") == legible(filled.reason.strip()) for each in since)


def _told(event: ObligationEvent) -> str:
    told = say(zh=f"{event.actor} {history_word(event)}", en=f"{event.actor}: {history_word(event)}")
    why = say(zh=f"（{event.reason}）", en=f" ({event.reason})") if event.reason else ""
    return told + why


def _to(found: OwedView, form: ActForm, receiver: str) -> Response:
    told = {"done": form.name} | ({"receiver": receiver} if form.asks_receiver else {})
    return RedirectResponse(query(f"/obligations/{found.row.owed.id}", told), 303)
