"""The project file `duban.yaml`: what a person writes in it, and the project that it describes."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from duban.base.clock import SHANGHAI, time_zone
from duban.base.folding import name_key
from duban.base.language import say
from duban.base.problems import Problem, ProblemsFound, did_you_mean
from duban.bureau.posts import Post
from duban.bureau.project import PROJECT_FILE, OfficeHours, Project
from duban.bureau.unit_posts import UnitPost
from duban.bureau.units import Level, Unit
from duban.bureau.written_names import page_address, post_name, unit_code
from duban.bureau.year_plan import YearPlanEntry, plan_mistakes, year_plan
from duban.yamlfile import Loc, YamlFile, load_file
from duban.yamlfile.key import Key
from duban.yamlfile.values import Day, Strict, Text, Truth


def load_project(root: Path) -> Project:
    """Read `duban.yaml`. Raises ProblemsFound with every mistake in it."""
    file, written, problems = load_file(root / PROJECT_FILE, ProjectFile, root=root)
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
        page=(written.page or "").rstrip("/"),
        plan=year_plan(written.plan) if written.plan else None,
        letter_mark=written.letter_mark,
        appraisal_to=written.appraisal_to,
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


_Code = Annotated[str, AfterValidator(unit_code)]
_PostName = Annotated[str, AfterValidator(post_name)]


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


class ProjectFile(Strict):
    """The whole of `duban.yaml`."""

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
    page: Annotated[
        Annotated[Text, AfterValidator(page_address)] | None,
        Key(
            "大家从办公室打开页面用的网址；写了，每条消息里就有打开这些事项的链接",
            "the page's address as people reach it: with it each message links to its items",
            ("https://duban.example.cn",),
        ),
    ] = None
    plan: Annotated[
        YearPlanEntry | None,
        Key(
            "事项属于哪个年度计划：随它开始，到它那一年年底结束",
            "the yearly plan the duties belong to: they begin with it and end with its year",
        ),
    ] = None
    letter_mark: Annotated[
        Text, Key("文书编号的代字", "what the numbers of letters begin with", ("三市监督",))
    ] = "督办"
    appraisal_to: Annotated[
        tuple[Text, ...],
        Key(
            "每月、季、年的考核通报用邮件发给谁：单位编号/岗位，或一个邮箱",
            "whom the appraisals are mailed to: unit/post, or an address",
            ("350400/主要领导",),
        ),
    ] = ()
    posts_at: Annotated[_PostsAt, Key("每一级单位都有的岗位", "posts that every unit of a level has")] = (
        _PostsAt()
    )
    own_lines: Annotated[
        tuple[_PostName, ...],
        Key(
            "哪些岗位只看本岗位有事项的条线，其他岗位看全部条线",
            "the posts that see the lines of their own duties only; every other sees all",
            ("产品质量科",),
        ),
    ] = ()
    city: Annotated[_City, Key("市局和下级单位", "the city bureau with the units below it")]


def _written_units(written: ProjectFile) -> Iterator[tuple[Loc, Level, _WrittenUnit, str | None]]:
    city = written.city
    yield ("city",), "city", city, None
    for i, county in enumerate(city.counties):
        at: Loc = ("city", "counties", i)
        yield at, "county", county, city.code
        for j, station in enumerate(county.stations):
            yield (*at, "stations", j), "station", station, county.code


def _units(written: ProjectFile) -> Iterator[tuple[str, Unit]]:
    for _, level, unit, parent in _written_units(written):
        names = dict.fromkeys((*getattr(written.posts_at, level), *unit.posts))
        posts = {
            name: replace(_post(name, unit.posts.get(name)), own_lines=name in written.own_lines)
            for name in names
        }
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


def _mistakes(file: YamlFile, written: ProjectFile) -> list[Problem]:
    problems: list[Problem] = []

    def wrong(loc: Loc, zh: str, en: str, mend: str = "") -> None:
        problems.append(file.problem(loc, say(zh=zh, en=en), mend))

    if written.office_hours.start >= written.office_hours.end:
        wrong(("office_hours", "end"), "下班时间不晚于上班时间", "the office closes before it opens")
    for loc, zh, en in plan_mistakes(written.plan) if written.plan else ():
        wrong(("plan", *loc), zh, en)
    seen: dict[str, str] = {}
    called: dict[str, str] = {}
    known: set[str] = set()
    for at, level, unit, _ in _written_units(written):
        if unit.code in seen:
            wrong(
                (*at, "code"),
                f"单位代码“{unit.code}”重复，“{seen[unit.code]}”已经用了",
                f"the code “{unit.code}” is already that of {seen[unit.code]}",
            )
        seen.setdefault(unit.code, unit.name)
        if (other := called.setdefault(name_key(unit.name), unit.code)) != unit.code:
            wrong(
                (*at, "name"),
                f"单位名称“{unit.name}”重复，{other} 已经用了：消息和表格里分不清是哪一个",
                f"the name “{unit.name}” is already that of {other}: nobody could tell them apart",
            )
        names = {*getattr(written.posts_at, level), *unit.posts}
        known |= names
        for name, post in unit.posts.items():
            if post is not None:
                problems.extend(_post_mistakes(file, (*at, "posts", name), name, post, names))
    at_units = {
        str(UnitPost(unit.code, name))
        for _, level, unit, _ in _written_units(written)
        for name in {*getattr(written.posts_at, level), *unit.posts}
    }
    for i, to in enumerate(written.appraisal_to):
        if to not in at_units and not re.fullmatch(r"[^@\s,;<>\"/]+@[^@\s,;<>\"/]+", to):
            wrong(
                ("appraisal_to", i),
                f"“{to}”不是 单位编号/岗位，也不是邮箱",
                f"“{to}” is neither unit/post nor a mail address",
                did_you_mean(to, at_units),
            )
    for i, name in enumerate(written.own_lines):
        if name not in known:
            wrong(
                ("own_lines", i),
                f"没有岗位“{name}”",
                f"no unit has a post “{name}”",
                did_you_mean(name, known),
            )
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
