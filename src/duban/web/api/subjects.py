"""`/subjects`: enterprises, operators and equipment under supervision, registered and kept up to date."""

from datetime import date
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import Field, WithJsonSchema
from sqlalchemy import and_
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from starlette.responses import Response

from duban.bureau.unit_names import UnitNames
from duban.facts import NewSubject, record_subjects
from duban.ledger.database import reading
from duban.ledger.sessions import looking
from duban.ledger.tables import MERGER_STANDS, MergerRecord, Subject
from duban.ledger.units import units_within
from duban.web.api.answering import answer, conditional
from duban.web.api.batches import MOST_ROWS, AllOrNothing, BatchReply, batch_answer, read_rows
from duban.web.api.calling import IdempotencyKey, Reader, Writer, refusals
from duban.web.api.cursors import BY_NUMBER, Cursor, Limit, cursor, read_cursor
from duban.web.api.once import once
from duban.web.api.words import AnswerBody, Day, RequestBody, Short, both, described
from duban.web.gate import Caller
from duban.web.problems import ApiProblem
from duban.yamlfile.values import Truth


class SubjectRow(RequestBody):
    """One subject, whole: what is left out is empty, except the grade, which only a grade takes away."""

    kind: Short = described(
        zh="种类，见 duties/vocabulary.yaml。",
        en="The kind, see duties/vocabulary.yaml.",
        examples=["食品销售者"],
    )
    code: Short = described(
        zh="编号，同一种类里唯一，如统一社会信用代码。", en="Its code, unique within the kind."
    )
    name: Short  #: what it is called
    unit: Short = described(
        zh="归哪个单位管（代码或名称）。", en="The unit in whose charge it is (code or name)."
    )
    grade: Short | None = None  #: its risk grade; left out: as before
    #: what else the register says of it
    attributes: dict[Short, Short] = Field(default_factory=dict, max_length=50)
    active: Truth = True  #: whether it is still in business
    registered_on: Day | None = None  #: the local day it was registered on


class SubjectBatch(RequestBody):
    """Up to 10,000 subjects."""

    #: the subjects, in any order
    subjects: Annotated[
        list[object],
        Field(min_length=1, max_length=MOST_ROWS),
        WithJsonSchema(
            {
                "type": "array",
                "minItems": 1,
                "maxItems": MOST_ROWS,
                "items": {"$ref": "#/components/schemas/SubjectRow"},
            }
        ),
    ]


class SubjectReply(AnswerBody):
    """A subject as the ledger has it."""

    kind: str  #: its kind
    code: str  #: its code in the register
    name: str  #: what it is called
    unit: str  #: the code of the unit in whose charge it is
    grade: str | None  #: its risk grade
    attributes: dict[str, object]  #: what else the register says of it
    active: bool  #: whether it is still in business
    registered_on: date | None  #: the local day it was registered on
    merged_into: str | None = described(zh="已并入谁（编号）。", en="The code of the one it was merged into.")
    merged_on: date | None  #: the local day it was merged into another


class SubjectsReply(AnswerBody):
    """One page of subjects, in the order they were first registered."""

    subjects: list[SubjectReply]  #: in the order they were first registered
    next: str | None  #: what the next page is asked with; null: this is the last


REFUSED = refusals(
    "read-only", "in-progress", "key-reused", "rows-refused", "too-large", "malformed", "media-type"
)
router = APIRouter(tags=["subjects"])


@router.post(
    "/subjects",
    operation_id="registerSubjects",
    summary="批量登记监管对象 Register subjects",
    description=both(
        zh="只登记新的：编号已登记、内容不同的不收，变更用 PUT。",
        en="Registers new ones; a code registered with other content is REFUSED: PUT changes it.",
    ),
    response_model=BatchReply,
    responses=REFUSED,
)
def register(
    request: Request,
    caller: Writer,
    batch: SubjectBatch,
    *,
    all_or_nothing: AllOrNothing = False,
    key: IdempotencyKey = None,
) -> Response:
    """Register a batch of subjects."""
    return _take(request, caller, batch, key, whole=all_or_nothing, change=False)


@router.put(
    "/subjects",
    operation_id="putSubjects",
    summary="批量登记或更新监管对象 Register or update subjects",
    description=both(
        zh="登记新的，已有的更新成这里写的样子。跨单位划转要用上级单位的令牌。",
        en="Registers new ones and makes those registered what is written here. Moving one to another unit takes a "
        "token of a unit above both.",
    ),
    response_model=BatchReply,
    responses=REFUSED,
)
def put(
    request: Request,
    caller: Writer,
    batch: SubjectBatch,
    *,
    all_or_nothing: AllOrNothing = False,
    key: IdempotencyKey = None,
) -> Response:
    """Register or update a batch of subjects."""
    return _take(request, caller, batch, key, whole=all_or_nothing, change=True)


