"""Which kinds of address a channel may have, and which may stand in YAML in clear.

Apprise knows more than a hundred services, among them some that run programs or pop up windows on the server. Only
what an office uses is allowed; an administrator may allow more by name under `schemes:`.
"""

import re
from typing import NamedTuple


class Scheme(NamedTuple):
    """What the engine must know about one kind of address.

    `max_length` is the longest message in UTF-8 bytes, title included; `rate` messages a minute (0: no limit).
    """

    max_length: int
    rate: int
    clear: bool = False


_LONG = 100_000

ALLOWED: dict[str, Scheme] = {
    # WeCom's robots take 2,048 bytes of text and 20 messages a minute; DingTalk's 20,000 bytes and 20 a minute.
    "wecombot": Scheme(2_048, 20),
    "wechat": Scheme(2_048, 0),
    "dingtalk": Scheme(18_000, 20),
    "feishu": Scheme(18_000, 100),
    "lark": Scheme(18_000, 100),
    "mailto": Scheme(_LONG, 0, clear=True),
    "mailtos": Scheme(_LONG, 0, clear=True),
    "json": Scheme(_LONG, 0, clear=True),
    "jsons": Scheme(_LONG, 0, clear=True),
    "form": Scheme(_LONG, 0, clear=True),
    "forms": Scheme(_LONG, 0, clear=True),
    "xml": Scheme(_LONG, 0, clear=True),
    "xmls": Scheme(_LONG, 0, clear=True),
    "ntfy": Scheme(4_000, 60),
    "ntfys": Scheme(4_000, 60),
    "smpp": Scheme(450, 60),
    "smpps": Scheme(450, 60),
}
OTHER = Scheme(2_000, 20)

_ADDRESS = re.compile(r"(?P<scheme>[a-z0-9]{1,32})://(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
_PLACEHOLDER = re.compile(r"\{(?P<name>[^{}]*)\}")
_LOOKS_SECRET = re.compile(
    r"[A-Za-z0-9_-]*(?:[0-9][A-Za-z_-]*[A-Za-z]|[A-Za-z][A-Za-z_-]*[0-9])[A-Za-z0-9_-]*"
)
_SECRET_WORDS = re.compile(r"(?i)(?:^|[?&+:-])[a-z_-]*(?:auth|key|pass|pwd|secret|sign|token)[a-z_-]*=")


def scheme_of(url: str) -> str | None:
    """The word before `://`, in small letters, or None if `url` is not an address."""
    found = _ADDRESS.match(url.strip())
    return found["scheme"].lower() if found else None


def placeholders(url: str) -> tuple[str, ...]:
    """The names of the recipient's addresses that `url` asks for, such as `mail` in `{mail}`; each once."""
    return tuple(dict.fromkeys(_PLACEHOLDER.findall(url)))


def has_credentials(url: str) -> bool:
    """Whether `url` must not stand in YAML in clear: a login, a secret in the query, or a token as its address."""
    found = _ADDRESS.match(url.strip())
    if not found:
        return False
    known = ALLOWED.get(found["scheme"].lower())
    if known is None or not known.clear:
        return True
    address, _, query = found["rest"].partition("?")
    login, divider, _ = address.partition("/")[0].rpartition("@")
    if divider and (":" in login or found["scheme"].lower() not in ("mailto", "mailtos")):
        return True
    if _SECRET_WORDS.search("?" + query):
        return True
    return any(len(piece) >= 16 and _LOOKS_SECRET.fullmatch(piece) for piece in address.split("/")[1:])
