"""What a simulated span asks of each unit and each post, week by week."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from duban.base.days import ONE_DAY
from duban.bureau.unit_posts import UnitPost
from duban.simulation.results import PostLoad, SimulatedObligation, UnitLoad

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from duban.definitions.definitions import Definitions
    from duban.simulation.mail import Receipt
    from duban.simulation.owed import ByUnit, SimulatedSpan


def weeks_of(first: date, last: date) -> tuple[date, ...]:
    """The Mondays of the weeks that share a day with `first`..`last`, both inclusive."""
    monday = first - first.weekday() * ONE_DAY
    return tuple(monday + number * 7 * ONE_DAY for number in range((last - monday).days // 7 + 1))


def unit_loads(
    span: SimulatedSpan, obligations: Iterable[SimulatedObligation], weeks: Sequence[date]
) -> tuple[UnitLoad, ...]:
    """What each unit owes, and what of it is due in each week; units that owe nothing are left out."""
    shared: dict[ByUnit, list[int]] = defaultdict(lambda: [0] * (len(weeks) + 1))
    for each in obligations:
        counts = shared[each.owing.by_unit]
        target = each.owing.reckoning.target
        counts[-1] += 1
        if span.first <= target <= span.last:
            counts[(target - weeks[0]).days // 7] += 1
    totals: dict[str, NDArray[np.int64]] = defaultdict(lambda: np.zeros(len(weeks) + 1, np.int64))
    for by_unit, counts in shared.items():
        of_one = np.array(counts, np.int64)
        for code, count in by_unit:
            totals[code] += count * of_one
    units = span.definitions.project.units
    order = [*(code for code in units if code in totals), *sorted(totals.keys() - units.keys())]
    return tuple(
        UnitLoad(
            code,
            units[code].name if code in units else code,
            units[code].level if code in units else "",
            int(totals[code][-1]),
            tuple(int(count) for count in totals[code][:-1]),
        )
        for code in order
    )


def post_loads(
    definitions: Definitions, posts: Mapping[UnitPost, Receipt], first: date, weeks: Sequence[date]
) -> tuple[PostLoad, ...]:
    """What each post is told, in the order of the project file."""
    offset = (first - weeks[0]).days
    found = []
    for unit in definitions.project.units.values():
        for name in unit.posts:
            recipient = UnitPost(unit.code, name)
            received = posts.get(recipient)
            if received is None or not received.told.any():
                continue
            padded = np.zeros(len(weeks) * 7, np.int64)
            padded[offset : offset + len(received.told)] = received.told
            by_week = padded.reshape(-1, 7).sum(axis=1)
            week = int(by_week.argmax())
            found.append(
                PostLoad(
                    recipient=str(recipient),
                    unit=unit.name,
                    post=name,
                    told=int(received.told.sum()),
                    messages=int(received.messages.sum()),
                    most_in_a_message=int(received.largest.max()),
                    on=first + int(received.largest.argmax()) * ONE_DAY,
                    most_in_a_week=int(by_week[week]),
                    week=weeks[week],
                )
            )
    return tuple(found)
