"""Which unit somebody means: by code, by its full name, or by what everybody calls it (三元区, 列东所)."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable

from duban.base.folding import name_key
from duban.base.language import say
from duban.base.objections import Objection
from duban.base.problems import did_you_mean
from duban.bureau.project import Project
from duban.bureau.unit_posts import UnitPost
from duban.bureau.units import LEVELS, Unit

_PROVINCE = re.compile(r"^[\u4e00-\u9fff]{2,3}省(?=.)")
_ENDINGS = ("市场监管局", "市场监管所", "市监局", "市监所", "分局", "局", "所")

OF_THE_CITY = frozenset({"市局", "市市场监管局"})
"""What everybody in the city calls its own office."""
_SPOKEN = 5
"""Signs of the longest name in speech."""


class NoSuchUnit(Objection, ValueError):
    """No unit is called so, or several are; the text says which ones are near, or meant."""


class SeveralHolders(Objection, ValueError):
    """Several people are called so; the text says which posts they hold, and how to name one of them."""


class UnitNames:
    """The units of a project by everything they may be called."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._city = project.units_at("city")[0]
        self._by_code = {name_key(code): code for code in project.units}
        called: dict[str, set[str]] = defaultdict(set)
        for unit in project.units.values():
            for name in self._names(unit):
                called[name].add(unit.code)
        self._called = dict(called)

    def find(self, written: str) -> str:
        """The code of the unit meant. Raises NoSuchUnit when there is none, or several are called so."""
        text = name_key(written)
        if text in self._by_code:
            return self._by_code[text]
        found = self._called.get(text) or self._called.get(self._short(text))
        if not found:
            raise NoSuchUnit(self._nothing_called(written))
        return self._the_only(written, self._highest(found))

    def code_of(self, written: str) -> str | None:
        """As `find`, for programs that say themselves that there is none: None when there is none, or several."""
        try:
            return self.find(written)
        except NoSuchUnit:
            return None

    def find_loosely(self, written: str) -> str:
        """As `find`; else the only unit whose name holds what is written. For people who see what they got."""
        text = name_key(written)
        holding = [unit.code for unit in self._project.units.values() if text in name_key(unit.name)]
        known = text in self._by_code or text in self._called or self._short(text) in self._called
        return self._the_only(written, holding) if holding and not known else self.find(written)

    def _the_only(self, written: str, codes: Collection[str]) -> str:
        if len(codes) == 1:
            return next(iter(codes))
        names = say(zh="、", en=", ").join(
            f"{self._project.units[code].name} {code}" for code in sorted(codes)[:6]
        )
        raise NoSuchUnit(
            zh=f"“{written}”不止一个单位：{names}，请写全称或代码",
            en=f"“{written}” is several units: {names}; write the full name or the code",
        )

    def _nothing_called(self, written: str) -> str:
        names = [unit.name for unit in self._project.units.values()]
        near = did_you_mean(written, self._spoken() if len(written) <= _SPOKEN else names)
        near = near or did_you_mean(self._short(written), self._called)
        text = say(zh=f"没有单位“{written}”", en=f"there is no unit “{written}”")
        return text + say(zh="，", en=", ") + near if near else text

    def _spoken(self) -> list[str]:
        """What each unit is called in speech, with the kind of office: 列东所, 三元区局."""
        units = (
            (self._project.units[code].level, name) for name, codes in self._called.items() for code in codes
        )
        return [
            name + ("所" if level == "station" else "局") for level, name in units if len(name) <= _SPOKEN
        ]

    def _highest(self, codes: Iterable[str]) -> list[str]:
        """Those on the highest level among them: 三元 means the county, not a station in it."""
        by_level: dict[str, list[str]] = defaultdict(list)
        for code in codes:
            by_level[self._project.units[code].level].append(code)
        return next(by_level[level] for level in LEVELS if by_level[level])

    def _names(self, unit: Unit) -> set[str]:
        full = name_key(unit.name)
        names = {full, self._short(full)}
        if unit is self._city:
            names |= OF_THE_CITY
        if unit.parent and unit.level == "station":
            parent = self._short(name_key(self._project.units[unit.parent].name))
            own = {name.removeprefix(parent) for name in names}
            names |= own | {f"{parent}{office}{name}" for office in ("局", "市场监管局") for name in own}
        return {each for name in names for each in (name, _bare_place(name)) if each}

    def _short(self, name: str) -> str:
        """The name without the province's and the city's before it and the kind of office behind it."""
        short = name_key(name).replace("市场监督管理", "市场监管")
        short = _PROVINCE.sub("", short) or short
        city = name_key(self._city.name).replace("市场监督管理", "市场监管")
        for ending in _ENDINGS:
            city = city.removesuffix(ending)
        if short.removeprefix(city) and not short.removeprefix(city).startswith(("市场监管", "局")):
            short = short.removeprefix(city)
        for ending in _ENDINGS:
            if short.endswith(ending) and len(short) > len(ending):
                return short.removesuffix(ending)
        return short


def _bare_place(name: str) -> str:
    """三元 for 三元区, 永安 for 永安市: as counties are called in speech. Shorter than two signs is no name."""
    return name[:-1] if name.endswith(("区", "县", "市")) and len(name) > 2 else name


def post_meant(project: Project, written: str) -> UnitPost:
    """The post that `unit/post` names, whatever the unit is called there: 列东所/经办人.

    A person's name stands for the one post they hold, at that unit (列东所/李小明) or anywhere (李小明). What is not known
    stays as it is written. Raises SeveralHolders where several posts are held by people of that name.
    """
    named = UnitPost.parse(written)
    unit = UnitNames(project).code_of(named.unit)
    if unit and (named.post in project.units[unit].posts or not named.post):
        return UnitPost(unit, named.post)
    person = named.post or named.unit
    held = [
        UnitPost(code, post.name)
        for code in ([unit] if unit else project.units)
        for post in project.units[code].posts.values()
        if post.holder and post.holder == person
    ]
    if len(held) > 1:
        posts = [f"{project.name_of(each.unit)}/{each.post}" for each in held]
        raise SeveralHolders(
            zh=f"叫“{person}”的有 {len(posts)} 个岗位：{'、'.join(posts)}；请写明是哪一个，例如 {posts[0]}",
            en=f"{len(posts)} posts are held by a “{person}”: {', '.join(posts)}; name one of them, such as {posts[0]}",
        )
    return held[0] if held else UnitPost(unit or named.unit, named.post)
