"""A parcel just before it goes: read again, handed on where nobody is, and put into words."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from duban.base.clock import Present, business_date
from duban.base.language import say
from duban.bureau.unit_posts import UnitPost
from duban.channels.channel import INBOX, Channel, Destination, NoAddress
from duban.channels.routes import Channels
from duban.deliveries.composing import compose
from duban.deliveries.contents import Content, Version, read_again, with_progress
from duban.deliveries.daily import had_todays_message
from duban.deliveries.digests import LONGEST_LETTER, Digest
from duban.deliveries.fitting import fitted
from duban.deliveries.headings import Headings
from duban.deliveries.judging import give_up, refuse_unworded
from duban.deliveries.leaders_page import leaders_page
from duban.deliveries.leasing import Parcel
from duban.deliveries.lists import attached_list
from duban.deliveries.message import DeliveryTally, Message, PreparedParcel
from duban.deliveries.recipients import Recipient, instead_of, is_urgent, recipient_of
from duban.deliveries.settling import Settlement
from duban.deliveries.standings import unit_standings
from duban.deliveries.templates import Templates
from duban.duties.work_plan import clause_places
from duban.ladders.office_hours import may_go_out_at, next_opening
from duban.ledger.database import reading
from duban.ledger.unavailable import LedgerUnavailable

if TYPE_CHECKING:
    from duban.workspace.workspace import Workspace

MOST_LISTED = 5
"""So many obligations a leader's message names one by one; of more it says how things stand."""
ONE_PAGE = 4_096
"""The longest message, in UTF-8 bytes, to who only sees to it that others act, and to a group."""


