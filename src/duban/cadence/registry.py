"""The kinds of cadence, each registered once. What another kind takes stands in `docs/architecture.md`: its own module and
a line here.
"""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Union

from pydantic import Field

from duban.cadence.cadence import Cadence, CadenceKind
from duban.cadence.kinds.before import BEFORE
from duban.cadence.kinds.campaign import CAMPAIGN
from duban.cadence.kinds.frequency import FREQUENCY
from duban.cadence.kinds.once import ONCE
from duban.cadence.kinds.periodic import PERIODIC
from duban.cadence.kinds.quota import QUOTA
from duban.cadence.kinds.ratio import RATIO
from duban.cadence.kinds.review import REVIEW
from duban.cadence.kinds.threshold import THRESHOLD
from duban.cadence.kinds.within import WITHIN

KINDS: tuple[CadenceKind, ...] = (
    PERIODIC,
    WITHIN,
    BEFORE,
    THRESHOLD,
    FREQUENCY,
    QUOTA,
    RATIO,
    CAMPAIGN,
    ONCE,
    REVIEW,
)
"""Every kind, in the order in which the documentation tells of them."""

if TYPE_CHECKING:
    AnyCadence = Cadence
else:
    AnyCadence = Annotated[Union[tuple(kind.model for kind in KINDS)], Field(discriminator="kind")]  # noqa: UP007
"""A cadence of one of the kinds, told apart by its `kind` where it is read from JSON."""

BY_NAME: dict[str, CadenceKind] = {kind.name: kind for kind in KINDS}
"""The kinds by their names."""

MEASURED: frozenset[str] = frozenset(kind.name for kind in KINDS if kind.model.measured)
"""The names of the kinds whose progress facts tell."""


def owed_once(first: date, last: date, *, rolls: bool) -> Cadence:
    """The cadence of what is owed once, from local day `first` on and by `last`; `rolls`: a rest day moves it forward."""
    return ONCE.model.model_validate({"first": first, "last": last, "rolls": rolls})


def kind_word(name: str) -> str:
    """A kind in a word, in the reader's language; the name itself for a kind that is no more."""
    kind = BY_NAME.get(name)
    return kind.word if kind else name
