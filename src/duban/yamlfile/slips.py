"""Slips of the hand that YAML reads as something else, and never complains of.

| written | what YAML makes of it |
|---|---|
| 计量 and a sign nobody sees and 科 | another word, which looks the same |
| `title: 锅炉房 #2 锅炉` | 锅炉房: the rest is a comment |
| a line that is indented with full-width blanks | the end of the text above it |
| `title: "三无"产品` | nothing: behind the closing quotation mark the value is over |
| `{value: 20日, assumed：待确认}` | a key `assumed：待确认` without a value |
"""

import re

from duban.base.folding import is_unseen
from duban.base.language import say

Words = tuple[str, str]
At = tuple[int, int]
"""Line and column, from 1."""

_CUT_OFF = re.compile(r"\s+(#[^\s#].*)")
_LOST_COLON = re.compile(r"([^\s:：]+)[:：]")
_LINES_ABOVE = 3
"""An error is noticed at most so many lines below the blanks that made it."""


def unseen_sign(text: str, lines: list[str], first: At, last: At) -> tuple[At, Words] | None:
    """Where a text, which stands from `first` to `last`, holds a sign that nobody sees, and what to say of it."""
    if text.isascii() and text.isprintable():
        return None
    sign = next(filter(is_unseen, text), None)
    if sign is None:
        return None
    before = "".join(each for each in text[: text.index(sign)] if not is_unseen(each))[-10:]
    shown = f"U+{ord(sign):04X}"
    what = say(zh=f"这段文字里有看不见的字符（{shown}）", en=f"this text holds a sign nobody sees ({shown})")
    mend = (
        say(zh=f"在“{before}”后面，请删除", en=f"remove it; it stands behind “{before}”")
        if before
        else say(zh="在最前面，请删除", en="remove it; it is the first sign")
    )
    return _place_of(sign, lines, first, last), (what, mend)


def cut_off(line: str, column: int, number: int) -> tuple[At, Words] | None:
    """A comment right behind an unquoted text that ends at `column` (from 0) of its line, with no blank behind the `#`."""
    found = _CUT_OFF.match(line, column)
    if found is None:
        return None
    what = say(
        zh=f"“{found[1][:20]}”前面有空格，会被当成注释丢掉",
        en=f"“{found[1][:20]}” has a blank before it, so it is a comment and is dropped",
    )
    mend = say(
        zh="是内容就给整段文字加引号，是注释就在 # 后面空一格",
        en="quote the whole text if it belongs to it, or put a blank behind the # of a comment",
    )
    return (number, found.start(1) + 1), (what, mend)


def odd_indent(lines: list[str], first: int, last: int) -> tuple[At, Words] | None:
    """The last of these lines (from 1) that is indented with blanks that are no ordinary ones."""
    for number in range(min(last, len(lines)), max(first, 1) - 1, -1):
        line = lines[number - 1]
        indent = line[: len(line) - len(line.lstrip())]
        column = next((place for place, sign in enumerate(indent, 1) if sign not in " \t"), None)
        if column is not None and len(indent) < len(line):
            sign = f"U+{ord(indent[column - 1]):04X}"
            what = say(
                zh=f"这一行开头的空白不是普通空格（{sign}）",
                en=f"the blanks this line begins with are no ordinary ones ({sign})",
            )
            return (number, column), (what, say(zh="请改成半角空格", en="use plain spaces"))
    return None


def blamed_indent(lines: list[str], noticed: int) -> tuple[At, Words] | None:
    """The odd blanks that explain why the file could not be read on at the line `noticed`."""
    return odd_indent(lines, noticed - _LINES_ABOVE, noticed)


def behind_a_quote(lines: list[str], row: int, column: int) -> tuple[At, Words] | None:
    """A text that goes on behind its closing quotation mark (`title: "三无"产品`): the parser stopped at this place, from 0, 0."""
    line = lines[row] if row < len(lines) else ""
    if line[:column].rstrip()[-1:] not in ("'", '"') or line[column : column + 1] in ("", ",", "]", "}", "#"):
        return None
    what = say(zh="引号后面不能再接文字", en="text cannot go on behind its closing quotation mark")
    mend = say(
        zh="请给整段文字加引号，里面的改用中文引号“ ”",
        en="put quotation marks around the whole text, and “ ” inside",
    )
    return (row + 1, column + 1), (what, mend)


def lost_colon(key: str) -> Words | None:
    """What to say of a key that has no value because its colon is full-width or lacks its blank."""
    found = _LOST_COLON.match(key)
    if found is None:
        return None
    what = say(
        zh=f"“{found[1]}”后面的冒号要用半角的，再空一格", en=f"“{found[1]}” lacks a plain colon and a space"
    )
    return what, say(zh=f"请写成“{found[1]}: ……”", en=f"write “{found[1]}: …”")


def _place_of(sign: str, lines: list[str], first: At, last: At) -> At:
    """Where the sign stands in the file; where its text begins, if it is written as an escape."""
    for number in range(first[0], min(last[0], len(lines)) + 1):
        column = lines[number - 1].find(sign, first[1] - 1 if number == first[0] else 0)
        if column >= 0:
            return number, column + 1
    return first
