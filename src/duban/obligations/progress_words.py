"""How far an obligation has come that facts measure: the count, the pace, the share and what it can still afford."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import Connection

from duban.base.language import say
from duban.cadence.counting import NumberToReach
from duban.cadence.pace import Pace, pace
from duban.cadence.standing import ShareStanding
from duban.definitions.definitions import Definitions
from duban.duties.grammar import Duty
from duban.obligations.counts import Counts, PeriodDays, counts
from duban.obligations.reported import unreported
from duban.obligations.responsible import owing_units
from duban.obligations.share_words import not_told, number, told_result, told_standing
from duban.obligations.shares import standings
from duban.workdays import period_span


class ProgressWords:
    """Says how far obligations have come as of a business date; what one period adds up to is counted once."""

    def __init__(self, connection: Connection, definitions: Definitions, on: date) -> None:
        self._connection = connection
        self._definitions = definitions
        self._on = on
        self._counts: dict[tuple[str, PeriodDays], Counts] = {}
        self._silent: dict[tuple[str, PeriodDays], Mapping[str, Sequence[str]]] = {}
        self._standings: dict[tuple[str, PeriodDays], dict[str, ShareStanding]] = {}

    def of(self, duty: Duty, obligation_id: int, unit: str, period_key: str) -> str:
        """The progress of the obligation of `unit` for the period `period_key`, in one sentence; empty for what facts do not
        measure.
        """
        return self.told(duty, self.stands(duty, unit, period_key), period_key)

    def stands(self, duty: Duty, unit: str, period_key: str) -> Pace | ShareStanding | None:
        """The same in figures; None for what facts do not measure."""
        aim = duty.cadence.aim
        if aim is None:
            return None
        span = PeriodDays(*period_span(period_key))
        key = (duty.fingerprint, span)
        if isinstance(aim, NumberToReach):
            if key not in self._counts:
                self._counts[key] = counts(self._connection, self._definitions, duty, aim.of, span)
                units = {unit, *owing_units(self._definitions.project, duty)}
                asked = (self._connection, self._definitions, duty, aim, span, units, self._on)
                self._silent[key] = unreported(*asked)
            counted, silent = self._counts[key].get(unit, 0), self._silent[key].get(unit, ())
            days = (span.first, span.last, self._on)
            return pace(aim.at_least, counted, *days, stock=aim.of.stock, unreported=silent)
        known = self._standings.setdefault(key, {})
        if unit not in known:  # a unit that has left the project owes what it owed
            units = {unit, *owing_units(self._definitions.project, duty)}
            known |= standings(self._connection, self._definitions, duty, aim, span, units, self._on)
        return known[unit]

    def told(self, duty: Duty, stands: Pace | ShareStanding | None, period_key: str) -> str:
        """The figures that `stands` gave, in one sentence; empty where there are none."""
        aim = duty.cadence.aim
        _, last = period_span(period_key) if aim is not None else (self._on, self._on)
        if isinstance(stands, Pace) and isinstance(aim, NumberToReach):
            return told_pace(stands, aim.measure, last)
        if isinstance(stands, ShareStanding):
            return told_standing(stands) if self._on <= last else told_result(stands)
        return ""


def told_pace(stands: Pace, measure: str, last: date) -> str:
    """4 of 6, and where the period that ends on `last` will end at this rate; `measure` is the word behind a number."""
    counted = say(
        zh=f"已有 {number(stands.counted)}{measure}，目标 {stands.goal}{measure}",
        en=f"{number(stands.counted)} of {stands.goal}",
    )
    if stands.reached:
        return counted + say(zh="，已达到", en=", reached")
    if stands.unreported:
        told = not_told(stands.unreported)
        return told + say(zh="，已报的：", en="; so far: ") + counted if stands.counted else told
    if stands.days_left == 0:
        return counted + say(zh=f"，差 {stands.missing}{measure}", en=f", {stands.missing} short")
    if stands.days_over == 0:
        return counted
    if stands.stock:
        return counted + say(zh=f"，还差 {stands.missing}{measure}", en=f", {stands.missing} missing")
    return counted + say(
        zh=f"，还差 {stands.missing}{measure}；照前 {stands.days_over} 天的平均速度，到 {last} 约 {stands.forecast}{measure}",
        en=f", {stands.missing} missing; at the average rate of {stands.days_over} days {stands.forecast} by {last}",
    )
