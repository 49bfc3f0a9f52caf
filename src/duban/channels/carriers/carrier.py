"""A carrier (服务): a kind of service that takes messages, such as mail or a WeCom robot, and what is known of it.

Each carrier is one folder here, and nothing outside the folder knows it by name: its value in `__init__.py`, its Apprise
plugin in `plugin.py` where Apprise's own is not enough, its page of the documentation in `doc.zh.md`, and what it must
do in `cases.yaml`, which the tests read.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class CarrierLimits:
    """What a service takes from one sender. 0 is no limit."""

    max_length: int = 100_000  #: the longest message in UTF-8 bytes, title included
    per_second: int = 0  #: messages a second over the whole channel
    per_minute: int = 0  #: messages a minute over the whole channel
    per_member: int = 0  #: messages a minute to one recipient


def plain(text: str) -> str:
    """The text as it is: the reader's program shows signs and obeys none."""
    return text


_WIDE = str.maketrans({"<": "＜", ">": "＞", "@": "＠"})
_WIDE_MARKDOWN = str.maketrans({"[": "［", "]": "］", "*": "＊", "`": "｀", "#": "＃"})


def no_tags(text: str) -> str:
    """The text with the signs in full width that begin a tag or call people: `<at …>`, `<a href=…>`, `@all`."""
    return text.translate(_WIDE)


def no_markdown(text: str) -> str:
    """The text with the signs in full width that begin a tag, call people, or mark text up in Markdown."""
    return no_tags(text).translate(_WIDE_MARKDOWN)


ANY = r"(?s).+"
MAIL = r"[^@\s,;:<>\"]+@[^@\s,;:<>\".]+(?:\.[^@\s,;:<>\".]+)*"
MOBILE = r"1[0-9]{10}|0[0-9]{9,11}|[2-9][0-9]{2,7}|(?:\+|00)[0-9]{6,15}|86[0-9]{11}"


@dataclass(frozen=True)
class Carrier:
    """One kind of service, by the words before `://` that its addresses begin with."""

    name: str  #: the folder's name
    plugins: Mapping[str, str] = field(
        hash=False
    )  #: for each scheme the Apprise plugin, `module:Class`; empty: Apprise finds it
    limits: CarrierLimits = CarrierLimits()  #: what it takes unless the channels file says otherwise
    clear: bool = False  #: an address without a login may stand in YAML
    host_is_public: bool = False  #: the first part of an address is a server's name, not a token
    addresses: str = ""  #: the plugin's list of addresses, each of which gets a message of its own
    address_forms: Mapping[str, str] = field(default_factory=dict, hash=False)
    """What an address of a post looks like, by the name that the documentation gives it, as a pattern."""
    address_form: str = ANY  #: the same of an address by any other name
    neutral: Callable[[str], str] = plain  #: makes foreign words harmless for the reader's program
    attaches: bool = False  #: a message may carry a file
    body_decides: bool = False  #: `accepted` of the channels file can be asked of it
    secrets: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """Patterns of its credentials as they turn up in logs, each with what stands there instead."""

    def patterns(self) -> list[tuple[re.Pattern[str], str]]:
        """What is to be struck out of every text, compiled."""
        return [(re.compile(pattern), instead) for pattern, instead in self.secrets]
