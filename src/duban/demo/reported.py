"""What the made-up units report: figures month by month, activities, results and single cases, so that every line has facts.

Who reports a kind of fact is what the vocabulary says of it (`comes_by`): the city bureau, each county, or each station.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta
from random import Random

from duban.base.cases import ABOUT, DOCUMENT, NUMBER, PLACE
from duban.base.days import ONE_DAY
from duban.base.json_values import Json
from duban.bureau.project import Project
from duban.bureau.units import Unit
from duban.demo.made_up import MARK, SEED, MadeUpFact
from duban.duties.vocabulary import HOUR, FactKind, Vocabulary
from duban.duties.vocabulary import NUMBER as A_NUMBER

EMERGENCY = "catering_incident.found"
_LEVELS = {"县局": "county", "监管所": "station", "市局": "city"}
"""Who tells it where several may: counties before stations, stations before the city."""
_WHOLE = 100
"""So many a month a unit has to deal with, in figures that are parts of a whole."""
_STATISTICS = timedelta(days=320)
"""So much further back statistics go: shares of a whole year are judged by them."""
_STILL_OPEN = 40
"""Cases came up in so many days."""


def reported(
    vocabulary: Vocabulary, project: Project, today: date, since: date, known: Collection[str]
) -> Iterator[MadeUpFact]:
    """The facts about units from `since` (statistics: a year back) to `today` of every kind but the `known` ones, which are
    made up elsewhere.
    """
    for kind in vocabulary.facts.values():
        if not kind.of_unit or kind.name in known:
            continue
        rng = Random(f"{SEED} {kind.name}")
        units = _reporting(kind, project)
        if kind.name == EMERGENCY:
            yield _made(rng, kind, project.units_at("county")[0], today, 0)
        elif kind.case and not kind.at_most:
            for number in range(2):
                day = today - timedelta(days=rng.randint(1, _STILL_OPEN))
                yield _made(rng, kind, rng.choice(units), day, number)
        else:
            yield from _by_month(rng, kind, units, today, since - _STATISTICS if kind.at_most else since)


def _reporting(kind: FactKind, project: Project) -> Sequence[Unit]:
    tellers = {way.partition("/")[0] for way in kind.comes_by}
    return project.units_at(next((level for who, level in _LEVELS.items() if who in tellers), "city"))


def _by_month(
    rng: Random, kind: FactKind, units: Sequence[Unit], today: date, since: date
) -> Iterator[MadeUpFact]:
    """One a month from each unit, dated the month's last day; of what can be told apart, each sort in its turn."""
    sorts = next((values for values in kind.data.values() if values and values not in (A_NUMBER, HOUR)), ())
    first = since.replace(day=1)
    number = 0
    while first <= today:
        following = (first + timedelta(days=32)).replace(day=1)
        day = following - ONE_DAY
        if since <= day <= today:
            for unit in units:
                for _ in range(max(1, len(sorts))):
                    yield _made(rng, kind, unit, day, number)
                    number += 1
        first = following


def _made(rng: Random, kind: FactKind, unit: Unit, day: date, number: int) -> MadeUpFact:
    data: dict[str, Json] = {}
    for name, allowed in kind.data.items():
        if name in kind.at_most or allowed == A_NUMBER:
            data[name] = _WHOLE
        elif allowed and allowed != HOUR:
            data[name] = allowed[number % len(allowed)]
    if kind.case:
        data |= {
            NUMBER: f"{day:%Y%m%d}-{number + 1}",
            ABOUT: kind.title + MARK,
            PLACE: unit.name.removesuffix("市场监管局") + MARK,
            DOCUMENT: f"演示〔{day.year}〕{rng.randint(1, 99)}号",
        }
    ref = f"{kind.name}-{unit.code}-{day:%Y%m%d}-{number}"
    return MadeUpFact(kind.name, None, unit.code, day, ref, data)
