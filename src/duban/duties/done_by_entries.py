"""Which facts complete a duty, as a person writes it."""

from typing import Annotated

from pydantic import BeforeValidator

from duban.cadence.counting import CountedEntry
from duban.cadence.reading.keys import Texts
from duban.yamlfile.key import Key


class DoneByEntry(CountedEntry):
    """`done_by:` which facts complete it: a fact's name alone, or with what it must carry and how it is matched."""

    same: Annotated[
        Texts,
        Key(
            "按哪项内容对号：写着和开办的那件事实相同的内容，才办结那一件",
            "what it is matched by: it completes the obligation whose fact carries the same",
            ("编号",),
            alone_too=True,
        ),
    ] = ()


def _done_by(value: object) -> object:
    return {"fact": value} if isinstance(value, str) else value


DoneByOrText = Annotated[DoneByEntry, BeforeValidator(_done_by)]
