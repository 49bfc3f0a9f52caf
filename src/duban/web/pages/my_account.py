"""One's own account: who one is here, the password, and where one is signed in."""

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from duban.access.accounts import Hand, history_of
from duban.access.calendar_feeds import feed_since
from duban.access.links import choose_password
from duban.access.mandates import mandate_of, role_word
from duban.access.passwords import LONGEST, SHORTEST, PasswordRefused, matches
from duban.access.patience import count_refusal, wait_before
from duban.access.sign_ins import lasting_of, sign_out, sign_out_everywhere
from duban.base.language import say
from duban.web.pages.account_words import event_word
from duban.web.pages.coming_in import Text, arrival_of
from duban.web.pages.rendering import page
from duban.web.pages.visiting import RowNumber, Visit, Visitor

ME = "/me"


router = APIRouter()


@router.get(ME)
def show(visit: Visitor) -> Response:
    """The account."""
    return my_page(visit)


@router.post(f"{ME}/password")
def take_password(visit: Visitor, old: Text = "", password: Text = "", again: Text = "") -> Response:
    """Another password: every other browser is signed out."""
    ledger, account = visit.ws.ledger, visit.sign_in.account
    arrival = arrival_of(visit.request)
    key = f"password of {account.name}"
    wait = wait_before(ledger, key, arrival.address, visit.now)
    if wait:
        return my_page(
            visit,
            say(
                zh=f"连续输错了几次，请 {wait} 秒后再试",
                en=f"several wrong tries: wait {wait} s and try again",
            ),
            429,
        )
    if not matches(old, account.password_hash):
        count_refusal(ledger, key, arrival.address, visit.now)
        return my_page(visit, say(zh="现在的口令不对", en="the present password is wrong"))
    if password != again:
        return my_page(visit, say(zh="两次输入的新口令不一样", en="the two new passwords are not the same"))
    try:
        choose_password(ledger, account.id, password, hand_of(visit), staying=visit.sign_in.id)
    except PasswordRefused as why:
        return my_page(visit, str(why))
    return RedirectResponse(f"{ME}?done=password", 303)


@router.post(f"{ME}/sign-ins/others")
def end_others(visit: Visitor) -> Response:
    """Sign out every browser but this one."""
    sign_out_everywhere(visit.ws.ledger, visit.sign_in.account_id, hand_of(visit), but=visit.sign_in.id)
    return RedirectResponse(f"{ME}?done=others", 303)


@router.post(f"{ME}/sign-ins/{{number}}")
def end_one(visit: Visitor, number: RowNumber) -> Response:
    """Sign out one browser."""
    if not sign_out(visit.ws.ledger, visit.sign_in.account_id, number, visit.now):
        raise HTTPException(404)
    return RedirectResponse(ME, 303)


def hand_of(visit: Visit) -> Hand:
    """Whoever looks, as what they do to their own account is kept."""
    return Hand(visit.principal.name, visit.now, arrival_of(visit.request).address)


def my_page(visit: Visit, refused: str = "", status: int = 422, *, feed: str = "") -> Response:
    """The account; with the address of their calendar feed where it was made just now."""
    number = visit.sign_in.account_id
    return page(
        visit,
        "my_account.html.j2",
        status=status if refused else 200,
        mandate=mandate_of(visit.sign_in.account),
        sign_ins=lasting_of(visit.ws.ledger, number, visit.now),
        history=history_of(visit.ws, number, 20),
        role_word=role_word,
        event_word=event_word,
        refused=refused,
        feed=feed,
        feed_since=feed_since(visit.ws.ledger, number),
        done=visit.request.query_params.get("done", ""),
        shortest=SHORTEST,
        longest=LONGEST,
    )
