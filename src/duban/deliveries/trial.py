"""A channel tried out by hand, and when each channel last worked."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert, select
from sqlmodel import col

from duban.base.clock import business_date, local
from duban.base.entrance import by_entrance
from duban.base.language import say
from duban.base.problems import ProblemsFound, did_you_mean, there_is_no
from duban.bureau.unit_posts import UnitPost
from duban.channels.addresses import placeholders
from duban.channels.answer_words import in_words
from duban.channels.answers import Answer
from duban.channels.carriers.carrier import MAIL
from duban.channels.channel import INBOX, Channel, NoAddress
from duban.channels.current import current_channels
from duban.channels.loading import CHANNELS_FILE, load_channels
from duban.channels.routes import Channels
from duban.deliveries.apprise_adapter import Sender, problem_with
from duban.deliveries.recipients import recipient_of
from duban.ledger.database import writing
from duban.ledger.rows import first_of
from duban.ledger.tables import Attempt

if TYPE_CHECKING:
    from duban.workspace.workspace import Workspace


class ChannelRefused(LookupError):
    """A channel cannot be tried out; the message says why and what to do."""


class LastTry(NamedTuple):
    """One attempt over a channel."""

    put_at: datetime  #: aware UTC
    outcome: str | None  #: accepted, refused or unknown; None when its sender died or is at it
    said: str | None  #: what came back, without secrets


class ChannelRecord(NamedTuple):
    """How a channel has served."""

    channel: Channel  #: which
    last: LastTry | None  #: the latest attempt; None: it was never used
    last_accepted: LastTry | None  #: the latest that was taken
    wrong: str = ""  #: why its address can never work, without secrets

    @property
    def broken(self) -> bool:
        """Whether its address is none, or the latest attempt was refused: wrong until another one is taken."""
        refused = self.last is not None and self.last.outcome == "refused"
        return bool(self.wrong) or (refused and not self.channel.absent)


def record_line(record: ChannelRecord, zone: ZoneInfo) -> str:
    """How a channel has served by its `record`, in one line; moments by the clock of `zone`."""
    channel, last, taken, wrong = record
    if wrong:
        return say(
            zh=f"{channel.name}：地址用不了（{wrong}）", en=f"{channel.name}: no usable address ({wrong})"
        )
    if channel.absent:
        return say(
            zh=f"{channel.name}：没有配置（{channel.absent}），它的消息只进站内信",
            en=f"{channel.name}: {channel.absent}; its messages go to the inbox alone",
        )
    if last is None:
        return say(zh=f"{channel.name}：还没有发过消息", en=f"{channel.name}: never used")
    worked = local(taken.put_at, zone) if taken else say(zh="没有过", en="never")
    line = say(zh=f"{channel.name}：最近一次发成 {worked}", en=f"{channel.name}: last taken {worked}")
    if last.outcome == "accepted":
        return line
    words = {
        "refused": say(zh="没有收下", en="refused"),
        "unknown": say(zh="没有回音", en="no answer"),
        None: say(zh="正在发，或发的时候断了", en="on the line, or its sender died"),
    }
    how = words.get(last.outcome, "")
    at = local(last.put_at, zone)
    return (
        line
        + say(zh=f"；最后一次 {at} {how}", en=f"; the last, {at}: {how}")
        + (say(zh=f"：{in_words(last.said)}", en=f": {in_words(last.said)}") if last.said else "")
    )


def channel_records(connection: Connection, channels: Channels) -> list[ChannelRecord]:
    """When each channel but the inbox was used last, and when it last worked.

    `channels` are those in force; one that was never used has a record of no attempt.
    """
    found = []
    for channel in channels.by_name.values():
        if channel.kind == INBOX:
            continue
        latest = (
            select(col(Attempt.put_at), col(Attempt.outcome), col(Attempt.said))
            .where(col(Attempt.channel) == channel.name)
            .order_by(col(Attempt.put_at).desc(), col(Attempt.id).desc())
            .limit(1)
        )
        accepted = latest.where(col(Attempt.outcome) == "accepted")
        found.append(
            ChannelRecord(
                channel,
                first_of(connection, latest, LastTry),
                first_of(connection, accepted, LastTry),
                "" if channel.absent else _wrong(channel),
            )
        )
    return found


def _wrong(channel: Channel) -> str:
    """Why Apprise would not take the channel's address, tried with a made-up recipient; empty when it would."""
    made_up = "a@example.cn" if channel.carrier.address_form == MAIL else "13800000000"
    [place] = channel.destinations(dict.fromkeys(placeholders(channel.url), made_up))
    return problem_with(place.url)


