"""The project: which bureau this is, its units and posts, its hours. Read from `duban.yaml`.

The folder that holds `duban.yaml` is the project's root; the other folders of content lie beside it.
"""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from pathlib import Path
from typing import Annotated, Any, Literal

from pendulum import Timezone
from pydantic import AfterValidator, Field

from duban.base.clock import SHANGHAI, time_zone
from duban.base.language import say
from duban.base.problems import Problem, ProblemsFound, did_you_mean
from duban.bureau.unit_tree import with_all_below
from duban.yamlfile import Loc, YamlFile, load_file
from duban.yamlfile.key import Key
from duban.yamlfile.values import Day, Strict, Text, Truth

PROJECT_FILE = "duban.yaml"
Level = Literal["city", "county", "station"]
LEVELS: tuple[Level, ...] = ("city", "county", "station")


class ProjectNotFound(Exception):
    """No `duban.yaml` where it was looked for; the text says where, and how to make one."""


@dataclass(frozen=True)
class OfficeHours:
    """When messages may go out, local time; `rest_days` true sends on days off as well."""

    start: time
    end: time
    rest_days: bool


@dataclass(frozen=True)
class Post:
    """A post (岗位) at a unit: who holds it, where they can be reached, who stands in.

    `addresses` maps a channel's name to an address in it; `deputy` is another post of the same unit; `away` are
    absences, first and last day inclusive. A post without a holder's name is staffed: the built-in inbox belongs to it.
    """

    name: str
    holder: str | None = None
    vacant: bool = False
    addresses: Mapping[str, str] = field(default_factory=dict)
    deputy: str | None = None
    away: tuple[tuple[date, date], ...] = ()

    def is_away(self, on: date) -> bool:
        """Whether the holder is absent on business date `on`."""
        return any(first <= on <= last for first, last in self.away)

    def staffed(self, on: date) -> bool:
        """Whether a message to this post reaches somebody on `on`: not vacant, and not away without a deputy."""
        return not self.vacant and (self.deputy is not None or not self.is_away(on))


@dataclass(frozen=True)
class Unit:
    """A unit (单位): the city bureau, a county bureau or a station, by its code."""

    code: str
    name: str
    level: Level
    parent: str | None
    posts: Mapping[str, Post]


@dataclass(frozen=True)
class Project:
    """The bureau and its unit tree, in the order of the file: city, then each county followed by its stations.

    `approvers` is how many persons it takes to put an edit of the content in force: 1 or 2.
    """

    bureau: str
    zone: Timezone
    language: Literal["zh-CN", "en"]
    office_hours: OfficeHours
    units: Mapping[str, Unit]
    approvers: int = 1

    def units_at(self, level: str) -> list[Unit]:
        """The units of a level, in the order of the file."""
        return [unit for unit in self.units.values() if unit.level == level]

    def chain(self, code: str) -> list[Unit]:
        """A unit, the one above it, and so on up to the city. Raises KeyError for an unknown code."""
        unit = self.units[code]
        chain = [unit]
        while unit.parent is not None:
            unit = self.units[unit.parent]
            chain.append(unit)
        return chain

    def name_of(self, code: str) -> str:
        """A unit's name; its code when it is not, or no longer, in the tree."""
        unit = self.units.get(code)
        return unit.name if unit else code

    def below(self, code: str) -> list[str]:
        """The codes of a unit and of every unit below it, in the order of the file; none for an unknown code."""
        if code not in self.units:
            return []
        reached = with_all_below(self.units.values(), [code])
        return [each for each in self.units if each in reached]

    def post(self, code: str, name: str) -> Post | None:
        """The post of that name at a unit, if both exist."""
        unit = self.units.get(code)
        return unit.posts.get(name) if unit else None


def find_root(explicit: str | Path | None, start: Path | None = None) -> Path:
    """The project's root: `explicit` (--project), else `DUBAN_PROJECT`, else the nearest folder upwards from `start`
    (default: the working directory) that holds `duban.yaml`.

    Raises ProjectNotFound, also when the folder that was named holds none.
    """
    named = explicit or os.environ.get("DUBAN_PROJECT")
    if named:
        root = Path(named).expanduser().absolute()
        if not (root / PROJECT_FILE).is_file():
            raise ProjectNotFound(
                say(
                    zh=f"{root} 里没有 {PROJECT_FILE}，请运行 duban init {named} 新建一个项目",
                    en=f"there is no {PROJECT_FILE} in {root}; run duban init {named} to make a project",
                )
            )
        return root
    start = (start or Path.cwd()).absolute()
    for folder in (start, *start.parents):
        if (folder / PROJECT_FILE).is_file():
            return folder
    raise ProjectNotFound(
        say(
            zh=f"{start} 和它上面的文件夹里都没有 {PROJECT_FILE}，请进入项目文件夹，或运行 duban init 新建一个项目",
            en=f"there is no {PROJECT_FILE} in {start} or above; go to your project, or run duban init to make one",
        )
    )


