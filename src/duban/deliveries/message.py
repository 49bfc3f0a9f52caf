"""A message on its way, and how many deliveries became what."""

from dataclasses import dataclass, field, fields

from duban.channels.channel import Channel, Destination
from duban.deliveries.composing import Content
from duban.deliveries.leasing import Parcel
from duban.deliveries.settling import Settlement


@dataclass
class Tally:
    """Deliveries by what became of them, and the messages they went out in."""

    sent: int = 0
    failed: int = 0
    unknown: int = 0
    cancelled: int = 0
    dead: int = 0
    passed: int = 0
    held: int = 0
    messages: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(Tally)))


@dataclass
class Message:
    """A parcel put into words, and where it goes."""

    parcel: Parcel
    content: Content  #: what it is about
    channel: Channel
    title: str
    body: str
    inboxes: tuple[
        str, ...
    ] = ()  #: the posts (`unit/post`) in whose inbox it goes, when the channel is the inbox
    destinations: tuple[Destination, ...] = ()  #: where it goes over any other channel
    only: str = ""  #: the one of several addresses it is for; empty: all of them
    on_line: bool = False  #: whether it has been marked, so that it may go
    attempts: tuple[int, ...] = ()  #: the rows of the ledger that say it is on the line


@dataclass
class Prepared:
    """A parcel just before it goes."""

    settlement: Settlement = field(default_factory=Settlement)  #: what became of the part that is not sent
    tally: Tally = field(default_factory=Tally)  #: the same, counted
    message: Message | None = None  #: what is left to send; None when nothing is
