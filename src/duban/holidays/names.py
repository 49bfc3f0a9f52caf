"""The festivals of 放假办法 by the names people write."""

import re

from duban.base.language import say
from duban.base.problems import did_you_mean

FESTIVALS = ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节")
"""The seven festivals a yearly notice arranges, in the order of the year."""

_ALSO = {
    "新年": "元旦",
    "元旦节": "元旦",
    "除夕": "春节",
    "清明": "清明节",
    "五一": "劳动节",
    "五一节": "劳动节",
    "五一劳动节": "劳动节",
    "五一国际劳动节": "劳动节",
    "国际劳动节": "劳动节",
    "端午": "端午节",
    "中秋": "中秋节",
    "国庆": "国庆节",
    "十一": "国庆节",
    "十一国庆节": "国庆节",
}
A_FESTIVAL = "(?:" + "|".join(sorted((*FESTIVALS, *_ALSO), key=len, reverse=True)) + ")"
"""A pattern of one festival, by any of its names."""
_BETWEEN = re.compile(r"[、,，/和及暨·\s]+")
_QUOTES, _DRESSED = re.compile(r"[“”‘’\"']"), re.compile(r"(?:小长假|假期|假日|放假)$")
_MENTIONED = re.compile(A_FESTIVAL + r"(?![月日点])")
JOINED = "、"


def festivals_named(text: str) -> tuple[str, ...]:
    """国庆节、中秋节 as the festivals it names, in the order written. Raises ValueError for one the law does not know."""
    found = []
    for written in _BETWEEN.split(_QUOTES.sub("", text).strip()):
        part = _DRESSED.sub("", written) or written
        name = _ALSO.get(part, part)
        if name not in FESTIVALS:
            raise ValueError(
                say(
                    zh=f"“{part}”不是放假办法里的节日，",
                    en=f"“{part}” is no festival of the holiday regulation; ",
                )
                + did_you_mean(part, FESTIVALS)
            )
        if name not in found:
            found.append(name)
    return tuple(found)


def festivals_mentioned(text: str) -> tuple[str, ...]:
    """The festivals a title speaks of among other words (🎉春节假日, 上班（国庆节调休）), in the order of the title."""
    found = (_ALSO.get(name, name) for name in _MENTIONED.findall(text))
    return tuple(dict.fromkeys(found))


def of_same_festival(one: str, other: str) -> bool:
    """Whether two names, each perhaps of several festivals, have one in common; 除夕 is of the Spring Festival."""
    return bool(_parts(one) & _parts(other))


def _parts(name: str) -> set[str]:
    return {_ALSO.get(part, part) for part in name.split(JOINED)}