def _in_the_draft(root: Path, name: str) -> str:
    """Why a channel that stands in the folder is not in force; empty if it does not stand there."""
    try:
        drafted = load_channels(root).by_name
    except ProblemsFound:
        wrong = say(
            zh=f"文件夹里的 {CHANNELS_FILE} 有错，没有生效",
            en=f"{CHANNELS_FILE} in the folder has mistakes and is not in force",
        )
        return wrong + by_entrance(command=say(zh="，请运行 duban check", en=": run duban check"), page="")
    if name not in drafted:
        return ""
    waiting = say(
        zh=f"文件夹里的 {CHANNELS_FILE} 写了它，还没有生效",
        en=f"{CHANNELS_FILE} in the folder has it and is not in force yet",
    )
    return waiting + by_entrance(
        command=say(zh="，请运行 duban apply", en=": run duban apply"),
        page=say(zh="，请在“规则文件”里使它生效", en=": put it in force under Files"),
    )


def try_channel(ws: "Workspace", name: str, to: UnitPost, now: datetime) -> list[Answer]:
    """Send one real message over a channel in force to a post, at `now` (aware UTC); what came back, address by
    address.

    `name` is the channel's, or what people call it. It counts against the channel's limits like any other. Raises
    ChannelRefused when the channel or the post cannot be used.
    """
    channels = current_channels(ws).channels
    called = [each for each in channels.by_name.values() if each.word == name]
    channel = channels.by_name.get(name) or (called[0] if len(called) == 1 else None)
    if channel is None:
        if why := _in_the_draft(ws.root, name):
            raise ChannelRefused(say(zh=f"没有渠道“{name}”，{why}", en=f"no channel “{name}”, {why}"))
        raise ChannelRefused(there_is_no(say(zh="渠道", en="channel"), name, channels.by_name))
    if channel.absent:
        raise ChannelRefused(
            say(zh=f"渠道“{name}”没有配置：{channel.absent}", en=f"“{name}”: {channel.absent}")
        )
    project = ws.definitions.project
    unit = project.units.get(to.unit)
    if unit is not None and to.post not in unit.posts:
        near = did_you_mean(to.post, unit.posts)
        what = say(zh=f"{unit.name}没有岗位“{to.post}”", en=f"{unit.name} has no post “{to.post}”")
        raise ChannelRefused(what + (say(zh=f"，{near}", en=f", {near}") if near else ""))
    recipient = recipient_of(project, str(to), business_date(now, project.zone))
    if not recipient.present:
        raise ChannelRefused(recipient.why_absent)
    title = say(zh=f"【试发】{project.bureau}", en=f"[trial] {project.bureau}")
    body = say(
        zh=f"这是 {local(now, project.zone)} 从渠道“{name}”试发给 {to.post} 的消息，收到即可，不必办理。",
        en=f"A trial of the channel “{name}” to {to.post} at {local(now, project.zone)}: nothing to be done.",
    )
    with Sender() as sender:
        if channel.kind == INBOX:
            from duban.channels.carriers.inbox.plugin import InboxPlugin

            number = f"试发 {now:%Y%m%dT%H%M%S%f}"
            inbox = InboxPlugin(ledger=ws.ledger, recipient=str(to), message_id=number, received_at=now)
            return [sender.send_to(inbox, title, body)]
        try:
            places = channel.destinations(recipient.addresses)
        except NoAddress as error:
            raise ChannelRefused(str(error)) from error
        neutral = channel.carrier.neutral
        answers = [
            replace(each, address=each.address or place.address)
            for place in places
            for each in sender.send(channel, place, neutral(title), neutral(body))
        ]
    with writing(ws.ledger) as connection:
        rows = [
            {
                "channel": name,
                "recipient": str(to),
                "message_id": "",
                "put_at": now,
                "outcome": outcome_of(each),
                "said": each.said or None,
            }
            for each in answers
        ]
        connection.execute(insert(Attempt), rows)
    return answers


def outcome_of(answer: Answer) -> str:
    """The word for an answer in the ledger: `accepted`, `refused`, or `unknown` where the line broke before the
    answer came.
    """
    if answer.accepted:
        return "accepted"
    return "unknown" if answer.unsure else "refused"
