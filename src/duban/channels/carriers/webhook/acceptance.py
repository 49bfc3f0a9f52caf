"""Whether a gateway took a message, by what its answer's body says.

The channels file may say what an acceptance looks like (`accepted`). Where it does not, a plain no is still heard, as JSON,
XML or a bare word: a `success` that is false, a `status` or `result` that is a word for no or less than nothing, an `error`
that says something, a code that no gateway uses for yes. A list or an element of one entry is that entry. A web page is no answer of a gateway: a login page or a proxy's stands between.
"""

import re
from collections.abc import Mapping

import requests

from duban.channels.answers import ACCEPTED, Answer
from duban.channels.posting import read_json, says_too_fast
from duban.channels.redaction import redact

_YES_OR_NO = ("success", "succeed", "ok", "issuccess", "is_success")
_SAID_IN_WORDS = ("status", "result", "returnstatus", "state", "ret", "message", "msg")
"""Fields whose value may be a word for no; as a number that is not negative it may mean anything."""
_ERRORS = ("error", "err", "errors")
"""Fields that stand there, or say something, only where there was one."""
_CODES = (
    "errcode",
    "err_code",
    "errorcode",
    "error_code",
    "code",
    "retcode",
    "resultcode",
    "result_code",
    "returncode",
    "errno",
    "respcode",
    "resp_code",
)
_NO = re.compile(
    r"(?:fail|faild|failed|failure|error|err|refused|rejected|denied|forbidden|invalid|unauthorized|false|no|n|失败|错误|异常|拒绝|-\d+)"
)
_BARE_NO = re.compile(
    r"-\d+\b|(?:err|error|fail|faild|failed|failure|false|失败|错误)\b.{0,150}", re.IGNORECASE
)
_WEB_PAGE = re.compile(r"(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*(?:<!doctype html|<html[\s>])", re.IGNORECASE)
_XML_FIELD = re.compile(r"<(?:\w+:)?(\w+)(?:\s[^<>]*)?>([^<>]{0,200})</")
_WORDS_FOR_YES = frozenset(("", "ok", "success", "succeed", "true", "accepted", "none", "null"))
_NO_ERROR = _WORDS_FOR_YES | {"0", "false", "no", "n", "[]", "{}"}
_LONGEST_SAID = 200


def judge(answer: requests.Response, accepted: object) -> Answer:
    """What an answer with HTTP 2xx means. `accepted`: a text its body must hold, or the values of some of its fields."""
    text = " ".join(answer.text.removeprefix("\ufeff").split())
    begin = redact(text)[:_LONGEST_SAID]
    refusal = Answer(accepted=False, too_fast=says_too_fast(begin), said=f"refused: {begin or '(empty)'}")
    if isinstance(accepted, str):
        return ACCEPTED if accepted in text else refusal
    said = read_json(answer)
    if isinstance(accepted, Mapping):
        taken = said is not None and all(
            _is_one_of(_field(said, name), values) for name, values in accepted.items()
        )
        return ACCEPTED if taken else refusal
    if _WEB_PAGE.match(text):
        return refusal
    if said is None and text.startswith("<"):
        said = dict(_XML_FIELD.findall(text))
    bare = (
        " ".join(map(str, said.values()))
        if said is not None and len(said) == 1 and text.startswith("<")
        else text
    )
    says_no = _BARE_NO.fullmatch(bare.strip('" ')) or (said is not None and _says_no(said))
    return refusal if says_no else ACCEPTED


def _field(said: Mapping[str, object], name: str) -> object:
    """A field by its name, or by the names that lead to it: `data.status`."""
    found: object = said
    for part in name.split("."):
        if not isinstance(found, Mapping) or part not in found:
            return None
        found = found[part]
    return found


def _is_one_of(found: object, values: object) -> bool:
    wanted = values if isinstance(values, list) else [values]
    return _word(found) in {_word(each) for each in wanted}


def _says_no(said: Mapping[str, object]) -> bool:
    by_name = {str(name).lower(): value for name, value in said.items()}
    if any(name in by_name and _word(by_name[name]) in ("false", "0", "no", "n") for name in _YES_OR_NO):
        return True
    if any(name in by_name and _word(by_name[name]) not in _NO_ERROR for name in _ERRORS):
        return True
    if any(_NO.fullmatch(_word(by_name.get(name))) for name in _SAID_IN_WORDS):
        return True
    return any(name in by_name and not _may_be_yes(_word(by_name[name])) for name in _CODES)


def _may_be_yes(code: str) -> bool:
    """0 and HTTP's 2xx are yes everywhere; 1 is at some gateways, so that it is not held against them."""
    if code in _WORDS_FOR_YES:
        return True
    return code.isdecimal() and (int(code) in (0, 1) or 200 <= int(code) < 300)


def _word(value: object) -> str:
    """A value as it is compared: 0 and "0" are one, true and "true", too."""
    return str(value).strip().lower()
