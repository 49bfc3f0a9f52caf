"""What became of each row of a batch, and rows that cannot even be read."""

from collections.abc import Callable, Iterator, Sequence
from typing import Annotated, Literal, TypeVar

from fastapi import Query, Request
from pydantic import BaseModel, ValidationError
from starlette.responses import Response

from duban.definitions.definitions import Definitions
from duban.facts import Intake, RefusedRow
from duban.web.api.answering import plain
from duban.web.api.words import AnswerBody, both, described
from duban.web.problems import ApiProblem, mistakes

MOST_ROWS = 10_000
T = TypeVar("T", bound=BaseModel)
R = TypeVar("R")

AllOrNothing = Annotated[
    bool,
    Query(
        description=both(
            zh="有一行不能收，就全部不写入（422）。不写则收下其余各行。",
            en="Write nothing if one row is refused (422). Otherwise the other rows are taken.",
        )
    ),
]


class RowReply(AnswerBody):
    """What became of one row."""

    row: int = described(zh="第几行，从 1 起。", en="Its place in the batch, from 1.")
    ref: str = described(zh="这一行自己的编号。", en="What the row calls itself.")
    outcome: Literal["new", "changed", "unchanged", "refused"]  #: what became of it
    field: str | None = described(
        zh="不能收时：看哪一个字段。", en="If refused: the field to look at.", default=None
    )
    reason: str | None = described(zh="不能收时：为什么。", en="If refused: why.", default=None)
    remark: str | None = described(
        zh="收下了，但要看一看：这条办结的事实没有编号，或编号对不上，没有办结任何事项。",
        en="Taken, but deserves a look: this answer has no number, or one that matches nothing, and closed nothing.",
        default=None,
    )


class BatchReply(AnswerBody):
    """What became of a batch."""

    new: int  #: rows that were new
    changed: int  #: rows that changed what the ledger had
    unchanged: int  #: rows the ledger had already
    refused: int  #: rows that were not taken
    rows: list[RowReply]  #: row by row


def read_rows(rows: Sequence[object], model: type[T], made: Callable[[T], R]) -> Iterator[R | RefusedRow]:
    """Each row as the engine takes it; one that cannot be read stands in its place, refused with its field."""
    for number, row in enumerate(rows, 1):
        try:
            yield made(model.model_validate(row))
        except ValidationError as error:
            first = mistakes(error.errors(include_url=False))[0]
            yield RefusedRow(number, name_of(row), first["reason"], first["field"])


def name_of(row: object) -> str:
    """What a row calls itself, as far as it can be read."""
    name = said(row, "ref") or said(row, "code")
    return name[:200].encode("utf-8", "replace").decode()


def said(row: object, field: str) -> str:
    """The text in a field of a row that has not been read yet; empty where there is none."""
    text = row.get(field) if isinstance(row, dict) else None
    return text if isinstance(text, str) else ""


def told(recorded: Intake, names: Sequence[str], definitions: Definitions) -> BatchReply:
    """The answer to a batch whose rows call themselves `names`."""
    refused = {each.row: each for each in recorded.refused}
    rows = [
        RowReply(
            row=number,
            ref=name,
            outcome="refused" if number in refused else recorded.outcomes[number],
            field=refused[number].field if number in refused else None,
            reason=refused[number].reason if number in refused else None,
            remark=recorded.unmatched[number].told(definitions) if number in recorded.unmatched else None,
        )
        for number, name in enumerate(names, 1)
    ]
    return BatchReply(
        new=recorded.new,
        changed=recorded.changed,
        unchanged=recorded.unchanged,
        refused=len(refused),
        rows=rows,
    )


def batch_answer(
    request: Request, recorded: Intake, rows: Sequence[object], definitions: Definitions
) -> Response:
    """The answer to a batch; the access log names what was taken. Raises ApiProblem when it was to be taken whole and was not."""
    answered = told(recorded, [name_of(row) for row in rows], definitions)
    if not recorded.written:
        refused = [row.model_dump() for row in answered.rows if row.outcome == "refused"]
        raise ApiProblem(
            "rows-refused",
            zh=f"{len(refused)} 行不能收，全部 {len(rows)} 行都没有写入",
            en=f"{len(refused)} rows were refused; none of the {len(rows)} was written",
            rows=refused,
        )
    request.state.touched = [row.ref for row in answered.rows if row.outcome in ("new", "changed")]
    return Response(plain(answered), media_type="application/json")
