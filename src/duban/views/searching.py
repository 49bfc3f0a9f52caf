"""Search: an obligation's number, a duty's title, an enterprise's name or code, the number or title of an assignment; what they may not see is not found."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from sqlalchemy import or_, select
from sqlmodel import col

from duban.assignments.assignment_book import BookedAssignment, assignments
from duban.duties.grammar import Duty
from duban.ledger.choosing import as_a_filter
from duban.ledger.database import reading
from duban.ledger.rows import columns_of, rows_of
from duban.ledger.short_ids import parse_short_id, short_id
from duban.ledger.tables import Obligation, Subject
from duban.obligations.listing import Filter, one
from duban.views.lists import ListPage, ListQuery, list_page
from duban.views.named_subjects import first_named, of_code
from duban.views.sight import Sight

AT_MOST: Final = 30
"""How many of each sort are shown."""


class FoundSubject(NamedTuple):
    """An enterprise that was found."""

    id: int  #: its row
    kind: str  #: its kind of subject
    code: str  #: its code in the register
    name: str  #: what it is called
    unit: str  #: the code of the unit in whose charge it is
    active: bool  #: whether it is still in business


@dataclass(frozen=True)
class SearchResult:
    """What a search found."""

    text: str  #: what was searched for
    number: str | None  #: the obligation whose number it is, as people write it
    duties: Sequence[Duty]  #: the duties that were found
    subjects: Sequence[FoundSubject]  #: the enterprises that were found
    owed: ListPage | None  #: open obligations about such subjects
    assigned: Sequence[BookedAssignment] = ()  #: what was assigned once under such a number or title


def search(sight: Sight, text: str) -> SearchResult:
    """Look for a text (at most 200 letters) in all that they may see."""
    text = text.strip()[:200]
    if not text:
        return SearchResult(text, None, (), (), None)
    duties = [
        duty
        for duty in sight.ws.definitions.duties.values()
        if (sight.duties is None or duty.id in sight.duties) and (text in duty.title or text == duty.id)
    ]
    with reading(sight.ws.ledger) as connection:
        number = _number(text)
        if number is not None and one(connection, number, Filter(also=sight.visible())) is not None:
            return SearchResult(text, short_id(number), (), (), None)
        own = sight.principal.units
        named = first_named(connection, text, own, AT_MOST)
        has = or_(of_code(text.upper(), sight.ws.definitions.vocabulary.subjects), col(Subject.id).in_(named))
        query = (
            select(*columns_of(Subject, FoundSubject)).where(has).order_by(col(Subject.name)).limit(AT_MOST)
        )
        if own is not None:
            query = query.where(as_a_filter(col(Subject.unit)).in_(sorted(own)))
        subjects = rows_of(connection, query, FoundSubject)
    about = col(Obligation.subject_id).in_([each.id for each in subjects])
    owed = list_page(sight, ListQuery(), size=AT_MOST, also=[about]) if subjects else None
    ordered = assignments(sight.ws, sight.principal, most=AT_MOST, text=text)
    return SearchResult(text, None, duties[:AT_MOST], subjects, owed, ordered)


def _number(text: str) -> int | None:
    try:
        number = parse_short_id(text)
    except ValueError:
        return None
    return number if number < 2**63 else None
