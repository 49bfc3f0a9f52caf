"""Who reviews a duty, and how far it may be put off, as a person writes it."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from duban.cadence.reading.keys import PeriodEntry
from duban.duties.grammar import ExtensionLimit, Reviewer
from duban.ladders.ladder import Whose
from duban.ladders.ladder_file import read_addressee
from duban.yamlfile.key import Key
from duban.yamlfile.values import StrictModel, Text, Truth

_NOBODY = ("无", "none")
_NEVER = ("不得延期", "none")


def _review(value: object) -> object:
    if isinstance(value, str) and value.strip() in _NOBODY:
        return {"nobody": True}
    return read_addressee(value) if isinstance(value, str) else value


def _extension(value: object) -> object:
    return {"times": 0} if isinstance(value, str) and value.strip() in _NEVER else value


class ReviewEntry(StrictModel):
    """`reviewed_by:` who looks at what was reported before it is closed."""

    post: Annotated[Text | None, Key("岗位；不写就是承办的岗位", "the post; else the one that owes it")] = (
        None
    )
    unit: Annotated[
        Whose,
        Key("哪一级单位的：本单位、上级、市局", "at the unit that owes, the one above it, or the city"),
    ] = "own"
    nobody: Annotated[Truth, Key("是：不复核", "true: nobody reviews it")] = False


class ExtensionEntry(StrictModel):
    """`extension:` how far it may be put off."""

    times: Annotated[
        Annotated[int, Field(ge=0)] | None,
        Key("最多延几次；不写由复核人定", "how often; else the reviewer decides"),
    ] = None
    length: Annotated[
        PeriodEntry | None,
        Key(
            "一次最多延多久，从当时的期限算起",
            "how long at a time, from the deadline there is",
            ("10个工作日",),
            phrase=True,
        ),
    ] = None


ReviewOrText = Annotated[ReviewEntry, BeforeValidator(_review)]
ExtensionOrText = Annotated[ExtensionEntry, BeforeValidator(_extension)]

REVIEWED_BY = Key(
    "谁复核后才算办结：一个岗位，或 无；不写时，要交材料的、已到督办的由本单位科室负责人复核",
    "who reviews it before it is closed: a post, or none; unless said, the head of the owner's own unit reviews what "
    "needs evidence and what has come to 督办",
    ("科室负责人", "上级/承办岗位", "无"),
    text_too=True,
)
"""What `reviewed_by` means."""
EXTENSION = Key(
    "可以延期几次、每次多久；或 不得延期",
    "how often and how long it may be put off; or none",
    ("不得延期",),
    text_too=True,
)
"""What `extension` means."""


def reviewer_of(written: ReviewEntry | None) -> Reviewer | None:
    """Who reviews what a duty owes, as its file says; None where it says nothing."""
    if written is None:
        return None
    return Reviewer(post=written.post, unit=written.unit, nobody=written.nobody)


def extension_of(written: ExtensionEntry | None) -> ExtensionLimit:
    """How far it may be put off."""
    return ExtensionLimit() if written is None else ExtensionLimit(times=written.times, length=written.length)
