"""How sure a duty's deadline and number are: set by a statute, by the plan, or by the bureau itself for the time being.

Read from a duty's content as the ledger keeps it (`Duty.content`), because what an obligation was opened under counts. What
no text gives, and nobody has confirmed, is never called 法定, and never summons anybody.
"""

from collections.abc import Mapping
from typing import Any

from duban.base.language import say

SOFT = "soft"
_NUMBERS = ("quota", "ratio", "visits", "count")


def unconfirmed(duty: Mapping[str, Any]) -> tuple[str, ...]:
    """The keys of a duty whose values no text gives and no person has confirmed, a goal the plan only strives for among them."""
    return tuple(
        str(each["key"])
        for each in duty.get("assumptions") or ()
        if not each.get("confirmed") and "key" in each
    )


def set_by_statute(duty: Mapping[str, Any]) -> bool:
    """Whether a statute sets the last day: an article is quoted or named, and nothing about the day is assumed."""
    law = (duty.get("cadence") or {}).get("law")
    quoted = any(each.get("source") for each in duty.get("basis") or ())
    return bool(law or quoted) and not unconfirmed(duty)


def last_day_word(*, statutory: bool) -> str:
    """What the day is called after which it is overdue: 法定期限 only where a statute sets it."""
    if statutory:
        return say(zh="法定期限", en="legal deadline")
    return say(zh="最后期限", en="deadline")


def tentative_words(duty: Mapping[str, Any]) -> str:
    """That the day, or the number, is the bureau's own for the time being; empty where a text gives it."""
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
    return say(zh="期限系本局暂定，待确认", en="the deadline is the bureau's own, unconfirmed")
