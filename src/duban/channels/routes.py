"""Routes: over which channels a post is told at which rung. The first route that matches decides.

The built-in inbox is part of every route, so that a message can be read even where nothing is set up.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from duban.base.problems import Problem
from duban.channels.channel import INBOX, Channel
from duban.ladders.stages import stage_key


@dataclass(frozen=True)
class Route:
    """Who is told over which channels; an empty set matches everything."""

    stages: frozenset[str]  #: keys of stages
    posts: frozenset[str]  #: names of posts
    levels: frozenset[str]  #: city, county, station
    channels: tuple[str, ...]  #: names of channels, in the order written

    def matches(self, *, unit_level: str, post: str, stage: str) -> bool:
        """Whether this route is for a post of such a unit at such a stage."""
        return (
            (not self.stages or stage in self.stages)
            and (not self.posts or post in self.posts)
            and (not self.levels or unit_level in self.levels)
        )

    def covers(self, other: "Route") -> bool:
        """Whether everything the other route is for comes to this one."""
        mine, others = (self.stages, self.posts, self.levels), (other.stages, other.posts, other.levels)
        return all(not own or (theirs and theirs <= own) for own, theirs in zip(mine, others, strict=True))


@dataclass(frozen=True)
class Channels:
    """All channels and routes of a project."""

    by_name: Mapping[str, Channel]  #: the inbox among them
    routes: tuple[Route, ...]  #: in the order written
    default: tuple[str, ...]  #: names of channels where no route matches
    warnings: tuple[Problem, ...] = ()  #: what is declared but cannot be used now

    def named(self, name: str) -> tuple[Channel | None, str]:
        """The channel of a delivery, and which of the recipient's addresses it is for: `mail`, or `mail/li@example.cn`
        when the others of several have taken the message already.
        """
        if name in self.by_name:
            return self.by_name[name], ""
        known, _, address = name.partition("/")
        return self.by_name.get(known), address

    def word(self, name: str) -> str:
        """The channel of a delivery as people call it."""
        channel, _ = self.named(name)
        return channel.word if channel is not None else name


def inbox_only() -> Channels:
    """What a project without `notifications/channels.yaml` has: everything goes to the built-in inbox, and nothing
    has to be set up.
    """
    return Channels({INBOX: Channel(INBOX, "inbox")}, (), (INBOX,))


def channels_for(
    channels: Channels,
    *,
    unit_level: str,
    post: str,
    stage: str,
    confidential: bool,
    addresses: Mapping[str, str],
    owing: Sequence[str],
) -> list[str]:
    """The names of the channels a notice goes out over to one recipient; the inbox is always the first.

    The recipient is a `post` of a unit at `unit_level`, who has these `addresses` (kind of address → address); `stage` is
    how far the ladder has come. `owing` has the code of the unit that owes, then those above it up to the city. Left out
    are groups for a confidential duty and for what another county owes, channels that are not configured, and channels
    that need an address the recipient does not have.
    """
    key = stage_key(stage) or stage
    wanted: Iterable[str] = next(
        (r.channels for r in channels.routes if r.matches(unit_level=unit_level, post=post, stage=key)),
        channels.default,
    )
    usable = [INBOX]
    for name in wanted:
        channel = channels.by_name.get(name)
        if channel is None or name in usable or not channel.reaches(addresses):
            continue
        if channel.hears_of(owing, confidential=confidential):
            usable.append(name)
    return usable
