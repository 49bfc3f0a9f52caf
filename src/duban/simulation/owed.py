"""What one duty opens in a span of days, when the engine starts on the first of them with an empty ledger.

The occurrences, the days they open and their due dates are those of `duban.cadence`; which units owe them is what
`duban.obligations.opening` says. Everything that differs in its unit or subject alone is one `SimulatedGroup` with counts.

| awkward case | rule |
|---|---|
| running on the first day | opens, as on the engine's first run; what is over by then does not |
| a fact before the first day | counts as known on the first day; what was over by then opens nothing |
| a subject registered while an occurrence runs | owes it from that day |
| a subject is re-graded within the span | not followed: subjects keep the grade they are given with |
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from duban.base.days import ONE_DAY
from duban.cadence.findings import DatedFact
from duban.cadence.occurrence import Occurrence
from duban.cadence.opening import EachFact, FindingOpening
from duban.cadence.spreading import aimed_at, place_of, safe_days
from duban.definitions.definitions import Definitions
from duban.duties.grammar import Duty
from duban.duties.schedules import RUNNING_SINCE, occurrences_owed, opening_day
from duban.obligations.responsible import owing_units, responsible_for
from duban.simulation.given import Premises
from duban.workdays import Reckoning, UnknownYear
from duban.workdays.visit_keys import VisitKey

ByUnit = tuple[tuple[str, int], ...]
"""Units by code with how many obligations each owes, in a fixed order."""


@dataclass(frozen=True)
class SimulatedSpan:
    """What is simulated."""

    definitions: Definitions  #: What is owed.
    first: date  #: The first day, on which the engine starts with an empty ledger.
    last: date  #: The last day, inclusive.
    given: Premises  #: The subjects and facts taken for granted.
    units: Collection[str] | None = None  #: The codes of the units looked at; None: all.


@dataclass(frozen=True)
class SimulatedGroup:
    """Obligations of one duty that share their dates: so many for each unit."""

    duty: Duty  #: The duty.
    period_key: str  #: Its period; empty where a fact brought it about.
    opened_on: date  #: The day they count from, which may lie before the span.
    seen_on: date  #: The day the engine opens them.
    reckoning: Reckoning  #: Their dates.
    by_unit: ByUnit  #: How many each unit owes.
    #: The days of their period; None where a fact brought them about.
    window: tuple[date, date] | None = None

    @property
    def count(self) -> int:
        """How many obligations these are."""
        return sum(count for _, count in self.by_unit)


def owed(duty: Duty, span: SimulatedSpan) -> list[SimulatedGroup]:
    """What the duty opens within the span, oldest first. Raises UnknownYear where a date lies past the calendar."""
    match duty.cadence.opening:
        case EachFact() as opening:
            found = _for_facts(duty, opening, span)
        case FindingOpening() as opening:
            found = _for_findings(duty, opening, span)
        case _:
            found = _for_units(duty, span) if duty.for_each.subject is None else _for_subjects(duty, span)
    return sorted(found, key=lambda owing: (owing.seen_on, owing.opened_on, owing.period_key))


def owed_as_far_as_known(duty: Duty, span: SimulatedSpan) -> tuple[list[SimulatedGroup], str]:
    """What the duty opens up to the day on which a date is needed that lies past the calendar, and why it ends there."""
    try:
        return owed(duty, span), ""
    except UnknownYear as missing:
        why = str(missing)
    found: list[SimulatedGroup] = []
    known, unknown = 0, (span.last - span.first).days + 1
    while known < unknown - 1:
        days = (known + unknown) // 2
        try:
            found = owed(duty, replace(span, last=span.first + (days - 1) * ONE_DAY))
            known = days
        except UnknownYear:
            unknown = days
    return found, why


def _for_units(duty: Duty, span: SimulatedSpan) -> Iterator[SimulatedGroup]:
    units = Counter(owing_units(span.definitions.project, duty))
    by_unit = _wanted(units, span)
    if not by_unit:
        return
    for occurrence, seen_on in _coming(duty, span):
        opens = opening_day(duty, occurrence)
        yield _of_occurrence(duty, occurrence, opens, seen_on, by_unit)


def _coming(duty: Duty, span: SimulatedSpan) -> list[tuple[Occurrence, date]]:
    """The occurrences the engine opens within the span, each with the day it does."""
    calendar = span.definitions.calendar
    since = max(calendar.first_day, span.first - RUNNING_SINCE)
    running: list[tuple[Occurrence, date]] = []
    over: dict[tuple[date, int | None], list[Occurrence]] = defaultdict(list)
    for occurrence in occurrences_owed(duty, calendar, since, span.last):
        opens = opening_day(duty, occurrence)
        seen_on = max(span.first, opens)
        if opens > span.last:
            continue
        if occurrence.opens_on < seen_on - RUNNING_SINCE:
            continue
        if occurrence.reckoning.deadline >= seen_on:
            running.append((occurrence, seen_on))
        elif opens > span.first:
            over[seen_on, _rhythm(occurrence)].append(occurrence)
    if duty.catch_up == "none":
        return running
    kept = 1 if duty.catch_up == "latest" else None
    return running + [
        (each, seen_on)
        for (seen_on, _), missed in over.items()
        for each in (missed if kept is None else missed[-kept:])
    ]


def _rhythm(occurrence: Occurrence) -> int | None:
    """The number of visits a year an occurrence belongs to; None for what is not a visit."""
    visit = VisitKey.parse(occurrence.period_key)
    return visit.visits if visit else None


def _for_subjects(duty: Duty, span: SimulatedSpan) -> Iterator[SimulatedGroup]:
    groups = span.given.groups_of(duty)
    if not groups:
        return
    by_rhythm = defaultdict(list)
    for group in groups:
        by_rhythm[duty.cadence.visits(group.grade)].append(group)
    project = span.definitions.project
    for occurrence, seen_on in _coming(duty, span):
        opens = opening_day(duty, occurrence)
        owing: dict[date, Counter[str]] = defaultdict(Counter)
        for group in by_rhythm[_rhythm(occurrence)]:
            opened_on = max(opens, group.registered_on or opens)
            if opened_on > opens and not _joins(occurrence, opened_on, seen_on, span):
                continue
            owing[opened_on][responsible_for(project, duty, group.unit)] += group.count
        for opened_on, units in sorted(owing.items()):
            if by_unit := _wanted(units, span):
                seen = max(seen_on, opened_on)
                whole = _of_occurrence(duty, occurrence, opened_on, seen, by_unit)
                yield from _spread(whole, sorted(units), span) if duty.cadence.spread else (whole,)


def _spread(whole: SimulatedGroup, units: Sequence[str], span: SimulatedSpan) -> Iterator[SimulatedGroup]:
    """What is owed in one window, by the day each subject's visit is aimed at; `units` are all that owe it, by code."""
    calendar, first = span.definitions.calendar, whole.window[0] if whole.window else whole.opened_on
    days = safe_days(calendar, max(whole.opened_on, first, span.first), whole.reckoning)
    taken = [
        (
            code,
            Counter(place_of(number, count, rank, len(units), len(days)) for number in range(1, count + 1)),
        )
        for code, count in whole.by_unit
        for rank in (units.index(code) + 1,)
    ]
    for place, day in enumerate(days):
        if by_unit := tuple((code, places[place]) for code, places in taken if places[place]):
            yield replace(whole, reckoning=aimed_at(calendar, whole.reckoning, day), by_unit=by_unit)


