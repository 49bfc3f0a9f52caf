"""Channels and routes: over which way a post is told at which rung, from `notifications/channels.yaml`.

The built-in inbox is always there and is part of every route, so that a message can be read even where nothing is
set up. A channel whose secret is missing counts as not configured: its messages go to the inbox alone, and
`Channels.warnings` says so.
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import quote

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from duban.base.language import say
from duban.base.problems import Problem, ProblemsFound, did_you_mean
from duban.channels.schemes import (
    ALLOWED,
    OTHER,
    has_credentials,
    placeholders,
    scheme_of,
)
from duban.channels.secret_places import NotConfigured, fetch, is_reference
from duban.ladders.stages import STAGES, stage_key
from duban.yamlfile import Loc, YamlFile, read, validate

INBOX = "inbox"
CHANNELS_FILE = Path("notifications") / "channels.yaml"


class NoAddress(LookupError):
    """The recipient has no address of the kind a channel needs, for example no mobile number."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _known_stage(word: str) -> str:
    key = stage_key(word)
    if key is None:
        near = did_you_mean(word, [*STAGES, *STAGES.values()])
        raise ValueError(say(zh=f"不认识的阶段“{word}”，{near}", en=f"unknown stage “{word}”, {near}"))
    return key


def _known_scheme(word: str) -> str:
    if not word.isalnum() or not word.isascii():
        raise ValueError(
            say(
                zh=f"“{word}”不是地址类型，只写“://”前的字",
                en=f"“{word}” is no scheme: only what precedes “://”",
            )
        )
    return word.lower()


class ChannelEntry(_Strict):
    """One channel as the file writes it."""

    kind: Literal["inbox", "apprise"]
    url: str | None = None
    group: bool = False
    max_length: Annotated[int, Field(ge=200, le=1_000_000)] | None = None
    rate: Annotated[int, Field(ge=0, le=10_000)] | None = None
    timeout: Annotated[float, Field(gt=0, le=120)] = 10


class RouteEntry(_Strict):
    """One route as the file writes it: what is left out matches everything."""

    stage: Annotated[list[Annotated[str, AfterValidator(_known_stage)]], BeforeValidator(_as_list)] = []
    post: Annotated[list[str], BeforeValidator(_as_list)] = []
    unit: Annotated[list[Literal["city", "county", "station"]], BeforeValidator(_as_list)] = []
    channels: Annotated[list[str], BeforeValidator(_as_list), Field(min_length=1)]


class ChannelsFile(_Strict):
    """`notifications/channels.yaml` as a whole."""

    schemes: list[Annotated[str, AfterValidator(_known_scheme)]] = []
    channels: dict[str, ChannelEntry] = {}
    routes: list[RouteEntry] = []
    default: Annotated[list[str], BeforeValidator(_as_list)] = [INBOX]


@dataclass(frozen=True)
class Channel:
    """One way to a person. `max_length` in UTF-8 bytes with the title, `rate` in messages a minute (0: no limit),
    `timeout` in seconds. A channel with `absent` set is known but not configured, and `absent` says why.
    """

    name: str
    kind: Literal["inbox", "apprise"]
    url: str = ""
    group: bool = False
    max_length: int = 100_000
    rate: int = 0
    timeout: float = 10
    absent: str = ""

    def __repr__(self) -> str:
        """Without the address, which may hold a secret."""
        return f"Channel({self.name!r}, {self.kind!r})"

    def reaches(self, addresses: Mapping[str, str]) -> bool:
        """Whether a recipient with these addresses can be reached over this channel."""
        return not self.absent and all(addresses.get(name, "").strip() for name in placeholders(self.url))

    def address_for(self, addresses: Mapping[str, str]) -> str:
        """The channel's URL for one recipient: each placeholder filled with the percent-encoded address.

        Raises NoAddress if the recipient lacks one.
        """
        url = self.url
        for name in placeholders(url):
            value = addresses.get(name, "").strip()
            if not value:
                raise NoAddress(say(zh=f"没有登记“{name}”地址", en=f"no “{name}” address is registered"))
            url = url.replace(f"{{{name}}}", quote(value, safe=""))
        return url


@dataclass(frozen=True)
class Route:
    """Who is told over which channels; an empty set matches everything. The first route that matches decides."""

    stages: frozenset[str]
    posts: frozenset[str]
    levels: frozenset[str]
    channels: tuple[str, ...]

    def matches(self, *, unit_level: str, post: str, stage: str) -> bool:
        """Whether this route is for a post of such a unit at such a stage."""
        return (
            (not self.stages or stage in self.stages)
            and (not self.posts or post in self.posts)
            and (not self.levels or unit_level in self.levels)
        )


@dataclass(frozen=True)
class Channels:
    """All channels and routes of a project. `warnings` says what is declared but cannot be used now."""

    by_name: Mapping[str, Channel]
    routes: tuple[Route, ...]
    default: tuple[str, ...]
    warnings: tuple[Problem, ...] = ()


def inbox_only() -> Channels:
    """What a project without a channels file has: the built-in inbox."""
    return Channels({INBOX: Channel(INBOX, "inbox")}, (), (INBOX,))


def load_channels(root: Path, environment: Mapping[str, str] | None = None) -> Channels:
    """The project's channels and routes. Raises ProblemsFound with every mistake of the file at once."""
    path = root / CHANNELS_FILE
    if not path.exists():
        return inbox_only()
    return channels_in(read(path, root=root), root, environment)


