"""A span of days lived through: every duty's obligations, their notices, and what units and posts would have to bear."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from itertools import groupby

import numpy as np

from duban.base.days import ONE_DAY, each_day
from duban.base.language import say
from duban.base.objections import WrongValue
from duban.base.problems import ProblemsFound
from duban.bureau.unit_posts import UnitPost
from duban.cadence.opening import CalendarOpening
from duban.channels.loading import load_channels
from duban.channels.routes import Channels, inbox_only
from duban.definitions.definitions import Definitions
from duban.duties.grammar import Duty
from duban.simulation.given import Premises
from duban.simulation.load import post_loads, unit_loads, weeks_of
from duban.simulation.mail import Mail, Receipt, inboxes
from duban.simulation.never import ended, why_never
from duban.simulation.notices import Conduct, notices_until
from duban.simulation.owed import SimulatedSpan, owed_as_far_as_known
from duban.simulation.results import (
    DayAhead,
    DueGroup,
    Limits,
    OmittedDuties,
    SimulatedObligation,
    Simulation,
)
from duban.workdays import UnknownYear


def simulate(
    definitions: Definitions,
    first: date,
    last: date,
    facts: Premises | None = None,
    units: Collection[str] | None = None,
    *,
    acting: Conduct = Conduct.NOBODY,
    limits: Limits | None = None,
    lived: Callable[[int], None] = lambda _more: None,
) -> Simulation:
    """Live the whole plan from `first` to `last`, both business dates inclusive, as the engine would from an empty ledger.

    `facts` are the subjects and facts taken for granted; without them, duties that need some are left out and named.
    `units` restricts to what these units owe, by code. `lived` is told after each duty that one more is done.
    Raises UnknownYear for a span outside the calendar, ValueError for one that ends before it begins.
    """
    _refuse(definitions, first, last)
    span = SimulatedSpan(definitions, first, last, facts or Premises(), units)
    obligations, left_out = _live(span, acting, lived)
    mail = Mail(definitions, _channels(definitions), first, last)
    decide(mail, obligations)
    received = mail.received()
    messages: Counter[str] = Counter()
    for (_, channel), each in received.items():
        messages[channel] += int(each.messages.sum())
    weeks = weeks_of(first, last)
    load = unit_loads(span, obligations, weeks)
    dead = why_never(definitions, first, last, {each.owing.duty.id for each in obligations})
    return Simulation(
        bureau=definitions.project.bureau,
        scope=_scope(definitions, units),
        first=first,
        last=last,
        acting=acting,
        limits=limits or Limits(),
        with_given=facts is not None,
        duties=len(definitions.duties),
        units=len(load),
        obligations=tuple(obligations),
        days=tuple(_days(span, obligations, inboxes(received))),
        weeks=weeks,
        load=load,
        posts=post_loads(definitions, inboxes(received), first, weeks),
        messages=dict(messages),
        left_out=left_out,
        never_fires=dead,
        ended=frozenset(duty_id for duty_id in dead if ended(definitions.duties[duty_id], first)),
        titles={duty.id: duty.title for duty in definitions.duties.values()},
    )


def _refuse(definitions: Definitions, first: date, last: date) -> None:
    if last < first:
        raise WrongValue(zh=f"{last} 早于 {first}", en=f"{last} is before {first}")
    for day in (first, last):
        definitions.calendar.is_workday(day)


def _live(
    span: SimulatedSpan, acting: Conduct, lived: Callable[[int], None]
) -> tuple[list[SimulatedObligation], OmittedDuties]:
    spoken = notices_until(span.definitions, span.last, acting)
    obligations: list[SimulatedObligation] = []
    refused: dict[str, str] = {}
    for duty in span.definitions.duties.values():
        found, why = owed_as_far_as_known(duty, span)
        for _, of_day in groupby(found, key=lambda owing: owing.seen_on):
            try:
                obligations += [SimulatedObligation(owing, spoken(owing)) for owing in of_day]
            except UnknownYear as missing:  # what opens together is refused together, and all after it
                why = str(missing)
                break
        if why:
            refused[duty.id] = why
        lived(1)
    duties = span.definitions.duties.values()
    return obligations, OmittedDuties(
        tuple(duty.id for duty in duties if _by_facts(duty) and not span.given.events_of(duty)),
        tuple(duty.id for duty in duties if _by_subjects(duty) and not span.given.groups_of(duty)),
        refused,
    )


def _by_facts(duty: Duty) -> bool:
    return not isinstance(duty.cadence.opening, CalendarOpening)


def _by_subjects(duty: Duty) -> bool:
    return duty.for_each.subject is not None and not _by_facts(duty)


def _channels(definitions: Definitions) -> Channels:
    """The project's channels; the inbox alone while their file has mistakes, which `duban check` says."""
    try:
        return load_channels(definitions.root)
    except ProblemsFound:
        return inbox_only()


