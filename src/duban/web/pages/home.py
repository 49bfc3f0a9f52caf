"""What the first page shows, by who looks."""

from fastapi import APIRouter
from starlette.responses import Response

from duban.web.pages.rendering import page
from duban.web.pages.visiting import Visitor


def router() -> APIRouter:
    """The first page."""
    routes = APIRouter()
    routes.get("/")(home)
    return routes


def home(visit: Visitor) -> Response:
    """Who is signed in."""
    return page(visit, "home.html.j2")
