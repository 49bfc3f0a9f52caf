"""What changes weekly in `duban.yaml`, written where it stands: who holds a post, addresses, leave, deputies, a new station."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from io import StringIO
from typing import Any

from ruamel.yaml import YAML

from duban.yamlfile.amending import Amendment, Place, amended


@dataclass(frozen=True)
class WrittenHolder:
    """A post as somebody filled it in."""

    holder: str  #: who holds it; empty: not named
    vacant: bool  #: nobody holds it
    addresses: Mapping[str, str]  #: a channel's name → the address in it
    deputy: str  #: another post of the same unit; empty: nobody stands in
    away: tuple[tuple[date, date], ...]  #: absences, first and last day included


def with_post(text: str, unit: str, post: str, given: WrittenHolder) -> str:
    """The project file with a post of the unit (its code) as given. Raises LookupError for no such unit, NotAmended."""
    data = YAML(typ="safe").load(StringIO(text))
    place = (*place_of(data, unit), "posts", post)
    for key, value in _keys(given).items():
        if _at(data, (*place, key)) != value:
            text = amended(text, (*place, key), value)
    return text


def with_station(text: str, county: str, code: str, name: str) -> str:
    """The text of the project file with one station more in a county: its `code` and its `name`.

    Raises LookupError for no such county, NotAmended where the text cannot be changed without spoiling it.
    """
    data = YAML(typ="safe").load(StringIO(text))
    place = (*place_of(data, county), "stations")
    return amended(text, (*place, len(_at(data, place) or ())), {"code": code, "name": name})


def place_of(data: Any, unit: str) -> Place:
    """Where a unit stands in the project file."""
    city = data["city"]
    if str(city["code"]) == unit:
        return ("city",)
    for number, county in enumerate(city.get("counties") or ()):
        place: Place = ("city", "counties", number)
        if str(county["code"]) == unit:
            return place
        for station, each in enumerate(county.get("stations") or ()):
            if str(each["code"]) == unit:
                return (*place, "stations", station)
    raise LookupError(unit)


def _keys(given: WrittenHolder) -> dict[str, Amendment | None]:
    away = [{"from": first, "until": last} for first, last in given.away]
    return {
        "holder": given.holder or None,
        "vacant": given.vacant or None,
        "addresses": dict(given.addresses) or None,
        "deputy": given.deputy or None,
        "away": away or None,
    }


def _at(data: Any, place: Place) -> Any:
    for key in place:
        try:
            data = data[key]
        except (KeyError, IndexError, TypeError):
            return None
    return data
