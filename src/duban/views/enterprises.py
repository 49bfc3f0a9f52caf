"""One subject (监管对象): what is owed about it, what happened to it, and what it was merged with."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from sqlalchemy import not_, or_
from sqlmodel import col, select

from duban.base.json_values import JsonObject
from duban.ledger.rows import columns_of, rows_of
from duban.ledger.sessions import looking
from duban.ledger.tables import MERGER_STANDS, Fact, MergerRecord, Obligation, Subject
from duban.obligations.listing import Filter, listed
from duban.views.lists import ListRow, list_rows
from duban.views.sight import Sight

AT_MOST: Final = 100
_SAMPLE: Final = "sample"
"""What the name of a kind of fact about a sample (抽检, 抽样, 复查) has in it: sample.failed, goods_sample.failed."""


class PastFact(NamedTuple):
    """Something that happened to a subject."""

    id: int  #: its row
    kind: str  #: the kind of fact
    happened_on: date  #: the local day it happened on
    source: str  #: who brought it
    ref: str  #: its number with the source
    data: JsonObject  #: its particulars


@dataclass(frozen=True)
class SubjectView:
    """One subject for a page."""

    subject: Subject  #: the subject
    unit: str  #: the name of the unit in whose charge it is
    open: Sequence[ListRow]  #: what is owed about it, nearest deadline first
    closed: Sequence[ListRow]  #: the latest first
    samples: Sequence[PastFact]  #: what was sampled of it and found, the latest first
    facts: Sequence[PastFact]  #: what else happened, the latest first
    mergers: Sequence[MergerRecord]  #: the mergers it had a part in


def subject_view(sight: Sight, number: int) -> SubjectView | None:
    """The subject of this number; None for one that is not there, and for one of a unit outside the reader's `sight`."""
    with looking(sight.ws.ledger) as session:
        subject = session.get(Subject, number)
        if subject is None or not sight.principal.acts_for(subject.unit):
            return None
        connection = session.connection()
        about = (*sight.visible(), col(Obligation.subject_id) == number)
        open_ones = listed(connection, Filter(also=about, few=True), sight.present, size=AT_MOST)
        closed = listed(
            connection,
            Filter(also=about, few=True, state="done", latest_first=True),
            sight.present,
            size=AT_MOST,
        )
        of_a_sample = col(Fact.kind).in_(
            [kind for kind in sight.ws.definitions.vocabulary.facts if _SAMPLE in re.split("[._]", kind)]
        )
        samples, facts = (
            rows_of(
                connection,
                select(*columns_of(Fact, PastFact))
                .where(col(Fact.subject_id) == number, which)
                .order_by(col(Fact.happened_on).desc(), col(Fact.id).desc())
                .limit(AT_MOST),
                PastFact,
            )
            for which in (of_a_sample, not_(of_a_sample))
        )
        of_it = or_(col(MergerRecord.subject_id) == number, col(MergerRecord.survivor_id) == number)
        mergers = list(session.exec(select(MergerRecord).where(of_it, MERGER_STANDS)))
        for each in mergers:  # read with it, for the page
            _ = each.subject, each.survivor
    name = sight.ws.definitions.project.name_of(subject.unit)
    return SubjectView(
        subject, name, list_rows(sight, open_ones), list_rows(sight, closed), samples, facts, mergers
    )
