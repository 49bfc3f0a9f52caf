"""A mail as it is handed in: headers that every server takes, plain text in UTF-8, and the files that go with it.

Apprise writes a title of any length as one encoded word, which some servers refuse and some readers show as it is, gives a file
with a Chinese name no name that a program can read, and takes most of a mail's time for it.
"""

from base64 import b64encode, encodebytes
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from email.policy import compat32
from email.utils import format_datetime, formataddr, make_msgid
from urllib.parse import quote
from uuid import uuid4

MOST_ENCODED, MOST_PLAIN = 76, 78
"""The longest line of a header, in signs: with encoded words in it (RFC 2047, section 2), and without (RFC 5322, section 2.1.1)."""
_HEADERS = compat32.clone(max_line_length=MOST_ENCODED)
_BYTES_IN_A_WORD = 39
"""So long is the word behind `Subject: ` on a line of 76 signs."""
_TEXT = 'Content-Type: text/plain; charset="utf-8"\nContent-Transfer-Encoding: base64\n'


@dataclass(frozen=True)
class EnclosedFile:
    """A file that goes with a mail."""

    name: str  #: as the reader saves it
    media: str  #: its media type, such as `application/pdf`
    content: bytes  #: what is in it


def written(
    title: str,
    body: str,
    sender: tuple[str | bool, str],
    to: tuple[str | bool, str],
    *,
    server: str,
    zone: tzinfo | None,
    places: Mapping[str, Iterable[tuple[str | bool, str]]] | None = None,
    more: Mapping[str, str] | None = None,
    files: Iterable[EnclosedFile] = (),
) -> bytes:
    """The mail with its lines ended by line feeds.

    `sender`, `to` and those of `places` (`Cc`, `Reply-To`) are a name, which may be empty, and an address; `server` ends the
    mail's number; `zone` is that of its date, the machine's own unless given; `more` are other headers, by name.
    """
    at = datetime.now(tz=zone) if zone else datetime.now().astimezone()
    headers = {
        **(more or {}),
        "From": _address(sender),
        "To": _address(to),
        **{name: ", ".join(map(_address, those)) for name, those in (places or {}).items()},
        "Message-ID": make_msgid(domain=server),
        "Date": format_datetime(at),
        "MIME-Version": "1.0",
    }
    head = "".join(_header(name, value) for name, value in headers.items())
    subject = f"Subject: {_encoded(title)}\n" if not title.isascii() else _header("Subject", title)
    text = _TEXT + "\n" + encodebytes(body.encode("utf-8", "replace")).decode("ascii")
    parts = [text, *map(_enclosed, files)]
    if len(parts) == 1:
        return f"{head}{subject}{text}".encode()
    border = f"={uuid4().hex}="  # no line of base64 begins with such a sign
    within = "".join(f"--{border}\n{part}" for part in parts)
    kind = f'Content-Type: multipart/mixed; boundary="{border}"\n\n'
    return f"{head}{subject}{kind}{within}--{border}--\n".encode()


def _address(whom: tuple[str | bool, str]) -> str:
    name, address = whom
    return formataddr((str(name or ""), address), charset="utf-8")


def _header(name: str, value: str) -> str:
    """A header with its line's end, folded where it is too long, in encoded words where it is no ASCII."""
    line = f"{name}: {' '.join(value.splitlines())}"
    if line.isascii() and len(line) <= (MOST_ENCODED if "=?" in line else MOST_PLAIN):
        return line + "\n"
    folded: str = _HEADERS.fold(name, " ".join(value.splitlines()))
    return folded


def _enclosed(file: EnclosedFile) -> str:
    """A file's part. Its name stands there as today's programs read it (RFC 2231), and as old ones do."""
    disposition = f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"
    old = ";\n ".join((file.media, f'name="{_encoded(file.name)}"'))
    return (
        f"Content-Type: {old}\nContent-Transfer-Encoding: base64\n"
        + _header("Content-Disposition", disposition)
        + "\n"
        + encodebytes(file.content).decode("ascii")
    )


def _encoded(text: str) -> str:
    """A text as a header holds it: as it is in ASCII, else in encoded words, each on a line of its own and of whole signs."""
    if text.isascii():
        return text
    words = [b""]
    for sign in text:
        written_so = sign.encode("utf-8", "replace")
        if len(words[-1]) + len(written_so) > _BYTES_IN_A_WORD:
            words.append(b"")
        words[-1] += written_so
    return "\n ".join(f"=?utf-8?b?{b64encode(word).decode('ascii')}?=" for word in words)
