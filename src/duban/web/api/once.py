"""The same request twice: with an idempotency key, it is done once and answered alike.

The INSERT of the key is the claim. Whoever claims it does the work and leaves the answer; whoever comes meanwhile is
told to wait; whoever comes later gets what was answered. A claim without an answer, left by a process that died, may be
taken over after a while: the work itself is safe to repeat.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar
from starlette.requests import Request
from starlette.responses import Response

from duban.ledger.database import insert_ignore, writing
from duban.ledger.sessions import changing, session_on
from duban.ledger.tables import REMEMBERED_ANSWER, RememberedAnswer
from duban.web.gate import Caller
from duban.web.problems import ApiProblem, problem_of

KEPT: Final = timedelta(days=7)
TAKEN_OVER: Final = timedelta(minutes=5)
_HEADERS = ("etag", "content-type", "content-language", "retry-after")


def once(
    request: Request, caller: Caller, key: str | None, asked: object, act: Callable[[], Response]
) -> Response:
    """Do `act` and answer, or answer as before if this caller's `key` has been used for the same request.

    `asked` is what the request says, in JSON's own types. Raises ApiProblem for a key used for another request, and
    while the same request is being worked on.
    """
    if key is None:
        return act()
    before = _claim(request, caller, key, _fingerprint(request, asked))
    if before is not None:
        return before
    try:
        done = act()
    except Exception as error:
        problem = problem_of(error)
        if problem is None or problem.status >= 500:
            _let_go(caller, key)
            raise
        done = problem.response(request.url.path)
    _remember(caller, key, done)
    return done


def _claim(request: Request, caller: Caller, key: str, asked: str) -> Response | None:
    """The answer given before, or None when the caller is the one to do the work."""
    row = {"token_id": caller.token.id, "key": key, "asked": asked, "claimed_at": caller.now}
    with writing(caller.ws.ledger) as connection, session_on(connection) as session:
        outlived = col(RememberedAnswer.claimed_at) < caller.now - KEPT
        connection.execute(delete(RememberedAnswer).where(outlived))
        if insert_ignore(connection, REMEMBERED_ANSWER, [row]):
            return None
        before = session.exec(_under(caller, key).with_for_update()).one()
        if before.asked != asked:
            raise ApiProblem(
                "key-reused",
                zh=f"幂等键“{key}”已用于另一个请求，请换一个",
                en=f"the idempotency key “{key}” was used for another request; take another",
            )
        if before.status is not None and before.body is not None:
            headers = {**before.headers, "Idempotency-Replayed": "true"}
            return Response(before.body.encode(), before.status, headers)
        if before.claimed_at > caller.now - TAKEN_OVER:
            raise ApiProblem(
                "in-progress",
                zh="同一个请求正在处理，请稍后再试",
                en="the same request is being worked on; try again",
                headers={"Retry-After": "5"},
            )
        before.claimed_at = caller.now
        session.flush()
        return None


def _remember(caller: Caller, key: str, done: Response) -> None:
    with changing(caller.ws.ledger) as session:
        claim = session.exec(_under(caller, key)).one_or_none()
        if claim is not None:
            claim.headers = {name: value for name, value in done.headers.items() if name in _HEADERS}
            claim.status, claim.body = done.status_code, bytes(done.body).decode()


def _let_go(caller: Caller, key: str) -> None:
    """Nothing came of it: the key may be used again."""
    with changing(caller.ws.ledger) as session:
        claim = session.exec(_under(caller, key)).one_or_none()
        if claim is not None:
            session.delete(claim)


def _under(caller: Caller, key: str) -> SelectOfScalar[RememberedAnswer]:
    """What this caller was answered under this key."""
    return select(RememberedAnswer).where(
        RememberedAnswer.token_id == caller.token.id, RememberedAnswer.key == key
    )


def _fingerprint(request: Request, asked: object) -> str:
    """What the request asks for, whatever the order of its keys."""
    told = [request.method, request.url.path, sorted(request.query_params.multi_items()), asked]
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()