def channels_in(file: YamlFile, root: Path, environment: Mapping[str, str] | None = None) -> Channels:
    """The channels and routes of a file that could be read, wherever it came from; paths in it start at `root`.

    Raises ProblemsFound.
    """
    entry, problems = validate(file, file.data, ChannelsFile)
    if entry is None:
        raise ProblemsFound(problems)
    problems = [*problems, *_mistakes(file, entry)]
    if problems:
        raise ProblemsFound(problems)
    warnings: list[Problem] = []
    found = {INBOX: Channel(INBOX, "inbox")}
    for name, written in entry.channels.items():
        if written.kind == "apprise":
            found[name] = _channel(name, written, entry, root, environment)
            if found[name].absent:
                warnings.append(
                    file.problem(
                        ("channels", name, "url"),
                        say(
                            zh=f"渠道“{name}”没有配置：{found[name].absent}",
                            en=f"channel “{name}”: {found[name].absent}",
                        ),
                        say(
                            zh="在此之前它的消息只进站内信",
                            en="until then its messages go to the inbox alone",
                        ),
                    )
                )
    routes = tuple(
        Route(frozenset(r.stage), frozenset(r.post), frozenset(r.unit), tuple(r.channels))
        for r in entry.routes
    )
    return Channels(found, routes, tuple(entry.default), tuple(warnings))


def channels_for(
    channels: Channels,
    *,
    unit_level: str,
    post: str,
    stage: str,
    confidential: bool,
    addresses: Mapping[str, str],
) -> list[str]:
    """The names of the channels a notice goes out over to one recipient; the inbox is always the first.

    Left out are group channels for a confidential duty, channels that are not configured, and channels that need an
    address the recipient does not have.
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
        if not (confidential and channel.group):
            usable.append(name)
    return usable


def _channel(
    name: str, entry: ChannelEntry, whole: ChannelsFile, root: Path, environment: Mapping[str, str] | None
) -> Channel:
    written = entry.url or ""
    absent, url = "", written
    if is_reference(written):
        try:
            url = fetch(written, root, os.environ if environment is None else environment)
        except NotConfigured as error:
            absent, url = str(error), ""
    scheme = scheme_of(url) if url else None
    if url and (scheme is None or scheme not in _allowed(whole)):
        # The value itself is a secret and is not shown.
        absent, url = say(zh="地址的类型不在允许之列", en="its address is of a kind that is not allowed"), ""
    if url and entry.group and placeholders(url):
        absent, url = (
            say(zh="群渠道的地址不能因人而异", en="a group's address cannot depend on the recipient"),
            "",
        )
    known = ALLOWED.get(scheme or "", OTHER)
    return Channel(
        name,
        "apprise",
        url,
        entry.group,
        known.max_length if entry.max_length is None else entry.max_length,
        known.rate if entry.rate is None else entry.rate,
        entry.timeout,
        absent,
    )


def _allowed(whole: ChannelsFile) -> set[str]:
    return {*ALLOWED, *whole.schemes}


def _mistakes(file: YamlFile, whole: ChannelsFile) -> list[Problem]:
    problems: list[Problem] = []
    known = {INBOX, *whole.channels}
    for name, entry in whole.channels.items():
        problems += _channel_mistakes(file, ("channels", name), name, entry, whole)
    named: list[tuple[Loc, list[str]]] = [
        (("routes", i, "channels"), route.channels) for i, route in enumerate(whole.routes)
    ]
    named.append((("default",), whole.default))
    for loc, names in named:
        for i, name in enumerate(names):
            if name not in known:
                problems.append(
                    file.problem(
                        (*loc, i),
                        say(zh=f"没有名为“{name}”的渠道", en=f"there is no channel “{name}”"),
                        did_you_mean(name, known),
                    )
                )
    return problems


def _channel_mistakes(
    file: YamlFile, loc: Loc, name: str, entry: ChannelEntry, whole: ChannelsFile
) -> list[Problem]:
    if (entry.kind == "inbox") != (name == INBOX):
        what = say(zh="站内信只有一个，名字就是 inbox", en="there is one inbox, and its name is inbox")
        return [file.problem((*loc, "kind"), what)]
    if entry.kind == "inbox":
        if entry.url is None:
            return []
        return [file.problem((*loc, "url"), say(zh="站内信不需要地址", en="the inbox needs no address"))]
    place = say(
        zh="写 env:变量名、file:文件路径 或 secret:名称",
        en="write env:VARIABLE, file:PATH or secret:NAME",
    )
    if entry.url is None:
        return [
            file.problem(
                loc, say(zh=f"渠道“{name}”缺少 url", en=f"channel “{name}” has no url"), place, at_key=True
            )
        ]
    if is_reference(entry.url):
        return []
    url_loc = (*loc, "url")
    scheme = scheme_of(entry.url)
    if scheme is None:
        return [file.problem(url_loc, say(zh="这不是渠道地址", en="this is not a channel's address"), place)]
    if has_credentials(entry.url):
        # The address is not repeated: problems are printed and logged.
        what = say(zh="地址里的密码或令牌不能写在 YAML 里", en="a password or token must not stand in YAML")
        return [file.problem(url_loc, what, place)]
    if scheme not in _allowed(whole):
        what = say(zh=f"不允许的地址类型“{scheme}”", en=f"addresses of kind “{scheme}” are not allowed")
        mend = say(zh="确有需要就写进 schemes", en="if it is needed, list it under schemes")
        return [file.problem(url_loc, what, mend)]
    if entry.group and placeholders(entry.url):
        what = say(zh="群渠道的地址不能因人而异", en="a group's address cannot depend on the recipient")
        return [file.problem(url_loc, what)]
    return []
