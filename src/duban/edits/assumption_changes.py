"""What became surer, or less sure: values no text gives that were confirmed, marked, or given another reason, in people's words."""

from collections.abc import Iterator, Mapping

from duban.base.language import say
from duban.cadence.reading.assumed import Assumption
from duban.duties.certainty import key_words
from duban.duties.grammar import Duty
from duban.edits.key_words import brief
from duban.edits.model import KeyChange


def assumption_changes(
    old: Duty, new: Duty, was: Mapping[str, object], now: Mapping[str, object], facts: Mapping[str, str]
) -> Iterator[KeyChange]:
    """Each value of a duty whose standing differs: which value it is, and how sure it was and is, with the source.

    `was` and `now` are the duty's keys as the files have them; `facts` the titles of kinds of fact, by their ids.
    """
    before, after = ({each.key: each for each in duty.assumptions} for duty in (old, new))
    for key in dict.fromkeys((*before, *after)):
        if before.get(key) != after.get(key):
            value = brief(_value(now, key), facts) or brief(_value(was, key), facts)
            called = key_words(key) + (say(zh=f"（{value}）", en=f" ({value})") if value else "")
            yield KeyChange(called, _standing(before.get(key)), _standing(after.get(key)))


def _standing(assumed: Assumption | None) -> str:
    if assumed is None:
        return say(zh="不是暂定的", en="not assumed")
    if assumed.confirmed:
        return say(zh=f"已确认（{assumed.confirmed}）", en=f"confirmed ({assumed.confirmed})")
    return say(zh=f"暂定（{assumed.told}）", en=f"assumed ({assumed.told})")


def _value(written: object, key: str) -> object:
    """The value that stands at a key (`due`, `when.any.0.count`) of a duty as its file has it; None where none does."""
    for part in key.split("."):
        if isinstance(written, dict) and "assumed" in written:
            written = written.get("value")
        if isinstance(written, dict):
            written = written.get(part)
        elif isinstance(written, list) and part.isdecimal() and int(part) < len(written):
            written = written[int(part)]
        else:
            return None
    return written
