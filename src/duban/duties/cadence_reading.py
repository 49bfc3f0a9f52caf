"""From what a person wrote to a cadence: which kind it is, and which keys belong to it."""

from duban.base.language import say
from duban.cadence.cadence import Cadence, CadenceKind
from duban.cadence.reading.place import DutyPlace
from duban.cadence.registry import KINDS
from duban.duties.entries import DutyHead

CADENCE_KEYS = tuple(kind.key for kind in KINDS)
"""The keys of which a duty has exactly one."""


def _keys_that_go_along() -> dict[str, tuple[str, ...]]:
    """The keys that do not open a kind, each with those it goes with."""
    keys = dict.fromkeys(
        name for kind in KINDS for name in kind.keys.model_fields if name not in CADENCE_KEYS
    )
    return {key: tuple(kind.key for kind in KINDS if key in kind.keys.model_fields) for key in keys}


_GOES_WITH = _keys_that_go_along()


def read_cadence(entry: DutyHead, place: DutyPlace) -> Cadence | None:
    """The cadence of an entry, or None with the reasons noted in `place`."""
    written = [kind for kind in KINDS if getattr(entry, kind.key) is not None]
    if not written:
        place.wrong(
            (),
            zh=f"没有写频次：{'、'.join(CADENCE_KEYS)} 里要有一个",
            en=f"no cadence: one of {', '.join(CADENCE_KEYS)} is needed",
        )
        return None
    for kind in written[1:]:
        place.wrong(
            (kind.key,),
            zh=f"频次只能写一种，已经有“{written[0].key}”，又写了“{kind.key}”",
            en=f"a duty has one cadence: it has “{written[0].key}” already, and “{kind.key}” too",
            mend=say(zh="请分成两个事项", en="make two duties"),
            at_key=True,
        )
    _without_owner(entry, written, place)
    if len(written) > 1:
        return None
    keys = written[0].keys
    return keys.model_construct(**{name: getattr(entry, name) for name in keys.model_fields}).read(place)


def _without_owner(entry: DutyHead, written: list[CadenceKind], place: DutyPlace) -> None:
    """Note the keys that belong to another kind."""
    for key, owners in _GOES_WITH.items():
        if getattr(entry, key) is not None and not any(kind.key in owners for kind in written):
            place.wrong(
                (key,),
                zh=f"“{key}”只用于 {'、'.join(owners)}",
                en=f"“{key}” goes with {', '.join(owners)} only",
                at_key=True,
            )
