"""A message posted to a web address, and what its answer means.

HTTP 200 says that the address was reached, not that the message was taken: robots and gateways answer 200 to everything
and say in the body what they think of it.
"""

import json
import re
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError, ProxyError, SSLError

from duban.channels.answers import ACCEPTED, Answer
from duban.channels.kept import KeptConnections
from duban.channels.redaction import redact

_LONGEST_SAID = 200
_LONGEST_REST = 4 * 60 * 60
"""In seconds: what a server asks for beyond it is not believed."""
_TOO_MANY = HTTPStatus.TOO_MANY_REQUESTS
_NO_ANSWER_FROM_BEHIND = HTTPStatus.GATEWAY_TIMEOUT
_TOO_FAST = re.compile(
    r"(?i)too (?:fast|many|frequent)|rate.?limit|frequen(?:cy|tly)|freq out|throttl|slow down|频繁|频率|频次|限流|流控|限速|过快"
)
_NEVER_SENT = (NewConnectionError, ConnectTimeoutError, SSLError, ProxyError)


class Posting:
    """What a plugin needs in order to post: `kept` connections, and `accepted`, the channel's own word for yes."""

    kept: KeptConnections | None = (  #: the sender's connections; None: a connection for this message alone
        None  #: the sender's connections; None: a connection for this message alone
    )
    accepted: object = None  #: the channel's own word for yes, where its carrier can be asked for one

    def post(
        self: Any,
        address: str,
        judge: Callable[[requests.Response], Answer],
        method: str = "POST",
        **more: Any,
    ) -> Answer:
        """Post to `address` and judge the answer; what goes wrong on the way there and back is told, not raised."""
        kept = self.kept or KeptConnections()
        try:
            answer = kept.web(urlsplit(address).hostname or "").ask(
                method,
                address,
                timeout=self.request_timeout,
                verify=self.verify_certificate,
                **more,
            )
        except requests.RequestException as error:
            return Answer(accepted=False, unsure=may_have_arrived(error), said=redact(str(error)))
        finally:
            if self.kept is None:
                kept.close()
        if not HTTPStatus.OK <= answer.status_code < HTTPStatus.MULTIPLE_CHOICES:
            said = f"error={answer.status_code} {answer.reason or ''} {_begin(answer.text)}".strip()
            return Answer(
                accepted=False,
                unsure=answer.status_code == _NO_ANSWER_FROM_BEHIND,
                too_fast=answer.status_code == _TOO_MANY,
                rest=_asked_rest(answer.headers),
                said=said,
            )
        return judge(answer)


def as_json(message: Mapping[str, object]) -> dict[str, Any]:
    """A message as JSON in UTF-8, for `post`: a robot's limit is on what it receives, and 中 written as an escape is twice as long."""
    return {
        "data": json.dumps(message, ensure_ascii=False).encode(),
        "headers": {"Content-Type": "application/json; charset=utf-8"},
    }


def by_code(
    answer: requests.Response, code_keys: tuple[str, ...], said_key: str, too_fast: frozenset[object]
) -> Answer:
    """What a robot says: accepted when the first of its codes that is there is 0."""
    said = read_json(answer)
    if said is None:
        return Answer(accepted=False, said=f"robot answered something else than JSON: {_begin(answer.text)}")
    code = next((said[key] for key in code_keys if key in said), None)
    if code == 0 and code is not False:
        return ACCEPTED
    return Answer(
        accepted=False,
        too_fast=code in too_fast or says_too_fast(str(said.get(said_key, ""))),
        said=f"robot refused: {code} {_begin(str(said.get(said_key, '')))}",
    )


def says_too_fast(said: str) -> bool:
    """Whether words of refusal speak of how fast messages came, and not of the message."""
    return bool(_TOO_FAST.search(said))


def read_json(answer: requests.Response) -> Mapping[str, object] | None:
    """The answer's body as a JSON object, or the only one of a list; None if it is something else."""
    try:
        try:
            said = answer.json()
        except ValueError:  # some gateways put a byte order mark in front
            said = json.loads(answer.content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    if isinstance(said, list) and len(said) == 1:
        said = said[0]
    return said if isinstance(said, dict) else None


def may_have_arrived(error: requests.RequestException) -> bool:
    """Whether the message may have reached the server before the connection failed."""
    if isinstance(
        error, requests.ConnectTimeout | requests.exceptions.SSLError | requests.exceptions.ProxyError
    ):
        return False
    if isinstance(error, requests.ConnectionError):
        cause = error.args[0] if error.args else None
        return not isinstance(getattr(cause, "reason", cause), _NEVER_SENT)
    return isinstance(
        error,
        requests.ReadTimeout
        | requests.exceptions.ChunkedEncodingError
        | requests.exceptions.ContentDecodingError,
    )


def _asked_rest(headers: Mapping[str, str]) -> int:
    """For how many seconds a server asks not to be called (`Retry-After`: seconds, or a date held against its own `Date`)."""
    asked = headers.get("Retry-After", "").strip()
    if asked.isascii() and asked.isdecimal():
        return min(int(asked[:9]), _LONGEST_REST)
    try:
        rest = parsedate_to_datetime(asked) - parsedate_to_datetime(headers.get("Date", ""))
        return min(max(0, int(rest.total_seconds())), _LONGEST_REST)
    except (ValueError, TypeError):
        return 0


def _begin(text: str) -> str:
    return redact(" ".join(text.split()))[:_LONGEST_SAID]
