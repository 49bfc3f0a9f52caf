"""`/facts`: what happened, sent in batches and looked up."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Query, Request
from starlette.responses import Response

from duban.bureau.unit_names import UnitNames
from duban.facts import NewFact, record_facts, zero_report
from duban.facts.looking import FactFilter, RecordedFact, recorded_facts
from duban.ledger.sessions import looking
from duban.web.api.answering import answer, conditional
from duban.web.api.authors import author_told
from duban.web.api.batches import AllOrNothing, BatchReply, batch_answer, read_rows, said
from duban.web.api.calling import IdempotencyKey, Reader, Writer, refusals
from duban.web.api.cursors import BY_NUMBER, Cursor, Limit, cursor, read_cursor
from duban.web.api.fact_bodies import (
    RESERVED,
    FactBatch,
    FactReference,
    FactReply,
    FactRow,
    FactsReply,
    FactSubject,
)
from duban.web.api.following import follow
from duban.web.api.once import once
from duban.web.api.subjects import unit_asked, unit_meant
from duban.web.api.words import Day, Short, both

router = APIRouter(tags=["facts"])


@router.post(
    "/facts",
    operation_id="recordFacts",
    summary="批量记事实 Record facts",
    description=both(
        zh="每一行说明新记、已有还是不能收（字段和原因）。同一来源同一编号、内容不同的不收：更正要另写一条（corrects）。"
        "提交后唤醒等这些事实的事项。",
        en="Each row is told new, unchanged or refused with field and reason. The same number of a source with other "
        "content is refused: a correction is a fact of its own (corrects). Duties that wait for the facts are woken "
        "once they are committed.",
    ),
    response_model=BatchReply,
    responses=refusals(
        "read-only", "in-progress", "key-reused", "rows-refused", "too-large", "malformed", "media-type"
    ),
)
def record(
    request: Request,
    caller: Writer,
    batch: FactBatch,
    background: BackgroundTasks,
    *,
    all_or_nothing: AllOrNothing = False,
    key: IdempotencyKey = None,
) -> Response:
    """Record a batch of facts."""

    def act() -> Response:
        recorded = record_facts(
            caller.ws,
            read_rows(batch.facts, FactRow, partial(_new_fact, UnitNames(caller.ws.definitions.project))),
            caller.now,
            caller.by,
            whole=all_or_nothing,
        )
        if recorded.written and recorded.new:
            new = [row for row, outcome in recorded.outcomes.items() if outcome == "new"]
            kinds = sorted({said(batch.facts[row - 1], "kind") for row in new})
            background.add_task(follow, request, caller, kinds)
        return batch_answer(request, recorded, batch.facts, caller.ws.definitions)

    return once(request, caller, key, batch.facts, act)


def _new_fact(units: UnitNames, row: FactRow) -> NewFact:
    if row.value is not None and row.unit is not None:
        return zero_report(
            row.kind, units.code_of(row.unit) or row.unit, row.happened_on, row.source, row.ref
        )
    return NewFact(
        kind=row.kind,
        subject=(row.subject.kind, row.subject.code) if row.subject else None,
        unit=_code(units, row.unit),
        happened_on=row.happened_on,
        source=row.source,
        ref=row.ref,
        data=row.data,
        revises=(row.corrects.source, row.corrects.ref) if row.corrects else None,
        withdrawn=row.withdrawn,
        subject_unit=_code(units, row.subject.unit) if row.subject else None,
        revised_unit=_code(units, row.corrects.unit) if row.corrects else None,
    )


def _code(units: UnitNames, named: str | None) -> str | None:
    """The code of the unit a row names, by code or by what everybody calls it; what is none is left as it is."""
    return named and (units.code_of(named) or named)


@router.get(
    "/facts",
    operation_id="listFacts",
    summary="查事实 List facts",
    description=both(
        zh="本单位及下级、按记下的先后。", en="Of the token's units, in the order they were recorded."
    ),
    response_model=FactsReply,
    responses={**refusals("outside"), **conditional()},
)
def list_facts(
    request: Request,
    caller: Reader,
    *,
    kind: Annotated[Short | None, Query(description=both(zh="种类。", en="The kind."))] = None,
    subject_kind: Annotated[
        Short | None, Query(description=both(zh="监管对象的种类。", en="The kind of subject."))
    ] = None,
    subject_code: Annotated[
        Short | None, Query(description=both(zh="监管对象的编号。", en="The subject's code."))
    ] = None,
    unit: Annotated[
        Short | None,
        Query(description=both(zh="关于这个单位的。", en="About this unit itself.")),
    ] = None,
    source: Annotated[Short | None, Query(description=both(zh="来源。", en="The source."))] = None,
    ref: Annotated[
        Short | None, Query(description=both(zh="在来源里的编号。", en="The number there."))
    ] = None,
    owner: Annotated[
        Short | None, Query(description=both(zh="哪个单位记的（代码）。", en="The unit that recorded it."))
    ] = None,
    since: Annotated[
        Day | None, Query(description=both(zh="发生在这一天或以后。", en="Happened on this day or later."))
    ] = None,
    until: Annotated[
        Day | None, Query(description=both(zh="发生在这一天或以前。", en="Happened on this day or before."))
    ] = None,
    limit: Limit = 100,
    after: Cursor = None,
) -> Response:
    """List facts."""
    named = unit_asked(caller, unit)
    by = owner and (unit_meant(caller, owner) or owner)
    wanted = FactFilter(kind, subject_kind, subject_code, named, source, ref, by, since, until)
    start = read_cursor(after, BY_NUMBER)[0] if after is not None else 0
    with looking(caller.ws.ledger) as session:
        rows = recorded_facts(session, wanted, caller.by, size=limit + 1, after=start)
    more = cursor(rows[limit - 1].fact.id) if len(rows) > limit else None
    page = FactsReply(facts=[_fact(row) for row in rows[:limit]], next=more)
    return answer(request, page, next_page=more)


def _fact(recorded: RecordedFact) -> FactReply:
    fact, revised = recorded.fact, recorded.revised
    return FactReply(
        kind=fact.kind,
        subject=FactSubject.model_validate(recorded.subject) if recorded.subject else None,
        unit=fact.unit,
        happened_on=fact.happened_on,
        recorded_at=fact.recorded_at,
        recorded_by=author_told(recorded.author),
        source=fact.source,
        ref=fact.ref,
        data={key: value for key, value in fact.data.items() if key != RESERVED},
        corrects=FactReference.model_construct(source=revised.source, ref=revised.ref, unit=revised.owner)
        if revised
        else None,
        withdrawn=bool(fact.data.get(RESERVED)),
    )
