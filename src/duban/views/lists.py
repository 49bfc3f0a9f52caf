"""Lists of obligations, filtered and paged: everything a list was asked for is one value, and an address says all of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Final, NamedTuple, get_args

from sqlalchemy import ColumnElement, and_, or_, select
from sqlmodel import col

from duban.base.day_texts import read_day_text
from duban.bureau.unit_posts import UnitPost
from duban.ledger.database import reading
from duban.ledger.short_ids import parse_short_id
from duban.ledger.tables import OPEN_STATES, STATES, DutyVersion, Obligation, Subject
from duban.ledger.visibility import given_to, of_one_unit
from duban.obligations.listed import ListedObligation
from duban.obligations.listing import Filter, ListEnd, how_many, listed
from duban.views.lights import Light, has_light, light_of
from duban.views.named_subjects import about_named, of_code
from duban.views.sight import Sight
from duban.views.tallies import owed_within
from duban.workdays import UnknownYear

ROWS: Final = 50
"""How many obligations one page of a list shows."""
EXPORTED: Final = 100_000
"""An export ends there: more than a sheet is read by."""
_AT_ONCE = 2_000
COUNTED: Final = 10_000
"""Counting stops there: a list of more is not read to its end."""


@dataclass(frozen=True)
class ListQuery:
    """What a list was asked for, as an address says it; what cannot be understood is left out."""

    light: str = ""  #: one of the lights; empty for every one
    state: str = ""  #: one of `STATES`; empty for what is not closed
    line: str = ""  #: the line of business
    unit: str = ""  #: a unit's code, with all below it
    alone: str = ""  #: anything: that unit without what is below it
    duty: str = ""  #: a duty's id
    subject: str = ""  #: a subject, as `kind/code`
    post: str = ""  #: the post that owes, as `unit/post`
    day: str = ""  #: the day of the deadline, 2026-11-27
    late: str = ""  #: more than so many natural days past its deadline
    text: str = ""  #: what the title or the subject's name or code has in it
    after: str = ""  #: where the page before ended

    @classmethod
    def of(cls, said: Mapping[str, str]) -> ListQuery:
        """What the parameters of an address ask for."""
        return cls(
            **{each.name: said[each.name].strip()[:200] for each in fields(cls) if said.get(each.name)}
        )

    def said(self, **other: str) -> dict[str, str]:
        """The parameters of an address that asks for this, with others in their place; a page's end never goes along."""
        changed = replace(self, **{"after": "", **other})
        return {each.name: value for each in fields(self) if (value := getattr(changed, each.name))}


class ListRow(NamedTuple):
    """One obligation as a list shows it, with its light."""

    owed: ListedObligation  #: the obligation
    light: Light  #: what is the matter with it
    post: str  #: the post that owes it
    workdays: int | None  #: working days to its deadline, negative past it; None past the calendar

    @property
    def number(self) -> int:
        """Its number in the ledger."""
        return parse_short_id(self.owed.id)


@dataclass(frozen=True)
class ListPage:
    """One page of a list."""

    wanted: ListQuery  #: what was asked for
    rows: Sequence[ListRow]  #: those on the page
    total: int  #: how many there are in all, at most `COUNTED`
    next: str  #: where the following page begins; empty on the last one

    @property
    def more_than_counted(self) -> bool:
        """Whether counting stopped."""
        return self.total >= COUNTED


def list_page(
    sight: Sight, wanted: ListQuery, *, size: int = ROWS, also: Sequence[ColumnElement[bool]] = ()
) -> ListPage:
    """At most `size` of what was `wanted` and is in the reader's `sight`: the nearest deadline first, of closed ones
    the latest.

    `also` is what else must hold, over Obligation.
    """
    chosen = _filter(sight, wanted)
    chosen = replace(chosen, also=(*chosen.also, *also))
    with reading(sight.ws.ledger) as connection:
        found = listed(connection, chosen, sight.present, size=size + 1, after=_end(wanted.after))
        total = how_many(connection, chosen, sight.present, at_most=COUNTED)
    shown = found[:size]
    last = shown[-1] if len(found) > size else None
    return ListPage(
        wanted,
        list_rows(sight, shown),
        total,
        "" if last is None else f"{last.deadline.isoformat()}~{parse_short_id(last.id)}",
    )


def first_rows(sight: Sight, wanted: ListQuery, size: int) -> list[ListRow]:
    """The first `size` of what was `wanted` and is in the reader's `sight`, as a list shows them; all of them are not
    counted.
    """
    with reading(sight.ws.ledger) as connection:
        return list_rows(sight, listed(connection, _filter(sight, wanted), sight.present, size=size))


