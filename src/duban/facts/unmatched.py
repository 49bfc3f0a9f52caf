"""Facts that answer nothing: taken down, but of a number nothing was recorded under, or without a number.

Duties that match answers by number (`same`) never complete by such a fact. Whoever states it is told so at once, by the
command, the API, an import and the page: else it would lie there, and what it was meant to close goes on climbing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import Connection, and_, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from duban.base.language import say
from duban.cadence.counting import Cohort, ShareToKeep
from duban.cadence.opening import EachFact
from duban.ledger.choosing import one_of_pairs
from duban.ledger.rows import columns_of, each_of
from duban.ledger.standing_facts import still_stands
from duban.ledger.tables import Fact, MergerRecord

if TYPE_CHECKING:
    from duban.base.json_values import JsonObject
    from duban.definitions.definitions import Definitions
    from duban.ledger.principals import Principal

_AT_ONCE: Final = 500


class UnmatchedAnswer(NamedTuple):
    """A fact that answers nothing."""

    kind: str  #: its kind
    source: str  #: who brought it
    ref: str  #: its number with its source
    number: str  #: what it carries to be matched by; empty where it carries nothing

    def told(self, definitions: Definitions) -> str:
        """That it closed nothing, why, and how to mend it, in the reader's words."""
        facts = definitions.vocabulary.facts
        asked = _asked(definitions).get(self.kind, {})
        of = say(zh="、", en=", ").join(facts[each].title for each in asked if each in facts)
        what = facts[self.kind].title if self.kind in facts else self.kind
        names = say(zh="、", en=", ").join(dict.fromkeys(name for each in asked.values() for name in each))
        if self.number:
            return say(
                zh=f"“{what}”的{names} {self.number} 没有对应的“{of}”，没有办结任何事项；{names}写错了请更正这一条",
                en=f"{self.kind}: nothing of “{of}” has the {names} {self.number}: it closed nothing; correct it if that is wrong",
            )
        return say(
            zh=f"“{what}”没有写{names}，对不上哪一件“{of}”，没有办结任何事项；请更正这一条，补上{names}",
            en=f"{self.kind} carries no {names}, so it answers no “{of}” and closed nothing; correct it with its {names}",
        )


def matched_by_number(definitions: Definitions) -> frozenset[str]:
    """The kinds of facts that answer by their number alone."""
    return frozenset(_asked(definitions))


def unmatched_answers(
    connection: Connection, definitions: Definitions, stated: Iterable[tuple[str, str, str]], by: Principal
) -> list[UnmatchedAnswer]:
    """Of the facts this principal stated, by kind, source and number, those in the ledger that every duty they could answer matches by number, and that
    answer nothing.

    What was corrected or withdrawn meanwhile is left out, and what is about a subject that was merged: its number may
    stand with the other.
    """
    asked = _asked(definitions)
    keys: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for kind, source, ref in stated:
        if kind in asked:
            keys[kind].add((source, ref))
    return [
        each
        for kind, of_kind in keys.items()
        for each in _of_one_kind(connection, kind, asked[kind], sorted(of_kind), by)
    ]


class _Answer(NamedTuple):
    source: str
    ref: str
    data: JsonObject


def _of_one_kind(
    connection: Connection,
    kind: str,
    asked: Mapping[str, tuple[str, ...]],
    keys: list[tuple[str, str]],
    by: Principal,
) -> Iterable[UnmatchedAnswer]:
    question = aliased(Fact, name="question")
    of_whom = or_(
        col(question.subject_id) == col(Fact.subject_id),
        and_(
            col(question.subject_id).is_(None),
            col(Fact.subject_id).is_(None),
            col(question.unit) == col(Fact.unit),
        ),
    )
    alike = (
        and_(
            col(question.kind) == of,
            *(col(question.data)[name].as_string() == col(Fact.data)[name].as_string() for name in names),
        )
        for of, names in asked.items()
    )
    matched = select(col(question.id)).where(of_whom, or_(*alike), still_stands(question)).exists()
    merged = or_(
        col(MergerRecord.subject_id) == col(Fact.subject_id),
        col(MergerRecord.survivor_id) == col(Fact.subject_id),
    )
    query = (
        select(*columns_of(Fact, _Answer))
        .where(col(Fact.kind) == kind, col(Fact.owner).is_not_distinct_from(by.unit))
        .where(still_stands(), ~matched, ~select(col(MergerRecord.id)).where(merged).exists())
        .order_by(col(Fact.id))
    )
    names = dict.fromkeys(name for each in asked.values() for name in each)
    for first in range(0, len(keys), _AT_ONCE):
        these = one_of_pairs(col(Fact.source), col(Fact.ref), keys[first : first + _AT_ONCE])
        for answer in each_of(connection, query.where(these), _Answer):
            said = (str(answer.data[name]) for name in names if answer.data.get(name) is not None)
            yield UnmatchedAnswer(kind, answer.source, answer.ref, " ".join(said))


def _asked(definitions: Definitions) -> dict[str, dict[str, tuple[str, ...]]]:
    """By the kind of an answer, the kinds of what it may answer, each with the particulars both carry alike.

    A kind that some duty takes without a number is left out: it may close that.
    """
    asked: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
    free: set[str] = set()
    for duty in definitions.duties.values():
        opening, aim = duty.cadence.opening, duty.cadence.aim
        if duty.done_by and duty.done_same and isinstance(opening, EachFact):
            asked[duty.done_by][opening.fact] = duty.done_same
        elif duty.done_by:
            free.add(duty.done_by)
        if isinstance(aim, ShareToKeep) and isinstance(aim.among, Cohort) and aim.among.same:
            asked[aim.of.fact][aim.among.asked.fact] = aim.among.same
    return {kind: of for kind, of in asked.items() if kind not in free}
