"""Values that no text gives: `{value: 20个工作日, assumed: 计划未写期限，待确认}` may stand wherever a value may.

The plan often says 及时 or 定期 without a number. The duty still runs, on a value that is marked, with its reason,
for a person to confirm. `source` names the text it was taken from, where there is one that nobody has compared yet;
`confirmed` names who confirmed it, on which paper: until then nobody is summoned by it.
"""

from dataclasses import dataclass, field
from typing import Any

from duban.base.language import say
from duban.cadence.rules import ValueModel
from duban.yamlfile import Loc

_MARKED, _MORE = {"value", "assumed"}, {"source", "confirmed"}


class Assumption(ValueModel):
    """A value that no text gives."""

    key: str  #: The key it stands at: `due`, `visits.B`.
    reason: str  #: Why it was chosen.
    source: str = ""  #: The text it was taken from, not compared yet; empty: no text gives it.
    confirmed: str = ""  #: Who confirmed it, when and on which paper; empty: nobody has.

    @property
    def told(self) -> str:
        """Why it was chosen and, where it was taken from a text, which one and how sure that is."""
        return (
            f"{self.reason}{say(zh='；出处：', en='; taken from: ')}{self.source}"
            if self.source
            else self.reason
        )


@dataclass
class UnwrappedData:
    """The data with its marked values in place, and what was marked."""

    data: Any  #: The data as if nothing were marked.
    #: What stands at `assumed` of each marked value, by its place.
    marked: dict[Loc, object] = field(default_factory=dict)
    #: What stands beside it, `source` and `confirmed`, by the same place.
    beside: dict[Loc, dict[str, str]] = field(default_factory=dict)

    @property
    def assumptions(self) -> tuple[Assumption, ...]:
        """Each marked value, by its key: `due`, `visits.B`, `when.any.0.in`."""
        return tuple(
            Assumption(
                key=".".join(str(part) for part in loc), reason=reason.strip(), **self.beside.get(loc, {})
            )
            for loc, reason in self.marked.items()
            if isinstance(reason, str) and reason.strip()
        )

    @property
    def without_reason(self) -> tuple[Loc, ...]:
        """The marked values whose reason is missing: `assumed: true` says nothing."""
        return tuple(
            loc for loc, reason in self.marked.items() if not (isinstance(reason, str) and reason.strip())
        )

    def relocate(self, loc: Loc) -> Loc:
        """Where in the file the value at `loc` of the unwrapped data stands."""
        there: Loc = ()
        for number, part in enumerate(loc, 1):
            there = (*there, part)
            if loc[:number] in self.marked:
                there = (*there, "value")
        return there


def unwrap(data: object) -> UnwrappedData:
    """Put each marked value (`{value: …, assumed: …}`) in the place of its mark, however deep, and answer the marks beside the data."""
    unwrapped = UnwrappedData(None)
    unwrapped.data = _unwrap(data, (), unwrapped)
    return unwrapped


def _unwrap(data: object, at: Loc, found: UnwrappedData) -> object:
    if isinstance(data, dict):
        if set(data) >= _MARKED and set(data) <= _MARKED | _MORE:
            found.marked[at] = data["assumed"]
            found.beside[at] = {name: str(data[name] or "") for name in sorted(_MORE & set(data))}
            return _unwrap(data["value"], at, found)
        return {key: _unwrap(value, (*at, key), found) for key, value in data.items()}
    if isinstance(data, list):
        return [_unwrap(value, (*at, number), found) for number, value in enumerate(data)]
    return data
