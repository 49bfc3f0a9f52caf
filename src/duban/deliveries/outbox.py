"""One parcel from its lease to its settlement: read again, put into words, send, write down."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from threading import local
from typing import TYPE_CHECKING

from duban.base.clock import business_date
from duban.base.language import say
from duban.bureau.unit_posts import UnitPost
from duban.channels.channels import (
    INBOX,
    Channel,
    Channels,
    NoAddress,
)
from duban.channels.redaction import redact
from duban.deliveries.composing import (
    Content,
    compose,
    owner_post,
    read_again,
    with_progress,
)
from duban.deliveries.digests import Digest, fitted
from duban.deliveries.leasing import Parcel
from duban.deliveries.recipients import Recipient, instead_of, recipient_of
from duban.deliveries.settling import (
    MOST_ATTEMPTS,
    NewDelivery,
    Settlement,
    pause_after,
    settle,
)
from duban.deliveries.templates import words
from duban.ledger.database import reading, writing

if TYPE_CHECKING:
    from duban.deliveries.apprise_adapter import Outcome
    from duban.workspace.workspace import Workspace


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


@dataclass(frozen=True)
class Went:
    """How one parcel went: `tried` when the channel was really used, `error` when it did not take the message."""

    tally: Tally
    tried: bool = False
    error: str = ""


class Outbox:
    """Sends parcels for one run, from any number of threads, which share nothing but the ledger."""

    def __init__(self, ws: "Workspace", now: datetime, channels: Channels, holder: str) -> None:
        self.holder = holder
        self.ledger = ws.ledger
        self._ws = ws
        self._now = now
        self._channels = channels
        self._own = local()

    def send(self, parcel: Parcel, channel: Channel) -> Went:
        """Send one parcel and settle it. No transaction is open while the message is on its way."""
        with reading(self.ledger) as connection:
            content = read_again(connection, parcel, self.holder)
            content = with_progress(connection, content, self._ws.definitions, self._today())
        settlement = Settlement(cancelled=dict(content.cancelled))
        tally = Tally(cancelled=len(content.cancelled))
        if not content.rows:
            self._settle(settlement)
            return Went(tally)
        recipient = recipient_of(self._ws.definitions.project, parcel.recipient, self._today())
        if not recipient.present:
            passed = self._pass_on(content, parcel, recipient, settlement)
            tally.passed += len(passed)
            content = content.without(passed)
            if not content.rows:
                self._settle(settlement)
                return Went(tally)
        unusable = self._unusable(parcel, channel, recipient)
        if unusable:
            self._give_up(content, parcel, channel, unusable, settlement)
            tally.dead += len(settlement.dead)
            self._settle(settlement)
            return Went(tally)
        try:
            outcome = self._say(content, parcel, channel, recipient)
        except Exception as error:
            # One message that cannot be put into words must not hold up those behind it.
            outcome = _not_worded(error)
        tally += self._judge(content, parcel, channel, outcome, settlement)
        self._settle(settlement)
        return Went(tally, tried=True, error=outcome.error if not outcome.sent else "")

    def fail(self, parcel: Parcel, channel: Channel, error: str) -> Tally:
        """Count a parcel as failed without trying, because its channel has just failed several times running."""
        from duban.deliveries.apprise_adapter import Outcome

        with reading(self.ledger) as connection:
            content = read_again(connection, parcel, self.holder)
        settlement = Settlement(cancelled=dict(content.cancelled))
        # A message that may have arrived once keeps its number.
        unsure = "unknown" in parcel.before
        tally = self._judge(
            content, parcel, channel, Outcome(sent=False, unsure=unsure, error=error), settlement
        )
        tally.cancelled += len(content.cancelled)
        self._settle(settlement)
        return tally

    def _say(self, content: Content, parcel: Parcel, channel: Channel, recipient: Recipient) -> "Outcome":
        from duban.deliveries.apprise_adapter import Sender, send_over

        definitions = self._ws.definitions
        digest = compose(
            content,
            parcel,
            project=definitions.project,
            calendar=definitions.calendar,
            now=self._now,
            acting_for=recipient.acting_for,
            holder=recipient.holder,
        )
        title, body = self._words(digest, channel)
        if channel.kind == INBOX:
            from duban.deliveries.inbox import InboxPlugin

            inboxes = [
                InboxPlugin(
                    ledger=self.ledger,
                    recipient=each,
                    message_id=parcel.message_id,
                    received_at=self._now,
                )
                for each in recipient.inboxes
            ]
            return send_over(inboxes, title, body)
        sender: Sender | None = getattr(self._own, "sender", None)
        if sender is None:
            # Apprise's objects are kept from message to message, but never shared between threads.
            sender = self._own.sender = Sender()
        return sender.send(channel.address_for(recipient.addresses), title, body, timeout=channel.timeout)

    def _words(self, digest: Digest, channel: Channel) -> tuple[str, str]:
        root = self._ws.definitions.root
        return fitted(digest, channel.max_length, lambda each: words(root, each))

    def _judge(
        self, content: Content, parcel: Parcel, channel: Channel, outcome: "Outcome", settlement: Settlement
    ) -> Tally:
        """Turn the channel's answer into what is written about each delivery."""
        ids = [row.id for row in content.rows]
        settlement.again_at = self._now + pause_after(parcel.attempts)
        if outcome.sent:
            settlement.sent = ids
            return Tally(sent=len(ids), messages=1)
        if parcel.attempts >= MOST_ATTEMPTS and channel.kind != INBOX:
            self._give_up(content, parcel, channel, outcome.error, settlement)
            return Tally(dead=len(ids))
        settlement.error = redact(outcome.error)
        if outcome.unsure:
            settlement.unknown = ids
            return Tally(unknown=len(ids))
        settlement.failed = ids
        return Tally(failed=len(ids))

    def _unusable(self, parcel: Parcel, channel: Channel, recipient: Recipient) -> str:
        """Why this channel can never take this parcel now; empty when it can."""
        if channel.kind == INBOX:
            return ""
        if channel.absent:
            return channel.absent
        if channel.group and parcel.confidential:
            return say(zh="保密事项不发群", en="confidential: not for a group")
        try:
            channel.address_for(recipient.addresses)
        except NoAddress as error:
            return str(error)
        return ""

    def _give_up(
        self, content: Content, parcel: Parcel, channel: Channel, why: str, settlement: Settlement
    ) -> None:
        """Declare the deliveries dead and tell the recipient's and the owner's inbox instead."""
        reason = redact(why)
        for row in content.rows:
            settlement.dead[row.id] = reason
            post = owner_post(content.duty(row)) or UnitPost.parse(parcel.recipient).post
            owner = str(UnitPost(row.unit, post))
            note = say(
                zh=f"发给 {parcel.recipient} 的消息没有送到（渠道 {channel.name}：{reason}）",
                en=f"the message to {parcel.recipient} did not arrive (channel {channel.name}: {reason})",
            )
            settlement.instead += [
                NewDelivery(row.notice_id, row.obligation_id, to, INBOX, note)
                for to in dict.fromkeys((parcel.recipient, owner))
            ]

    def _pass_on(
        self, content: Content, parcel: Parcel, recipient: Recipient, settlement: Settlement
    ) -> set[int]:
        """Tell the next rung's posts in place of an empty one; returns the deliveries that were passed on.

        Where nobody is up there either, the inbox of the post keeps the message for whoever comes to hold it.
        """
        passed: set[int] = set()
        for row in content.rows:
            found = instead_of(
                self._ws.definitions,
                self._channels,
                row,
                content.duty(row),
                empty=parcel.recipient,
                on=self._today(),
            )
            if not found and parcel.channel == INBOX:
                continue
            told = list(dict.fromkeys(each.recipient for each in found))
            passed.add(row.id)
            settlement.cancelled[row.id] = reason = _why_passed(recipient, told)
            settlement.instead += found
            settlement.events.append(
                {
                    "obligation_id": row.obligation_id,
                    "at": self._now,
                    "kind": "passed_on" if told else "nobody_told",
                    "actor": "duban",
                    "reason": reason,
                    "details": {"rung": row.rung, "empty": [parcel.recipient], "recipients": told},
                }
            )
        return passed

    def _settle(self, settlement: Settlement) -> None:
        with writing(self.ledger) as connection:
            settle(connection, self.holder, settlement, self._now)

    def _today(self) -> date:
        return business_date(self._now, self._ws.definitions.project.zone)


def _not_worded(error: Exception) -> "Outcome":
    from duban.deliveries.apprise_adapter import Outcome

    return Outcome(sent=False, error=redact(f"{type(error).__name__}: {error}"))


def _why_passed(recipient: Recipient, told: list[str]) -> str:
    if told:
        names = say(zh="、", en=", ").join(told)
        return say(
            zh=f"{recipient.why_absent}，转告 {names}", en=f"{recipient.why_absent}, {names} told instead"
        )
    return say(
        zh=f"{recipient.why_absent}，上级岗位也都无人，只留在站内信",
        en=f"{recipient.why_absent}, nobody above either: kept in the inbox alone",
    )
