"""Reads the rows of a table: what each says, with every mistake of the row at its column."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar, cast

from duban.base.folding import name_key
from duban.base.language import say
from duban.bureau.unit_names import NoSuchUnit
from duban.importing.drafts import STATE, Draft, Mistake
from duban.importing.grammar import OUTCOME_WORDS, Cell, KindColumn
from duban.importing.headings import multiples
from duban.importing.no_data import Skipped, why_no_data, without_signs
from duban.importing.sheets import of_that_sheet
from duban.importing.spellings import (
    UnreadableCell,
    read_code,
    read_multiple,
    read_share,
    read_text,
)
from duban.importing.widths import TextWidth, merged_above, why_refused_whole
from duban.importing.written_days import read_day, read_month

if TYPE_CHECKING:
    from duban.bureau.unit_names import UnitNames
    from duban.definitions.definitions import Definitions
    from duban.importing.mappings import TableMapping
    from duban.importing.recognising import SheetTable
    from duban.importing.sheets import Row, Source

T = TypeVar("T")
_VALUES_LISTED = 12
_AROUND = "。，,；;、“”‘’\"' "  # what people type around a word that a column knows: “不合格”。


class RowReader:
    """Reads the rows under one heading with one mapping."""

    def __init__(
        self,
        mapping: TableMapping,
        table: SheetTable,
        definitions: Definitions,
        units: UnitNames,
        source: Source,
    ) -> None:
        heading = table.heading
        self._written = mapping.written
        self._heading = heading
        self._units = units
        self._subjects = definitions.vocabulary.subjects
        zone = definitions.project.zone
        untyped, since_1904 = bool(table.delimiter), source.since_1904
        self._day = partial(read_day, zone=zone, since_1904=since_1904)
        self._month = partial(read_month, zone=zone, since_1904=since_1904, untyped=untyped)
        self._code = partial(read_code, untyped=untyped, dressed=source.numbers_dressed)
        self._default_unit = table.unit
        self._otherwise = partial(of_that_sheet, definitions.project, table.named)
        self.unit_column = mapping.unit
        self._headings = {place: heading.texts[place] for place in sorted(set(heading.places.values()))}
        self._required = [column for column in mapping.required if column in heading.places]
        # a number made of the holder's code is another for each kind it holds
        subject = self._written.subject
        self.of_holder = subject and not subject.register_ and subject.code in self._written.ref
        self._needed = [self.place(column) for column in self._required]
        self._filled_above: frozenset[int | None] = frozenset()
        numbers = [self.place(column) for column in mapping.written.numbers]
        self._width = TextWidth(table.delimiter, heading, numbers) if table.delimiter else None
        self._multiples = multiples(mapping.written, heading, table.counted_in)
        self._values = {
            id(values): {name_key(value): meant for value, meant in values.items()}
            for column in self._written.columns
            for values in self._written.translations(column)
        }
        self._read_places = {
            place: {key for values in self._written.translations(column) for key in map(name_key, values)}
            for column, place in heading.places.items()
        }

    def place(self, column: str | None) -> int | None:
        """Where a column of the mapping stands in the table."""
        return self._heading.places.get(column) if column else None

    def place_of_field(self, name: str) -> int | None:
        """The column that a field of a fact or a subject is read from."""
        written = self._written
        subject, fact = written.subject, written.fact
        columns: dict[str, str | None] = {"unit": written.unit}
        if subject:
            columns |= {"code": subject.code, "name": subject.name, "subject": subject.code}
            columns["unit"] = subject.unit
            columns["grade"] = subject.grade.column if subject.grade else None
            columns |= {f"attributes.{each}": cell.column for each, cell in subject.attributes.items()}
            if self.place(subject.code) is None:
                columns["subject"] = subject.name
        if fact:
            columns["happened_on"] = fact.on.column
            columns["ref"] = written.ref[0] if written.ref else None
            columns |= {f"data.{each}": cell.column for each, cell in fact.data.items()}
            deciding = [kind.column for kind in fact.kind if self.place(kind.column) is not None]
            columns["kind"] = deciding[-1] if deciding else None
        return self.place(columns.get(name))

    def read(self, sheet: int, row: Row) -> Draft | Skipped:
        """What the row says, or why it is no row of the table at all."""
        cells = without_signs(row.cells, self._read_places)
        if skipped := why_no_data(cells, self._headings, self._needed):
            return skipped
        draft = Draft(sheet, row.number, tuple(cells))
        if reason := why_refused_whole(cells, self._width):
            draft.mistakes.append(Mistake(None, reason))
            return draft
        blank = [column for column in self._required if self._blank(draft, column)]
        if self._width and len(blank) > 1 and self._filled_above.issuperset(map(self.place, blank)):
            draft.mistakes.append(Mistake(self.place(blank[0]), merged_above(blank)))
            return draft
        self._filled_above = frozenset(self._needed) - {self.place(column) for column in blank}
        for column in blank:
            self._wrong(draft, column, say(zh="没有填", en="nothing is filled in"))
        if self._written.subject:
            self._read_subject(draft)
        if self._written.unit:
            draft.unit = self.unit(draft, self._written.unit)
        if self._written.fact and draft.outcome is None:
            self._read_fact(draft)
        draft.ref = "/".join(self._ref_part(draft, column) for column in self._written.ref)
        if self.of_holder and draft.said_kind:
            draft.ref += f"/{draft.said_kind}"
        if draft.outcome == "nothing":  # what else is wrong with it concerns nobody
            numbers = [self.place(column) for column in self._written.ref]
            draft.mistakes = [each for each in draft.mistakes if draft.kinds and each.column in numbers]
        return draft

    def _read_subject(self, draft: Draft) -> None:
        subject = self._written.subject
        if subject is None:
            return
        draft.code = self._read(draft, subject.code, self._code) or ""
        draft.name = self._read(draft, subject.name, read_text) or ""
        if (
            not draft.code
            and (not draft.name or subject.register_)
            and all(mistake.column != self.place(subject.code) for mistake in draft.mistakes)
        ):
            self._wrong(draft, subject.code, say(zh="没有编号，认不出是谁", en="no code: whom is it about?"))
        names: list[str] = []
        choices = any(kind.name for kind in subject.kind)
        for kind in subject.kind:
            found = self._kind(draft, kind, lenient=choices)
            if found in ("不记", "nothing"):
                draft.outcome = "nothing"
                return
            if found and kind.column:
                draft.said_kind = draft.said_kind or found
            if found and found not in names:
                names.append(found)
            if kind.column and found and not choices:
                break
        draft.kinds = tuple(names)
        if not names and not draft.mistakes:
            self._wrong(
                draft, subject.kind[0].column, say(zh="没有写是哪一类对象", en="which kind of subject?")
            )
        if subject.register_:
            self._read_registered(draft)

    def _read_registered(self, draft: Draft) -> None:
        subject = self._written.subject
        if subject is None:
            return
        if unit := self.unit(draft, subject.unit):
            draft.given["unit"] = unit
        kind = self._subjects.get(draft.kinds[0]) if draft.kinds else None
        if subject.grade and kind and kind.grades and (grade := self._cell(draft, subject.grade)):
            draft.given["grade"] = grade
        if registered := self._read(draft, subject.registered, self._day):
            draft.given["registered_on"] = registered
        if subject.active and not self._blank(draft, subject.active.column):
            active = self._translated(draft, subject.active.column, subject.active.values)
            if active is not None:
                draft.given["active"] = active
            if active is False:  # kept with the licence: one that is valid keeps the subject active
                draft.data[STATE] = self._read(draft, subject.active.column, read_text)
        for name, cell in subject.attributes.items():
            if kind and name in kind.particulars and (value := self._cell(draft, cell)):
                draft.attributes[name] = str(value)

    def _read_fact(self, draft: Draft) -> None:
        fact = self._written.fact
        if fact is None:
            return
        for kind in fact.kind:
            if found := self._kind(draft, kind):
                draft.outcome = OUTCOME_WORDS.get(found) or next(
                    (word for word in OUTCOME_WORDS.values() if word == found), None
                )
                draft.kind = "" if draft.outcome else found
                break
        else:
            if not draft.mistakes:
                self._wrong(draft, fact.kind[0].column, say(zh="没有填", en="nothing is filled in"))
        if draft.outcome in ("nothing", "uphold"):
            return
        draft.on = self._read(draft, fact.on.column, self._month if fact.on.month else self._day)
        if draft.on is None and not any(each.column == self.place(fact.on.column) for each in draft.mistakes):
            self._wrong(draft, fact.on.column, say(zh="没有填日期", en="the date is missing"))
        if draft.outcome is None:
            for name, cell in fact.data.items():
                if (value := self._cell(draft, cell)) not in (None, ""):
                    draft.data[name] = value.isoformat() if isinstance(value, date) else value

    def _kind(self, draft: Draft, kind: KindColumn, *, lenient: bool = False) -> str | None:
        """The kind a row names; `lenient` where other kinds are left to choose from should it name none that is known."""
        if kind.name:
            return kind.name
        if self._blank(draft, kind.column or ""):
            return None
        return self._translated(draft, kind.column or "", kind.values, lenient=lenient)

    def _cell(self, draft: Draft, cell: Cell) -> object:
        if cell.values:
            if self._blank(draft, cell.column):
                return None
            return self._translated(draft, cell.column, cell.values)
        readers: Mapping[str, Callable[[Any], object]] = {
            "text": read_text,
            "code": self._code,
            "day": self._day,
            "number": partial(read_multiple, multiple=self._multiples.get(cell.column, "")),
            "share": read_share,
        }
        return self._read(draft, cell.column, readers[cell.read])

    def _translated(
        self, draft: Draft, column: str, values: Mapping[str, T], *, lenient: bool = False
    ) -> T | None:
        text = self._read(draft, column, read_text)
        if text is None:
            return None
        of_words = self._values[id(values)]
        meant = cast("T | None", of_words.get(name_key(text), of_words.get(name_key(text.strip(_AROUND)))))
        if meant is None and not lenient:
            listed = say(zh="、", en=", ").join(list(values)[:_VALUES_LISTED])
            self._wrong(
                draft,
                column,
                say(
                    zh=f"不认识“{text}”，认识的有：{listed}",
                    en=f"“{text}” is not known here; known: {listed}",
                ),
            )
        return meant

    def unit(self, draft: Draft, column: str | None) -> str | None:
        """The unit in a column, or that of rows that name none; a mistake is noted in the draft."""
        text = self._read(draft, column, read_text)
        if not text:
            return self._default_unit if not column or self._blank(draft, column) else None
        try:
            return self._otherwise(self._units.find(text))
        except (NoSuchUnit, UnreadableCell) as why:
            self._wrong(draft, column, str(why))
            return None

    def _ref_part(self, draft: Draft, column: str) -> str:
        """A column's part of the reference, the same however it is written: days and units in one form."""
        fact = self._written.fact
        if fact and column == fact.on.column and draft.on:
            return f"{draft.on:%Y-%m}" if fact.on.month else draft.on.isoformat()
        if column == self._written.unit and draft.unit:
            return draft.unit
        if self._written.subject and column == self._written.subject.code and draft.code:
            return draft.code
        return self._read(draft, column, self._code) or ""

    def _read(self, draft: Draft, column: str | None, read: Callable[[Any], T]) -> T | None:
        """The column's value, None if there is nothing in it; a mistake is noted once."""
        place = self.place(column)
        if place is None or column is None or self._blank(draft, column):
            return None
        if any(mistake.column == place for mistake in draft.mistakes):
            return None
        try:
            return read(draft.cells[place])
        except UnreadableCell as why:
            self._wrong(draft, column, str(why))
            return None

    def _blank(self, draft: Draft, column: str) -> bool:
        place = self.place(column)
        return place is None or place >= len(draft.cells) or draft.cells[place] is None

    def _wrong(self, draft: Draft, column: str | None, reason: str) -> None:
        mistake = Mistake(self.place(column), reason)
        if mistake not in draft.mistakes:
            draft.mistakes.append(mistake)
