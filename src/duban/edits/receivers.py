"""Who is told otherwise after an edit: channels, the routes to each post, and addresses, half hidden.

A second person who approves must see a new receiver; whoever else a plan is shown to must not learn the whole address.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from duban.base.language import say, yes_or_no
from duban.base.problems import ProblemsFound
from duban.bureau.posts import Post
from duban.bureau.project import Project
from duban.bureau.units import LEVELS, Level, level_word
from duban.channels.addresses import several
from duban.channels.grammar import ChannelEntry, ChannelsFile
from duban.channels.loading import CHANNELS_FILE
from duban.channels.redaction import redact
from duban.edits.model import KeyChange
from duban.ladders.stages import STAGES, stage_word
from duban.yamlfile import read, validate

NAMED_POSTS = 6
_LevelPost = tuple[Level, str]


def channel_changes(before: Path, after: Path, project: Project) -> list[KeyChange]:
    """How the channels and routes laid out at `before` and `after` differ, said of the posts of `project`.

    Empty where one of the files cannot be read, or nothing differs but comments.
    """
    was, now = _written(before), _written(after)
    if was is None or now is None:
        return []
    return [*_channels(was, now), *_routes(was, now, project)]


def half_hidden(address: str) -> str:
    """Enough of an address for those who know it: li…@example.cn, 138…21."""
    name, at, host = address.partition("@")
    if at:
        return f"{name[:2]}…@{host}"
    return f"{address[:3]}…{address[-2:]}" if len(address) > 7 else f"{address[:1]}…"


def addresses(post: Post) -> str:
    """Where a post is reached, each address half hidden."""
    return say(zh="、", en=", ").join(
        f"{name} {half_hidden(each)}" for name, text in post.addresses.items() for each in several(text)
    )


def _written(root: Path) -> ChannelsFile | None:
    path = root / CHANNELS_FILE
    if not path.exists():
        return ChannelsFile()
    try:
        file = read(path, root=root)
    except ProblemsFound:
        return None
    return validate(file, file.data, ChannelsFile)[0]


def _channels(was: ChannelsFile, now: ChannelsFile) -> Iterator[KeyChange]:
    word = say(zh="渠道", en="channel")
    for name in dict.fromkeys((*was.channels, *now.channels)):
        old, new = was.channels.get(name), now.channels.get(name)
        if old is None or new is None:
            yield KeyChange(f"{word} {name}", _channel(old), _channel(new))
            continue
        for key in ChannelEntry.model_fields:
            before, after = getattr(old, key), getattr(new, key)
            if before != after:
                yield KeyChange(f"{word} {name} {key}", _plain(before), _plain(after))


def _channel(entry: ChannelEntry | None) -> str:
    if entry is None:
        return ""
    group = say(zh="（群）", en=" (a group)") if entry.group else ""
    return f"{redact(entry.url or entry.kind)}{group}"


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return yes_or_no(value)
    return redact(str(value)) if value is not None else ""


def _routes(was: ChannelsFile, now: ChannelsFile, project: Project) -> Iterator[KeyChange]:
    """The posts to which other channels lead than before, those with the same change together."""
    posts = sorted(
        {(unit.level, post.role) for unit in project.units.values() for post in unit.posts.values()},
        key=lambda each: (LEVELS.index(each[0]), each[1]),
    )
    changed: dict[tuple[str, str, tuple[str, ...]], list[_LevelPost]] = defaultdict(list)
    for level, post in posts:
        stages: dict[tuple[str, str], list[str]] = defaultdict(list)
        for stage in STAGES:
            before, after = (_way(each, level, post, stage) for each in (was, now))
            if before != after:
                stages[before, after].append(stage)
        for (before, after), at in stages.items():
            changed[before, after, tuple(at)].append((level, post))
    for (before, after, told), whom in changed.items():
        yield KeyChange(f"{_whom(whom, posts)}{_stages(told)}", before, after)


def _way(file: ChannelsFile, level: Level, post: str, stage: str) -> str:
    """The channels of the first route that matches, as they are written."""
    for route in file.routes:
        asked: Iterable[tuple[list[str], str]] = (
            (list(route.stage), stage),
            (list(route.post), post),
            (list(route.unit), level),
        )
        if all(not wanted or each in wanted for wanted, each in asked):
            return _listed(route.channels)
    return _listed(file.default)


def _whom(whom: Sequence[_LevelPost], everybody: Sequence[_LevelPost]) -> str:
    """The posts, by the level of their units: 市局各岗位；县局 食品流通科、餐饮科."""
    if len(whom) == len(everybody):
        return say(zh="所有岗位", en="every post")
    told = []
    for level in dict.fromkeys(level for level, _ in whom):
        named, there = ([post for each, post in posts if each == level] for posts in (whom, everybody))
        if len(named) == len(there):
            told.append(level_word(level) + say(zh="各岗位", en=": every post"))
            continue
        more = say(zh=f"等 {len(named)} 个岗位", en=f" and more, {len(named)} posts")
        told.append(
            f"{level_word(level)} {_listed(named[:NAMED_POSTS])}{more if len(named) > NAMED_POSTS else ''}"
        )
    return say(zh="；", en="; ").join(told)


def _stages(stages: tuple[str, ...]) -> str:
    if len(stages) == len(STAGES):
        return ""
    return f"（{_listed(stage_word(stage) for stage in stages)}）"


def _listed(names: Iterable[str]) -> str:
    return say(zh="、", en=", ").join(names)
