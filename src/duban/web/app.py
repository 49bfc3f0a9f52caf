"""What is served at which address, and how it describes itself."""

from collections.abc import Callable, Sequence
from copy import copy
from functools import lru_cache

from anyio import to_thread
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel, Field
from pydantic.json_schema import models_json_schema
from sqlalchemy import select
from sqlmodel import col
from starlette.datastructures import State
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Scope

from duban import __version__
from duban.base.clock import Clock
from duban.ledger.database import reading
from duban.ledger.tables import UnitRecord
from duban.runtime.wakeup import GatheredWakeups
from duban.web.api import api_router
from duban.web.api.batches import RowReply
from duban.web.api.calling import KnownOnly, refusals
from duban.web.api.completion import Completion
from duban.web.api.fact_bodies import FactRow
from duban.web.api.subjects import SubjectRow
from duban.web.api.words import PROBLEM, both
from duban.web.docs_page import docs_page
from duban.web.gate import Gate
from duban.web.head_requests import HeadRequests
from duban.web.pages import add_pages
from duban.web.pages.door import PageDoor
from duban.web.pages.refusals import as_page, is_page
from duban.web.pages.visiting import NotSignedIn, PageRefused, Site, site_of
from duban.web.problems import PAGE, ApiProblem, problem_of
from duban.web.proxies import Proxies
from duban.web.readiness import add_readiness
from duban.web.settings import WebSettings
from duban.workspace.workspace import Workspace

DESCRIPTION = "/api/openapi.json"
_NAMED_ONLY_BY_HAND: Sequence[type[BaseModel]] = (Completion, FactRow, RowReply, SubjectRow)


class Health(BaseModel):
    """That the service answers and its ledger can be read."""

    status: str = "ok"  #: "ok" while the ledger can be read
    content_problems: int = Field(
        description=both(
            zh="文件夹里的错误数；不影响运行，已生效的内容没有错误。",
            en="Mistakes in the folder; they harm nothing, what is in force has none.",
        )
    )


def create_app(
    workspace: Callable[[], Workspace],
    clock: Clock,
    settings: WebSettings | None = None,
) -> FastAPI:
    """The application that serves what `workspace` opens; it is asked at every request, so that edits take effect.

    `clock` bounds the rates and dates what is recorded; `settings` say how it is served (None: the machine's own).
    Nothing is read before the first request comes.
    """
    settings = settings or WebSettings()
    app = copy(_addresses())
    app.state = State()
    app.state.site = Site(workspace, clock, settings)
    app.state.wakeups = GatheredWakeups()
    app.user_middleware = []
    app.add_middleware(PageDoor)
    app.add_middleware(
        Gate,
        workspace=workspace,
        clock=clock,
        largest_body=settings.largest_body,
        rate=settings.rate,
        refusal=_refusal,
    )
    app.add_middleware(Proxies, networks=settings.proxies, user_header=settings.user_header)
    app.add_middleware(HeadRequests)
    return app


@lru_cache(1)
def _addresses() -> FastAPI:
    """Every address, with what it takes and answers: thousands of models, made once however many applications there
    are.
    """
    app = FastAPI(
        title="duban 督办",
        version=__version__,
        description=both(
            zh="事实、监管对象、应办事项的接口。令牌写在 Authorization: Bearer 里；出错答复是 problem+json，"
            "语言看 Accept-Language。",
            en="Facts, subjects and obligations. Send a token as Authorization: Bearer; errors are problem+json in the "
            "language of Accept-Language.",
        ),
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # a redirect would be built from the Host that a caller claims
    )
    app.include_router(api_router())
    add_pages(app)
    _add_health(app)
    add_readiness(app)
    _add_description(app)
    # What the framework itself refuses is answered like the rest; everything else comes to the gate.
    app.add_exception_handler(HTTPException, _answer)
    app.add_exception_handler(RequestValidationError, _answer)
    app.add_exception_handler(NotSignedIn, _answer)
    app.add_exception_handler(PageRefused, _answer)
    return app


def _refusal(scope: Scope, problem: ApiProblem) -> Response:
    """What is refused before anything else looks at it: a page for people, a problem for programs."""
    page = as_page(Request(scope), problem) if is_page(scope["path"]) else None
    return page or problem.response(scope["path"])


async def _answer(request: Request, error: Exception) -> Response:
    if is_page(request.url.path):
        page = await to_thread.run_sync(as_page, request, error)
        if page is None:
            raise error
        return page
    problem = problem_of(error)
    if problem is None:
        raise error
    return problem.response(request.url.path)


def _add_health(app: FastAPI) -> None:
    def health(request: Request) -> Health:
        ws = site_of(request).workspace()
        with reading(ws.ledger) as connection:
            connection.execute(select(col(UnitRecord.code)).limit(1)).all()
        return Health(content_problems=len(ws.draft.problems))

    app.get(
        "/healthz",
        operation_id="health",
        tags=["health"],
        summary="是否正常 Health",
        description=both(
            zh="能应答、台账读得到就是 200，否则 503。不要令牌。",
            en="200 when it answers and its ledger can be read, else 503. No token needed.",
        ),
        responses={status: told for status, told in refusals().items() if status in (422, 500, 503)},
        dependencies=[KnownOnly],
    )(health)


def _add_description(app: FastAPI) -> None:
    """The description as OpenAPI 3.1, and as a page that needs nothing from elsewhere."""
    described: dict[str, object] = {}

    def description() -> dict[str, object]:
        if not described:
            described.update(_described(app))
        return described

    app.openapi = description  # type: ignore[method-assign]

    async def as_json() -> Response:
        return JSONResponse(app.openapi())

    async def as_page() -> Response:
        page, style = docs_page(app.openapi())
        headers = {"Content-Security-Policy": f"default-src 'none'; style-src '{style}'; base-uri 'none'"}
        return HTMLResponse(page, headers=headers)

    app.add_api_route(DESCRIPTION, as_json, include_in_schema=False)
    app.add_api_route(PAGE, as_page, include_in_schema=False)


def _described(app: FastAPI) -> dict[str, object]:
    described = get_openapi(
        title=app.title,
        version=app.version,
        description=app.description,
        routes=app.routes,
        openapi_version="3.1.0",
    )
    _, more = models_json_schema(
        [(model, "validation") for model in _NAMED_ONLY_BY_HAND],
        ref_template="#/components/schemas/{model}",
    )
    schemas = described["components"]["schemas"]
    for name, schema in (*more["$defs"].items(), ("Problem", PROBLEM)):
        schemas.setdefault(name, schema)
    return described
