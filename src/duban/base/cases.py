"""A case (案): what tells one event from the next at the same enterprise or in the same county.

A fact that is a case of its own says what it is about, where, and by which document; its number is its own, or the one
its source gave the record. Whatever it opens is shown with these, in lists, messages, explanations, reports and the API: two hazards at one
enterprise are two lines that nobody takes for one another.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from duban.base.json_values import Json
from duban.base.language import say

NUMBER: Final = "编号"
ABOUT: Final = "事由"
PLACE: Final = "地点"
DOCUMENT: Final = "来源文件"
FOUND_AT: Final = "时间"
"""The particular with the hour of the day it happened or was found, local: 10:05; emergencies count from it."""
BY_HAND: Final = "manual"
"""The source of a fact that a person typed in and named no other for."""
CASE_PARTICULARS: Final = (NUMBER, ABOUT, PLACE, DOCUMENT)
"""What a fact that is a case carries besides its own particulars; each may be left out."""
_MADE_OF_ITSELF: Final = re.compile(r"(?=.*[a-f])[0-9a-f]{16}", re.IGNORECASE)  # codes are kept in capitals


_MOST: Final = 10**12
_HOUR: Final = re.compile(r"([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?")


def source_word(source: str) -> str:
    """A fact's source as people say it: 手工录入 for what a person typed in."""
    return say(zh="手工录入", en="entered by hand") if source == BY_HAND else source


def is_hour(value: Json) -> bool:
    """Whether a particular of a fact says an hour of the day (10:05), from which periods in hours are counted."""
    return isinstance(value, str) and _HOUR.fullmatch(value) is not None


def is_amount(value: Json, *, whole: bool) -> bool:
    """Whether `value`, a particular of a fact, says how much there is of something; `whole` for what is counted one
    by one.

    No bureau counts to 10¹²; sums far beyond are no longer exact.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _MOST:
        return False
    return not whole or value == int(value)


def hour_of(data: Mapping[str, Json]) -> str | None:
    """The hour of the day a fact happened or was found, where it says one."""
    hour = data.get(FOUND_AT)
    return hour if isinstance(hour, str) and is_hour(hour) else None


@dataclass(frozen=True)
class CaseIdentity:
    """What one event is known by. Every field may be empty."""

    number: str  #: its number in its source; empty where the source has none
    title: str  #: what it is about
    place: str  #: where it happened
    document: str  #: the document it came by: 三食安〔2026〕3号

    def __str__(self) -> str:
        """食堂疑似食物中毒（编号 3，三元一中，三食安〔2026〕3号）; empty when nothing tells it apart."""
        number = say(zh=f"编号 {self.number}", en=f"no. {self.number}") if self.number else ""
        more = say(zh="，", en=", ").join(part for part in (number, self.place, self.document) if part)
        if self.title and more:
            return say(zh=f"{self.title}（{more}）", en=f"{self.title} ({more})")
        return self.title or more


def case_of(ref: str | None, data: Mapping[str, Json] | None) -> CaseIdentity | None:
    """The case a fact is, by its particulars (`data`) and its number in the source (`ref`); None where they tell
    nothing, or there is no fact.

    Its number is its own, else that of its record in the source; a reference that was made of the fact itself,
    because nobody gave it one, is no number to people.
    """
    if ref is None and not data:
        return None
    told = {name: str((data or {}).get(name) or "") for name in CASE_PARTICULARS}
    record = "" if ref is None or _MADE_OF_ITSELF.fullmatch(ref) else ref
    case = CaseIdentity(told[NUMBER] or record, told[ABOUT], told[PLACE], told[DOCUMENT])
    return case if str(case) else None


def whom_and_case(whom: str, case: CaseIdentity | None) -> str:
    """An enterprise or unit (`whom`) with the case it owes something for: 三元区局：食堂疑似食物中毒（编号 3）; without one it alone."""
    if case is None:
        return whom
    return say(zh=f"{whom}：{case}", en=f"{whom}: {case}") if whom else str(case)
