"""An evidence pack (迎检台账): everything handed in for one obligation, a unit or a line, as a zip with its index.

Written row by row: however many obligations and files there are, no more of it is in memory than a page of a list. What
does not exist for whoever asks is not in it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Final, NamedTuple
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from sqlmodel import col, select

from duban.base.language import say
from duban.ledger.database import reading
from duban.ledger.heartbeats import EngineStanding, engine_standing
from duban.ledger.rows import rows_of
from duban.ledger.tables import STATES, EvidenceFile
from duban.obligations.evidence import FOLDER
from duban.obligations.state_words import standing_word
from duban.runtime.working_folder import working_folder
from duban.views.lists import ListQuery, ListRow, all_rows
from duban.views.sight import Sight

_AT_ONCE: Final = 500
_LONGEST: Final = 60
_NOT_IN_A_NAME: Final = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|\u202a-\u202e\u2066-\u2069\u200e\u200f]+')
_OF_DEVICES: Final = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
_LEFT_OUT: Final = frozenset({"withdrawn", "superseded"})


class _Handed(NamedTuple):
    """A file handed in."""

    obligation_id: int
    name: str
    stored_as: str


@dataclass(frozen=True)
class PackTally:
    """What a pack holds."""

    obligations: int  #: listed in its index
    files: int  #: in it
    missing: int  #: named by the ledger and not found where they are kept; the index says which


def write_pack(
    sight: Sight, place: Path, wanted: ListQuery, *, number: int | None = None, year: str = ""
) -> PackTally:
    """Write a pack of what was asked for, or of the obligation with this number, to `place`; what it holds.

    `sight` leaves out what its reader may not see. `year` keeps those whose deadline lies in it. Open ones are listed
    too: what is lacking is to be seen.
    """
    with working_folder("pack") as folder, ZipFile(place, "w", ZIP_STORED) as pack:
        index = _Index(folder)
        rows, listed, files, missing = _rows(sight, wanted, number, year), 0, 0, 0
        while batch := list(islice(rows, _AT_ONCE)):
            handed = _handed(sight, [row.number for row in batch])
            for row in batch:
                listed += 1
                names = list[str]()
                taken = set[str]()
                for each in handed.get(row.number, ()):
                    kept = sight.ws.root / FOLDER / each.stored_as
                    if not kept.is_file():
                        missing += 1
                        names.append(say(zh=f"{each.name}（文件不在了）", en=f"{each.name} (gone)"))
                        continue
                    name = _inside(row, each, taken)
                    pack.write(kept, name)
                    names.append(name)
                    files += 1
                index.add(row, names)
        with reading(sight.ws.ledger) as connection:
            engine = engine_standing(connection, sight.now, sight.ws.definitions.project.zone)
        index.close(engine)
        for path, name in index.files:
            pack.write(path, name, compress_type=ZIP_DEFLATED)
    return PackTally(listed, files, missing)


def safe_name(name: str) -> str:
    """A name that any system takes as the name of one file: no path, no control or bidirectional sign, not too long."""
    plain = _NOT_IN_A_NAME.sub("_", name).strip(" .")
    stem, dot, ending = plain.rpartition(".")
    if dot and len(ending) <= 8:
        plain = f"{stem[:_LONGEST].rstrip(' .')}.{ending}"
    else:
        plain = plain[:_LONGEST].rstrip(" .")
    return f"_{plain}" if not plain or _OF_DEVICES.fullmatch(plain) else plain


def _inside(row: ListRow, file: _Handed, taken: set[str]) -> str:
    """Where a file stands in the pack: unit, obligation, name; the second of one name gets a number."""
    name = safe_name(file.name)
    suffix = PurePosixPath(file.stored_as).suffix
    if suffix and not name.lower().endswith(suffix):
        name += suffix
    first, count = name, 1
    while name.casefold() in taken:
        count += 1
        stem, dot, ending = first.rpartition(".")
        name = f"{stem}({count}).{ending}" if dot else f"{first}({count})"
    taken.add(name.casefold())
    return f"{safe_name(row.owed.unit)}/{row.owed.id} {safe_name(row.owed.title)[:30].strip()}/{name}"


def _rows(sight: Sight, wanted: ListQuery, number: int | None, year: str) -> Iterator[ListRow]:
    from duban.views.one_owed import owed_view

    if number is not None:
        found = owed_view(sight, number)
        yield from () if found is None else (found.row,)
        return
    for state in STATES:
        if state not in _LEFT_OUT:
            asked = ListQuery(state=state, line=wanted.line, unit=wanted.unit, duty=wanted.duty)
            for row in all_rows(sight, asked):
                if not year or row.owed.deadline.year == int(year):
                    yield row


def _handed(sight: Sight, numbers: Iterable[int]) -> dict[int, list[_Handed]]:
    query = (
        select(col(EvidenceFile.obligation_id), col(EvidenceFile.name), col(EvidenceFile.stored_as))
        .where(col(EvidenceFile.obligation_id).in_(list(numbers)))
        .order_by(col(EvidenceFile.id))
    )
    found: dict[int, list[_Handed]] = {}
    with reading(sight.ws.ledger) as connection:
        for each in rows_of(connection, query, _Handed):
            found.setdefault(each.obligation_id, []).append(each)
    return found


class _Index:
    """The index, as a workbook and as a page, row by row."""

    def __init__(self, folder: Path) -> None:
        from xlsxwriter import Workbook

        self._title = say(zh="迎检台账目录", en="Index")
        self.files = [(folder / f"index.{form}", f"{self._title}.{form}") for form in ("xlsx", "html")]
        (book, _), (page, _) = self.files
        self._book = Workbook(
            str(book), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        )
        self._sheet = self._book.add_worksheet(self._title)
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._page = page.open("w", encoding="utf-8")
        self._at = 0
        headings = say(
            zh="编号 事项 监管对象 单位 条线 期限 状态 办结日 材料",
            en="number duty subject unit line deadline state closed files",
        ).split()
        for column, (heading, width) in enumerate(
            zip(headings, (14, 34, 26, 22, 24, 12, 10, 12, 60), strict=True)
        ):
            self._sheet.set_column(column, column, width)
            self._sheet.write_string(0, column, heading)
        self._page.write(
            f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>{self._title}</title>'
            "<style>body{font:14px/1.5 sans-serif}table{border-collapse:collapse}th,td{border:1px solid #999;padding:2px 6px;"
            "vertical-align:top;text-align:left}</style>"
            f"<h1>{self._title}</h1><table><tr>{''.join(f'<th>{each}</th>' for each in headings)}</tr>\n"
        )

    def add(self, row: ListRow, names: list[str]) -> None:
        """One obligation, with the names of its files."""
        owed = row.owed
        self._at += 1
        none = say(zh="没有材料", en="no files")
        texts = (owed.id, owed.title, owed.subject or "", owed.unit, owed.line)
        for column, text in enumerate(texts):
            self._sheet.write_string(self._at, column, text)
        self._sheet.write_datetime(self._at, 5, owed.deadline, self._day)
        self._sheet.write_string(self._at, 6, standing_word(owed))
        if owed.closed_on is not None:
            self._sheet.write_datetime(self._at, 7, owed.closed_on, self._day)
        self._sheet.write_string(self._at, 8, "\n".join(names)[:32_000] or none)
        links = "<br>".join(_link(name) for name in names) or none
        cells = "".join(f"<td>{escape(text)}</td>" for text in texts)
        self._page.write(
            f"<tr>{cells}<td>{owed.deadline}<td>{escape(standing_word(owed))}<td>{owed.closed_on or ''}<td>{links}</tr>\n"
        )

    def close(self, engine: EngineStanding) -> None:
        """Finish both, saying how far what is listed can be trusted."""
        told = engine.beside(engine.told)
        self._sheet.write_string(self._at + 2, 0, told)
        self._page.write(f"</table><p>{escape(told)}</p></html>")
        self._page.close()
        self._book.close()


def _link(name: str) -> str:
    from urllib.parse import quote

    return f'<a href="{quote(name)}">{escape(name.rpartition("/")[2])}</a>' if "/" in name else escape(name)