def _take(
    request: Request, caller: Caller, batch: SubjectBatch, key: str | None, *, whole: bool, change: bool
) -> Response:
    def act() -> Response:
        units = UnitNames(caller.ws.definitions.project)
        rows = read_rows(batch.subjects, SubjectRow, partial(_new_subject, units))
        recorded = record_subjects(caller.ws, rows, caller.now, caller.by, whole=whole, change=change)
        return batch_answer(request, recorded, batch.subjects, caller.ws.definitions)

    return once(request, caller, key, batch.subjects, act)


def _new_subject(units: UnitNames, row: SubjectRow) -> NewSubject:
    return NewSubject(**{**row.model_dump(), "unit": units.code_of(row.unit) or row.unit})


def unit_asked(caller: Caller, unit: str | None) -> str | None:
    """The code of the unit a filter names, None for none.

    Raises ApiProblem for a unit that is not the caller's, whether or not there is one called so.
    """
    if unit is None:
        return None
    code = unit_meant(caller, unit)
    if code is None or not caller.by.acts_for(code):
        raise ApiProblem(
            "outside",
            zh=f"单位“{unit}”不归令牌“{caller.token.name}”管",
            en=f"the unit “{unit}” is not one of the token “{caller.token.name}”",
        )
    return code


def units_asked(caller: Caller, unit: str | None) -> frozenset[str] | None:
    """The units a filter selects: all of the caller's, or the named one and those below it. Raises as `unit_asked`."""
    named = unit_asked(caller, unit)
    if named is None:
        return caller.by.units
    with reading(caller.ws.ledger) as connection:
        return units_within(connection, named)


def unit_meant(caller: Caller, named: str) -> str | None:
    """The code of the unit a caller names, by code or by what everybody calls it; None when it is none, or several."""
    project = caller.ws.definitions.project
    return named if named in project.units else UnitNames(project).code_of(named)


@router.get(
    "/subjects",
    operation_id="listSubjects",
    summary="查监管对象 List subjects",
    description=both(
        zh="本单位及下级、按登记的先后。", en="Of the token's units, in the order they were registered."
    ),
    response_model=SubjectsReply,
    responses={**refusals("outside"), **conditional()},
)
def list_subjects(
    request: Request,
    caller: Reader,
    *,
    kind: Annotated[Short | None, Query(description=both(zh="种类。", en="The kind."))] = None,
    code: Annotated[Short | None, Query(description=both(zh="编号。", en="The code."))] = None,
    unit: Annotated[
        Short | None,
        Query(
            description=both(zh="单位（代码或名称），含下级。", en="A unit (code or name), with those below.")
        ),
    ] = None,
    grade: Annotated[Short | None, Query(description=both(zh="风险等级。", en="The risk grade."))] = None,
    active: Annotated[
        Truth | None, Query(description=both(zh="是否在业。", en="Whether it still exists."))
    ] = None,
    limit: Limit = 100,
    after: Cursor = None,
) -> Response:
    """List subjects."""
    into = aliased(Subject, name="into")
    shown = select(col(Subject.id)).order_by(col(Subject.id)).limit(limit + 1)
    units = units_asked(caller, unit)
    if units is not None:
        shown = shown.where(col(Subject.unit).in_(units))
    for column, value in (
        (col(Subject.kind), kind),
        (col(Subject.code), code),
        (col(Subject.grade), grade),
        (col(Subject.active), active),
    ):
        if value is not None:
            shown = shown.where(column == value)
    if after is not None:
        shown = shown.where(col(Subject.id) > read_cursor(after, BY_NUMBER)[0])
    query = (
        select(Subject, MergerRecord, into)
        .outerjoin(MergerRecord, and_(col(MergerRecord.subject_id) == col(Subject.id), MERGER_STANDS))
        .outerjoin(into, col(into.id) == col(MergerRecord.into_id))
        .where(col(Subject.id).in_(shown))
        .order_by(col(Subject.id))
    )
    with looking(caller.ws.ledger) as session:
        rows = session.exec(query).all()
    more = cursor(rows[limit - 1][0].id) if len(rows) > limit else None
    told = [_told(*row) for row in rows[:limit]]
    return answer(request, SubjectsReply(subjects=told, next=more), next_page=more)


def _told(subject: Subject, merger: MergerRecord | None, into: Subject | None) -> SubjectReply:
    return SubjectReply(
        **subject.model_dump(include=set(SubjectReply.model_fields)),
        merged_into=into.code if into else None,
        merged_on=merger.merged_on if merger else None,
    )
