"""Silent sources: what should have brought facts by now and has not.

| awkward case | rule |
|---|---|
| 每月, looked at on 15 November, ten working days of grace | October is over and reported, or the source is silent |
| … looked at on 5 November | October may still come: September is looked at |
| a source that never brought anything | silent once a whole period has gone by since the ledger first knew the project |
| facts that happened in the running period | the source speaks, whatever is missing before |
| reported late | speaks again as soon as it is there |
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, func, select
from sqlmodel import col

from duban.base.clock import business_date
from duban.base.days import ONE_DAY
from duban.base.language import say
from duban.definitions.definitions import Definitions
from duban.duties.sources import FactSource
from duban.ledger.tables import ContentVersion, Fact
from duban.workdays import (
    TimeGrain,
    UnknownYear,
    WorkdayCalendar,
    add_period,
    period_around,
    period_key,
    period_span,
)
from duban.workdays.period_keys import period_word


@dataclass(frozen=True)
class SilentFeed:
    """A source that brought nothing of a whole period: which one, since when, and whom it is told to.

    `newest` is the local day of the newest fact it ever brought, None when it never brought any.
    """

    source: FactSource  #: the source that is silent
    period_key: str  #: the period of which nothing came
    newest: date | None  #: the last local day anything came of; None: never

    @property
    def told(self) -> str:
        """One line for a report."""
        if self.newest is None:
            return say(
                zh=f"{self.source.name}：还没有报过数（{period_word(self.period_key)}应有）",
                en=f"{self.source.name}: nothing reported yet ({period_word(self.period_key)} was due)",
            )
        return say(
            zh=f"{self.source.name}：{period_word(self.period_key)}没有数据，最近一条发生在 {self.newest}",
            en=f"{self.source.name}: nothing for {period_word(self.period_key)}, the newest is of {self.newest}",
        )


def silent_feeds(connection: Connection, definitions: Definitions, now: datetime) -> list[SilentFeed]:
    """The sources that are silent at `now` (aware UTC), in the order of the vocabulary."""
    sources = definitions.vocabulary.sources
    if not sources:
        return []
    zone = definitions.project.zone
    today = business_date(now, zone)
    first = connection.execute(select(func.min(col(ContentVersion.recorded_at)))).scalar()
    known_since = business_date(first, zone) if first else today
    newest = {
        row.source: row.newest
        for row in connection.execute(
            select(col(Fact.source), func.max(col(Fact.happened_on)).label("newest"))
            .where(col(Fact.source).in_(list(sources)))
            .group_by(col(Fact.source))
        )
    }
    return list(_silent(sources.values(), newest, definitions.calendar, today, known_since))


def _silent(
    sources: Iterable[FactSource],
    newest: dict[str, date],
    calendar: WorkdayCalendar,
    today: date,
    known_since: date,
) -> Iterator[SilentFeed]:
    for source in sources:
        try:
            key = last_reported_period(source, calendar, today)
        except UnknownYear:
            continue  # nobody can say what is due
        begins, _ = period_span(key)
        heard = newest.get(source.name)
        if heard is None and begins < known_since:
            continue  # it was not asked for then
        if heard is None or heard < begins:
            yield SilentFeed(source, key, heard)


def last_reported_period(source: FactSource, calendar: WorkdayCalendar, today: date) -> str:
    """The newest period whose facts a source must have brought by `today`. Raises UnknownYear outside the calendar."""
    day = today
    while True:
        begins, _ = period_around(day, source.every)
        ended = begins - ONE_DAY
        if source.grace.grain is TimeGrain.WORKDAY:
            due = calendar.add(ended, source.grace.amount)
        else:
            due = add_period(ended, source.grace)
        if due < today:
            return period_key(ended, source.every)
        day = ended
