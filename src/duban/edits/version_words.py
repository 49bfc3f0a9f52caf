"""What a version changed, in people's words, from what the ledger keeps of it."""

from collections.abc import Iterator, Mapping
from typing import Final

from duban.base.entrance import read_on_a_page
from duban.base.json_values import JsonObject
from duban.base.language import say
from duban.definitions.definitions import Definitions
from duban.edits.model import Counts
from duban.edits.tables import change_words
from duban.edits.touched import touched_duties

TOLD: Final = "told"
"""Where the ledger keeps a version's changes in words, duty by duty."""


def told_changes(before: Definitions, after: Definitions) -> JsonObject:
    """What is kept of an edit's duties with the version: in the words of a page, which people read without the files."""
    with read_on_a_page():
        return {
            each.duty_id: [change.text() for change in each.shown]
            for each in touched_duties(before, after)
            if each.change == "edited"
        }


def version_words(summary: JsonObject, titles: Mapping[str, str]) -> Iterator[str]:
    """A line for each thing a version changed, by the `summary` kept with it: of the duties in `titles` (id → title),
    then what lies beside the duties.

    A version of a time when no words were kept says that its duty was edited.
    """
    duties, told, content = (summary.get(name) for name in ("duties", TOLD, "content"))
    words = change_words()
    for duty_id, change in duties.items() if isinstance(duties, dict) else ():
        if duty_id in titles:
            lines = told.get(duty_id) if isinstance(told, dict) else None
            for line in lines if isinstance(lines, list) and lines else [words[str(change)]]:
                yield f"{titles[duty_id]}{say(zh='：', en=': ')}{line}"
    yield from map(str, content if isinstance(content, list) else ())


def counted(summary: JsonObject) -> str:
    """What a version did to obligations, in numbers; empty where nothing became of any."""
    kept = summary.get("counts")
    return (
        Counts(**{name: int(str(count)) for name, count in kept.items()}).brief()
        if isinstance(kept, dict)
        else ""
    )
