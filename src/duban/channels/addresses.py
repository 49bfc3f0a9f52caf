"""An address as it is written: its scheme, the recipient's addresses it asks for, and whether it is a secret itself."""

import re
from typing import Final

from duban.channels.carriers import BY_SCHEME

_ADDRESS = re.compile(r"(?P<scheme>[a-z0-9]{1,32})://(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
# A name never begins with a digit: `{2023}` is a piece of somebody's password.
_PLACEHOLDER = re.compile(r"\{(?P<name>[^\W\d][\w.-]*)\}")
_SEVERAL = re.compile(r"[,;，；、\n]+")
_LOOKS_SECRET = re.compile(
    r"[A-Za-z0-9_-]*(?:[0-9][A-Za-z_-]*[A-Za-z]|[A-Za-z][A-Za-z_-]*[0-9])[A-Za-z0-9_-]*"
)
_SECRET_WORDS = re.compile(r"(?i)(?:^|[?&+:-])[a-z_-]*(?:auth|key|pass|pwd|secret|sign|token)[a-z_-]*=")
_FORMAT = re.compile(r"(?i)[?&]format=([^&#]*)")
_MAIL_SCHEMES: Final = ("mailto", "mailtos")


def scheme_of(url: str) -> str | None:
    """The word before `://`, in small letters, or None if `url` is not an address."""
    found = _ADDRESS.match(url.strip())
    return found["scheme"].lower() if found else None


def placeholders(url: str) -> tuple[str, ...]:
    """The names of the recipient's addresses that `url` asks for, such as `mail` in `{mail}`; each once.

    What stands in braces in the login, before the `@`, belongs to the password.
    """
    return tuple(dict.fromkeys(_PLACEHOLDER.findall(_behind_login(url)[1])))


def filled(url: str, values: dict[str, str]) -> str:
    """`url` with each placeholder replaced by its value, which is already percent-encoded."""
    login, rest = _behind_login(url)
    return login + _PLACEHOLDER.sub(lambda found: values.get(found["name"], found.group()), rest)


def several(value: str) -> tuple[str, ...]:
    """The addresses that stand in one value, each once: people part them by commas, semicolons and 、, wide or not."""
    parts = (part.strip() for part in _SEVERAL.split(value))
    return tuple(dict.fromkeys(part for part in parts if part))


def in_plain_commas(url: str) -> str:
    """`url` with the wide commas and semicolons between its addresses as the commas that every service knows."""
    login, rest = _behind_login(url)
    return login + re.sub(r"[，；、]", ",", rest)


def has_credentials(url: str) -> bool:
    """Whether `url` must not stand in YAML in clear: a login, a secret in the query, or a token as its address."""
    found = _ADDRESS.match(url.strip())
    if not found:
        return False
    carrier = BY_SCHEME.get(found["scheme"].lower())
    if carrier is None or not carrier.clear:
        return True
    address, _, query = found["rest"].partition("?")
    login, divider, _ = address.partition("/")[0].rpartition("@")
    if divider and (":" in login or found["scheme"].lower() not in _MAIL_SCHEMES):
        return True
    if _SECRET_WORDS.search("?" + query):
        return True
    return any(len(piece) >= 16 and _LOOKS_SECRET.fullmatch(piece) for piece in address.split("/")[1:])


def marked_up(url: str) -> bool:
    """Whether the address asks for messages in HTML or Markdown (`format=html`)."""
    query = _behind_login(url)[1].partition("?")[2]
    return any(value.strip().lower() != "text" for value in _FORMAT.findall("?" + query))


def _behind_login(url: str) -> tuple[str, str]:
    """The address up to the `@` behind a login with a password, and what follows; the first is empty without one."""
    start, divider, rest = url.partition("://")
    place, query = rest.partition("?")[::2]
    login, at, _ = place.partition("/")[0].rpartition("@")
    if not divider or not at or ":" not in login:
        return "", url
    behind = place.removeprefix(f"{login}@")
    return f"{start}://{login}@", f"{behind}?{query}" if query else behind
