"""Values that no text gives: `{value: 20个工作日, assumed: 计划未写期限，待确认}` may stand wherever a value may.

The plan often says 及时 or 定期 without a number. The duty still runs, on a value that is marked, with its reason,
for a person to confirm.
"""

from dataclasses import dataclass, field
from typing import Any

from duban.cadence.rules import Frozen
from duban.yamlfile import Loc

_MARKED = {"value", "assumed"}


class Assumption(Frozen):
    """A value that no text gives."""

    key: str  #: The key it stands at: `due`, `visits.B`.
    reason: str  #: Why it was chosen.


@dataclass
class Unwrapped:
    """The data with its marked values in place, and what was marked."""

    data: Any  #: The data as if nothing were marked.
    #: What stands at `assumed` of each marked value, by its place.
    marked: dict[Loc, object] = field(default_factory=dict)

    @property
    def assumptions(self) -> tuple[Assumption, ...]:
        """Each marked value, by its key: `due`, `visits.B`, `when.any.0.in`."""
        return tuple(
            Assumption(key=".".join(str(part) for part in loc), reason=reason.strip())
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


def unwrap(data: object) -> Unwrapped:
    """Put each marked value in the place of its mark."""
    unwrapped = Unwrapped(None)
    unwrapped.data = _unwrap(data, (), unwrapped.marked)
    return unwrapped


def _unwrap(data: object, at: Loc, marked: dict[Loc, object]) -> object:
    if isinstance(data, dict):
        if "assumed" in data and set(data) == _MARKED:
            marked[at] = data["assumed"]
            return _unwrap(data["value"], at, marked)
        return {key: _unwrap(value, (*at, key), marked) for key, value in data.items()}
    if isinstance(data, list):
        return [_unwrap(value, (*at, number), marked) for number, value in enumerate(data)]
    return data
