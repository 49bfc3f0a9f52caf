"""Whose subject a row means: one code, or one name, may be registered in several counties.

| the row | means |
|---|---|
| names a code or a name that one registered subject has | that one |
| … that several have, of several kinds | the one of the kind that a column names |
| … that several counties have | the one of the county in the row's own column, else of the county its sheet is named after or the importer gave |
| names one by name, or by a code that others may have, and another county than its own | none: refused |
| numbers its facts by the holder, and names a kind it is not registered as | none: refused |
| says nothing of these | none: refused, with how to say it |
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from duban.base.credit_codes import is_credit_code
from duban.base.entrance import by_entrance
from duban.base.language import say
from duban.facts.registered import RegisteredSubject, in_county, meant
from duban.importing.drafts import Draft, Mistake

if TYPE_CHECKING:
    from duban.bureau.project import Project
    from duban.facts.rows import Key
    from duban.importing.row_reader import RowReader


def subject_meant(
    project: Project,
    draft: Draft,
    by_code: Mapping[Key, Sequence[RegisteredSubject]],
    by_name: Mapping[Key, Iterable[Key]],
    reader: RowReader,
) -> RegisteredSubject | Mistake:
    """The registered subject a row is about, of those with its code, else of those with its name; or why none is.

    `draft` is the row as it was read, `by_code` and `by_name` what the ledger has under the codes and names of its page, `reader`
    knows where each stands. Of several counties' it is that of the county the row names; of several kinds' none.
    """
    keys = _keys(draft, by_code, by_name)
    found = [each for key in keys for each in by_code[key]]
    if len({project.county_of(each.unit) for each in found}) > 1:
        unit = _unit_said(draft, reader)
        if isinstance(unit, Mistake):
            return unit
        if unit is not None and project.units[unit].level != "city":
            found = in_county(project, found, unit) or found
    place = reader.place_of_field("code" if draft.code else "name")
    if not found:
        return Mistake(place, _not_registered(draft))
    if reader.of_holder and draft.said_kind and all(each.kind != draft.said_kind for each in found):
        return Mistake(place, _of_another_kind(draft, found))
    if elsewhere := _elsewhere(project, draft, found, reader):
        return elsewhere
    if len({(each.kind, each.code) for each in found}) > 1:
        return Mistake(place, _several(project, draft, found))
    which = meant(project, found, None)
    if isinstance(which, RegisteredSubject):
        return which
    return Mistake(place, (which.reason if which else "") + _how_to_say(reader))


def _keys(
    draft: Draft, by_code: Mapping[Key, Sequence[RegisteredSubject]], by_name: Mapping[Key, Iterable[Key]]
) -> list[Key]:
    if draft.code:
        found = [(kind, draft.code) for kind in draft.kinds if (kind, draft.code) in by_code]
    else:
        named = {key for kind in draft.kinds for key in by_name.get((kind, draft.name), ())}
        found = sorted(key for key in named if key in by_code)
    if len(found) > 1 and draft.said_kind:
        return [key for key in found if key[0] == draft.said_kind] or found
    return found


def _unit_said(draft: Draft, reader: RowReader) -> str | Mistake | None:
    """The unit the row names, or the one of rows that name none. What cannot be read concerns only a row that needs it."""
    before = len(draft.mistakes)
    unit = reader.unit(draft, reader.unit_column)
    return draft.mistakes[-1] if len(draft.mistakes) > before else unit


def _elsewhere(
    project: Project, draft: Draft, found: Sequence[RegisteredSubject], reader: RowReader
) -> Mistake | None:
    """Why a row is about none of these subjects: its own column names another county. A unified social credit code is one
    holder's wherever it is.
    """
    place = reader.place(reader.unit_column)
    if place is None or place >= len(draft.cells) or draft.cells[place] is None:
        return None
    unit = None if is_credit_code(draft.code) else _unit_said(draft, reader)
    if not isinstance(unit, str) or project.units[unit].level == "city" or in_county(project, found, unit):
        return None
    named, there = draft.name or draft.code, project.units[project.county_of(found[0].unit)].name
    said = project.units[project.county_of(unit)].name
    return Mistake(
        place,
        say(
            zh=f"“{named}”登记在{there}，这一行写的是{said}；哪个对，请核对后改正，或者先在{said}登记",
            en=f"“{named}” is registered in {there}, this row says {said}: correct the one that is wrong, or register it "
            f"in {said} first",
        ),
    )


def _not_registered(draft: Draft) -> str:
    named = draft.code or draft.name
    first = say(zh="；先登记，再导入", en="; register it first")
    if len(draft.kinds) == 1:
        kind = draft.kinds[0]
        return say(zh=f"没有登记过 {kind} {named}", en=f"{kind} {named} is not registered") + first
    count = len(draft.kinds)
    return (
        say(
            zh=f"没有登记过 {named}（{count} 类监管对象里都没有）",
            en=f"{named} is not registered, in none of {count} kinds",
        )
        + first
    )


def _of_another_kind(draft: Draft, found: Sequence[RegisteredSubject]) -> str:
    named, kinds = draft.code or draft.name, dict.fromkeys(each.kind for each in found)
    registered = say(zh="、", en=", ").join(kinds)
    return say(
        zh=f"{named} 登记的是{registered}，没有登记为{draft.said_kind}；先登记，再导入",
        en=f"{named} is registered as {registered}, not as {draft.said_kind}; register it first",
    )


def _several(project: Project, draft: Draft, found: Sequence[RegisteredSubject]) -> str:
    named = draft.code or draft.name
    shown = dict.fromkeys(f"{each.kind} {each.code}" for each in found)
    listed = say(zh="、", en=", ").join(list(shown)[:4])
    return say(
        zh=f"“{named}”不止一个：{listed}，请写明编号或类别",
        en=f"“{named}” is several: {listed}; give the code or the kind",
    )


def _how_to_say(reader: RowReader) -> str:
    column = reader.unit_column
    if column is None:
        return say(zh=f"：导入时{_chosen()}", en=f": import it with {_chosen()}")
    return say(
        zh=f"：在“{column}”一列写县名，或者导入时{_chosen()}",
        en=f": name the county in the column “{column}”, or import it with {_chosen()}",
    )


def _chosen() -> str:
    return by_entrance(
        command=say(zh="写 --unit 县名", en="--unit COUNTY"),
        page=say(zh="选“没有写单位的行算哪个单位的”", en="“the unit of rows that name none”"),
    )
