"""The project: which bureau this is, its units and posts, its hours. `project_file` reads it from `duban.yaml`.

The folder that holds `duban.yaml` is the project's root; the other folders of content lie beside it.
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import time
from pathlib import Path
from typing import Literal

from pendulum import Timezone

from duban.base.objections import Objection
from duban.bureau.posts import Post
from duban.bureau.unit_tree import with_all_below
from duban.bureau.units import Level, Unit
from duban.bureau.year_plan import YearPlan

PROJECT_FILE = "duban.yaml"


class ProjectNotFound(Objection):
    """No `duban.yaml` where it was looked for; the text says where, and how to make one."""


@dataclass(frozen=True)
class OfficeHours:
    """When messages may go out, local time."""

    start: time  #: when the office opens
    end: time  #: when it closes
    rest_days: bool  #: on days off, too


@dataclass(frozen=True)
class Project:
    """The bureau and its unit tree."""

    bureau: str  #: its name
    zone: Timezone  #: whose days and hours are meant
    language: Literal["zh-CN", "en"]  #: what its messages are written in
    office_hours: OfficeHours  #: when messages that can wait are sent
    units: Mapping[
        str, Unit
    ]  #: by code, in the order of the file: city, then each county followed by its stations
    plan: YearPlan | None = None  #: the yearly plan its duties belong to
    letter_mark: str = "督办"  #: what the numbers of its letters begin with (发文机关代字)
    kept_years: int = (
        3  #: for how many whole years what was closed stays in the ledger before it may leave for an archive
    )
    appraisal_to: tuple[str, ...] = ()  #: whom appraisals are mailed to: `unit/post`, or an address
    approvers: int = 1  #: how many persons it takes to put an edit of the content in force: 1 or 2
    page: str = (
        ""  #: where the page is reached from people's desks, without a slash at its end; empty: nowhere yet
    )

    @property
    def posts_known(self) -> set[str]:
        """The posts that some unit has."""
        return {name for unit in self.units.values() for name in unit.posts}

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

    def codes_up(self, code: str) -> tuple[str, ...]:
        """The codes of a unit and of those above it up to the city; the code alone when it is not, or no longer, in the tree."""
        return tuple(unit.code for unit in self.chain(code)) if code in self.units else (code,)

    def level_of(self, code: str) -> Level | None:
        """A unit's level; None when it is not, or no longer, in the tree."""
        unit = self.units.get(code)
        return unit.level if unit else None

    def county_of(self, code: str) -> str:
        """The code of the county bureau that a unit is or belongs to; the city bureau, and a unit not in the tree, are
        their own.
        """
        chain = self.chain(code) if code in self.units else []
        return next((unit.code for unit in chain if unit.level == "county"), code)

    def placed(self, code: str, where: str) -> Unit:
        """The unit itself (own), the one above it (parent; at the top, itself), or the city. Raises KeyError for an
        unknown code.
        """
        chain = self.chain(code)
        return {"own": chain[0], "parent": chain[min(1, len(chain) - 1)]}.get(where, chain[-1])

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

    def with_own_lines(self, lines_of: Mapping[str, Iterable[str]]) -> "Project":
        """The same, its posts of `own_lines` standing for the lines that `lines_of` has under their names."""
        units = {
            code: replace(
                unit,
                posts={
                    name: replace(post, lines=tuple(sorted(lines_of.get(name, ()))))
                    if post.own_lines and post.lines is None
                    else post
                    for name, post in unit.posts.items()
                },
            )
            for code, unit in self.units.items()
        }
        return replace(self, units=units)

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
                zh=f"{root} 里没有 {PROJECT_FILE}，请运行 duban init {named} 新建一个项目",
                en=f"there is no {PROJECT_FILE} in {root}; run duban init {named} to make a project",
            )
        return root
    start = (start or Path.cwd()).absolute()
    for folder in (start, *start.parents):
        if (folder / PROJECT_FILE).is_file():
            return folder
    raise ProjectNotFound(
        zh=f"{start} 和它上面的文件夹里都没有 {PROJECT_FILE}，请进入项目文件夹，或运行 duban init 新建一个项目",
        en=f"there is no {PROJECT_FILE} in {start} or above; go to your project, or run duban init to make one",
    )
