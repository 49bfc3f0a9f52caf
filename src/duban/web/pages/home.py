"""What the first page shows, by who looks: an officer what waits for their posts, a supervisor the board, an admin what
needs a decision.
"""

from fastapi import APIRouter
from starlette.responses import Response

from duban.views.decisions import decisions
from duban.views.waiting import waiting_list
from duban.web.pages.act_forms import possible
from duban.web.pages.board import board_page
from duban.web.pages.rendering import page
from duban.web.pages.visiting import Visitor

router = APIRouter()


@router.get("/")
def home(visit: Visitor) -> Response:
    """我的待办 for whoever holds a post and does not supervise, what needs a decision for who administers alone; else the board."""
    principal = visit.principal
    if principal.is_a("supervisor"):
        return board_page(visit)
    if principal.is_a("admin") and not principal.is_a("officer"):
        return page(visit, "decisions.html.j2", found=decisions(visit.sight))
    if not principal.posts:
        return board_page(visit)
    waiting = waiting_list(visit.sight)
    may = possible(visit, [row.owed for row in waiting.rows])
    return page(visit, "home.html.j2", waiting=waiting, may=may)
