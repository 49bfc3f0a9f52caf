"""A message on its way, and how many deliveries became what."""

from dataclasses import dataclass, field, fields
from datetime import datetime

from duban.base.problems import Problem
from duban.channels.channel import Channel, Destination
from duban.deliveries.contents import Content
from duban.deliveries.leasing import Parcel
from duban.deliveries.settling import Settlement


@dataclass
class DeliveryTally:
    """Deliveries by what became of them in one run, and the messages they went out in."""

    sent: int = 0  #: taken by the channel
    failed: int = 0  #: refused, and tried again later
    unknown: int = 0  #: may have arrived; sent again under the same number
    cancelled: int = 0  #: no longer owed
    dead: int = 0  #: given up, and told to an inbox instead
    passed: int = 0  #: nobody at the post: told to the next
    held: int = 0  #: not tried, for a channel's limits or because it failed
    messages: int = 0  #: the digests that were taken
    kept_back: int = 0  #: 1 while delivery is held, and only what is urgent went
    problems: tuple[Problem, ...] = ()  #: mistakes of the channels file, while it is wrong

    def __add__(self, other: "DeliveryTally") -> "DeliveryTally":
        return DeliveryTally(
            *(getattr(self, each.name) + getattr(other, each.name) for each in fields(DeliveryTally))
        )


@dataclass(frozen=True)
class AttachedList:
    """What goes with a message: the whole list where it names only some of it, or the paper it announces."""

    name: str  #: the file's name, which ends with .xlsx or .docx
    content: bytes  #: what the name says


@dataclass
class Message:
    """A parcel put into words, and where it goes."""

    parcel: Parcel  #: what was leased for it
    content: Content  #: what it is about
    channel: Channel  #: how it goes
    title: str  #: one line
    body: str  #: plain text
    inboxes: tuple[
        str, ...
    ] = ()  #: the posts (`unit/post`) in whose inbox it goes, when the channel is the inbox
    destinations: tuple[Destination, ...] = ()  #: where it goes over any other channel
    attached: AttachedList | None = None  #: the list that goes with it, where the carrier takes files
    only: str = ""  #: the one of several addresses it is for; empty: all of them
    on_line: bool = False  #: whether it has been marked, so that it may go
    attempts: tuple[int, ...] = ()  #: the rows of the ledger that say it is on the line


@dataclass
class PreparedParcel:
    """A parcel just before it goes."""

    settlement: Settlement = field(default_factory=Settlement)  #: what became of the part that is not sent
    tally: DeliveryTally = field(default_factory=DeliveryTally)  #: the same, counted
    message: Message | None = None  #: what is left to send; None when nothing is
    later: datetime | None = None  #: not before this moment (aware UTC): a leader has had today's message
