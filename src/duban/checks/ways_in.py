"""How each kind of fact gets in (`comes_by` of the vocabulary), held against the mappings, the posts and the duties.

A duty that waits for a fact nobody brings is never done. Every kind of fact a duty waits for says who brings it: a mapping
of `duties/imports/`, or the post that enters it, by its form, on the page or with `duban fact add`.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from duban.base.cases import FOUND_AT
from duban.base.language import say
from duban.base.problems import Problem, did_you_mean
from duban.bureau.posts import nobody_has
from duban.bureau.unit_posts import UnitPost
from duban.cadence.opening import EachFact
from duban.definitions.definitions import Definitions
from duban.duties.owner_entries import unit_level
from duban.duties.vocabulary import HOUR, VOCABULARY_FILE
from duban.importing.mappings import MAPPINGS_FOLDER, TableMapping, load_mappings, ways_in
from duban.yamlfile import YamlFile, read


@dataclass(frozen=True)
class WaysIn:
    """How each kind of fact of some definitions gets in."""

    definitions: Definitions  #: the definitions whose kinds of fact are looked at
    project: Path  #: the project's folder, where the mappings are: content in force is laid out without them

    def wrong(self) -> Iterator[Problem]:
        """Mappings that are not there or do not bring the kind, and posts nobody has."""
        files = {path.stem for path in (self.project / MAPPINGS_FOLDER).glob("*.yaml")}
        for kind in self.definitions.vocabulary.facts.values():
            for number, way in enumerate(kind.comes_by):
                if why := _wrong(self.definitions, self._brought, files, kind.name, way):
                    loc = ("facts", kind.name, "comes_by", number)
                    yield self._file.problem(loc, *why, unknown=True)

    def lacking(self) -> Iterator[Problem]:
        """Kinds of facts that a duty waits for and nothing brings."""
        waiting_for = defaultdict(list)
        for duty in self.definitions.duties.values():
            for name in duty.fact_kinds:
                waiting_for[name].append(duty.title)
        for kind in self.definitions.vocabulary.facts.values():
            waiting = waiting_for[kind.name]
            if waiting and not kind.comes_by and not self._brought.get(kind.name):
                what = say(
                    zh=f"没有说“{kind.title}”从哪里来，等它的事项办不了：{'、'.join(waiting[:3])}",
                    en=f"nothing says how “{kind.name}” comes in; duties wait for it: {', '.join(waiting[:3])}",
                )
                mend = say(
                    zh="请写 comes_by：导入对照的名称，或者由谁录入，例如 县局/餐饮科",
                    en="write comes_by: a mapping of duties/imports, or who enters it, for example county/餐饮科",
                )
                yield Problem(self._file.path, *self._file.place(("facts", kind.name)), what, mend)

    def hourless(self) -> Iterator[Problem]:
        """Kinds of facts that begin or end a period in hours and do not say at what hour they happened."""
        for duty in self.definitions.duties.values():
            opening = duty.cadence.opening
            if not (isinstance(opening, EachFact) and opening.by_hours):
                continue
            for name in sorted(opening.facts.union((duty.done_by,) if duty.done_by else ())):
                if self.definitions.vocabulary.facts[name].data.get(FOUND_AT) == HOUR:
                    continue
                what = say(
                    zh=f"“{duty.title}”按小时计，这种事实却不写几点发生，只好按报告的时刻算",
                    en=f"“{duty.title}” is counted in hours, but “{name}” does not say at what hour it happened: "
                    "the moment it is reported has to do",
                )
                mend = say(zh=f"请在 data 里写 {FOUND_AT}: 时刻", en=f"write {FOUND_AT}: hour under data")
                yield Problem(self._file.path, *self._file.place(("facts", name)), what, mend)

    @property
    def misread(self) -> list[Problem]:
        """What is wrong with the mappings themselves."""
        return self._mappings[1]

    @cached_property
    def _mappings(self) -> tuple[dict[str, TableMapping], list[Problem]]:
        return load_mappings(self.project, self.definitions.vocabulary)

    @cached_property
    def _brought(self) -> Mapping[str, list[str]]:
        return ways_in(self.definitions.vocabulary, self._mappings[0])

    @cached_property
    def _file(self) -> YamlFile:
        return read(self.definitions.root / VOCABULARY_FILE, root=self.definitions.root)


def _wrong(
    definitions: Definitions,
    brought: Mapping[str, Iterable[str]],
    files: Collection[str],
    kind: str,
    way: str,
) -> tuple[str, str] | None:
    if "/" not in way:
        names = sorted({name for ways in brought.values() for name in ways})
        if way in brought.get(kind, ()) or (way not in names and way in files):
            return None  # it brings the kind, or what is wrong with it is told at its own file
        if way in names:
            what = say(
                zh=f"导入对照“{way}”不带来这种事实", en=f"the mapping “{way}” does not bring this kind"
            )
            return what, say(zh="请改对照，或者写由谁录入", en="mend the mapping, or say who enters it")
        return say(zh=f"没有导入对照“{way}”", en=f"there is no mapping “{way}”"), did_you_mean(way, names)
    written = UnitPost.parse(way)
    level = unit_level(written.unit)
    units = definitions.project.units_at(level) if level else []
    posts = {name for unit in units for name in unit.posts}
    if written.post in posts:
        return None
    if units and written.post not in definitions.project.posts_known:
        return nobody_has(written.post, definitions.project.posts_known)
    what = say(
        zh=f"{written.unit}没有岗位“{written.post}”",
        en=f"no {level or written.unit} unit has the post “{written.post}”",
    )
    return what, did_you_mean(written.post, posts)
