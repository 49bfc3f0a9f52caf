"""What Prefect should know: one deployment per duty, and the engine's own rounds beside them.

Pure: from definitions and a day to a list of wanted deployments. Nothing here imports Prefect.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import date, time, timedelta
from typing import TYPE_CHECKING

from duban.base.days import ONE_DAY, each_day
from duban.base.language import say
from duban.duties.schedules import opening_days
from duban.facts import GRADE_ASSIGNED
from duban.workdays import UnknownYear

if TYPE_CHECKING:
    from duban.definitions.definitions import Definitions
    from duban.duties import Duty

OPENS_AT = time(0, 10)
REPORTS_AT = time(8, 30)
MOST_DAYS = 400
"""An RRULE set in Prefect holds about 400 single days (its text may have 6,500 characters)."""
AHEAD = timedelta(days=400)
PREFECT_LOOKS_AHEAD = timedelta(days=95)
"""Prefect makes runs at most 100 days ahead; whatever comes within this many must have one."""
LAYOUT = 3
"""Part of every fingerprint: raise it when deployments must be pushed again although no duty changed."""


@dataclass(frozen=True)
class WantedDeployment:
    """One deployment as it should stand in Prefect. A confidential duty has none of its own."""

    name: str  #: a duty's id, or the name of a round
    flow: str  #: the flow it runs: a duty's kind, or a round
    description: str  #: Markdown, shown on Prefect's page
    tags: tuple[str, ...]  #: line and kind, by which the page is searched
    zone: str  #: the time zone of its days and rhythm
    parameters: dict[str, object] = field(default_factory=dict)  #: what its flow is called with
    days: tuple[date, ...] = ()  #: local days on which it runs
    at: time = OPENS_AT  #: the local time on those days
    cron: str | None = None  #: a rhythm instead of days
    wakes_on: tuple[str, ...] = ()  #: kinds of facts whose arrival starts a run at once
    duty: str | None = None  #: the duty it is of; None for a round

    @property
    def fingerprint(self) -> str:
        """What tells this deployment from an earlier form of itself; kept in Prefect as its version."""
        text = json.dumps([LAYOUT, asdict(self)], ensure_ascii=False, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @property
    def rrule(self) -> str | None:
        """The days as an iCalendar RDATE set in local time, or None when there are none."""
        if not self.days:
            return None
        return "RDATE:" + ",".join(f"{day:%Y%m%d}T{self.at:%H%M%S}" for day in self.days)

    def next_day(self, on: date) -> date | None:
        """The first scheduled day after `on`; `on` itself for a rhythm; None when only facts wake it."""
        if self.cron is not None:
            return on
        return next((day for day in self.days if day > on), None)


def wanted_deployments(definitions: Definitions, on: date) -> list[WantedDeployment]:
    """Every deployment the project should have as seen on business date `on`: duties first, then the rounds.

    The window begins with the quarter, so that the same days are pushed once a quarter and not once a day.
    """
    first = date(on.year, (on.month - 1) // 3 * 3 + 1, 1)
    first = max(first, definitions.calendar.first_day)
    last = min(first + AHEAD, definitions.calendar.last_day)
    duties = [
        _of_duty(duty, definitions, first, last)
        for duty in definitions.duties.values()
        if not duty.confidential
    ]
    return [*duties, *_confidential(definitions), *_rounds(definitions), *_reports(definitions, first, last)]


def fact_kinds(duty: Duty) -> tuple[str, ...]:
    """The kinds of facts whose arrival can open an obligation of the duty, complete one, or change what is owed."""
    kinds = set(duty.fact_kinds)
    if duty.cadence.grades:
        kinds.add(GRADE_ASSIGNED)
    return tuple(sorted(kinds))


def _of_duty(duty: Duty, definitions: Definitions, first: date, last: date) -> WantedDeployment:
    quotes = "\n".join(
        f"> {basis.quote}（{'、'.join(basis.clauses) or basis.source}）" for basis in duty.basis
    )
    assumed = "\n".join(
        f"* {say(zh='待确认', en='to confirm')}: {entry.reason}" for entry in duty.assumptions
    )
    days = _opening_days(duty, definitions, first, last)
    return WantedDeployment(
        name=duty.id,
        flow=duty.kind,
        description="\n\n".join(part for part in (f"**{duty.title}**", quotes, assumed) if part),
        tags=(duty.line, duty.kind),
        zone=definitions.project.zone.key,
        parameters={"duty": duty.id},
        days=tuple(days[:MOST_DAYS]),
        wakes_on=fact_kinds(duty),
        duty=duty.id,
    )


def _confidential(definitions: Definitions) -> list[WantedDeployment]:
    """One deployment for all confidential duties: Prefect's page has no roles, and shows what it knows to everybody.

    It says neither which duties there are nor what starts them: it wakes on every kind of fact that wakes anything.
    """
    if not any(duty.confidential for duty in definitions.duties.values()):
        return []
    kinds = {kind for duty in definitions.duties.values() for kind in fact_kinds(duty)}
    return [
        WantedDeployment(
            "confidential",
            "sweep",
            say(
                zh="保密事项：每天早晨和有新的事实时开出该开的；有哪些、开了什么，这里不显示",
                en="Confidential duties: each morning and when facts come in, open what is owed; what, is not shown",
            ),
            (say(zh="引擎", en="engine"), "sweep"),
            parameters={"duties": "confidential"},
            cron=f"{OPENS_AT.minute} {OPENS_AT.hour} * * *",
            wakes_on=tuple(sorted(kinds)),
            zone=str(definitions.project.zone),
        )
    ]


def _opening_days(duty: Duty, definitions: Definitions, first: date, last: date) -> list[date]:
    """The opening days in the window, as far as the calendar reaches: a due day may lie beyond its last year."""
    while first <= last:
        try:
            return opening_days(duty, definitions.calendar, first, last)
        except UnknownYear:
            last = last.replace(day=1) - ONE_DAY
    return []


def _rounds(definitions: Definitions) -> list[WantedDeployment]:
    told = {
        "patrol": (
            "*/5 * * * *",
            say(
                zh="每5分钟巡查：到期的级别生成通知",
                en="Every 5 minutes: decide the rungs that have come due",
            ),
        ),
        "deliver": (
            "* * * * *",
            say(zh="每分钟发送待发消息", en="Every minute: send what is waiting"),
        ),
        "sweep": (
            "7 * * * *",
            say(
                zh="每小时补查：所有事项该开的都开出来",
                en="Every hour: open whatever is owed and was missed",
            ),
        ),
        "audit": (
            "37 * * * *",
            say(
                zh="每小时自查：引擎无误才报平安",
                en="Every hour: check the engine; the heartbeat beats only if it is sound",
            ),
        ),
    }
    rounds = say(zh="引擎", en="engine")
    zone = definitions.project.zone.key
    return [
        WantedDeployment(name, name, description, (rounds, name), zone, cron=cron)
        for name, (cron, description) in told.items()
    ]


def _reports(definitions: Definitions, first: date, last: date) -> list[WantedDeployment]:
    titles = {
        "daily": say(zh="督办日报：每个工作日早晨", en="Daily report: each working morning"),
        "weekly": say(zh="督办周报：每周第一个工作日", en="Weekly report: first working day of the week"),
        "monthly": say(zh="督办月报：每月第一个工作日", en="Monthly report: first working day of the month"),
        "quarterly": say(
            zh="督办季报：每季度第一个工作日", en="Quarterly report: first working day of the quarter"
        ),
    }
    days = [day for day in each_day(first, last) if definitions.calendar.is_workday(day)]
    return [
        WantedDeployment(
            name=f"report-{period}",
            flow="report",
            description=title,
            tags=(say(zh="引擎", en="engine"), "report"),
            zone=definitions.project.zone.key,
            parameters={"period": period},
            days=tuple(_first_of_each(period, days)[:MOST_DAYS]),
            at=REPORTS_AT,
        )
        for period, title in titles.items()
    ]


def _first_of_each(period: str, days: list[date]) -> list[date]:
    """Of `days`, ascending, the first in each calendar day, ISO week, month or quarter."""
    keys: dict[str, Callable[[date], object]] = {
        "daily": lambda day: day,
        "weekly": lambda day: day.isocalendar()[:2],
        "monthly": lambda day: (day.year, day.month),
        "quarterly": lambda day: (day.year, (day.month - 1) // 3),
    }
    firsts: dict[object, date] = {}
    for day in days:
        firsts.setdefault(keys[period](day), day)
    return list(firsts.values())