def _joins(occurrence: Occurrence, registered_on: date, seen_on: date, span: SimulatedSpan) -> bool:
    """Whether a subject registered after the opening day still owes the occurrence."""
    seen = max(seen_on, registered_on)
    return registered_on <= occurrence.last and seen <= min(span.last, occurrence.reckoning.deadline)


def _for_facts(duty: Duty, opening: EachFact, span: SimulatedSpan) -> Iterator[SimulatedGroup]:
    project = span.definitions.project
    by_day: dict[date, Counter[str]] = defaultdict(Counter)
    for event in span.given.events_of(duty):
        if duty.effective.covers(event.on):
            charge = event.group.unit if event.group else event.unit or ""
            by_day[event.on][responsible_for(project, duty, charge)] += 1
    for on, units in by_day.items():
        by_unit = _wanted(units, span)
        dated = _dated(opening, span, on) if by_unit else None
        if dated is not None:
            opened_on, reckoning = dated
            yield SimulatedGroup(duty, "", opened_on, max(span.first, opened_on), reckoning, by_unit)


def _dated(opening: EachFact, span: SimulatedSpan, on: date) -> tuple[date, Reckoning] | None:
    """When it opens and is due; None if it was over before the span began, or opens after it. An event still to come is
    known from the first day on.
    """
    calendar = span.definitions.calendar
    try:
        opened_on = opening.opens_on(calendar, on, span.first)
        if opened_on > span.last:
            return None
        reckoning = opening.due(calendar, on, opened_on)
    except UnknownYear:
        if on < calendar.first_day or on > calendar.last_day:
            return None
        raise
    return (opened_on, reckoning) if reckoning.deadline >= span.first else None


def _for_findings(duty: Duty, opening: FindingOpening, span: SimulatedSpan) -> Iterator[SimulatedGroup]:
    project, calendar = span.definitions.project, span.definitions.calendar
    about: dict[str, list[DatedFact]] = defaultdict(list)
    charge: dict[str, str] = {}
    for number, event in enumerate(span.given.events_of(duty)):
        if event.about is not None and event.group is not None and event.on <= span.last:
            about[event.about].append(DatedFact(number, event.on, event.kind))
            charge[event.about] = event.group.unit
    by_day: dict[date, Counter[str]] = defaultdict(Counter)
    for subject, happened in about.items():
        for finding in opening.findings(happened):
            if duty.effective.covers(finding.on) and finding.on >= calendar.first_day:
                by_day[finding.on][responsible_for(project, duty, charge[subject])] += 1
    for on, units in by_day.items():
        reckoning = opening.due(calendar, on, on)
        by_unit = _wanted(units, span)
        if by_unit and reckoning.deadline >= span.first:
            yield SimulatedGroup(duty, "", on, max(span.first, on), reckoning, by_unit)


def _of_occurrence(
    duty: Duty, occurrence: Occurrence, opened_on: date, seen_on: date, by_unit: ByUnit
) -> SimulatedGroup:
    window = (occurrence.first, occurrence.last)
    return SimulatedGroup(
        duty, occurrence.period_key, opened_on, seen_on, occurrence.reckoning, by_unit, window
    )


def _wanted(units: Mapping[str, int], span: SimulatedSpan) -> ByUnit:
    """The units looked at, in the order of the project file."""
    known = span.definitions.project.units
    order: Iterable[str] = [*(code for code in known if code in units), *(units.keys() - known.keys())]
    return tuple((code, units[code]) for code in order if span.units is None or code in span.units)
