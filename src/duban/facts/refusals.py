"""Why a fact cannot be true, and the field to look at."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

from duban.base.cases import is_amount
from duban.base.json_values import Json, JsonObject
from duban.base.language import say
from duban.base.problems import did_you_mean
from duban.cadence.counting import ZERO_OF, ZERO_REPORTED
from duban.duties.vocabulary import NUMBER
from duban.facts.authority import reporting_refusal
from duban.facts.rows import Key, NewFact, Refusal, no_grade, outside, unknown

if TYPE_CHECKING:
    from duban.definitions.definitions import Definitions
    from duban.duties.vocabulary import FactKind
    from duban.ledger.principals import Principal

GRADE_ASSIGNED = "grade.assigned"
"""The fact that gives its subject the risk grade in `data["grade"]`."""
EARLIEST = date(1949, 10, 1)
"""No fact, and no merger, is older."""
_FIELDS = {"subject_id": "subject"}
"""The field in which a person wrote what a column holds, where it is called otherwise."""


class FactContent(NamedTuple):
    """What a fact says, as the ledger keeps it."""

    kind: str  #: What happened, in the words of the vocabulary.
    subject_id: int | None  #: The subject it is about.
    unit: str | None  #: The code of the unit it is about.
    happened_on: date  #: The local day.
    data: JsonObject  #: What the kind of fact carries, and whether it only withdraws another.
    revises: int | None  #: The fact it corrects.
    source: str  #: Where it comes from.
    ref: str  #: Its number there.


def fact_refusal(
    definitions: Definitions,
    fact: NewFact,
    subjects: Container[Key],
    revisable: Container[Key],
    today: date,
    by: Principal,
) -> Refusal | None:
    """Why the fact cannot be taken on the local day `today` from this principal, or None.

    `subjects` are those it may be about, (kind, code); `revisable` the facts (source, ref) that are there to be corrected.
    """
    kind = definitions.vocabulary.facts.get(fact.kind)
    if kind is None:
        return unknown(
            "kind",
            say(zh=f"没有事实“{fact.kind}”", en=f"there is no fact kind “{fact.kind}”"),
            fact.kind,
            definitions.vocabulary.facts,
        )
    if not fact.source.strip() or not fact.ref.strip():
        return Refusal.said(
            "ref" if fact.source.strip() else "source",
            zh="缺少来源或来源编号",
            en="the source or its number is missing",
        )
    if fact.happened_on > today and not kind.ahead:
        return Refusal.said(
            "happened_on", zh=f"{fact.happened_on} 还没有到", en=f"{fact.happened_on} is still to come"
        )
    if fact.happened_on < EARLIEST:
        return Refusal.said(
            "happened_on",
            zh=f"{fact.happened_on} 太早，请核对年份",
            en=f"{fact.happened_on} is too early: check the year",
        )
    return (
        reporting_refusal(definitions, kind, fact, by)
        or _wrong_about(definitions, fact, kind, subjects, by)
        or _wrong_content(definitions, fact, revisable)
    )


def _wrong_about(
    definitions: Definitions,
    fact: NewFact,
    kind: FactKind,
    subjects: Container[Key],
    by: Principal,
) -> Refusal | None:
    """What is wrong with the subject or the unit the fact is about."""
    if (fact.subject is None) == (fact.unit is None):
        return Refusal.said(
            "subject",
            zh="要写明关于哪个监管对象，或者哪个单位，只能写一个",
            en="say which subject or which unit, one of them",
        )
    if fact.subject is not None:
        if fact.subject[0] not in kind.about:
            return Refusal.said(
                "subject",
                zh=f"“{kind.title}”与监管对象“{fact.subject[0]}”无关",
                en=f"{fact.kind} is not about {fact.subject[0]}",
            )
        if fact.subject not in subjects:
            return Refusal.said(
                "subject",
                zh=f"没有登记过 {fact.subject[0]} {fact.subject[1]}",
                en=f"{fact.subject[0]} {fact.subject[1]} is not registered",
            )
        return None
    unit = fact.unit or ""
    if not kind.of_unit:
        return Refusal.said(
            "subject", zh=f"“{kind.title}”要写明监管对象", en=f"{fact.kind} is about a subject, not a unit"
        )
    if not by.acts_for(unit):
        return outside("unit", unit)
    if unit not in definitions.project.units:
        return unknown(
            "unit",
            say(zh=f"没有单位“{unit}”", en=f"there is no unit “{unit}”"),
            unit,
            definitions.project.units,
        )
    return None


def _wrong_content(definitions: Definitions, fact: NewFact, revisable: Container[Key]) -> Refusal | None:
    """What is wrong with what the fact corrects, or with the grade it assigns."""
    if fact.revises is not None and fact.revises not in revisable:
        return Refusal.said(
            "revises",
            zh=f"要更正的事实不存在：{'/'.join(fact.revises)}",
            en=f"there is no fact {'/'.join(fact.revises)} to correct",
        )
    if fact.withdrawn and fact.revises is None:
        return Refusal.said(
            "revises", zh="撤销要写明撤销哪一条", en="a withdrawal must say which fact it withdraws"
        )
    if fact.kind == GRADE_ASSIGNED and fact.subject is not None and not fact.withdrawn:
        grade = fact.data.get("grade")
        kind = definitions.vocabulary.subjects[fact.subject[0]]
        if not isinstance(grade, str) or not grade:
            one = kind.grades[0] if kind.grades else "A"
            return Refusal.said(
                "data.grade",
                zh=f"缺少等级，写在 grade 里，例如 grade={one}",
                en=f"the grade is missing: write it as grade, for example grade={one}",
            )
        if kind.grades and grade not in kind.grades:
            return no_grade("data.grade", grade, kind)
    if fact.kind == ZERO_REPORTED and not fact.withdrawn:
        said = str(fact.data.get(ZERO_OF, ""))
        kinds = (*definitions.vocabulary.facts, *definitions.vocabulary.subjects)
        if said not in kinds:
            sentence = say(
                zh=f"零报告要写明哪种事实或监管对象没有，“{said}”不是",
                en=f"a zero report names a kind; “{said}” is none",
            )
            return unknown(f"data.{ZERO_OF}", sentence, said, kinds)
    of = definitions.vocabulary.facts[fact.kind]
    for name, value in fact.data.items():
        if wrong := of.wrong_data({name: value}):
            return Refusal(f"data.{name}", wrong.rstrip("，, "))
    for name, meant in _misspelt(of, fact.data):
        sentence = say(zh=f"“{name}”不是{of.title}的项目，", en=f"“{name}” is no particular of {of.title}: ")
        return Refusal(f"data.{name}", sentence + did_you_mean(name, [meant]))
    if too_many := of.too_many(fact.data):
        return Refusal(f"data.{too_many[0]}", too_many[1])
    return None


def _misspelt(of: FactKind, data: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    """Numbers under names the vocabulary does not know, each with the missing particular it was surely meant for."""
    missing = [name for name, allowed in of.data.items() if allowed == NUMBER and name not in data]
    for name, value in data.items():
        near = get_close_matches(name, missing, n=1, cutoff=0.75)
        if near and name not in of.data and is_amount(value, whole=False):
            yield name, near[0]


def other_content(row: FactContent, known: FactContent) -> Refusal:
    """Why a fact whose number was recorded as `known`, other than `row`, is refused: a sample has one result."""
    pairs = zip(row._fields, row, known, strict=True)
    different = next((name for name, said, before in pairs if said != before), "ref")
    mend = say(
        zh="；更正要另写一条，指明更正哪一条", en="; a correction is a new fact that says which it corrects"
    )
    if different == "happened_on":
        return Refusal(
            different,
            say(
                zh=f"编号“{row.ref}”已记过，那一条是 {known.happened_on} 的",
                en=f"“{row.ref}” was recorded before, for {known.happened_on}",
            )
            + mend,
        )
    return Refusal(
        _FIELDS.get(different, different),
        say(
            zh=f"编号“{row.ref}”已记过，内容不同",
            en=f"“{row.ref}” was recorded before with other content",
        )
        + mend,
    )
