"""Secrets never reach a log line, an error or the ledger.

Two nets: every secret value the process has loaded is known here and struck out wherever it turns up, and whatever
looks like a credential in a URL is struck out even if nobody ever declared it.
"""

import logging
import re
import traceback
from base64 import b64encode
from io import TextIOWrapper
from urllib.parse import quote, unquote

from duban.channels.carriers import CARRIERS, carrier_of

STRUCK = "***"
_SHORTEST = 4
_SHORTEST_TOKEN = 8  # shorter pieces of an address are ordinary words such as `hook` or `token`

_loaded: set[str] = set()

_PATTERNS = (
    (re.compile(r"(?P<scheme>\b[A-Za-z][A-Za-z0-9+.-]*://)[^\s/?#@]*:[^\s/?#@]*@"), r"\g<scheme>***@"),
    (
        re.compile(
            r"(?i)(?P<name>\b(?:access_token|api_?key|auth|key|pass(?:wd|word)?|pwd|secret|sign(?:ature)?|token)=)"
            r"[^&\s'\"]+"
        ),
        r"\g<name>***",
    ),
    (re.compile(r"(?i)(?P<head>\b(?:bearer|basic)\s+)[A-Za-z0-9._~+/=-]{8,}"), r"\g<head>***"),
    (re.compile(r"(?i)(?P<hook>/(?:hook|webhook|send|bot)s?/)[A-Za-z0-9_-]{12,}"), r"\g<hook>***"),
    (re.compile(r"(?i)(?P<robot>\bslack://)[^\s'\"]+"), r"\g<robot>***"),
    # A token of duban's own: it knows the fingerprints alone, so its look must do.
    (re.compile(r"(?P<token>\bduban_)[A-Za-z0-9_-]{40,}"), r"\g<token>***"),
    *(pattern for carrier in CARRIERS for pattern in carrier.patterns()),
)


def remember(secret: str) -> None:
    """Strike out `secret` from now on, whole and in its telling parts, plain, percent-encoded and as it stands in a login (Base64).

    Of a URL these are the user's password, the tokens in host, path, query and headers; what stands there as a placeholder
    such as `{mail}` is no secret.
    """
    for piece in (secret, *_telling_parts(secret)):
        for form in (piece, unquote(piece), quote(unquote(piece), safe="", errors="replace")):
            if len(form) >= _SHORTEST:
                _loaded.add(form)


def remember_login(user: str, password: str) -> None:
    """Strike out `password` from now on, as it is and as it goes over the line beside `user`, as it stands or percent-encoded."""
    for name, word in ((user, password), (quote(user, safe=""), quote(password, safe=""))):
        for form in (word, *_in_logins(name, word)):
            remember(form)


def redact(text: str) -> str:
    """`text` with every known secret and everything that looks like a credential struck out."""
    if not text:
        return text
    for secret in sorted(_loaded, key=len, reverse=True):
        if secret in text:
            text = text.replace(secret, STRUCK)
    for pattern, struck in _PATTERNS:
        text = pattern.sub(struck, text)
    return text


def message_of(record: logging.LogRecord) -> str:
    """What a record says; where its words and figures do not fit, one after the other, and so from then on: a line is kept, and
    whoever said it is not stopped.
    """
    try:
        return record.getMessage()
    except Exception:  # whatever its figures are
        record.msg, record.args = f"{record.msg} {record.args}", ()
        return record.getMessage()


class RedactingFilter(logging.Filter):
    """A logging filter that lets every record pass, without its secrets."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record in place: its message with the arguments, and its traceback.

        A record without secrets keeps its arguments, which some formatters read.
        """
        text = message_of(record)
        struck = redact(text)
        if struck != text:
            record.msg, record.args = struck, ()
        if record.exc_info:
            record.exc_text = redact("".join(traceback.format_exception(*record.exc_info)).rstrip("\n"))
            record.exc_info = None
        return True


class RedactingStream(TextIOWrapper):
    """What a program prints, without its secrets."""

    def write(self, text: str) -> int:
        """Write the text, struck; how long it was."""
        super().write(redact(text))
        return len(text)


def guard_logs() -> None:
    """Put the filter before every handler of the root logger and on the loggers that see channel URLs."""
    guarded: list[logging.Filterer] = [*logging.getLogger().handlers]
    guarded += [
        logging.getLogger(name) for name in ("urllib3.connectionpool", "requests", "duban.deliveries")
    ]
    for place in guarded:
        if not any(isinstance(present, RedactingFilter) for present in place.filters):
            place.addFilter(RedactingFilter())


def _telling_parts(secret: str) -> list[str]:
    scheme, divider, rest = secret.partition("://")
    if not divider or not scheme:
        return []
    address, _, query = rest.partition("?")
    login, _, host_and_path = address.rpartition("@")
    user, _, password = login.partition(":")
    parts = [password, *_in_logins(unquote(user), unquote(password))] if password else []
    if not carrier_of(scheme).host_is_public:
        parts += [
            piece for piece in host_and_path.split("/") if len(piece) >= _SHORTEST_TOKEN and "{" not in piece
        ]
    else:
        # A long path segment of a webhook is its token; `robot` or `hook` is not.
        parts += [piece for piece in host_and_path.split("/")[1:] if len(piece) >= 12 and "{" not in piece]
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        name = unquote(name).lower()
        # A header of the address's own (`+X-Auth=…`) is there to let somebody in, whatever it is called.
        if name.lstrip("+-:") in _SECRET_NAMES or (name.startswith("+") and len(value) >= _SHORTEST_TOKEN):
            parts.append(value)
    return parts


def _in_logins(user: str, password: str) -> list[str]:
    """How a password goes over the line: AUTH LOGIN and AUTH PLAIN of mail, Basic of HTTP. Some servers say it back."""
    sent = (password, f"\0{user}\0{password}", f"{user}:{password}")
    return [b64encode(each.encode("utf-8", "replace")).decode() for each in sent]


_SECRET_NAMES = frozenset(
    (
        "access_token",
        "apikey",
        "api_key",
        "auth",
        "authorization",
        "key",
        "pass",
        "passwd",
        "password",
        "pwd",
        "secret",
        "sign",
        "signature",
        "token",
    )
)
