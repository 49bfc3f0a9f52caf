"""The help (`/help`): the guides of what whoever looks is, with their pictures, then what all pages share."""

from typing import Final

from fastapi import APIRouter
from markupsafe import Markup
from starlette.responses import Response

from duban.handbook.making import guide
from duban.ledger.principals import Role
from duban.web.pages.assets import STATIC
from duban.web.pages.rendering import page
from duban.web.pages.visiting import Visitor

GUIDE_PICTURES: Final = f"{STATIC}/guide"
_GUIDES: Final[tuple[tuple[str, tuple[Role, ...]], ...]] = (
    ("officer", ("officer",)),
    ("supervisor", ("supervisor", "auditor")),
    ("admin", ("admin",)),
)
"""Each guide of the handbook, and whose it is."""


router = APIRouter()


@router.get("/help")
def show(visit: Visitor) -> Response:
    """How the pages are used by whoever asks."""
    own = [name for name, roles in _GUIDES if visit.principal.is_a(*roles)]
    guides = "".join(guide(name, GUIDE_PICTURES) for name in (*own, "pages"))
    return page(visit, "help.html.j2", guide=Markup(guides))  # noqa: S704 - our own words
