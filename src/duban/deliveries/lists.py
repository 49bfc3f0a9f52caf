"""The list that goes with a message which names only some of what it is about."""

from datetime import date
from functools import lru_cache
from threading import Lock

from duban.base.language import say
from duban.deliveries.digests import Digest
from duban.deliveries.message import AttachedList
from duban.documents import Column, ColumnKind, DataTable, Document, as_xlsx

_writing = Lock()
MOST_KEPT = 8
"""So many workbooks are kept for who is sent the same one next."""


def attached_list(digest: Digest) -> AttachedList:
    """Every obligation of the message, the worst first, as a workbook."""
    headings = (
        (say(zh="编号", en="Number"), ColumnKind.TEXT),
        (say(zh="事项", en="Duty"), ColumnKind.TEXT),
        (say(zh="对象", en="About"), ColumnKind.TEXT),
        (say(zh="周期", en="Period"), ColumnKind.TEXT),
        (say(zh="承办", en="Owed by"), ColumnKind.TEXT),
        (say(zh="应办日", en="Due"), ColumnKind.DAY),
        (say(zh="最后期限", en="Deadline"), ColumnKind.DAY),
        (say(zh="逾期工作日", en="Working days overdue"), ColumnKind.NUMBER),
        (say(zh="级别", en="Stage"), ColumnKind.TEXT),
        (say(zh="地址、负责人", en="Where and who"), ColumnKind.TEXT),
    )
    own = f"{digest.unit}{digest.post}"
    rows = tuple(
        (
            entry.ref,
            entry.title,
            entry.whom,
            entry.period,
            entry.owner or own,
            entry.target,
            entry.deadline,
            entry.overdue_days,
            entry.stage_word,
            entry.about,
        )
        for entry in digest.entries
    )
    name = say(zh="督办清单", en="list")
    columns = tuple(Column(title, kind) for title, kind in headings)
    with _writing:  # of several senders that are to enclose one list, one writes it for all
        return AttachedList(f"{name} {digest.message_id}.xlsx", _workbook(name, columns, rows))


@lru_cache(maxsize=MOST_KEPT)
def _workbook(
    name: str, columns: tuple[Column, ...], rows: tuple[tuple[str | date | int | None, ...], ...]
) -> bytes:
    """The workbook of one list: several who see to the same obligations are sent the same one, which is written once."""
    return as_xlsx(Document(name, (DataTable(columns, rows, sheet=say(zh="清单", en="list")),)))
