"""A form for every kind of fact: a workbook with the right headings, drop-downs and the unit's own subjects, to be imported.

The mapping that reads it is made of the vocabulary, so that no kind of fact is without a way in. It is told by the heading
of its date, which names the kind. Its numbers are made of the subject or unit, the day, and a number where several
happened on one day: two counties that both begin with 1 do not meet.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from duban.base.language import say
from duban.bureau.units import Unit
from duban.cadence.counting import ZERO_OF, ZERO_REPORTED
from duban.duties.vocabulary import HOUR, NUMBER, FactKind, Vocabulary
from duban.facts import GRADE_ASSIGNED
from duban.importing.form_sheets import ChoiceSheet, FormColumn, write_form
from duban.importing.grammar import MappingFile
from duban.importing.mappings import TableMapping
from duban.importing.no_data import EXAMPLE

NUMBER_OF, CODE, NAME, UNIT = "编号", "监管对象编号", "监管对象名称", "单位"
KIND = "监管对象种类"
"""Asked where a fact may be about several kinds: one holder may be of more than one."""
GRADE = "等级"
CHARGE = "所属县区"
"""Whose a subject is: asked of whoever works for several counties, as one code may stand in each of them."""
_SUBJECTS = ("监管对象", "subjects")
OFFERED = frozenset((*_SUBJECTS, UNIT, CHARGE, ZERO_OF))
"""The sheets of a form that only offer what may be chosen."""
_MOST_SUBJECTS = 20_000


@dataclass(frozen=True)
class ListedSubject:
    """A subject that a form offers."""

    kind: str  #: its kind
    code: str  #: its code
    name: str  #: its name


def template_mapping(kind: FactKind, vocabulary: Vocabulary) -> TableMapping:
    """How the form of a kind of fact is read."""
    date_column = f"{kind.title}日期"
    data = _particulars(kind, vocabulary)
    about = CODE if kind.about else UNIT
    several = (KIND,) if len(kind.about) > 1 else ()
    columns = [NUMBER_OF, *((CODE, NAME, *several) if kind.about else (UNIT,)), date_column, *data.values()]
    columns += [CHARGE] if kind.about else []
    written: dict[str, object] = {
        "title": say(zh=f"{kind.title}填报表", en=f"form for {kind.name}"),
        "source": f"{kind.title}填报表",
        "columns": {column: [] for column in columns},
        "required": [about, date_column],
        "ref": [about, date_column, NUMBER_OF],
        "fact": {
            "kind": kind.name,
            "on": date_column,
            "data": {name: _cell(kind, vocabulary, name, column) for name, column in data.items()},
        },
    }
    if kind.about:
        said = [{"column": KIND, "values": {name: name for name in kind.about}}] if several else []
        written["subject"] = {"kind": [*said, *kind.about], "code": CODE, "name": NAME, "unit": CHARGE}
    else:
        written["unit"] = UNIT
    return TableMapping(kind.name, MappingFile.model_validate(written), is_form=True, offers=OFFERED)


def template_mappings(vocabulary: Vocabulary) -> dict[str, TableMapping]:
    """The mappings of all forms, by the kinds' names."""
    return {kind.name: template_mapping(kind, vocabulary) for kind in vocabulary.facts.values()}


def write_template(
    kind: FactKind,
    vocabulary: Vocabulary,
    units: Sequence[Unit],
    subjects: Iterable[ListedSubject],
    today: date,
) -> bytes:
    """The form as an .xlsx. `units` and `subjects` are those offered; `today` dates the example line."""
    written = template_mapping(kind, vocabulary).written
    counties = [unit for unit in units if unit.level == "county"]
    names = [name for name in written.columns if name != CHARGE or len(counties) > 1]
    listed = [each for each in subjects if each.kind in kind.about][:_MOST_SUBJECTS]
    example = _example(kind, vocabulary, units, listed, today)
    offered: dict[str, Sequence[str] | ChoiceSheet] = {
        column: values
        for name, column in _particulars(kind, vocabulary).items()
        if (values := _values(kind, vocabulary, name)) not in (NUMBER, HOUR)
    }
    of_units = units_offered(units)
    if kind.about:
        rows = [(each.code, each.name, each.kind) for each in listed]
        offered[CODE] = ChoiceSheet(
            say(zh=_SUBJECTS[0], en=_SUBJECTS[1]), (CODE, NAME, say(zh="种类", en="kind")), rows
        )
        offered[KIND] = kind.about
        offered[CHARGE] = ChoiceSheet(CHARGE, (CHARGE,), [(unit.name,) for unit in counties])
    else:
        offered[UNIT] = of_units
    if kind.name == ZERO_REPORTED:
        there = [(called,) for called in _reported_as_none(vocabulary)]
        offered[ZERO_OF] = ChoiceSheet(ZERO_OF, (ZERO_OF,), there)
    columns = [
        FormColumn(
            name,
            required=name in written.required,
            note=kind.date if name.startswith(kind.title) else "",
            example=example.get(name),
            is_day=name.startswith(kind.title),
            choices=offered.get(name, ()),
        )
        for name in names
    ]
    return write_form(columns, [of_units])


