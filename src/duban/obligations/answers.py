"""Completion by fact (`done_by`): a report of what was done closes the obligation it answers.

| awkward case | rule |
|---|---|
| several open obligations of one duty | the fact completes the oldest, on time or late; the next fact the next |
| … and the duty matches by number (`same`) | the fact completes the one whose fact carries the same number, whichever is older |
| … and one of the two carries no number | it completes none: a person does |
| it is corrected or withdrawn later | `retraction` |
| several units report the one event (`statements`) | it completes one |
| one fact, several duties (综合查一次) | it may complete one obligation of each, unless a duty's `credit` is alone: then the first to take it keeps it |
| dated before the obligation opened | does not answer it |
| about a subject that was merged into another (`mergers`) | answers what passed on from it; from that day also what the other owes itself |
| recorded before the obligation was opened, dated after | completes it as soon as it opens |
| on time | by the day it happened, not the day it was reported; what is due within hours by the time the fact says (时间) |
| the duty is confidential, and whoever recorded the fact may not see what is | does not answer it |
| evidence the duty asks for was not handed in | it is done all the same; what is missing is said and stays in the history |
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Final, NamedTuple

from sqlalchemy import (
    ColumnElement,
    func,
    or_,
    select,
    union_all,
)
from sqlmodel import col

from duban.base.language import say
from duban.ledger.choosing import among, as_a_filter
from duban.ledger.lateness import judge_hours
from duban.ledger.tables import (
    MERGER_STANDS,
    REPORTED,
    DutyVersion,
    Fact,
    MergerRecord,
    Obligation,
    ObligationEvent,
)
from duban.obligations.answer_search import FoundAnswer, found_answers
from duban.obligations.completion import Fulfilment, complete
from duban.obligations.feedback import Feedback, report
from duban.obligations.one_duty import DutyPass
from duban.obligations.retraction import ANEW, BY_FACT, fallen_answers, take_back
from duban.obligations.review import lacking
from duban.obligations.reviewers import reviewers
from duban.obligations.statements import (
    others_of_event,
    read_to_answer,
)
from duban.obligations.transitions import ENGINE, Details, note

_WAITING: Final = (col(Obligation.closed_at).is_(None), col(Obligation.state) != REPORTED)
"""That an obligation is owed and waits for no review."""


def newest_obligation(run: DutyPass) -> int:
    """The number of the newest obligation."""
    return run.connection.execute(select(func.max(col(Obligation.id)))).scalar() or 0


class AnswerTally(NamedTuple):
    """What facts did to the obligations of one duty."""

    completed: int = 0  #: how many are done
    reported: int = 0  #: how many wait for their reviewers now

    def plus(self, more: AnswerTally) -> AnswerTally:
        """What both did."""
        return AnswerTally(self.completed + more.completed, self.reported + more.reported)


def complete_by_facts(run: DutyPass, opened_after: int, besides: Collection[int] = ()) -> AnswerTally:
    """Complete what new facts answer, and what older facts answer of the obligations numbered above `opened_after` and of those
    `besides`, or report them where somebody reviews them.

    `run` is the pass over the duty. What was completed by a fact that was corrected since is owed again
    before.
    """
    if run.duty.done_by is None:
        return AnswerTally()
    return _answer(run, _answers(run, opened_after, _retract(run).union(besides)))


def complete_within(
    run: DutyPass, opened_after: int, subjects: tuple[int, int], apart: ColumnElement[bool]
) -> AnswerTally:
    """The same for the subjects numbered above the first up to the second of `subjects` alone, but for those that are `apart`
    (a condition over Obligation): merged ones, and those of whom a fact that answered was corrected since.
    """
    last, until = subjects
    whom = [
        condition
        for number in (col(Obligation.subject_id), col(Fact.subject_id))
        for condition in (number > last, number <= until)
    ]
    news = or_(col(Fact.id) > run.mark.fact_id, col(Obligation.id) > opened_after)
    return _answer(
        run, found_answers(run, as_a_filter(col(Obligation.duty_id)), *_WAITING, news, *whom, ~apart)
    )


def _answer(run: DutyPass, answers: Iterable[FoundAnswer]) -> AnswerTally:
    answers = sorted(answers, key=lambda each: (each.opened_on, each.id, each.happened_on, each.fact_id))
    facts = {answer.fact_id for answer in answers}
    told_again = others_of_event(run.connection, facts, read_to_answer(run.duty))
    used = _used(run, facts)
    chosen: dict[int, FoundAnswer] = {}
    for answer in answers:  # the oldest obligation first, and for it the earliest fact
        event = {answer.fact_id, *told_again.get(answer.fact_id, ())}
        if answer.id not in chosen and not event & used:
            chosen[answer.id] = answer
            used |= event
    return _complete(run, chosen)


def _retract(run: DutyPass) -> set[int]:
    """Take back what facts had answered that were corrected or withdrawn since; returns what is owed again, by number.

    What was reviewed and is answered by the correction too, on the same day, stays closed.
    """
    fallen = fallen_answers(run)
    if not fallen:
        return set()
    reviewed = {each.id: each for rows in fallen.values() for each in rows if each.reviewed}
    these = among(col(Fact.id), fallen), among(col(Obligation.id), reviewed)
    corrections = {
        each.id: each
        for each in found_answers(run, as_a_filter(col(Obligation.duty_id)), *these)
        if reviewed[each.id] in fallen[each.fact_id] and each.happened_on == reviewed[each.id].happened_on
    }
    if run.duty.urgent:
        done = {number: each.moment(run) for number, each in corrections.items()}
        judge_hours(run.connection, done, run.now)
    kept: dict[int, Details] = {number: {"fact_id": each.fact_id} for number, each in corrections.items()}
    same_day = say(
        zh="复核所依据的事实已更正，办结的日子没有变",
        en="the fact it was reviewed by was corrected, not the day it was done",
    )
    note(run.connection, kept.items(), ANEW, run.cause(same_day))
    again = [each for rows in fallen.values() for each in rows if each.id not in kept]
    take_back(run, again)
    return {each.id for each in again}


def _answers(run: DutyPass, opened_after: int, owed_again: Collection[int]) -> list[FoundAnswer]:
    """Every open obligation of the duty with every fact that could complete it."""
    new_facts = col(Fact.id) > run.mark.fact_id
    answers = found_answers(run, col(Obligation.duty_id), *_WAITING, new_facts)
    if newest_obligation(run) > opened_after or owed_again:
        owed_anew = or_(col(Obligation.id) > opened_after, among(col(Obligation.id), owed_again))
        answers += found_answers(run, as_a_filter(col(Obligation.duty_id)), *_WAITING, owed_anew, ~new_facts)
    return answers


def _used(run: DutyPass, facts: Collection[int]) -> set[int]:
    """The facts that may not complete an obligation of this duty any more, those of the same subjects or units among them.

    They have completed one of it already, or one of a duty that shares its facts with no other.
    """
    if not facts:
        return set()
    query = (
        select(col(ObligationEvent.details))
        .join(Obligation, col(Obligation.id) == col(ObligationEvent.obligation_id))
        .where(*_of_whom_they_are(run, facts), col(ObligationEvent.kind).in_(BY_FACT))
    )
    if run.duty.credit == "shared":
        duties = run.definitions.duties.values()
        keeping = [duty.id for duty in duties if duty.credit == "alone"]
        query = query.where(col(Obligation.duty_id).in_([run.duty.id, *keeping]))
    else:  # which of them these facts may have completed by what they ever said: the index is of duties first
        answered = col(DutyVersion.content)["done_by"].as_string() == run.duty.done_by
        query = query.where(col(Obligation.duty_id).in_(select(col(DutyVersion.duty_id)).where(answered)))
    completed_by = (details.get("fact_id") for details in run.connection.execute(query).scalars())
    return {number for number in completed_by if isinstance(number, int)}


def _of_whom_they_are(run: DutyPass, facts: Collection[int]) -> tuple[ColumnElement[bool], ...]:
    """That an obligation is of a unit or subject whose obligations these facts may have completed, as the keys of both ask."""
    these = among(col(Fact.id), facts)
    if run.duty.for_each.subject is None:
        whose = col(Obligation.unit).in_(select(col(Fact.unit)).where(these))
        return whose, col(Obligation.subject_id).is_(None)
    about = select(col(Fact.subject_id)).where(these)
    stand_for = select(col(MergerRecord.survivor_id)).where(
        MERGER_STANDS, col(MergerRecord.subject_id).in_(about)
    )
    return (col(Obligation.subject_id).in_(union_all(about, stand_for)),)


def _complete(run: DutyPass, chosen: dict[int, FoundAnswer]) -> AnswerTally:
    """Complete these obligations by the facts that answer them, with the evidence each lacks as part of the reason; or report
    them where somebody reviews them, in the name of whoever recorded the fact, for what lacks now may be there by then.
    """
    reviewed_by = reviewers(
        run.connection,
        run.definitions.project,
        run.duty,
        {number: each.unit for number, each in chosen.items()},
    )
    incomplete = lacking(run.connection, chosen.keys() - reviewed_by.keys())
    fact_says = say(zh="已有办结的事实", en="a fact reports it done")
    at_once: dict[str, dict[int, Fulfilment]] = defaultdict(dict)
    reported: dict[str, dict[int, Feedback]] = defaultdict(dict)
    for number, answer in chosen.items():
        details = {"fact_id": answer.fact_id, "done_by": run.duty.done_by}
        if number in reviewed_by:
            reported[_on_behalf(run, answer)][number] = Feedback(
                answer.happened_on, reviewed_by[number], details, at=answer.moment(run)
            )
            continue
        reason, pieces = fact_says, incomplete.get(number, ())
        if pieces:
            reason += say(
                zh=f"，还缺材料：{'、'.join(pieces)}", en=f"; evidence missing: {', '.join(pieces)}"
            )
        at_once[reason][number] = Fulfilment(answer.happened_on, pieces, details, at=answer.moment(run))
    for reason, done in at_once.items():
        complete(run.connection, done, run.cause(reason))
    for reporter, said in reported.items():
        report(run.connection, said, replace(run.cause(fact_says), actor=reporter))
    return AnswerTally(len(chosen.keys() - reviewed_by.keys()), len(chosen.keys() & reviewed_by.keys()))


def _on_behalf(run: DutyPass, answer: FoundAnswer) -> str:
    """Who reported it done: whoever recorded the fact, for the unit that owes it."""
    if answer.recorded_by is None:
        return ENGINE
    unit = run.definitions.project.name_of(answer.unit)
    return say(zh=f"{answer.recorded_by}（为{unit}登记）", en=f"{answer.recorded_by} (recorded for {unit})")
