"""How something is answered: its ETag, 304 for what the caller has already, the address of the next page."""

import hashlib

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response


def etag_of(body: bytes) -> str:
    """The mark of a representation: it changes when anything in it does."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def plain(told: BaseModel) -> bytes:
    """What is answered, as JSON."""
    return told.model_dump_json().encode()


def answer(request: Request, told: BaseModel, *, next_page: str | None = None) -> Response:
    """`told` with its ETag, or 304 if that is what the caller has; `next_page` is the cursor of the next page."""
    body = plain(told)
    tag = etag_of(body)
    headers = {"ETag": tag}
    if next_page is not None:
        address = request.url.include_query_params(cursor=next_page)
        headers["Link"] = f'<{address.path}?{address.query}>; rel="next"'
    if names(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=headers)
    return Response(body, 200, headers, "application/json")


def names(listed: str, tag: str) -> bool:
    """Whether a list of ETags in a header, weak or strong, names this one; `*` names any."""
    return any(each.strip().removeprefix("W/") in ("*", tag) for each in listed.split(","))


def conditional() -> dict[int | str, dict[str, object]]:
    """The answer 304, for a description."""
    return {304: {"description": "没有变化。\n\nNot changed."}}
