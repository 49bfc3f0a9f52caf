"""A channel: one way to a person that the project has set up, and whom it reaches."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from duban.base.language import say
from duban.channels.addresses import filled, placeholders, scheme_of, several
from duban.channels.allowed_hosts import AllowedHosts
from duban.channels.carriers import BY_NAME, Carrier, carrier_of

INBOX = "inbox"


class NoAddress(LookupError):
    """The recipient has no address of the kind a channel needs, for example no mobile number."""


@dataclass(frozen=True)
class Destination:
    """One of a recipient's addresses over one channel, and the whole address it makes."""

    url: str  #: with every placeholder filled in; it may hold secrets
    address: str = ""  #: the recipient's own part of it, empty when the channel asks for none

    def __repr__(self) -> str:
        """Without the address, which may hold a secret."""
        return f"Destination({self.address!r})"


@dataclass(frozen=True)
class Channel:
    """One way to a person. A channel with `absent` set is known but not configured."""

    name: str  #: as the routes call it
    kind: Literal["inbox", "apprise"]  #: the built-in inbox, or anything else
    url: str = ""  #: the address, with placeholders; it may hold secrets
    group: bool = False  #: everybody in it reads everything
    max_length: int = 100_000  #: the longest message in UTF-8 bytes, title included
    rate: int = 0  #: messages a minute, 0: no limit
    timeout: float = 10  #: seconds for connecting and for answering
    absent: str = ""  #: why it cannot be used; empty when it can
    per_second: int = 0  #: messages a second, 0: no limit
    per_member: int = 0  #: messages a minute to one recipient, 0: no limit
    accepted: str | Mapping[str, object] | None = (
        None  #: what the answer's body says when the message was taken
    )
    unit: str = ""  #: the unit whose group it is; empty: the city bureau's
    title: str = ""  #: what the project calls it; empty: its name
    hosts: AllowedHosts | None = None  #: the servers it may reach; None: any
    held_in: Path | None = None  #: the file its address stands in, if it stands in one
    senders: int = 0  #: how many messages go at a time, 0: as many as its limits let

    def __repr__(self) -> str:
        """Without the address, which may hold a secret."""
        return f"Channel({self.name!r}, {self.kind!r})"

    @property
    def word(self) -> str:
        """The channel as people call it."""
        if self.kind == INBOX:
            return say(zh="站内信", en="inbox")
        return self.title or self.name

    @property
    def carrier(self) -> Carrier:
        """The kind of service behind it."""
        return BY_NAME[INBOX] if self.kind == INBOX else carrier_of(scheme_of(self.url) or "")

    @property
    def limited(self) -> bool:
        """Whether there is a limit to how fast it may be used."""
        return bool(self.rate or self.per_second or self.per_member)

    def hears_of(self, owing: Sequence[str], *, confidential: bool) -> bool:
        """Whether what a unit owes may be told over it; `owing` has the unit's code, then those above it up to the city.

        A group hears of its own county only, that of the city bureau of what the city owes itself; nothing confidential.
        """
        if not self.group:
            return True
        own = owing[:-1] if self.unit and len(owing) > 1 else owing
        return not confidential and (self.unit in own if self.unit else len(own) == 1)

    def reaches(self, addresses: Mapping[str, str]) -> bool:
        """Whether a recipient with these addresses can be reached over this channel."""
        return not self.absent and all(several(addresses.get(name, "")) for name in placeholders(self.url))

    def destinations(self, addresses: Mapping[str, str]) -> tuple[Destination, ...]:
        """Where a message to a recipient with these addresses goes: once to each of them, percent-encoded into the URL.

        Raises NoAddress if the recipient lacks one.
        """
        return tuple(self._destinations(addresses))

    def _destinations(self, addresses: Mapping[str, str]) -> Iterator[Destination]:
        names = placeholders(self.url)
        found = [several(addresses.get(name, "")) for name in names]
        for name, values in zip(names, found, strict=True):
            if not values:
                raise NoAddress(say(zh=f"没有登记“{name}”地址", en=f"no “{name}” address is registered"))
        for chosen in product(*found):
            quoted = {name: quote(value, safe="") for name, value in zip(names, chosen, strict=True)}
            yield Destination(filled(self.url, quoted), "+".join(chosen))