def _scope(definitions: Definitions, units: Collection[str] | None) -> str:
    """The unit looked at: the uppermost of those named; empty for the whole bureau."""
    if units is None:
        return ""
    named = [unit for unit in definitions.project.units.values() if unit.code in units]
    upper = [unit.name for unit in named if unit.parent not in units]
    return say(zh="、", en=", ").join(upper)


def decide(mail: Mail, obligations: Iterable[SimulatedObligation]) -> None:
    """Hand every notice to the post office."""
    for each in obligations:
        mail.decide(each.owing.duty, each.owing.by_unit, each.notices)


def _days(
    span: SimulatedSpan, obligations: Iterable[SimulatedObligation], posts: Mapping[UnitPost, Receipt]
) -> Iterable[DayAhead]:
    calendar = span.definitions.calendar
    opened: Counter[date] = Counter()
    notices: Counter[date] = Counter()
    due: dict[date, list[DueGroup]] = defaultdict(list)
    named: dict[date, dict[str, None]] = defaultdict(dict)
    for each in obligations:
        owing, reckoning = each.owing, each.owing.reckoning
        opened[owing.seen_on] += owing.count
        due[reckoning.target].append(
            DueGroup(
                owing.duty.id,
                owing.duty.title,
                owing.duty.line,
                owing.period_key,
                owing.count,
                reckoning.deadline,
                reckoning.provisional,
            )
        )
        for notice in each.notices:
            notices[notice.decided_on] += owing.count
        name = owing.duty.cadence.name_of_days(owing.period_key)
        if name is not None and owing.window is not None:
            for day in each_day(max(owing.window[0], span.first), min(owing.window[1], span.last)):
                named[day][name] = None
    told = sum((each.told for each in posts.values()), np.zeros((span.last - span.first).days + 1, np.int64))
    sent = sum((each.messages for each in posts.values()), np.zeros_like(told))
    for number, day in enumerate(each_day(span.first, span.last)):
        yield DayAhead(
            on=day,
            kind=calendar.kind(day),
            name=calendar.name(day) or "",
            provisional=calendar.status(day) == "provisional",
            uncertain=calendar.is_uncertain(day),
            opened=opened[day],
            due=tuple(_merged(due[day])),
            notices=notices[day],
            told=int(told[number]),
            messages=int(sent[number]),
            campaigns=tuple(named[day]),
            campaigns_begin=tuple(name for name in named[day] if name not in named[day - ONE_DAY]),
        )


def _merged(due: Iterable[DueGroup]) -> list[DueGroup]:
    """One entry for each duty, period and deadline, most obligations first."""
    counts: dict[DueGroup, int] = {}
    for each in due:
        key = DueGroup(
            each.duty_id, each.title, each.line, each.period_key, 0, each.deadline, each.provisional
        )
        counts[key] = counts.get(key, 0) + each.count
    found = [
        DueGroup(each.duty_id, each.title, each.line, each.period_key, count, each.deadline, each.provisional)
        for each, count in counts.items()
    ]
    return sorted(found, key=lambda each: -each.count)