def units_offered(units: Sequence[Unit]) -> ChoiceSheet:
    """The units a form offers, by their names, with their codes beside them."""
    rows = [(unit.code, unit.name) for unit in units]
    return ChoiceSheet(UNIT, (UNIT, say(zh="名称", en="name")), rows, offered=1)


def _particulars(kind: FactKind, vocabulary: Vocabulary) -> dict[str, str]:
    """The particulars of a kind and the columns they stand in."""
    taken = {CODE, NAME, UNIT, CHARGE} if kind.case else {NUMBER_OF, CODE, NAME, UNIT, CHARGE}
    columns = {name: f"{name}（内容）" if name in taken else name for name in kind.data}
    return columns | ({"grade": GRADE} if kind.name == GRADE_ASSIGNED and "grade" not in columns else {})


def _values(kind: FactKind, vocabulary: Vocabulary, name: str) -> tuple[str, ...]:
    """The values a particular may have; of a grade those of any subject it may be about."""
    if kind.name == GRADE_ASSIGNED and name == "grade":
        return tuple(dict.fromkeys(each for of in kind.about for each in vocabulary.subjects[of].grades))
    return kind.data.get(name, ())


def _cell(kind: FactKind, vocabulary: Vocabulary, name: str, column: str) -> dict[str, object]:
    if kind.name == ZERO_REPORTED:
        return {"column": column, "values": _reported_as_none(vocabulary)}
    values = _values(kind, vocabulary, name)
    if values in (NUMBER, HOUR):
        return {"column": column, "read": "number" if values == NUMBER else "text"}
    return {"column": column, "values": {value: value for value in values}}


def _reported_as_none(vocabulary: Vocabulary) -> dict[str, str]:
    """What a zero report may say there was none of, as people call it, and by its name."""
    kinds = [kind for kind in vocabulary.facts.values() if kind.name != ZERO_REPORTED]
    called = {kind.title: kind.name for kind in kinds} | {name: name for name in vocabulary.subjects}
    return called | {kind.name: kind.name for kind in kinds}


def not_imported() -> str:
    """What the first column of an example line says, by which the import knows it."""
    return say(zh=f"{EXAMPLE}，导入时不算", en=f"{EXAMPLE} (an example, not imported)")


def _example(
    kind: FactKind,
    vocabulary: Vocabulary,
    units: Sequence[Unit],
    subjects: Sequence[ListedSubject],
    today: date,
) -> dict[str, object]:
    filled: dict[str, object] = {NUMBER_OF: not_imported()}
    if kind.about:
        filled |= (
            {CODE: subjects[0].code, NAME: subjects[0].name, KIND: subjects[0].kind}
            if subjects
            else {CODE: "91350400MA00000000", KIND: kind.about[0]}
        )
    else:
        filled[UNIT] = units[0].name if units else ""
    filled[f"{kind.title}日期"] = today
    for name, column in _particulars(kind, vocabulary).items():
        values = _values(kind, vocabulary, name)
        if column not in filled:
            filled[column] = _example_of(kind, vocabulary, values)
    return filled


def _example_of(kind: FactKind, vocabulary: Vocabulary, values: tuple[str, ...]) -> str | int:
    if kind.name == ZERO_REPORTED:  # 零报告 says what there was none of
        return next(iter(_reported_as_none(vocabulary)))
    if values in (NUMBER, HOUR):
        return 1 if values == NUMBER else "10:05"
    return values[0] if values else say(zh="文字", en="text")
