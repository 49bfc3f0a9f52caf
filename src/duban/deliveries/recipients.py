"""Who a message reaches today: the post's holder, the deputy while they are away, or the next post up.

A notice is addressed to a post; people come and go between deciding and sending, so the post is looked up again here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from duban.base.language import say
from duban.bureau.unit_posts import UnitPost
from duban.channels.routes import Channels, channels_for
from duban.deliveries.settling import NewDelivery
from duban.obligations.rungs import rung_of

if TYPE_CHECKING:
    from duban.bureau.posts import Post
    from duban.bureau.project import Project
    from duban.definitions.definitions import Definitions
    from duban.deliveries.contents import Reminder
    from duban.ladders.ladder import Ladder, Rung


@dataclass(frozen=True)
class Recipient:
    """A post on one day."""

    inboxes: tuple[str, ...]  #: the posts (`unit/post`) in whose inbox a message goes
    holder: str = ""  #: who holds the post, or stands in; empty when nobody is registered
    acting_for: str = ""  #: the post a deputy stands in for
    addresses: Mapping[str, str] = field(default_factory=dict)  #: by name: mail, mobile …
    present: bool = True  #: False when nobody is there
    why_absent: str = ""  #: why nobody is


def recipient_of(project: "Project", recipient: str, on: date) -> Recipient:
    """The people behind `recipient` (`unit/post`) on business date `on`: the holder, or on days of leave the deputy, with their addresses.

    A post that is vacant, gone, or away without a deputy who is there has nobody; the reason is said.
    """
    named = UnitPost.parse(recipient)
    post = project.post(named.unit, named.post)
    if post is None:
        why = say(
            zh=f"duban.yaml 里已没有岗位 {recipient}", en=f"duban.yaml has no post {recipient} any more"
        )
        return Recipient((recipient,), present=False, why_absent=why)
    if post.vacant:
        why = say(zh=f"{recipient} 空缺", en=f"{recipient} is vacant")
        return Recipient((recipient,), present=False, why_absent=why)
    if not post.is_away(on):
        return Recipient((recipient,), post.holder or "", "", post.addresses)
    deputy: Post | None = project.post(named.unit, post.deputy) if post.deputy else None
    if deputy is None or deputy.vacant or deputy.is_away(on):
        why = say(zh=f"{recipient} 离岗且无人代理", en=f"{recipient} is away without a deputy")
        return Recipient((recipient,), present=False, why_absent=why)
    return Recipient(
        (str(UnitPost(named.unit, deputy.name)), recipient),
        deputy.holder or deputy.name,
        named.post,
        deputy.addresses,
    )


def instead_of(
    definitions: "Definitions",
    channels: Channels,
    row: "Reminder",
    duty: Mapping[str, Any],
    *,
    empty: str,
    on: date,
) -> list[NewDelivery]:
    """The deliveries that take the place of one to the post `empty`: to the rung's other posts or the next rung's.

    `row` is the delivery as it was read again, `duty` what its duty said. Nothing when the duty's ladder is gone or nobody up the ladder is there.
    """
    from duban.ladders.addressing import who_is_told

    project = definitions.project
    ladder = definitions.ladders.get(str(duty.get("ladder", "")))
    rung = _rung(ladder, row)
    if ladder is None or rung is None:
        return []
    owner_post = str((duty.get("owner") or {}).get("post", ""))
    given = UnitPost.parse(row.dispatched_to) if row.dispatched_to else None
    told = who_is_told(
        project,
        ladder,
        rung,
        unit=row.unit,
        owner_post=owner_post,
        line=str(duty.get("line", "")),
        on=on,
        given_to=given,
    )  # who works along has a delivery of their own
    found = []
    for each in told.recipients:
        recipient = str(each)
        post = project.post(each.unit, each.post)
        if recipient == empty or post is None or not recipient_of(project, recipient, on).present:
            continue
        names = channels_for(
            channels,
            unit_level=project.units[each.unit].level,
            post=post.role,
            stage=row.stage,
            confidential=bool(row.confidential),
            addresses=post.addresses,
            owing=project.codes_up(row.unit),
        )
        found += [NewDelivery(row.notice_id, row.obligation_id, recipient, channel) for channel in names]
    return found


def is_urgent(definitions: "Definitions", row: "Reminder", duty: Mapping[str, object]) -> bool:
    """Whether the rung that speaks goes out at any hour."""
    rung = _rung(definitions.ladders.get(str(duty.get("ladder", ""))), row)
    return rung is not None and rung.urgent


def _rung(ladder: "Ladder | None", row: "Reminder") -> "Rung | None":
    return next((each for each in ladder.rungs if each.key == rung_of(row.rung)), None) if ladder else None
