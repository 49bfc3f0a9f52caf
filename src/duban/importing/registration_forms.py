"""A form for every kind of subject: its list, to be registered or brought up to date; no system needs to export it.

Like the forms of facts it is made of the vocabulary and told by its headings, which name the kind.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from duban.base.language import say
from duban.bureau.units import Unit
from duban.duties.vocabulary import SubjectKind, Vocabulary
from duban.importing.form_sheets import FormColumn, write_form
from duban.importing.grammar import MappingFile
from duban.importing.mappings import TableMapping
from duban.importing.templates import GRADE, OFFERED, not_imported, units_offered

IN_CHARGE_OF: Final = "主管单位"
REGISTERED: Final = "登记日期"
AT_WORK: Final = "是否在业"


def registration_name(kind: SubjectKind) -> str:
    """The name of the mapping that reads the form, beside those of facts: 市地方标准登记表."""
    return f"{kind.name}登记表"


def registration_mapping(kind: SubjectKind) -> TableMapping:
    """How the form of a kind of subject is read."""
    code, name = _code(kind), _name(kind)
    attributes = _attributes(kind)
    columns = [
        code,
        name,
        IN_CHARGE_OF,
        REGISTERED,
        *([GRADE] if kind.grades else []),
        *attributes.values(),
        AT_WORK,
    ]
    subject: dict[str, object] = {
        "kind": kind.name,
        "code": code,
        "name": name,
        "register": True,
        "unit": IN_CHARGE_OF,
        "registered": REGISTERED,
        "active": {"column": AT_WORK, "values": {"是": True, "否": False}},
        "attributes": {
            each: {"column": column, "values": {value: value for value in kind.particulars[each]}}
            for each, column in attributes.items()
        },
    }
    if kind.grades:
        subject["grade"] = {"column": GRADE, "values": {grade: grade for grade in kind.grades}}
    written = {
        "title": say(zh=f"{kind.name}登记表", en=f"list of {kind.name}"),
        "source": registration_name(kind),
        "columns": {column: [] for column in columns},
        "required": [code, name, IN_CHARGE_OF],
        "subject": subject,
    }
    return TableMapping(
        registration_name(kind), MappingFile.model_validate(written), is_form=True, offers=OFFERED
    )


def registration_mappings(vocabulary: Vocabulary) -> dict[str, TableMapping]:
    """The mappings of the forms of all kinds of subject, by their names."""
    return {registration_name(kind): registration_mapping(kind) for kind in vocabulary.subjects.values()}


def write_registration(kind: SubjectKind, units: Sequence[Unit], today: date) -> bytes:
    """The form as an .xlsx. `units` are those offered; `today` dates the example line."""
    attributes = _attributes(kind)
    stands = next((unit for unit in units if unit.level != "city"), units[0] if units else None)
    filled: dict[str, object] = {
        _code(kind): not_imported(),
        _name(kind): say(zh="名称", en="name"),
        IN_CHARGE_OF: stands.name if stands else "",
        REGISTERED: today,
        GRADE: next(iter(kind.grades), ""),
        AT_WORK: "是",
    } | {
        column: next(iter(kind.particulars[each]), say(zh="文字", en="text"))
        for each, column in attributes.items()
    }
    offered: Mapping[str, Sequence[str]] = {
        GRADE: kind.grades,
        AT_WORK: ("是", "否"),
        **{column: kind.particulars[each] for each, column in attributes.items()},
    }
    notes = {
        _code(kind): say(zh="统一社会信用代码", en="unified social credit code") if kind.credit_code else "",
        REGISTERED: say(zh="取证、设立、列入之日", en="the day it was licensed, set up or listed"),
        AT_WORK: say(zh="不写就是还在", en="at work unless written"),
    }
    of_units = units_offered(units)
    written = registration_mapping(kind).written
    columns = [
        FormColumn(
            name,
            required=name in written.required,
            note=notes.get(name, ""),
            example=filled[name],
            is_day=name == REGISTERED,
            choices=of_units if name == IN_CHARGE_OF else offered.get(name, ()),
        )
        for name in written.columns
    ]
    return write_form(columns)


def _code(kind: SubjectKind) -> str:
    return f"{kind.name}编号"


def _name(kind: SubjectKind) -> str:
    return f"{kind.name}名称"


def _attributes(kind: SubjectKind) -> dict[str, str]:
    """Its attributes and the columns they stand in."""
    taken = {_code(kind), _name(kind), IN_CHARGE_OF, REGISTERED, GRADE, AT_WORK}
    return {each: f"{each}（属性）" if each in taken else each for each in kind.particulars}
