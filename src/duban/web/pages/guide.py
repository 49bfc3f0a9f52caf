"""The help (`/help`): the guide of the pages, each kind of user under a heading of their own, with its pictures."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter
from markupsafe import Markup
from starlette.responses import Response

from duban.handbook.making import guide
from duban.web.pages.assets import STATIC
from duban.web.pages.rendering import page
from duban.web.pages.visiting import Visitor

GUIDE_PICTURES: Final = f"{STATIC}/guide"


def router() -> APIRouter:
    """The address of the help."""
    routes = APIRouter()
    routes.get("/help")(show)
    return routes


def show(visit: Visitor) -> Response:
    """How the pages are used."""
    return page(visit, "help.html.j2", guide=Markup(guide("pages", GUIDE_PICTURES)))  # noqa: S704 - our own words
