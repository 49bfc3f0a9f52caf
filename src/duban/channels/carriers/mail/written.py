"""A mail as it is handed in: headers that every server takes, plain text in UTF-8, and the files that go with it.

By the standard library's `email`: Apprise writes a title of any length as one encoded word, which some servers refuse and some
readers show as it is, gives a file with a Chinese name no name that a program can read, and takes most of a mail's time for it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from email import encoders
from email.charset import BASE64, Charset
from email.header import Header
from email.message import Message
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import Compat32
from email.utils import format_datetime, formataddr, make_msgid
from functools import lru_cache

_LONGEST = 76
"""The longest line of a header, in signs, with encoded words in it (RFC 2047, section 2)."""
_WORDS = Charset("utf-8")
_WORDS.header_encoding = BASE64  # to weigh both encodings, sign by sign, takes longer than to encode


class _Headers(Compat32):
    """A header whose lines are short enough stands as it is: to fold each anew takes longer than all else of a mail."""

    def fold_binary(self, name: str, value: str) -> bytes:
        """The header's lines."""
        whole = f"{name}: {value}"
        if whole.isascii() and max(map(len, whole.split("\n"))) <= _LONGEST:
            return f"{whole}{self.linesep}".encode()
        return super().fold_binary(name, value)


_HEADERS = _Headers(max_line_length=_LONGEST)


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
    text = MIMEText(body.encode("utf-8", "replace").decode(), "plain", "utf-8")
    enclosed = [_enclosed(each) for each in files]
    mail: Message = MIMEMultipart("mixed", None, [text, *enclosed]) if enclosed else text
    at = datetime.now(tz=zone) if zone else datetime.now().astimezone()
    headers = {
        **(more or {}),
        "From": _address(sender),
        "To": _address(to),
        **{name: ", ".join(map(_address, those)) for name, those in (places or {}).items()},
        "Subject": title,
        "Message-ID": make_msgid(domain=server),
        "Date": format_datetime(at),
    }
    for name, value in headers.items():
        line = " ".join(value.splitlines())
        mail[name] = line if line.isascii() else _encoded(name, line)
    return mail.as_bytes(policy=_HEADERS)


def _address(whom: tuple[str | bool, str]) -> str:
    name, address = whom
    return formataddr((str(name or ""), address), charset=_WORDS)


@lru_cache(maxsize=1024)
def _encoded(header: str, line: str) -> str:
    """A line of a header in encoded words; kept, since many get the same title."""
    return Header(line.encode("utf-8", "replace").decode(), _WORDS, _LONGEST, header).encode()


def _enclosed(file: EnclosedFile) -> Message:
    """A file's part. Its name stands there as today's programs read it (RFC 2231), and as old ones do."""
    part = MIMEBase(*file.media.split("/", 1), name=_encoded("name", file.name))
    part.set_payload(file.content)
    encoders.encode_base64(part)
    part.add_header("Content-Disposition", "attachment", filename=("utf-8", "", file.name))
    return part