class Preparation:
    """Prepares the parcels of one run at one moment. It writes nothing, and sends nothing."""

    def __init__(self, ws: "Workspace", now: datetime, channels: Channels, holder: str) -> None:
        self._ws = ws
        self._now = now
        self._channels = channels
        self._holder = holder
        self._versions: dict[int, Version] = {}
        self._standings: Mapping[str, tuple[int, int]] | None = None
        self._templates = Templates(ws.definitions.root)
        self._headings = Headings(ws.definitions.project, clause_places(ws.root))

    def of(self, parcel: Parcel, channel: Channel) -> PreparedParcel:
        """What is left to send of a parcel, in words, and what became of the rest."""
        with reading(self._ws.ledger) as connection:
            return self._of(connection, parcel, channel)

    def _of(self, connection: Connection, parcel: Parcel, channel: Channel) -> PreparedParcel:
        definitions = self._ws.definitions
        today = self._today()
        content = read_again(connection, parcel, self._holder, self._versions)
        content = with_progress(connection, content, definitions, today)
        prepared = PreparedParcel(
            Settlement(cancelled=dict(content.cancelled)), DeliveryTally(cancelled=len(content.cancelled))
        )
        if not content.rows:
            return prepared
        opens = self._opens(content, parcel)
        if opens > self._now:
            prepared.later = opens
            return prepared
        recipient = recipient_of(definitions.project, parcel.recipient, today)
        if not recipient.present:
            passed = self._pass_on(content, parcel, recipient, prepared.settlement)
            prepared.tally.passed += len(passed)
            content = content.without(passed)
            if not content.rows:
                return prepared
        _, only = self._channels.named(parcel.channel)
        try:
            destinations = _destinations(parcel, channel, recipient, only)
        except NoAddress as error:
            give_up(content, parcel, channel, str(error), prepared.settlement)
            prepared.tally.dead += len(prepared.settlement.dead)
            return prepared
        try:
            digest = self._digest(connection, content, parcel, channel, recipient)
            if self._comes_tomorrow(connection, digest, content, parcel, channel):
                prepared.later = next_opening(self._now, definitions.project, definitions.calendar)
                return prepared
            title, body = self._words(digest, channel)
            attached = attached_list(digest) if digest.attached else None
        except LedgerUnavailable:
            raise  # the message is as good as ever
        except Exception as error:
            # One message that cannot be put into words must not hold up those behind it.
            fate = refuse_unworded(content, parcel, channel, f"{type(error).__name__}: {error}", self._now)
            fate.settlement.cancelled |= prepared.settlement.cancelled
            fate.settlement.instead += prepared.settlement.instead
            fate.settlement.events += prepared.settlement.events
            return PreparedParcel(fate.settlement, prepared.tally + fate.tally)
        inboxes = recipient.inboxes if channel.kind == INBOX else ()
        prepared.message = Message(
            parcel, content, channel, title, body, inboxes, destinations, attached, only
        )
        return prepared

    def _digest(
        self,
        connection: Connection,
        content: Content,
        parcel: Parcel,
        channel: Channel,
        recipient: Recipient,
    ) -> Digest:
        """What the message says; to a leader it is how things stand, and the list goes with it."""
        definitions = self._ws.definitions
        digest = compose(
            content,
            parcel,
            project=definitions.project,
            calendar=definitions.calendar,
            headings=self._headings,
            now=self._now,
            acting_for=recipient.acting_for,
            holder=recipient.holder,
        )
        if not digest.own and not digest.confidential and not channel.group and digest.count > MOST_LISTED:
            unit = UnitPost.parse(parcel.recipient).unit
            page = leaders_page(
                definitions.project, digest.entries, digest.stage, unit, self._unit_standings(connection)
            )
            digest = replace(digest, summary=page)
        whole = digest.summary is None and digest.count <= LONGEST_LETTER
        return replace(digest, attached=channel.carrier.attaches and not whole)

    def _words(self, digest: Digest, channel: Channel) -> tuple[str, str]:
        """Title and body of the message, harmless for the reader's program and short enough for the channel."""
        neutral = channel.carrier.neutral

        def put(each: Digest) -> tuple[str, str]:
            title, body = self._templates.words(each)
            return neutral(title), neutral(body)

        if channel.kind == INBOX or (digest.own and not channel.group):
            return fitted(digest, channel.max_length, put)
        # A leader and a group get one page, whatever the channel would take; all of it is in the inbox.
        return fitted(digest, min(channel.max_length, ONE_PAGE), put, one_page=True)

    def _opens(self, content: Content, parcel: Parcel) -> datetime:
        """From when it may go (aware UTC): what is late, or is tried once more, waits for the office like everything, unless a rung
        of it is urgent.
        """
        definitions = self._ws.definitions
        calendar = definitions.calendar.for_unit(UnitPost.parse(parcel.recipient).unit)
        opens = may_go_out_at(self._now, definitions.project, calendar, urgent=False)
        if opens > self._now and self._is_urgent(content):
            return self._now
        return opens

    def _is_urgent(self, content: Content) -> bool:
        """Whether a rung of it goes out at any hour."""
        alike = {(row.duty_version_id, row.rung): row for row in content.rows}
        return any(is_urgent(self._ws.definitions, row, content.duty(row)) for row in alike.values())

    def _comes_tomorrow(
        self, connection: Connection, digest: Digest, content: Content, parcel: Parcel, channel: Channel
    ) -> bool:
        """Whether who only sees to it has had today's message, so that this one waits; nothing urgent does."""
        if digest.own or digest.confidential or channel.group or parcel.may_have_arrived:
            return False
        if self._is_urgent(content):
            return False
        return had_todays_message(connection, parcel, channel, self._now, self._ws.definitions.project.zone)

    def _unit_standings(self, connection: Connection) -> Mapping[str, tuple[int, int]]:
        """How each unit stands, read once a run; two senders that ask at the same moment both read it, neither waits."""
        if self._standings is None:
            self._standings = unit_standings(connection, Present(self._today(), self._now))
        return self._standings

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

    def _today(self) -> date:
        return business_date(self._now, self._ws.definitions.project.zone)


def _destinations(
    parcel: Parcel, channel: Channel, recipient: Recipient, only: str
) -> tuple[Destination, ...]:
    """Where a parcel goes over its channel; nowhere over the inbox.

    Raises NoAddress, saying why, when the channel can never take it as things stand.
    """
    if channel.kind == INBOX:
        return ()
    if channel.absent:
        raise NoAddress(channel.absent)
    if channel.group and parcel.confidential:
        raise NoAddress(say(zh="保密事项不发群", en="confidential: not for a group"))
    found = channel.destinations(recipient.addresses)
    if only and any(each.address for each in found):
        found = tuple(each for each in found if each.address == only)
        if not found:
            raise NoAddress(
                say(zh=f"已不再登记地址 {only}", en=f"the address {only} is no longer registered")
            )
    return found


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
