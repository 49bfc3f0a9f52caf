"""How sure a duty's deadline and number are: set by a statute, by the plan, or by the bureau itself for the time being.

Read from a duty's content as the ledger keeps it (`Duty.content`), because what an obligation was opened under counts. What
no text gives, and nobody has confirmed, is never called 法定, and never summons anybody.
"""

from collections.abc import Callable, Mapping
from typing import Any

from duban.base.assignment_numbers import AssignmentNumber
from duban.base.language import as_written, say

SOFT = "soft"
_DAYS = ("due", "within", "once", "every", "review", "campaign", "ratio")
"""The keys that a last day comes from, a share's with the period it is taken over; how often, how much and whether rest days
move it are other questions.
"""
_NUMBERS = ("quota", "ratio", "visits", "count")
_BESIDE_THE_DAY = ("owner", "opens", "effective")
"""Who owes it, when it opens and how long it is in force: whatever is settled of these, a statute's day is the statute's."""


def unconfirmed(duty: Mapping[str, Any]) -> tuple[str, ...]:
    """The keys of a duty whose values no text gives and no person has confirmed, a goal the plan only strives for among them."""
    return tuple(
        str(each["key"])
        for each in duty.get("assumptions") or ()
        if not each.get("confirmed") and "key" in each
    )


def key_words(key: str) -> str:
    """The key of a value as people call it: 期限, B 级的次数, 第 1 个触发条件的次数."""
    parts = key.split(".")
    if parts[0] == "when" and len(parts) == 4:
        number = int(parts[2]) + 1
        what = {"count": say(zh="次数", en="count"), "in": say(zh="期间", en="span")}.get(parts[3], parts[3])
        return say(zh=f"第 {number} 个触发条件的{what}", en=f"{what} of condition {number}")
    word = _KEY_WORDS[parts[0]]() if parts[0] in _KEY_WORDS else parts[0]
    return (
        say(zh=f"{parts[1]} 级的{word}", en=f"{word} of grade {parts[1]}")
        if parts[0] == "visits" and parts[1:]
        else word
    )


_KEY_WORDS: Mapping[str, Callable[[], str]] = {
    "owner": lambda: say(zh="由哪一级承办", en="level of the unit that owes it"),
    "due": lambda: say(zh="期限", en="deadline"),
    "within": lambda: say(zh="期限", en="deadline"),
    "once": lambda: say(zh="期限", en="deadline"),
    "every": lambda: say(zh="周期", en="period"),
    "review": lambda: say(zh="报进展的间隔", en="interval of review"),
    "among": lambda: say(zh="每件的期限", en="time for each case"),
    "known": lambda: say(zh="报齐数的日子", en="day the figures are in"),
    "opens": lambda: say(zh="开办的日子", en="day it opens"),
    "campaign": lambda: say(zh="时段", en="window"),
    "effective": lambda: say(zh="有效的日子", en="days in force"),
    "visits": lambda: say(zh="次数", en="number of visits"),
    "quota": lambda: say(zh="数量", en="number"),
    "ratio": lambda: say(zh="比率", en="share"),
    "roll": lambda: say(zh="遇休息日顺延不顺延", en="whether rest days move it"),
    "when": lambda: say(zh="触发条件", en="condition"),
    SOFT: lambda: say(zh="努力目标", en="goal striven for"),
}


def soft_reason(word: str) -> str:
    """Why a goal that the plan words like this (力争, 原则上) waits to be confirmed."""
    return say(zh=f"计划写的是“{word}”，是努力目标，待确认", en=f"the plan says “{word}”")


def set_by_statute(duty: Mapping[str, Any]) -> bool:
    """Whether a statute sets the last day: an article is quoted or named, and nothing about the day is assumed; what was
    assigned once rests on a document, which is no statute.
    """
    law = (duty.get("cadence") or {}).get("law")
    quoted = AssignmentNumber.of_duty(str(duty.get("id", ""))) is None and any(
        each.get("source") for each in duty.get("basis") or ()
    )
    return bool(law or quoted) and all(_root(key) in _BESIDE_THE_DAY for key in unconfirmed(duty))


def _root(key: str) -> str:
    return key.split(".", maxsplit=1)[0]


def provenance_words(duty: Mapping[str, Any], places: Mapping[str, str]) -> str:
    """Where a duty has its days from: a statute's article, the plan's words by chapter and item, the bureau itself, or the
    paper on which a person confirmed what it had set.

    `places` says where each clause stands in the paper.
    """
    own = [
        each
        for each in duty.get("assumptions") or ()
        if not each.get("confirmed") and str(each["key"]).split(".")[0] in _DAYS
    ]
    if own:
        reasons = say(zh="；", en="; ").join(dict.fromkeys(str(each["reason"]) for each in own))
        return say(zh=f"本局暂定（{reasons}）", en=f"the bureau's own, unconfirmed: {as_written(reasons)}")
    papers = [
        str(each["confirmed"])
        for each in duty.get("assumptions") or ()
        if each.get("confirmed") and str(each["key"]).split(".")[0] in _DAYS
    ]
    if papers:
        return say(zh="、", en=", ").join(dict.fromkeys(papers))
    law = (duty.get("cadence") or {}).get("law")
    sources = [str(each["source"]) for each in duty.get("basis") or () if each.get("source")]
    if law or sources:
        return say(zh="、", en=", ").join(dict.fromkeys(sources or [str(law)]))
    clauses = (str(clause) for each in duty.get("basis") or () for clause in each.get("clauses") or ())
    return say(zh="、", en=", ").join(dict.fromkeys(places.get(clause, clause) for clause in clauses))


def last_day_word(*, statutory: bool) -> str:
    """What the day is called after which it is overdue: 法定期限 only where a statute sets it."""
    if statutory:
        return say(zh="法定期限", en="legal deadline")
    return say(zh="最后期限", en="deadline")


def tentative_words(duty: Mapping[str, object]) -> str:
    """What is the bureau's own for the time being: the day, the number, or what lies beside them, by its name; empty where
    a text gives it all.
    """
    keys = unconfirmed(duty)
    if not keys:
        return ""
    if SOFT in keys:
        return say(
            zh="计划写的是努力目标，未经确认前不督办、不通报",
            en="the plan only strives for it: not supervised until confirmed",
        )
    if any(part in _NUMBERS for key in keys for part in key.split(".")):
        return say(
            zh="次数（比例）或期限系本局暂定，待确认",
            en="the number or the day is the bureau's own, unconfirmed",
        )
    if all(_root(key) in _BESIDE_THE_DAY for key in keys):
        named = say(zh="、", en=", ").join(dict.fromkeys(key_words(key) for key in keys))
        return say(zh=f"{named}系本局暂定，待确认", en=f"the bureau's own, unconfirmed: {named}")
    return say(zh="期限系本局暂定，待确认", en="the deadline is the bureau's own, unconfirmed")