def all_rows(sight: Sight, wanted: ListQuery) -> Iterator[ListRow]:
    """All of what was `wanted` and is in the reader's `sight`, as a list shows it, read page by page; at most
    `EXPORTED`.
    """
    chosen = _filter(sight, wanted)
    end = _end(wanted.after)
    with reading(sight.ws.ledger) as connection:
        for _ in range(EXPORTED // _AT_ONCE):
            found = listed(connection, chosen, sight.present, size=_AT_ONCE, after=end)
            yield from list_rows(sight, found)
            if len(found) < _AT_ONCE:
                return
            end = ListEnd(found[-1].deadline, parse_short_id(found[-1].id))


def list_rows(sight: Sight, found: Iterable[ListedObligation]) -> list[ListRow]:
    """Obligations with their lights, the posts that owe them and how far their deadlines are."""
    calendar = sight.ws.definitions.calendar
    days: dict[tuple[date, str], int | None] = {}

    def away(deadline: date, unit: str) -> int | None:
        if (deadline, unit) not in days:
            own = calendar.for_unit(unit)
            try:
                early, late = sorted((sight.on, deadline))
                count = own.count(early, late)
                days[deadline, unit] = count if deadline >= sight.on else -count
            except UnknownYear:
                days[deadline, unit] = None
        return days[deadline, unit]

    return [
        ListRow(
            each,
            light_of(each, on=sight.on, soon=sight.soon),
            sight.post_of(each.duty),
            away(each.deadline, each.unit_code),
        )
        for each in found
    ]


def owed_by(sight: Sight, posts: Collection[str]) -> Sequence[ColumnElement[bool]]:
    """That one of these posts, as `unit/post`, owes an obligation, by the duties in force and what was assigned, or
    was given it: of which one must hold.
    """
    found: list[ColumnElement[bool]] = [given_to(posts)]
    for each in sorted(posts):
        held = UnitPost.parse(each)
        theirs = col(Obligation.duty_id).in_(sight.duties_of(held.post))
        found.append(and_(col(Obligation.unit) == held.unit, theirs))
    return found


def _filter(sight: Sight, wanted: ListQuery) -> Filter:
    project = sight.ws.definitions.project
    also = sight.visible()
    light = next((each for each in get_args(Light) if each == wanted.light), None)
    few = light in ("amber", "blue")
    if wanted.unit:
        known = wanted.unit in project.units and not wanted.alone
        below = project.below(wanted.unit) if known else [wanted.unit]
        if len(below) < len(project.units):
            # What is near in a county is found by its safe day: of all that the county owes it is little.
            near = few and len(below) > 1
            also.append(owed_within(below) if near else col(Obligation.unit).in_(below))
    if light is not None:
        also.append(has_light(light, sight.present, sight.soon))
    any_of: Sequence[ColumnElement[bool]] = of_one_unit(sight.principal)
    if wanted.post:
        any_of = owed_by(sight, [wanted.post])
    if (day := _day(wanted.day)) is not None:
        also.append(col(Obligation.deadline) == day)
    if wanted.late.isascii() and wanted.late.isdecimal():
        also.append(col(Obligation.deadline) < sight.on - timedelta(days=int(wanted.late[:4])))
    if wanted.text and any_of:
        also.append(or_(*_has(sight, wanted.text)))
    elif wanted.text:
        any_of = _has(sight, wanted.text)
    kind, _, code = wanted.subject.partition("/")
    state = wanted.state if wanted.state in STATES else "done" if light == "green" else None
    return Filter(
        line=wanted.line or None,
        duty=wanted.duty or None,
        subject=(kind, code) if code else None,
        state=state,
        also=also,
        any_of=any_of,
        few=few,
        latest_first=state is not None and state not in (*OPEN_STATES, "suspended"),
    )


def _has(sight: Sight, text: str) -> Sequence[ColumnElement[bool]]:
    """That the title has the text in it, or the subject: which of them do is looked up once, not row by row."""
    titled = select(col(DutyVersion.id)).where(col(DutyVersion.title).contains(text, autoescape=True))
    kinds = sight.ws.definitions.vocabulary.subjects
    with reading(sight.ws.ledger) as connection:
        versions = connection.execute(titled).scalars().all()
        coded = connection.execute(select(col(Subject.id)).where(of_code(text, kinds))).scalars().all()
        about = about_named(connection, text)
    about = or_(about, col(Obligation.subject_id).in_(coded)) if coded else about
    return [col(Obligation.duty_version_id).in_(versions), about] if versions else [about]


def _day(written: str) -> date | None:
    try:
        return read_day_text(written)
    except ValueError:
        return None


def _end(written: str) -> ListEnd | None:
    day, _, number = written.partition("~")
    try:
        return ListEnd(date.fromisoformat(day), min(int(number), 2**63 - 1))
    except ValueError:
        return None