def load_project(root: Path) -> Project:
    """Read `duban.yaml`. Raises ProblemsFound with every mistake in it."""
    file, written, problems = load_file(root / PROJECT_FILE, _ProjectFile, root=root)
    if file is None or written is None:
        raise ProblemsFound(problems)
    problems += _mistakes(file, written)
    if problems:
        raise ProblemsFound(problems)
    hours = written.office_hours
    return Project(
        bureau=written.bureau,
        zone=time_zone(written.time_zone),
        language=written.language,
        office_hours=OfficeHours(hours.start, hours.end, hours.rest_days),
        units=dict(_units(written)),
        approvers=_APPROVERS[written.approval],
    )


def _known_zone(name: str) -> str:
    try:
        time_zone(name)
    except ValueError:
        raise ValueError(
            say(zh=f"没有时区“{name}”，请写 Asia/Shanghai", en=f"no time zone “{name}”: write Asia/Shanghai")
        ) from None
    return name


_APPROVERS = {"一人": 1, "两人": 2, "one": 1, "two": 2}


def _known_approval(word: str) -> str:
    if word not in _APPROVERS:
        raise ValueError(
            say(
                zh=f"approval 写 一人 或 两人，不是“{word}”",
                en=f"approval is one or two, not “{word}”",
            )
        )
    return word


def _unit_code(code: str) -> str:
    if not re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z_-]{0,31}", code):
        raise ValueError(
            say(
                zh=f"单位代码“{code}”的写法不对，请用数字、字母和连字符，最多 32 个",
                en=f"“{code}” is not a unit's code: digits, letters and hyphens, at most 32",
            )
        )
    return code


def _post_name(name: str) -> str:
    if not re.fullmatch(r"[^/\s]{1,40}", name):
        raise ValueError(
            say(
                zh=f"岗位名“{name}”的写法不对，不能有斜杠和空格，最多 40 个字",
                en=f"“{name}” is not a post's name: no slash, no space, at most 40 signs",
            )
        )
    return name


_Code = Annotated[str, AfterValidator(_unit_code)]
_PostName = Annotated[str, AfterValidator(_post_name)]


class _Absence(Strict):
    from_: Annotated[Day, Key("第一天", "the first day")] = Field(alias="from")
    until: Annotated[Day, Key("最后一天", "the last day")]


class _WrittenPost(Strict):
    holder: Annotated[Text | None, Key("由谁担任", "who holds it")] = None
    vacant: Annotated[Truth, Key("是：岗位空缺，直接告诉下一级的人", "true: vacant, passed on at once")] = (
        False
    )
    addresses: Annotated[dict[str, Text], Key("各渠道的地址", "addresses by channel")] = Field(
        default_factory=dict
    )
    deputy: Annotated[_PostName | None, Key("不在时由哪个岗位代行", "the post that deputises")] = None
    away: Annotated[tuple[_Absence, ...], Key("哪几天不在", "the days of absence")] = ()


class _WrittenUnit(Strict):
    code: Annotated[_Code, Key("编号，加引号", "the code, in quotation marks")]
    name: Annotated[Text, Key("名称", "the name")]
    posts: Annotated[
        dict[_PostName, _WrittenPost | None],
        Key("这个单位的岗位、人和地址", "posts of this unit with their holders"),
    ] = Field(default_factory=dict)


class _County(_WrittenUnit):
    stations: Annotated[tuple[_WrittenUnit, ...], Key("市场监督管理所", "the stations")] = ()


class _City(_WrittenUnit):
    counties: Annotated[tuple[_County, ...], Key("县（市、区）局", "the county bureaus")] = ()


class _OfficeHours(Strict):
    start: Annotated[time, Key("几点开始", "from", ("08:30",))] = time(8, 30)
    end: Annotated[time, Key("几点结束", "until", ("17:30",))] = time(17, 30)
    rest_days: Annotated[Truth, Key("休息日也发", "also on rest days")] = False


