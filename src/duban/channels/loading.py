"""Reading `notifications/channels.yaml`: every mistake in it at once, and what is declared but cannot be used now.

A channel whose secret is missing counts as not configured: its messages go to the inbox alone.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from duban.base.language import say
from duban.base.problems import Problem, ProblemsFound, did_you_mean
from duban.channels.addresses import (
    has_credentials,
    in_plain_commas,
    marked_up,
    placeholders,
    scheme_of,
)
from duban.channels.allowed_hosts import AllowedHosts
from duban.channels.carriers import BY_SCHEME, carrier_of
from duban.channels.channel import INBOX, Channel
from duban.channels.grammar import ChannelEntry, ChannelsFile
from duban.channels.routes import Channels, Route, inbox_only
from duban.channels.secret_places import NotConfigured, fetch, file_of, is_reference
from duban.yamlfile import Loc, YamlFile, read, validate

CHANNELS_FILE = Path("notifications") / "channels.yaml"


def load_channels(root: Path, environment: Mapping[str, str] | None = None) -> Channels:
    """The channels and routes of the project at `root`; the inbox alone where it has no such file.

    Secrets come from `environment` (None: the process's own) before the project's file of them. Raises ProblemsFound with
    every mistake of the file at once.
    """
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
        absent, url = _same_for_all(), ""
    known = carrier_of(scheme or "")
    if url and marked_up(url) and scheme in BY_SCHEME:
        absent, url = _plain_alone(), ""
    if url and entry.accepted is not None and not known.body_decides:
        absent, url = _not_asked(), ""
    return Channel(
        name,
        "apprise",
        in_plain_commas(url) if known.addresses else url,
        entry.group,
        _or(entry.max_length, known.limits.max_length),
        _or(entry.rate, known.limits.per_minute),
        entry.timeout,
        absent,
        _or(entry.per_second, known.limits.per_second),
        _or(entry.per_member, known.limits.per_member),
        entry.accepted,
        entry.unit,
        entry.title,
        AllowedHosts.of(whole.hosts),
        file_of(written, root, environment) if is_reference(written) else None,
        _or(entry.senders, 0),
    )


def _or(written: int | None, known: int) -> int:
    return known if written is None else written


def _same_for_all() -> str:
    return say(zh="群渠道的地址不能因人而异", en="a group's address cannot depend on the recipient")


def _plain_alone() -> str:
    return say(
        zh="消息按纯文本发，名称里的符号才不会变成格式、链接；请去掉地址里的 format",
        en="messages are plain text, so that no sign in a name becomes mark-up or a link: leave format out of the address",
    )


def _not_asked() -> str:
    return say(
        zh="accepted 只用于网址渠道（json、form、xml），别的服务怎样算收到是已知的",
        en="accepted is for web addresses (json, form, xml) alone: of the others it is known",
    )


def _allowed(whole: ChannelsFile) -> set[str]:
    return {*BY_SCHEME, *whole.schemes}


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
                        unknown=True,
                    )
                )
    return problems


def _channel_mistakes(
    file: YamlFile, loc: Loc, name: str, entry: ChannelEntry, whole: ChannelsFile
) -> list[Problem]:
    if (entry.kind == "inbox") != (name == INBOX):
        what = say(zh="站内信只有一个，名字就是 inbox", en="there is one inbox, and its name is inbox")
        return [file.problem((*loc, "kind"), what)]
    if entry.unit and not entry.group:
        what = say(zh="unit 只用于群渠道（group: true）", en="unit is for groups alone (group: true)")
        return [file.problem((*loc, "unit"), what, at_key=True)]
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
        return [file.problem(url_loc, _same_for_all())]
    if marked_up(entry.url) and scheme in BY_SCHEME:
        return [file.problem(url_loc, _plain_alone())]
    if entry.accepted is not None and not carrier_of(scheme).body_decides:
        return [file.problem((*loc, "accepted"), _not_asked())]
    return []
