"""The tokens of one's units (`/admin/tokens`): which programs may call, for which unit."""

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from duban.access.tokens import TokenRefused, all_tokens, make_token, revoke_token
from duban.base.day_texts import read_day_text
from duban.base.language import say
from duban.web.pages.accounts import Admin, Overseer
from duban.web.pages.coming_in import Text
from duban.web.pages.rendering import page
from duban.web.pages.visiting import Visit

TOKENS = "/admin/tokens"


router = APIRouter()


@router.get(TOKENS)
def show_all(visit: Overseer) -> Response:
    """Every token of their units."""
    return _shown(visit)


@router.post(TOKENS)
def take_new(
    visit: Admin, name: Text = "", unit: Text = "", until: Text = "", read_only: Text = ""
) -> Response:
    """Make a token, and show its secret once."""
    given = {"name": name, "unit": unit, "until": until, "read_only": read_only}
    try:
        last = read_day_text(until) if until else None
    except ValueError:
        return _shown(visit, given, say(zh="日期写成 2026-12-31 这样", en="write the day like 2026-12-31"))
    if not visit.principal.acts_for(unit):
        return _shown(visit, given, say(zh=f"没有单位“{unit}”", en=f"no unit “{unit}”"))
    try:
        token, secret = make_token(
            visit.ws,
            unit,
            name,
            visit.now,
            by=visit.principal.name,
            read_only=bool(read_only),
            until=last,
        )
    except TokenRefused as why:
        return _shown(visit, given, str(why))
    return page(visit, "token_secret.html.j2", token=token, secret=secret)


@router.post(f"{TOKENS}/{{number}}/revoke")
def take_revoke(visit: Admin, number: int) -> Response:
    """Take a token out of use."""
    token = next((each for each in all_tokens(visit.ws) if each.id == number), None)
    if token is None or not visit.principal.acts_for(token.unit):
        raise HTTPException(404)
    if token.revoked_at is None:
        revoke_token(visit.ws, token.name, visit.now)
    return RedirectResponse(TOKENS, 303)


def _shown(visit: Visit, given: dict[str, str] | None = None, refused: str = "") -> Response:
    project = visit.ws.definitions.project
    return page(
        visit,
        "tokens.html.j2",
        status=422 if refused else 200,
        tokens=[each for each in all_tokens(visit.ws) if visit.principal.acts_for(each.unit)],
        units=[unit for unit in project.units.values() if visit.principal.acts_for(unit.code)],
        given=given or {"name": "", "unit": "", "until": "", "read_only": ""},
        refused=refused,
        may_change=visit.principal.is_a("admin"),
    )
