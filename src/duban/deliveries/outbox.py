"""What a sender writes into the ledger between two messages, and the sending itself."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine

from duban.base.language import say
from duban.channels.answers import Answer
from duban.channels.channel import INBOX
from duban.deliveries.judging import Fate, judge
from duban.deliveries.limits import Wait, must_wait
from duban.deliveries.message import Message
from duban.deliveries.settling import Settlement, hand_back, put_on_line, write_down
from duban.deliveries.writer import Writer

if TYPE_CHECKING:
    from duban.deliveries.apprise_adapter import Sender


class Outbox:
    """The ledger's side of one run at one moment, for any number of threads."""

    def __init__(self, ledger: Engine, now: datetime, holder: str) -> None:
        self._ledger = ledger
        self._now = now
        self._holder = holder
        self._writer = Writer(ledger, holder, now)

    def put_on_line(self, message: Message, moment: datetime, open_ends: list[Settlement]) -> Wait | None:
        """Write down what became of earlier parcels, and mark this message as on the line at `moment` (aware UTC).

        Returns how long it must wait, for the channel's limits, and is not marked then. Nor is it when some of its deliveries
        are no longer ours.
        """
        channel, parcel = message.channel, message.parcel
        wait: Wait | None = None

        def write(connection: Connection) -> None:
            nonlocal wait
            wait = must_wait(connection, channel, parcel.recipient, moment) if channel.limited else None
            if wait is None:
                ids = [row.id for row in message.content.rows]
                message.on_line = put_on_line(connection, self._holder, parcel, ids)
                if message.on_line and message.destinations:
                    count = len(message.destinations)
                    message.attempts = write_down(connection, channel.name, parcel, moment, count)

        self._writer.do(write, channel.name, open_ends)
        open_ends.clear()
        return wait

    def send(self, message: Message, sender: "Sender") -> Fate:
        """Send a message that is on the line. No transaction is open while it is on its way."""
        if message.channel.kind == INBOX:
            answers = [self._keep(message, sender)]
        else:
            answers = []
            for place in message.destinations:
                given = sender.send(
                    message.channel,
                    place,
                    message.title,
                    message.body,
                    only=message.only,
                    attached=message.attached,
                )
                answers += [replace(each, address=each.address or place.address) for each in given]
        if not answers:
            gone = say(
                zh=f"渠道地址里已没有 {message.only}", en=f"{message.only} is no longer in the address"
            )
            answers = [Answer(accepted=False, said=gone)]
        return judge(message, answers, self._now)

    def settle(self, open_ends: list[Settlement]) -> None:
        """Write down what became of parcels."""
        if open_ends:
            self._writer.do(None, ends=open_ends)
            open_ends.clear()

    def hand_back(self, deliveries: Sequence[int], again_at: datetime) -> int:
        """Give back deliveries that were not tried, to be looked at again at `again_at` (aware UTC); returns how many."""
        if deliveries:
            self._writer.do(lambda connection: hand_back(connection, self._holder, deliveries, again_at))
        return len(deliveries)

    def _keep(self, message: Message, sender: "Sender") -> Answer:
        """Put a message into the inboxes it is for. In one of two only, it is not there yet."""
        from duban.channels.carriers.inbox.plugin import InboxPlugin

        answer = Answer(accepted=False)
        for each in message.inboxes:
            inbox = InboxPlugin(
                ledger=self._ledger,
                recipient=each,
                message_id=message.parcel.message_id,
                received_at=self._now,
            )
            answer = sender.send_to(inbox, message.title, message.body)
            if not answer.accepted:
                break
        return answer
