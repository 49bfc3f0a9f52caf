"""How papers, offices and web pages write a notice's days, put into the words of the notice itself, line by line.

| written | read as |
|---|---|
| 2026.1.1, 1/1, 一月一日, 1月1号 | 1月1日 |
| 从1月1日起至3日止, 自1月1日至3日 | 1月1日至3日 |
| 其中，1月4日上班; 调休：1月4日上班 | 1月4日上班 |
| 1月4日（补班） | 1月4日补班 |
| `<p>`, `&nbsp;` | nothing, a blank |
"""

import re

from duban.base.numerals import read_numeral

_COUNTED = "[一二三四五六七八九十廿卅]{1,3}"
_IN_WORDS = re.compile(rf"({_COUNTED})月({_COUNTED})[日号]")
_IN_SIGNS = re.compile(
    r"(?<![\d./])(?:(20\d\d)[./])?(1[0-2]|0?[1-9])[./](3[01]|[12]\d|0?[1-9])(?![\d./年月%]|\s*天)日?"
)
_WRITTEN = (
    (re.compile(r"</?\w[^<>\n]{0,200}>"), ""),
    (re.compile(r"&(?:nbsp|ensp|emsp);"), " "),
    (re.compile(r"(?<=月)(\d{1,2})号"), r"\1日"),
    (re.compile(r"[从自由](?=(?:20\d\d年)?\d{1,2}[月日])"), ""),
    (re.compile(r"(?<=[日)）])起(?=[至到])"), ""),
    (re.compile(r"(?<=[日)）])为?止(?=\W|[放共]|$)"), ""),
    (re.compile(r"(?:其中|调休)\s*[,，：:]?\s*(?=(?:20\d\d年)?\d{1,2}月)"), ""),
    (re.compile(r"[(（]((?:调休|正常|照常)?(?:补班|上班))[)）]"), r"\1"),
)


def in_its_own_words(text: str) -> str:
    """The text with its days as the State Council writes them; every line stays where it is."""
    text = _IN_WORDS.sub(_of_numerals, _IN_SIGNS.sub(_of_signs, text))
    for written, meant in _WRITTEN:
        text = written.sub(meant, text)
    return text


def _of_signs(found: re.Match[str]) -> str:
    year, month, day = found.groups()
    return (f"{year}年" if year else "") + f"{int(month)}月{int(day)}日"


def _of_numerals(found: re.Match[str]) -> str:
    try:
        return f"{read_numeral(found[1])}月{read_numeral(found[2].replace('廿', '二十').replace('卅', '三十'))}日"
    except ValueError:
        return found[0]
