"""Reading `duties/tests/*.yaml`: every example that is in order, and every mistake of the others at its place."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from duban.base.clock import Clock
from duban.base.language import say
from duban.base.problems import Problem, did_you_mean, told_once
from duban.checks.checking import CheckResult, examine
from duban.definitions.definitions import Definitions
from duban.duties.grammar import Duty
from duban.duties.loader import ids_written
from duban.examples.grammar import Case, ExamplesFile, ExampleSubject
from duban.yamlfile import Loc, YamlFile, load_file
from duban.yamlfile.files import misnamed

EXAMPLES_FOLDER = "duties/tests"


@dataclass(frozen=True)
class WrittenCase:
    """One case as it is written, whether or not the duty it is about can be read."""

    file: YamlFile  #: The file it stands in.
    number: int  #: Its place among the cases.
    named: str  #: The id of the duty it is about.
    case: Case  #: What is given and expected.
    subjects: tuple[ExampleSubject, ...]  #: Every subject it knows, the file's own included.

    def place(self, *loc: str | int) -> tuple[int, int]:
        """Line and column of a value of the case."""
        return self.file.place(("cases", self.number, *loc))

    def problem(self, what: str, mend: str = "", *loc: str | int) -> Problem:
        """A problem with a value of the case."""
        return self.file.problem(("cases", self.number, *loc), what, mend, self.named)

    @property
    def id(self) -> str:
        """What the example is called: its duty and its name."""
        return f"{self.named}: {self.case.name}"


@dataclass(frozen=True)
class Example(WrittenCase):
    """A case with the duty it is about, to be judged."""

    duty: Duty  #: The duty it is about.


def load_examples(
    definitions: Definitions, unread: Collection[str] | None = ()
) -> tuple[list[Example], list[Problem]]:
    """The examples of a project, file by file in the order of their names, and what is wrong with the others.

    `unread` are the ids of duties that are there and cannot be read (None: it may be any): their examples are held against
    everything else.
    """
    root = definitions.root
    examples: list[Example] = []
    problems: list[Problem] = []
    for path in sorted((root / EXAMPLES_FOLDER).glob("*.yaml")):
        file, written, wrong = load_file(path, ExamplesFile, root=root)
        problems += wrong
        if file is not None and written is not None:
            for example, mistakes in _read(file, written, definitions, unread):
                problems += mistakes
                if example is not None and not mistakes:
                    examples.append(example)
    problems += misnamed(root, EXAMPLES_FOLDER)
    return examples, sorted(set(problems))


def misread_examples(root: Path, readable: Definitions | None, told: Iterable[Problem]) -> list[Problem]:
    """What is wrong with the examples beside content of which this is `told` and the rest is `readable`."""
    if readable is not None:
        return load_examples(readable, ids_written(root, told))[1]
    problems = [*misnamed(root, EXAMPLES_FOLDER)]
    for path in sorted((root / EXAMPLES_FOLDER).glob("*.yaml")):
        problems += load_file(path, ExamplesFile, root=root)[2]
    return sorted(set(problems))


def check(root: Path, clock: Clock) -> CheckResult:
    """Everything `duban check` says of the project at `root`, today by `clock`: of the content, and of how the examples
    beside it are written.
    """
    return with_examples(examine(root, clock), root)


def with_examples(found: CheckResult, root: Path) -> CheckResult:
    """What is wrong with the content at `root`, and with how the examples there are written."""
    wrong = (
        load_examples(found.definitions)[1]
        if found.definitions
        else misread_examples(root, found.readable, found.problems)
    )
    return replace(
        found, problems=told_once([*found.problems, *wrong]), remarks=() if wrong else found.remarks
    )


def _read(
    file: YamlFile, written: ExamplesFile, definitions: Definitions, unread: Collection[str] | None
) -> Iterator[tuple[Example | None, list[Problem]]]:
    if wrong := list(_subject_mistakes(file, (), written.subjects, definitions)):
        yield None, wrong
    seen: set[tuple[str, str]] = set()
    for number, case in enumerate(written.cases):
        at: Loc = ("cases", number)
        named = case.duty or written.duty
        if named is None:
            what = say(zh="缺少“duty”：这是哪个事项的例子", en="“duty” is missing: which duty is it about?")
            yield None, [file.problem(at, what)]
            continue
        duty = definitions.duties.get(named)
        if duty is None and unread is not None and named not in unread:
            what = say(zh=f"没有事项“{named}”", en=f"there is no duty “{named}”")
            place = (*at, "duty") if case.duty else ("duty",)
            yield None, [file.problem(place, what, did_you_mean(named, definitions.duties))]
            continue
        subjects = {subject.code: subject for subject in (*written.subjects, *case.subjects)}
        known = tuple(subjects.values())
        at_place = WrittenCase(file, number, named, case, known)
        mistakes = list(_mistakes(at_place, definitions))
        if (named, case.name) in seen:
            what = say(zh=f"例子“{case.name}”重名", en=f"the name “{case.name}” is taken")
            mistakes.append(at_place.problem(what, "", "name"))
        seen.add((named, case.name))
        yield Example(file, number, named, case, known, duty) if duty else None, mistakes


def _mistakes(example: WrittenCase, definitions: Definitions) -> Iterator[Problem]:
    case, units = example.case, definitions.project.units
    places = {*(subject.code for subject in example.subjects), *units}
    if case.from_ is not None and case.until < case.from_:
        yield example.problem(say(zh="until 早于 from", en="until is before from"), "", "until")
    yield from _subject_mistakes(example.file, ("cases", example.number), case.subjects, definitions)
    for number, code in enumerate(case.units):
        yield from _unknown(example, code, units, ("units", number), "单位")
    windows = [each.name for each in definitions.calendar.festivals.windows]
    for name in case.announced:
        yield from _unknown(example, name, windows, ("announced", name), "时段")
    yield from _fact_mistakes(example, definitions, places)
    names = [fact.id for fact in case.facts if fact.id]
    for number, expected in enumerate(case.expect):
        at = ("expect", number)
        yield from _unknown(example, expected.about, places, (*at, "about"), "监管对象或单位")
        if case.units and expected.about in units and expected.about not in case.units:
            what = say(
                zh=f"units 里没有“{expected.about}”，看不到它", en=f"units leaves “{expected.about}” out"
            )
            yield example.problem(what, "", *at, "about")
        if expected.unit is not None:
            yield from _unknown(example, expected.unit, units, (*at, "unit"), "单位")
        if expected.fact is not None:
            yield from _unknown(example, expected.fact, names, (*at, "fact"), "事实")


def _subject_mistakes(
    file: YamlFile, at: Loc, subjects: Iterable[ExampleSubject], definitions: Definitions
) -> Iterator[Problem]:
    kinds, units = definitions.vocabulary.subjects, definitions.project.units

    def unknown(
        loc: Loc, zh: str, en: str, word: str, known: Iterable[str], *, at_key: bool = False
    ) -> Problem:
        what = say(zh=f"{zh}“{word}”", en=f"{en} “{word}”")
        return file.problem(loc, what, did_you_mean(word, known), at_key=at_key, unknown=True)

    for number, subject in enumerate(subjects):
        loc = (*at, "subjects", number)
        if subject.unit not in units:
            yield unknown((*loc, "unit"), "没有单位", "there is no unit", subject.unit, units)
        kind = kinds.get(subject.kind)
        if kind is None:
            yield unknown((*loc, "kind"), "没有监管对象", "there is no subject kind", subject.kind, kinds)
            continue
        for name, value in subject.attributes.items():
            here = (*loc, "attributes", name)
            allowed = kind.attributes.get(name, ())
            if name not in kind.particulars:
                yield unknown(here, "没有属性", "there is no attribute", name, kind.particulars, at_key=True)
            elif allowed and value not in allowed:
                yield unknown(here, f"“{name}”不能是", f"“{name}” cannot be", value, allowed)


def _fact_mistakes(example: WrittenCase, definitions: Definitions, places: set[str]) -> Iterator[Problem]:
    earlier: list[str] = []
    for number, fact in enumerate(example.case.facts):
        at = ("facts", number)
        yield from _unknown(example, fact.of, definitions.vocabulary.facts, (*at, "of"), "事实")
        yield from _unknown(example, fact.about, places, (*at, "about"), "监管对象或单位")
        kind = definitions.vocabulary.facts.get(fact.of)
        if fact.known_on < fact.on and not (kind and kind.ahead):
            what = say(zh="还没有发生就上报了", en="it was reported before it happened")
            yield example.problem(what, "", *at, "recorded")
        if fact.known_on > example.case.until:
            what = say(
                zh=f"{fact.known_on} 晚于 until，引擎看不到它",
                en=f"{fact.known_on} is after until: the engine never sees it",
            )
            yield example.problem(what, "", *at, "recorded" if fact.recorded else "on")
        if fact.corrects is not None:
            yield from _unknown(example, fact.corrects, earlier, (*at, "corrects"), "更早的事实")
        elif fact.withdrawn:
            what = say(zh="撤销要用 corrects 写明撤销哪一条", en="corrects must say which fact is withdrawn")
            yield example.problem(what, "", *at, "withdrawn")
        if fact.id is not None and fact.id in earlier:
            what = say(zh=f"事实编号“{fact.id}”重复", en=f"the id “{fact.id}” is taken")
            yield example.problem(what, "", *at, "id")
        if fact.id is not None:
            earlier.append(fact.id)


def _unknown(example: WrittenCase, word: str, known: Iterable[str], loc: Loc, zh: str) -> Iterator[Problem]:
    if word not in known:
        what = say(zh=f"没有{zh}“{word}”", en=f"there is no “{word}” here")
        yield example.problem(what, did_you_mean(word, known), *loc)
