"""Reading `duties/imports/*.yaml`: every mapping that is in order, and every mistake of the others at its place."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from duban.base.language import say
from duban.base.problems import Problem, did_you_mean
from duban.duties.vocabulary import NUMBER, SubjectKind, Vocabulary
from duban.importing.grammar import OUTCOME_WORDS, Cell, FactMapping, KindColumn, MappingFile
from duban.importing.headings import heading_key
from duban.yamlfile import Loc, YamlFile, load_file
from duban.yamlfile.files import misnamed

MAPPINGS_FOLDER = "duties/imports"


@dataclass(frozen=True)
class TableMapping:
    """How the tables of one system are read."""

    name: str  #: its file's name, by which `--as` asks for it
    written: MappingFile  #: what the file says
    is_form: bool = False  #: whether it reads a form of duban's own
    offers: frozenset[str] = frozenset()  #: of a form the sheets that only offer what may be chosen

    @property
    def source(self) -> str:
        """The source its facts are recorded under: with their reference it makes them unique."""
        return self.written.source

    @property
    def registers(self) -> bool:
        """Whether its rows bring subjects in or up to date."""
        return self.written.subject is not None and self.written.subject.register_

    @property
    def unit(self) -> str | None:
        """The column with the unit, of the fact or of the subject."""
        return self.written.unit or (self.written.subject.unit if self.written.subject else None)

    def required_of(self, unit: str | None) -> tuple[str, ...]:
        """Columns that must be there in a table whose unit is known otherwise, or is not (None)."""
        return tuple(column for column in self.required if unit is None or column != self.unit)

    @property
    def required(self) -> tuple[str, ...]:
        """Columns that must be there, and filled in on every row."""
        return self.written.required


def load_mappings(root: Path, vocabulary: Vocabulary) -> tuple[dict[str, TableMapping], list[Problem]]:
    """The mappings of the project at `root` by name, and what is wrong with the others: a word not in `vocabulary`, say."""
    mappings: dict[str, TableMapping] = {}
    problems: list[Problem] = []
    for path in sorted((root / MAPPINGS_FOLDER).glob("*.yaml")):
        file, written, wrong = load_file(path, MappingFile, root=root)
        if file is not None and written is not None:
            wrong = [*wrong, *_mistakes(file, written, vocabulary)]
            if not wrong:
                mappings[path.stem] = TableMapping(path.stem, written)
        problems += wrong
    problems += misnamed(root, MAPPINGS_FOLDER)
    return mappings, sorted(set(problems))


def ways_in(vocabulary: Vocabulary, mappings: Mapping[str, TableMapping]) -> dict[str, list[str]]:
    """For every kind of fact the mappings that bring it; its form besides."""
    ways: dict[str, list[str]] = {name: [] for name in vocabulary.facts}
    for mapping in mappings.values():
        fact = mapping.written.fact
        for name in {name for kind in fact.kind for name in kind.meant} if fact else ():
            if name in ways and mapping.name not in ways[name]:
                ways[name].append(mapping.name)
    return ways


def registered_by(vocabulary: Vocabulary, mappings: Mapping[str, TableMapping]) -> dict[str, list[str]]:
    """For every kind of subject the mappings that register it; its form besides."""
    ways: dict[str, list[str]] = {name: [] for name in vocabulary.subjects}
    for mapping in mappings.values():
        subject = mapping.written.subject
        if subject is not None and subject.register_:
            for name in dict.fromkeys(name for kind in subject.kind for name in kind.meant if name in ways):
                ways[name].append(mapping.name)
    return ways


def _mistakes(file: YamlFile, written: MappingFile, vocabulary: Vocabulary) -> Iterator[Problem]:
    yield from _headings_claimed_twice(file, written)
    for loc, column in _columns_named(written):
        yield from _unknown(file, loc, column, written.columns, say(zh="列", en="column"))
    if (written.subject is None) == (written.unit is None):
        yield file.problem(
            (),
            say(
                zh="要写 subject（关于哪个监管对象）或 unit（关于哪个单位），只写一个",
                en="write either subject or unit: whom a row is about",
            ),
        )
    if written.fact is None and not (written.subject and written.subject.register_):
        yield file.problem(
            (),
            say(
                zh="既不登记监管对象，也没有 fact：什么也不会导入",
                en="neither register nor fact: nothing to import",
            ),
        )
    if written.fact is not None and not written.ref:
        yield file.problem(
            ("fact",),
            say(
                zh="缺少“ref”：哪一列（或几列）是每行不变的编号",
                en="“ref” is missing: which column is a row's stable number",
            ),
            at_key=True,
        )
    if written.subject is not None:
        yield from _subject_mistakes(file, written, vocabulary)
    if written.fact is not None:
        yield from _fact_mistakes(file, written, vocabulary)


def _headings_claimed_twice(file: YamlFile, written: MappingFile) -> Iterator[Problem]:
    claimed: dict[str, str] = {}
    for column, aliases in written.columns.items():
        for number, heading in enumerate((column, *aliases)):
            other = claimed.setdefault(heading_key(heading), column)
            if other != column:
                loc: Loc = ("columns", column) if number == 0 else ("columns", column, number - 1)
                yield file.problem(
                    loc,
                    say(
                        zh=f"表头“{heading}”同时给了“{other}”和“{column}”",
                        en=f"the heading “{heading}” is given to “{other}” and “{column}”",
                    ),
                )


def _columns_named(written: MappingFile) -> Iterator[tuple[Loc, str]]:
    """Every place that names a column."""
    yield from ((("required", number), column) for number, column in enumerate(written.required))
    yield from ((("ref", number), column) for number, column in enumerate(written.ref))
    if written.unit:
        yield ("unit",), written.unit
    if subject := written.subject:
        at: Loc = ("subject",)
        yield from _kind_columns((*at, "kind"), subject.kind)
        for key in ("code", "name", "unit", "registered"):
            if column := getattr(subject, key):
                yield (*at, key), column
        if subject.active:
            yield (*at, "active", "column"), subject.active.column
        if subject.grade:
            yield (*at, "grade"), subject.grade.column
        yield from (((*at, "attributes", name), cell.column) for name, cell in subject.attributes.items())
    if fact := written.fact:
        yield from _kind_columns(("fact", "kind"), fact.kind)
        yield ("fact", "on"), fact.on.column
        yield from ((("fact", "data", name), cell.column) for name, cell in fact.data.items())


def _kind_columns(at: Loc, kinds: Iterable[KindColumn]) -> Iterator[tuple[Loc, str]]:
    return (((*at, number, "column"), kind.column) for number, kind in enumerate(kinds) if kind.column)


def _subject_mistakes(file: YamlFile, written: MappingFile, vocabulary: Vocabulary) -> Iterator[Problem]:
    subject = written.subject
    if subject is None:
        return
    at: Loc = ("subject",)
    known = {*vocabulary.subjects, "不记", "nothing"}
    yield from _unknown_kinds(file, (*at, "kind"), subject.kind, known, say(zh="监管对象", en="subject kind"))
    if subject.register_ and (subject.name is None or subject.unit is None):
        yield file.problem(
            (*at, "register"),
            say(
                zh="登记监管对象要写 name 和 unit 两列",
                en="to register subjects, name the columns name and unit",
            ),
        )
    if subject.register_ and len(subject.kind) > 1 and all(kind.name for kind in subject.kind):
        yield file.problem(
            (*at, "kind"),
            say(
                zh="登记时要说清是哪一类：只写一类，或者由一列决定",
                en="to register, name one kind, or the column that decides",
            ),
        )
    if not subject.register_:
        for key in ("grade", "registered", "active", "attributes"):
            if getattr(subject, key):
                yield file.problem(
                    (*at, key),
                    say(zh=f"{key} 只用于 register: 是", en=f"{key} belongs to register: true"),
                    at_key=True,
                )
    kinds = [vocabulary.subjects[name] for name in _names(subject.kind) if name in vocabulary.subjects]
    for name, cell in subject.attributes.items():
        yield from _attribute_mistakes(file, (*at, "attributes", name), name, cell, kinds)
    if subject.grade:
        grades, name = {grade for kind in kinds for grade in kind.grades}, say(zh="等级", en="grade")
        yield from _strange_values(file, (*at, "grade"), name, subject.grade.values, grades)


def _attribute_mistakes(
    file: YamlFile, loc: Loc, name: str, cell: Cell, kinds: Collection[SubjectKind]
) -> Iterator[Problem]:
    attributes = {each for kind in kinds for each in kind.particulars}
    if kinds and name not in attributes:
        what = say(zh=f"没有属性“{name}”", en=f"there is no attribute “{name}”")
        yield file.problem(loc, what, did_you_mean(name, attributes), at_key=True)
        return
    allowed = {value for kind in kinds for value in kind.attributes.get(name, ())}
    yield from _strange_values(file, loc, name, cell.values, allowed)


def _strange_values(
    file: YamlFile, loc: Loc, name: str, values: Mapping[str, str], allowed: Collection[str]
) -> Iterator[Problem]:
    """The values that what is called `name` cannot have, where it may not have just any."""
    for written, value in values.items():
        if allowed and value not in allowed:
            what = say(zh=f"“{name}”不能是“{value}”", en=f"“{name}” cannot be “{value}”")
            yield file.problem((*loc, "values", written), what, did_you_mean(value, allowed))


def _fact_mistakes(file: YamlFile, written: MappingFile, vocabulary: Vocabulary) -> Iterator[Problem]:
    fact = written.fact
    if fact is None:
        return
    known = {*vocabulary.facts, *OUTCOME_WORDS, *OUTCOME_WORDS.values()}
    yield from _unknown_kinds(file, ("fact", "kind"), fact.kind, known, say(zh="事实", en="fact kind"))
    if (fact.on.day is None) == (fact.on.month is None):
        yield file.problem(
            ("fact", "on"),
            say(zh="on 写日期列，或者 {month: 月份列}", en="on is a day's column, or {month: column}"),
        )
    yield from _particular_mistakes(file, fact, vocabulary)
    for number, name in enumerate(fact.together):
        yield from _unknown(
            file, ("fact", "together", number), name, fact.data, say(zh="内容", en="particular")
        )
    subjects = _names(written.subject.kind) if written.subject else ()
    for number, kind in enumerate(fact.kind):
        for name in kind.meant:
            of = vocabulary.facts.get(name)
            if of is None:
                continue
            strangers = [each for each in subjects if each in vocabulary.subjects and each not in of.about]
            if written.unit and not of.of_unit:
                what = say(zh=f"“{of.title}”不是关于单位的事实", en=f"{name} is not about a unit")
            elif strangers and len(strangers) == len(subjects):
                what = say(
                    zh=f"“{of.title}”与监管对象“{strangers[0]}”无关", en=f"{name} is not about {strangers[0]}"
                )
            else:
                continue
            yield file.problem(("fact", "kind", number), what)


def _particular_mistakes(file: YamlFile, fact: FactMapping, vocabulary: Vocabulary) -> Iterator[Problem]:
    """Particulars that some kind of fact wants as a number, or with other values. The vocabulary need not know them."""
    kinds = [vocabulary.facts[name] for name in _names(fact.kind) if name in vocabulary.facts]
    for name, cell in fact.data.items():
        loc: Loc = ("fact", "data", name)
        allowed = {value for kind in kinds for value in kind.data.get(name, ())}
        if allowed == set(NUMBER):
            if cell.read != "number":
                what = say(zh=f"“{name}”要读成数字", en=f"“{name}” is a number")
                yield file.problem(loc, what, say(zh="请加 read: 数字", en="add read: number"))
            continue
        yield from _strange_values(file, loc, name, cell.values, allowed)


def _names(kinds: Iterable[KindColumn]) -> tuple[str, ...]:
    return tuple(name for kind in kinds for name in kind.meant)


def _unknown_kinds(
    file: YamlFile, at: Loc, kinds: Iterable[KindColumn], known: Collection[str], what: str
) -> Iterator[Problem]:
    for number, kind in enumerate(kinds):
        if kind.name:
            yield from _unknown(file, (*at, number), kind.name, known, what)
        for value, name in kind.values.items():
            yield from _unknown(file, (*at, number, "values", value), name, known, what)


def _unknown(file: YamlFile, loc: Loc, word: str, known: Iterable[str], what: str) -> Iterator[Problem]:
    names = list(known)
    if word not in names:
        sentence = say(zh=f"没有{what}“{word}”", en=f"there is no {what} “{word}”")
        yield file.problem(loc, sentence, did_you_mean(word, names), unknown=True)
