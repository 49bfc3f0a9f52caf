"""What is no mistake in channels, routes and addresses, but reaches nobody: said by `duban check`, with its place."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path

from duban.base.language import say
from duban.base.problems import Problem, did_you_mean
from duban.bureau.posts import TELEPHONES
from duban.bureau.project import PROJECT_FILE, Project
from duban.bureau.unit_names import UnitNames
from duban.channels.addresses import placeholders, several
from duban.channels.carriers import CARRIERS
from duban.channels.carriers.carrier import MOBILE
from duban.channels.loading import CHANNELS_FILE
from duban.channels.routes import Channels, Route
from duban.ladders.stages import STAGES
from duban.yamlfile import Loc, YamlFile, read


def channel_remarks(root: Path, project: Project, channels: Channels) -> list[Problem]:
    """What in `channels` cannot reach anybody of `project`, by places in the files under `root`.

    Addresses that no channel asks for or that are none, channels that ask for what nobody has, routes that lead nobody
    anywhere.
    """
    return [*_address_remarks(root, project, channels), *_file_remarks(root, project, channels)]


def _address_remarks(root: Path, project: Project, channels: Channels) -> Iterator[Problem]:
    """What is odd about the addresses of the posts in `duban.yaml`."""
    if not any(post.addresses for unit in project.units.values() for post in unit.posts.values()):
        return
    file = read(root / PROJECT_FILE, root=root)
    forms = _forms(channels)
    for loc, name, value in _written_addresses(file.data, ()):
        if name in TELEPHONES and name not in forms:
            continue  # a message names it; no channel rings it up
        if name not in forms:
            what = say(zh=f"没有渠道用到地址“{name}”", en=f"no channel asks for an address “{name}”")
            yield file.problem(loc, what, did_you_mean(name, forms), at_key=True)
            continue
        for each in several(value) or (value,):
            if not re.fullmatch(forms[name], each):
                what = say(zh=f"“{each}”不是“{name}”地址", en=f"“{each}” is no “{name}” address")
                yield file.problem(loc, what, _mended(each, forms[name]))


def _mended(written: str, form: str) -> str:
    """How an address that is none might be written."""
    plain = unicodedata.normalize("NFKC", written).replace("。", ".")
    inside = re.search(r"<([^<>]+)>", plain)
    for meant in (plain, "".join(plain.split()), inside[1] if inside else "", re.sub(r"[-\s()]", "", plain)):
        if meant and re.fullmatch(form, meant):
            return say(zh=f"请写成 {meant}", en=f"write {meant}")
    if form == MOBILE:
        return say(zh="手机号是 11 位，座机带区号", en="a mobile number has 11 digits, a line its area code")
    return say(zh="几个地址用逗号隔开", en="several addresses are parted by commas")


def _forms(channels: Channels) -> Mapping[str, str]:
    """What an address of each name looks like: the names the carriers speak of, and those the channels ask for.

    A channel that is not configured may ask for any of the first.
    """
    forms = {name: form for carrier in CARRIERS for name, form in carrier.address_forms.items()}
    for channel in channels.by_name.values():
        for name in placeholders(channel.url):
            forms[name] = channel.carrier.address_forms.get(name) or channel.carrier.address_form
    return forms


def _written_addresses(data: object, loc: Loc) -> Iterator[tuple[Loc, str, str]]:
    """Every address in the file: its place, its name, its value."""
    if isinstance(data, list):
        for number, each in enumerate(data):
            yield from _written_addresses(each, (*loc, number))
    elif isinstance(data, dict):
        for key, value in data.items():
            if key == "addresses" and len(loc) > 1 and loc[-2] == "posts" and isinstance(value, dict):
                for name, address in value.items():
                    yield (*loc, key, name), str(name), str(address)
            else:
                yield from _written_addresses(value, (*loc, key))


def _file_remarks(root: Path, project: Project, channels: Channels) -> Iterator[Problem]:
    """What is odd about the channels file."""
    if not (root / CHANNELS_FILE).exists():
        return
    file = read(root / CHANNELS_FILE, root=root)
    registered = {
        name for unit in project.units.values() for post in unit.posts.values() for name in post.addresses
    }
    for channel in channels.by_name.values():
        if channel.unit and channel.unit not in project.units:
            meant = UnitNames(project).code_of(channel.unit)
            what = say(
                zh=f"没有单位“{channel.unit}”，这个群什么也听不到",
                en=f"there is no unit “{channel.unit}”: this group hears of nothing",
            )
            yield file.problem(
                ("channels", channel.name, "unit"),
                what,
                say(zh=f'请写单位代码 "{meant}"', en=f'write its code "{meant}"')
                if meant
                else did_you_mean(channel.unit, project.units),
            )
        for name in placeholders(channel.url):
            if name not in registered:
                yield file.problem(
                    ("channels", channel.name),
                    say(
                        zh=f"渠道“{channel.name}”要“{name}”地址，没有岗位登记",
                        en=f"channel “{channel.name}” asks for an address “{name}” that no post has",
                    ),
                    say(
                        zh="登记在 duban.yaml 岗位的 addresses 里；在此之前没有人从这个渠道收到消息",
                        en="register it under addresses in duban.yaml; until then nobody hears over this channel",
                    ),
                    at_key=True,
                )
    yield from _route_remarks(file, project, channels)


def _route_remarks(file: YamlFile, project: Project, channels: Channels) -> Iterator[Problem]:
    """Routes for posts that no unit has, and routes before which another one always decides."""
    posts: set[tuple[str, str]] = {
        (unit.level, post.role) for unit in project.units.values() for post in unit.posts.values()
    }
    cases = {(level, name, stage) for level, name in posts for stage in STAGES}
    left = set(cases)
    for number, route in enumerate(channels.routes):
        unknown = list(_unknown_posts(file, number, route, {name for _, name in posts}))
        yield from unknown
        mine = {
            (level, name, stage)
            for level, name, stage in cases
            if route.matches(unit_level=level, post=name, stage=stage)
        }
        if not mine & left and len(unknown) < max(len(route.posts), 1):
            yield file.problem(("routes", number), *_why_never(route, channels.routes[:number], mine))
        left -= mine


def _unknown_posts(file: YamlFile, number: int, route: Route, known: set[str]) -> Iterator[Problem]:
    written = file.data["routes"][number].get("post", [])
    for place, name in enumerate([written] if isinstance(written, str) else written):
        if name not in known:
            loc: Loc = (
                ("routes", number, "post") if isinstance(written, str) else ("routes", number, "post", place)
            )
            what = say(zh=f"没有单位设岗位“{name}”", en=f"no unit has the post “{name}”")
            yield file.problem(loc, what, did_you_mean(name, known))


def _why_never(route: Route, before: tuple[Route, ...], mine: set[tuple[str, str, str]]) -> tuple[str, str]:
    never = say(zh="这条路由永远用不上", en="this route is never reached")
    if not mine:
        return never, say(zh="这一级单位没有这个岗位", en="units of this level have no such post")
    covering = next((number for number, each in enumerate(before, 1) if each.covers(route)), None)
    if covering is None:
        return never, say(zh="前面几条已经全包括了", en="the routes before it leave nothing")
    return never, say(
        zh=f"前面第 {covering} 条已经包括了它", en=f"route {covering} before it takes everything"
    )
