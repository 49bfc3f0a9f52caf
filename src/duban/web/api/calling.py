"""Who calls, may it write, does it ask what there is to ask: what every address asks for first."""

from collections import defaultdict
from dataclasses import replace
from typing import Annotated

from fastapi import Depends, Header, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import StringConstraints

from duban.base.language import say
from duban.base.problems import did_you_mean
from duban.ledger.principals import Principal
from duban.web.api.words import both, written
from duban.web.gate import Caller
from duban.web.problems import KINDS, MEDIA_TYPE, ApiProblem

_bearer = HTTPBearer(
    scheme_name="token",
    auto_error=False,
    description=both(
        zh="令牌，由 duban token create 发给一个单位（含下级）。",
        en="A token, made by duban token create for one unit and those below it.",
    ),
)


def _caller(
    request: Request, _: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)] = None
) -> Caller:
    """The caller the gate let in."""
    caller: Caller = request.state.caller
    return caller


def _writer(caller: Annotated[Caller, Depends(_caller)]) -> Caller:
    if not caller.by.may_write:
        raise ApiProblem(
            "read-only",
            zh=f"令牌“{caller.token.name}”只能查看",
            en=f"the token “{caller.token.name}” may only read",
        )
    return caller


def _known_only(request: Request) -> None:
    """Refuse a query parameter the address does not have, and one written twice: either would be ignored in silence."""
    taken = [field.alias for field in request.scope["route"].dependant.query_params]
    wrong = []
    for name in dict.fromkeys(request.query_params.keys()):
        if name not in taken:
            near = did_you_mean(name, taken) or say(zh="这个地址没有参数", en="this address takes none")
            wrong.append((name, say(zh=f"不认识的参数，{near}", en=f"unknown parameter; {near}")))
        elif len(request.query_params.getlist(name)) > 1:
            wrong.append((name, say(zh="只能写一次", en="may be given once only")))
    if wrong:
        errors = [{"field": name[:200], "reason": reason} for name, reason in wrong]
        raise ApiProblem("invalid", f"{errors[0]['field']}: {errors[0]['reason']}", errors=errors)


KnownOnly = Depends(_known_only)
"""What every address asks first of a request's query."""

Reader = Annotated[Caller, Depends(_caller)]
Writer = Annotated[Caller, Depends(_writer)]
IdempotencyKey = Annotated[
    Annotated[
        str,
        StringConstraints(min_length=1, max_length=200),
        *written(
            r"^[\x21-\x7e]+$",
            zh="只能写字母、数字和符号，不能有空格",
            en="letters, digits and signs, no blanks",
        ),
    ]
    | None,
    Header(
        alias="Idempotency-Key",
        description=both(
            zh="同一个键、同样的请求，得到同样的答复，只办一次；同一个键用于别的请求得 422。保留 7 天。",
            en="The same key with the same request gets the same answer and is done once; with another request, 422. "
            "Kept for 7 days.",
        ),
    ),
]


def acting(caller: Caller, person: str | None) -> Principal:
    """Who acts, for the record: the person, and always the token."""
    return replace(caller.by, name=f"{person}（{caller.by.name}）") if person else caller.by


def refusals(*kinds: str) -> dict[int | str, dict[str, object]]:
    """The problems an address may answer besides those all of them may, for its description."""
    said: dict[int | str, list[str]] = defaultdict(list)
    for kind in ("unauthenticated", "invalid", "too-many", "defect", "unavailable", *kinds):
        status, zh, en = KINDS[kind]
        said[status].append(f"`{kind}` {zh} / {en}")
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": "\n\n".join(each), "content": content} for status, each in said.items()}
