"""How far an obligation has come that facts measure: the count, the pace, the share and what it can still afford."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select
from sqlmodel import col

from duban.base.language import say
from duban.cadence.counting import NumberToReach
from duban.cadence.pace import Pace, pace
from duban.cadence.standing import ShareStanding, standing
from duban.ledger.tables import ObligationEvent
from duban.obligations.counts import (
    Counts,
    PeriodDays,
    counts,
    standings,
)
from duban.obligations.measurement import FREEZE, number, told_share
from duban.workdays import period_span

if TYPE_CHECKING:
    from duban.definitions.definitions import Definitions
    from duban.duties.grammar import Duty


class ProgressWords:
    """Says how far obligations have come as of a business date; what one period adds up to is counted once."""

    def __init__(self, connection: Connection, definitions: Definitions, on: date) -> None:
        self._connection = connection
        self._definitions = definitions
        self._on = on
        self._counts: dict[tuple[str, PeriodDays], Counts] = {}
        self._standings: dict[tuple[str, PeriodDays], dict[str, ShareStanding]] = {}

    def of(self, duty: Duty, obligation_id: int, unit: str, period_key: str) -> str:
        """The progress of one obligation, in one sentence; empty for what facts do not measure."""
        aim = duty.cadence.aim
        if aim is None:
            return ""
        span = PeriodDays(*period_span(period_key))
        key = (duty.digest, span)
        if isinstance(aim, NumberToReach):
            if key not in self._counts:
                self._counts[key] = counts(self._connection, self._definitions, duty, aim.of, span)
            counted = self._counts[key].get(unit, 0)
            stands = pace(aim.at_least, counted, span.first, span.last, self._on)
            return told_pace(stands, aim, span)
        frozen = self._frozen(obligation_id)
        if frozen:
            return say(zh=f"已定格：{frozen}", en=f"frozen: {frozen}")
        if key not in self._standings:
            self._standings[key] = standings(self._connection, self._definitions, duty, aim, span)
        nothing = standing(aim.bound, 0, 0, at_least=aim.at_least)
        return told_standing(self._standings[key].get(unit, nothing))

    def _frozen(self, obligation_id: int) -> str:
        frozen = select(col(ObligationEvent.reason)).where(
            col(ObligationEvent.obligation_id) == obligation_id, col(ObligationEvent.kind) == FREEZE
        )
        return self._connection.execute(frozen).scalar() or ""


def told_pace(stands: Pace, goal: NumberToReach, span: PeriodDays) -> str:
    """4 of 6, and where the period ends at this rate."""
    measure = goal.measure
    counted = say(
        zh=f"已有 {number(stands.counted)}{measure}，目标 {stands.goal}{measure}",
        en=f"{number(stands.counted)} of {stands.goal}",
    )
    if stands.reached:
        return counted + say(zh="，已达到", en=", reached")
    if stands.days_left == 0:
        return counted + say(zh=f"，差 {stands.missing}{measure}", en=f", {stands.missing} short")
    return counted + say(
        zh=f"；照这个速度，到 {span.last} 约 {stands.forecast}{measure}，还差 {stands.missing}{measure}",
        en=f"; at this rate {stands.forecast} by {span.last}, {stands.missing} still missing",
    )


def told_standing(stands: ShareStanding) -> str:
    """The share, and how many more misses it can afford or how many good cases would bring it back."""
    if stands.share is None:
        return say(zh="本期还没有发生", en="nothing to take a share of yet")
    told = told_share(stands)
    if stands.met:
        more = stands.affordable
        if more is None:
            return told
        return told + say(zh=f"；还能再错 {more} 件", en=f"; {more} more misses can be afforded")
    if stands.of_whole and stands.bound <= 1 < stands.share:
        return told + say(
            zh="；比全部还多，请核对上报的数", en="; more than there are: check what was reported"
        )
    if stands.needed is None:
        return told + say(zh="；本期已无法达到", en="; it cannot be reached in this period any more")
    return told + say(
        zh=f"；再连续办好 {stands.needed} 件才能达到",
        en=f"; {stands.needed} good cases running would reach it",
    )