class _PostsAt(Strict):
    city: Annotated[tuple[_PostName, ...], Key("市局的岗位", "posts of the city bureau")] = ()
    county: Annotated[tuple[_PostName, ...], Key("县局的岗位", "posts of each county bureau")] = ()
    station: Annotated[tuple[_PostName, ...], Key("监管所的岗位", "posts of each station")] = ()


class _ProjectFile(Strict):
    bureau: Annotated[Text, Key("本局名称", "the bureau's name")]
    time_zone: Annotated[
        str, AfterValidator(_known_zone), Key("时区", "the time zone", ("Asia/Shanghai",))
    ] = SHANGHAI.key
    language: Annotated[Literal["zh-CN", "en"], Key("语言", "the language")] = "zh-CN"
    office_hours: Annotated[_OfficeHours, Key("什么时候可以发消息", "when messages may go out")] = (
        _OfficeHours()
    )
    approval: Annotated[
        str,
        AfterValidator(_known_approval),
        Key(
            "修改要几个人才能生效：一人，或两人（一人提出，另一人批准）",
            "how many persons an edit needs: one, or two (one proposes, another approves)",
            ("两人",),
        ),
    ] = "一人"
    posts_at: Annotated[_PostsAt, Key("每一级单位都有的岗位", "posts that every unit of a level has")] = (
        _PostsAt()
    )
    city: Annotated[_City, Key("市局和下级单位", "the city bureau with the units below it")]


def _written_units(written: _ProjectFile) -> Iterator[tuple[Loc, Level, _WrittenUnit, str | None]]:
    city = written.city
    yield ("city",), "city", city, None
    for i, county in enumerate(city.counties):
        at: Loc = ("city", "counties", i)
        yield at, "county", county, city.code
        for j, station in enumerate(county.stations):
            yield (*at, "stations", j), "station", station, county.code


def _units(written: _ProjectFile) -> Iterator[tuple[str, Unit]]:
    for _, level, unit, parent in _written_units(written):
        names = dict.fromkeys((*getattr(written.posts_at, level), *unit.posts))
        posts = {name: _post(name, unit.posts.get(name)) for name in names}
        yield unit.code, Unit(unit.code, unit.name, level, parent, posts)


def _post(name: str, written: _WrittenPost | None) -> Post:
    if written is None:
        return Post(name)
    return Post(
        name=name,
        holder=written.holder,
        vacant=written.vacant,
        addresses=written.addresses,
        deputy=written.deputy,
        away=tuple((absence.from_, absence.until) for absence in written.away),
    )


def _mistakes(file: YamlFile, written: _ProjectFile) -> list[Problem]:
    problems: list[Problem] = []

    def wrong(loc: Loc, zh: str, en: str, mend: str = "") -> None:
        problems.append(file.problem(loc, say(zh=zh, en=en), mend))

    if written.office_hours.start >= written.office_hours.end:
        wrong(("office_hours", "end"), "下班时间不晚于上班时间", "the office closes before it opens")
    seen: dict[str, str] = {}
    for at, level, unit, _ in _written_units(written):
        if unit.code in seen:
            wrong(
                (*at, "code"),
                f"单位代码“{unit.code}”重复，“{seen[unit.code]}”已经用了",
                f"the code “{unit.code}” is already that of {seen[unit.code]}",
            )
        seen.setdefault(unit.code, unit.name)
        names = {*getattr(written.posts_at, level), *unit.posts}
        for name, post in unit.posts.items():
            if post is not None:
                problems.extend(_post_mistakes(file, (*at, "posts", name), name, post, names))
    return problems


def _post_mistakes(
    file: YamlFile, at: Loc, name: str, post: _WrittenPost, names: set[str]
) -> Iterator[Problem]:
    def wrong(key: Any, zh: str, en: str, mend: str = "") -> Problem:
        return file.problem((*at, *key), say(zh=zh, en=en), mend)

    if post.vacant and post.holder:
        yield wrong(("holder",), f"岗位“{name}”既写了空缺又写了人名", f"{name} is vacant and has a holder")
    if post.deputy is not None and (post.deputy == name or post.deputy not in names):
        yield wrong(
            ("deputy",),
            f"本单位没有可代理的岗位“{post.deputy}”",
            f"the unit has no other post “{post.deputy}”",
            did_you_mean(post.deputy, names - {name}),
        )
    for i, absence in enumerate(post.away):
        if absence.until < absence.from_:
            yield wrong(("away", i, "until"), "缺勤的最后一天早于第一天", "the absence ends before it begins")
