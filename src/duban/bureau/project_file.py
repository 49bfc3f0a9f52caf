"""The project file `duban.yaml`: what a person writes in it, and the project that it describes."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from duban.base.clock import time_zone
from duban.base.folding import name_key
from duban.base.language import say
from duban.base.problems import Problem, ProblemsFound, did_you_mean
from duban.bureau.posts import HEADS, Post
from duban.bureau.project import PROJECT_FILE, OfficeHours, Project
from duban.bureau.project_entries import APPROVERS, PostEntry, ProjectFile, UnitEntry
from duban.bureau.unit_posts import UnitPost
from duban.bureau.units import Level, Unit
from duban.bureau.year_plan import plan_mistakes, year_plan
from duban.yamlfile import Loc, YamlFile, load_file


def load_project(root: Path) -> Project:
    """Read `duban.yaml` of the project at `root`. Raises ProblemsFound with every mistake in it at once, each with its place."""
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
        approvers=APPROVERS[written.approval],
        page=(written.page or "").rstrip("/"),
        plan=year_plan(written.plan) if written.plan else None,
        letter_mark=written.letter_mark,
        kept_years=written.kept_years,
        appraisal_to=written.appraisal_to,
    )


def _written_units(written: ProjectFile) -> Iterator[tuple[Loc, Level, UnitEntry, str | None]]:
    city = written.city
    yield ("city",), "city", city, None
    for i, county in enumerate(city.counties):
        at: Loc = ("city", "counties", i)
        yield at, "county", county, city.code
        for j, station in enumerate(county.stations):
            yield (*at, "stations", j), "station", station, county.code


def _posts_of(written: ProjectFile, level: Level, unit: UnitEntry) -> list[str]:
    """The posts a unit has: those of its level and its own, without a head that several of its own are instead."""
    divided = {post.as_ for post in unit.posts.values() if post is not None} - set(unit.posts)
    common: tuple[str, ...] = getattr(written.posts_at, level)
    return list(dict.fromkeys((*(name for name in common if name not in divided), *unit.posts)))


def _units(written: ProjectFile) -> Iterator[tuple[str, Unit]]:
    for _, level, unit, parent in _written_units(written):
        names = _posts_of(written, level, unit)
        posts = {
            name: replace(_post(name, unit.posts.get(name)), own_lines=name in written.own_lines)
            for name in names
        }
        yield unit.code, Unit(unit.code, unit.name, level, parent, posts)


def _post(name: str, written: PostEntry | None) -> Post:
    if written is None:
        return Post(name)
    return Post(
        name=name,
        holder=written.holder,
        vacant=written.vacant,
        addresses=written.addresses,
        deputy=written.deputy,
        away=tuple((absence.from_, absence.until) for absence in written.away),
        serves_as=written.as_ or "",
        lines=written.lines,
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
    at_units: set[str] = set()
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
        names = set(_posts_of(written, level, unit))
        at_units |= {str(UnitPost(unit.code, name)) for name in names}
        for name, post in unit.posts.items():
            if post is not None:
                problems.extend(_post_mistakes(file, (*at, "posts", name), name, post, names))
    for key in ("city", "county", "station"):
        posts: tuple[str, ...] = getattr(written.posts_at, key)
        for i, name in enumerate(posts):
            if name in posts[:i]:
                wrong(("posts_at", key, i), f"岗位“{name}”写了两次", f"the post “{name}” stands here twice")
    for i, to in enumerate(written.appraisal_to):
        if to not in at_units and not re.fullmatch(r"[^@\s,;<>\"/]+@[^@\s,;<>\"/]+", to):
            wrong(
                ("appraisal_to", i),
                f"“{to}”不是 单位编号/岗位，也不是邮箱",
                f"“{to}” is neither unit/post nor a mail address",
                did_you_mean(to, at_units),
            )
    for i, name in enumerate(written.own_lines):
        if name in HEADS:
            wrong(
                ("own_lines", i),
                f"“{name}”负责的条线不看本岗位的事项",
                f"the lines of {name} are not those of its own duties",
                say(
                    zh=f"请在单位的 posts 里写他分管的条线，例如 分管食品副局长: {{as: {name}, lines: [餐饮服务食品安全监管]}}",
                    en=f"write its lines at the unit: {{as: {name}, lines: [...]}}",
                ),
            )
    return problems


def _post_mistakes(file: YamlFile, at: Loc, name: str, post: PostEntry, names: set[str]) -> Iterator[Problem]:
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
