"""What the answers to a message mean for its deliveries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from duban.base.language import say
from duban.bureau.unit_posts import UnitPost
from duban.channels.answer_words import in_words
from duban.channels.answers import Answer
from duban.channels.channel import INBOX, Channel
from duban.channels.redaction import redact
from duban.deliveries.contents import Content
from duban.deliveries.headings import owner_post
from duban.deliveries.leasing import Parcel
from duban.deliveries.message import DeliveryTally, Message
from duban.deliveries.settling import MOST_ATTEMPTS, NewDelivery, Settlement, pause_after


@dataclass(frozen=True)
class Fate:
    """What is to be written about a message that was sent, and what its channel is to learn from it."""

    settlement: Settlement  #: what is written down
    tally: DeliveryTally  #: the same, counted
    error: str = ""  #: why the channel did not take it; empty when it did
    too_fast: bool = False  #: the channel wants to rest
    rest: int = 0  #: and says for how many seconds


def judge(message: Message, answers: Sequence[Answer], now: datetime) -> Fate:
    """What the answers of a message's addresses mean at `now` (aware UTC)."""
    parcel, ids = message.parcel, [row.id for row in message.content.rows]
    attempts = parcel.attempts + 1
    taken = [each for each in answers if each.accepted]
    refused = [each for each in answers if not each.accepted]
    error = redact("; ".join(_said(each) for each in refused))
    settlement = Settlement(again_at=now + pause_after(attempts), attempts=message.attempts, error=error)
    if taken:
        settlement.outcome = "accepted"
        settlement.sent = dict.fromkeys(ids, error or None)
        for each in refused:
            settlement.instead += _apart(message, each, settlement.again_at or now)
        return Fate(settlement, DeliveryTally(sent=len(ids), messages=1))
    if refused and all(each.too_fast for each in refused):
        settlement.outcome = "refused"
        settlement.not_counted = list(zip(parcel.deliveries, parcel.before, strict=True))
        rest = max(each.rest for each in refused)
        settlement.again_at = now + max(pause_after(attempts), timedelta(seconds=rest))
        return Fate(settlement, DeliveryTally(held=len(ids)), error, too_fast=True, rest=rest)
    if parcel.may_have_arrived or any(each.unsure for each in refused):
        # Never given up: what may have arrived must not be told as lost.
        settlement.outcome = "unknown"
        settlement.unknown = ids
        return Fate(settlement, DeliveryTally(unknown=len(ids)), error)
    settlement.outcome = "refused"
    return Fate(settlement, _refuse(message.content, parcel, message.channel, settlement), error)


def refuse_unworded(content: Content, parcel: Parcel, channel: Channel, why: str, now: datetime) -> Fate:
    """What is written about a parcel that cannot be put into words: it was tried, though it was not on the line."""
    settlement = Settlement(again_at=now + pause_after(parcel.attempts + 1), error=redact(why))
    tally = _refuse(content, parcel, channel, settlement)
    settlement.unworded, settlement.failed = settlement.failed, []
    return Fate(settlement, tally, settlement.error)


def give_up(content: Content, parcel: Parcel, channel: Channel, why: str, settlement: Settlement) -> None:
    """Declare deliveries dead and tell the recipient's and the owner's inbox instead."""
    reason = redact(why)
    told = in_words(reason)
    for row in content.rows:
        settlement.dead[row.id] = reason
        post = owner_post(content.duty(row)) or UnitPost.parse(parcel.recipient).post
        owner = str(UnitPost(row.unit, post))
        note = say(
            zh=f"发给 {parcel.recipient} 的消息没有送到（渠道 {channel.name}：{told}）",
            en=f"the message to {parcel.recipient} did not arrive (channel {channel.name}: {told})",
        )
        settlement.instead += [
            NewDelivery(row.notice_id, row.obligation_id, to, INBOX, note)
            for to in dict.fromkeys((parcel.recipient, owner))
        ]


def _refuse(content: Content, parcel: Parcel, channel: Channel, settlement: Settlement) -> DeliveryTally:
    ids = [row.id for row in content.rows]
    if parcel.attempts + 1 >= MOST_ATTEMPTS and channel.kind != INBOX:
        give_up(content, parcel, channel, settlement.error, settlement)
        return DeliveryTally(dead=len(ids))
    settlement.failed = ids
    return DeliveryTally(failed=len(ids))


def _apart(message: Message, answer: Answer, again_at: datetime) -> list[NewDelivery]:
    """Deliveries to the one address that did not take what the others took: from now on it stands on its own."""
    return [
        NewDelivery(
            row.notice_id,
            row.obligation_id,
            message.parcel.recipient,
            f"{message.channel.name}/{answer.address}",
            redact(_said(answer)),
            state="unknown" if answer.unsure else "failed",
            attempts=0 if answer.too_fast else message.parcel.attempts + 1,
            again_at=again_at,
            message_id=message.parcel.message_id if answer.unsure else None,
        )
        for row in message.content.rows
    ]


def _said(answer: Answer) -> str:
    return f"{answer.address}: {answer.said}" if answer.address else answer.said
