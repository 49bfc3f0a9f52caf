"""How a refusal is answered: `application/problem+json` (RFC 9457), in the reader's language.

`type` leads to the entry of that name on the API's own page; programs compare it, people read `detail`.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.responses import Response

from duban.base.entrance import by_entrance
from duban.base.language import current, say
from duban.base.problems import ProblemsFound
from duban.base.system_words import system_reason
from duban.bureau.line_names import NoSuchLine
from duban.bureau.project import ProjectNotFound
from duban.channels.redaction import redact
from duban.ledger.unavailable import LedgerUnavailable
from duban.yamlfile.wording import word

MEDIA_TYPE: Final = "application/problem+json"
PAGE: Final = "/api/docs"

KINDS: Final[Mapping[str, tuple[int, str, str]]] = {
    "malformed": (400, "请求读不懂", "The request cannot be read"),
    "unauthenticated": (401, "没有有效的令牌", "No valid token"),
    "read-only": (403, "令牌只能查看", "The token may only read"),
    "outside": (403, "不归这个令牌的单位管", "Outside the token's unit"),
    "not-found": (404, "没有", "Not found"),
    "not-allowed": (405, "这个地址不接受这种请求", "Method not allowed here"),
    "move-refused": (409, "现在不能这样办", "The move is not possible now"),
    "hold-refused": (409, "缓发现在不能这样办", "The hold cannot be decided so now"),
    "in-progress": (409, "同一个请求正在处理", "The same request is being worked on"),
    "stale": (412, "已经变动过", "Changed since you looked"),
    "too-large": (413, "请求太大", "The body is too large"),
    "media-type": (415, "不接受这种内容格式", "Media type not accepted"),
    "invalid": (422, "内容不合要求", "The content is not valid"),
    "key-reused": (422, "同一个幂等键用于不同的请求", "The idempotency key was used for another request"),
    "rows-refused": (422, "有几行不能收，全部未写入", "Rows were refused, and nothing was written"),
    "too-many": (429, "请求太多", "Too many requests"),
    "defect": (500, "内部出错", "A defect"),
    "unavailable": (503, "暂时用不了", "Unavailable"),
}
"""Each kind of problem: its status, and its title in both languages."""


_LONGEST = 500


class ApiProblem(Exception):
    """A refusal to be answered. `kind` is one of KINDS; `more` are further members of the answer."""

    def __init__(
        self,
        kind: str,
        detail: str = "",
        *,
        zh: str = "",
        en: str = "",
        headers: Mapping[str, str] | None = None,
        **more: object,
    ) -> None:
        self.detail = detail or say(zh=zh, en=en)
        super().__init__(self.detail)
        self.kind = kind
        self.status = KINDS[kind][0]
        self.headers = dict(headers or {})
        self.more = more

    def response(self, path: str) -> Response:
        """The answer, for the request at `path`."""
        _, zh, en = KINDS[self.kind]
        told = {
            "type": f"{PAGE}#{self.kind}",
            "title": say(zh=zh, en=en),
            "status": self.status,
            "detail": self.detail,
            "instance": path,
            **self.more,
        }
        told = {name: _struck(value) for name, value in told.items()}
        return Response(
            json.dumps(told, ensure_ascii=False).encode("utf-8", "replace"),
            self.status,
            {"Content-Language": current(), **self.headers},
            MEDIA_TYPE,
        )


def problem_of(error: Exception) -> ApiProblem | None:
    """The refusal that an exception of the engine or of the framework amounts to; None for a defect."""
    match error:
        case ApiProblem():
            return error
        case RequestValidationError():
            return _invalid(error.errors(), error.body)
        case HTTPException():
            return _of_framework(error)
        case NoSuchLine():
            return ApiProblem("invalid", str(error), errors=[{"field": "line", "reason": str(error)}])
        case LedgerUnavailable() | ProjectNotFound():
            return ApiProblem("unavailable", _without_places(error), headers={"Retry-After": "10"})
        case ProblemsFound():
            return ApiProblem(
                "unavailable",
                zh=f"项目内容有 {len(error.problems)} 个问题，又没有上一次正确的内容；请系统管理员检查规则文件",
                en=f"{len(error.problems)} problems in the content and no last good one: the operator has to mend the files",
                headers={"Retry-After": "60"},
            )
        case OSError() if error.filename:
            reason = system_reason(error)
            return ApiProblem(
                "unavailable",
                zh=f"服务器上有一个文件读写不了：{reason}；请系统管理员看日志里是哪一个，修好以后再试",
                en=f"a file on the server cannot be read or written: {reason}; the operator finds in the log which, try again then",
                headers={"Retry-After": "10"},
            )
        case RecursionError():
            return ApiProblem("malformed", zh="请求内容套得太深", en="the body is nested too deeply")
        case PoolTimeout():
            return ApiProblem(
                "unavailable",
                zh="同时的请求太多，请稍后再试",
                en="too many requests at once; try again",
                headers={"Retry-After": "5"},
            )
        case _:
            return None


def defect() -> ApiProblem:
    """What is answered when duban itself is at fault; the log has the rest."""
    return ApiProblem("defect", zh="duban 内部出错，已记入日志", en="a defect in duban; it is in the log")


def mistakes(errors: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """What is wrong, field by field, from the entries of a `ValidationError`."""
    return [{"field": _fit(_field(error["loc"])), "reason": _fit(_reason(error))} for error in errors]


def _invalid(errors: Sequence[Mapping[str, Any]], body: object = None) -> ApiProblem:
    for error in errors:
        if error["type"] == "json_invalid":
            return _no_json(body if isinstance(body, str) else "", error["loc"][-1])
        if error["loc"] == ("body",) and isinstance(error.get("input"), bytes):
            return ApiProblem(
                "media-type",
                zh="请在 Content-Type 里写 application/json，内容用 JSON",
                en="send JSON, with application/json as its Content-Type",
            )
        if error["loc"] == ("body",):
            what = say(
                zh="请求内容应当是 {…} 这样的 JSON 对象，各字段见 /api/docs",
                en="the body is to be one JSON object {…}; its fields stand in /api/docs",
            )
            return ApiProblem("invalid", what, errors=[{"field": "", "reason": what}])
    told = mistakes([{**error, "loc": error["loc"][1:]} for error in errors])
    first = told[0]
    return ApiProblem(
        "invalid",
        f"{first['field']}: {first['reason']}" if first["field"] else first["reason"],
        errors=told,
    )


def _no_json(body: str, place: object) -> ApiProblem:
    """The body is no JSON from a place on (counted in characters from 0)."""
    at = place if isinstance(place, int) else 0
    line, column = body.count("\n", 0, at) + 1, at - body.rfind("\n", 0, at)
    return ApiProblem(
        "malformed",
        zh=f"第 {line} 行第 {column} 列起不是正确的 JSON",
        en=f"the body is not valid JSON from line {line}, column {column} on",
    )


def _field(place: Sequence[object]) -> str:
    return ".".join(str(part) for part in place)


def _fit(text: str) -> str:
    """What a caller wrote comes back in the answer: not endlessly, and only what can be written."""
    return text[:_LONGEST].encode("utf-8", "replace").decode()


def _reason(error: Mapping[str, Any]) -> str:
    if error["type"] == "string_unicode":
        return say(zh="含有不成字的编码", en="not valid Unicode")
    if error["type"] == "value_error" and "error" not in (error.get("ctx") or {}):
        return str(error["msg"])
    if error["type"] in _JSON:
        return _JSON[error["type"]]()
    what, mend = word(error, None)
    return f"{what}{say(zh='，', en=', ')}{mend}" if mend else what


def _an_object() -> str:
    return say(zh="应当是 {…} 这样的 JSON 对象", en="this should be a JSON object {…}")


def _an_array() -> str:
    return say(zh="应当是 […] 这样的 JSON 数组", en="this should be a JSON array […]")


_JSON: Final[Mapping[str, Callable[[], str]]] = {
    "model_type": _an_object,
    "model_attributes_type": _an_object,
    "dict_type": _an_object,
    "list_type": _an_array,
}
"""What a file says in lines and a request in brackets, by the complaint about it."""


def _of_framework(error: HTTPException) -> ApiProblem:
    headers = dict(error.headers or {})
    match error.status_code:
        case 404:
            return ApiProblem("not-found", zh="没有这个地址", en="there is no such address")
        case 405:
            return ApiProblem(
                "not-allowed",
                zh="这个地址不接受这种请求",
                en="this address does not take such requests",
                headers=headers,
            )
        case 413:
            return ApiProblem("too-large", str(error.detail), headers=headers)
        case status:
            known = next((kind for kind, (each, *_) in KINDS.items() if each == status), "malformed")
            phrase = by_entrance(
                command=say(
                    zh="请求内容读不懂，请用 UTF-8 的 JSON（附文件的用表单）",
                    en="the body cannot be read: send JSON in UTF-8, or a form if there are files",
                ),
                page=say(
                    zh="没有收全，什么也没有办；请按浏览器的“返回”，再交一次",
                    en="it did not arrive whole and nothing was done: go back, and send it again",
                ),
            )
            return ApiProblem(known, phrase if status == HTTPStatus.BAD_REQUEST else str(error.detail))


def _struck(value: object) -> object:
    """A part of an answer without the secrets that the request itself may have held in a wrong place."""
    match value:
        case str():
            return redact(value)
        case dict():
            return {name: _struck(each) for name, each in value.items()}
        case list() | tuple():
            return [_struck(each) for each in value]
        case _:
            return value


def _without_places(error: Exception) -> str:
    """A caller elsewhere need not learn where the ledger is; the person at the machine reads it in the log."""
    if isinstance(error, ProjectNotFound):
        return say(zh="项目不在原处", en="the project is not where it was")
    return say(
        zh="台账现在用不了；请稍后再试；还不行，请找系统管理员",
        en="the ledger cannot be used now; try again later, or ask the operator",
    )
