"""Slips of the hand that YAML reads as something else, and never complains of.

| written | what YAML makes of it |
|---|---|
| 计量 and a sign nobody sees and 科 | another word, which looks the same |
| `title: 锅炉房 #2 锅炉` | 锅炉房: the rest is a comment |
| a line that is indented with full-width blanks | the end of the text above it |
| `title: "三无"产品` | nothing: behind the closing quotation mark the value is over |
| `{value: 20日, assumed：待确认}` | a key `assumed：待确认` without a value |
| `[甲，乙]`, `【甲】`, `“350404”` | one text with these signs in it |
| a list's entry without its `- ` | the keys of the entry above, once more; or what cannot stand there |
| `line：计量`, and on the next line a key | a text of two lines with a colon in it |
"""

import re

from duban.base.folding import UNSEEN, is_unseen
from duban.base.language import say

Words = tuple[str, str]
At = tuple[int, int]
"""Line and column, from 1."""

BEGIN_ENTRIES = frozenset(
    ("id", "name", "code", "stage", "day", "unit", "about", "clause", "source", "number")
)
"""Keys with which the entries of our lists begin."""
_MOST_ABOVE = 15
_CUT_OFF = re.compile(r"\s+(#[^\s#].*)")
_LOST_COLON = re.compile(r"([^\s:：]+)[:：]")
_IN_WIDE_BRACKETS = re.compile(r"(?s)[［｛].*|【[^】]*】")
_IN_WIDE_QUOTES = re.compile(r"[“”‘’][!-~]+[“”‘’]")
_UNMERGED = ("<<<<<<<", ">>>>>>>")
_LINES_ABOVE = 3
"""An error is noticed at most so many lines below the blanks that made it."""


def may_hide(text: str, lines: list[str]) -> bool:
    """Whether a file's text may hold a sign that nobody sees: looked at once for all of it."""
    return "\\" in text or UNSEEN.search(text) is not None or not all(map(str.isprintable, lines))


def unseen_sign(text: str, lines: list[str], first: At, last: At) -> tuple[At, Words] | None:
    """Where a text, which stands from `first` to `last`, holds a sign that nobody sees, and what to say of it."""
    if text.isprintable() and UNSEEN.search(text) is None:
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
    found = _CUT_OFF.match(line, column) if "#" in line else None
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


def not_merged(lines: list[str]) -> tuple[At, Words] | None:
    """The first mark of two versions that a program could not merge."""
    number = next((place for place, line in enumerate(lines, 1) if line.startswith(_UNMERGED)), None)
    if number is None:
        return None
    what = say(
        zh="这是两个版本没有合并完留下的标记", en="this mark is left of two versions that were not merged"
    )
    mend = say(
        zh="请留下要的那一份，删除 <<<<<<<、=======、>>>>>>> 这些行",
        en="keep the one that holds and remove the lines of <<<<<<<, =======, >>>>>>>",
    )
    return (number, 1), (what, mend)


def wide_colon(lines: list[str], stopped: int, noticed: int) -> tuple[At, Words] | None:
    """The key whose colon is full-width or lacks its blank, at one of these lines or in the text that goes on above them."""
    above = [_above(lines, noticed)]
    while above[-1] and len(above) < _MOST_ABOVE and not _has_key(lines[above[-1] - 1]):
        above.append(_above(lines, above[-1]))
    for number in dict.fromkeys((stopped, noticed, *above)):
        line = lines[number - 1] if 0 < number <= len(lines) else ""
        words = line.lstrip(" -")
        if _has_key(line) or words.startswith(("#", "{", "[", '"', "'")):
            continue
        if (slip := lost_colon(words)) is not None:
            return (number, len(line) - len(words) + 1), slip
    return None


def _has_key(line: str) -> bool:
    return ": " in line or line.rstrip().endswith(":")


def dash_lost(lines: list[str], stopped: int) -> tuple[At, Words] | None:
    """An entry that lacks its `- ` below an entry that has it: in one column with that dash, or in braces like it."""
    line = lines[stopped - 1] if 0 < stopped <= len(lines) else ""
    number = _above(lines, stopped)
    above = lines[number - 1] if number else ""
    words, begun = line.lstrip(), above.lstrip()
    alike = words.startswith("{") and begun.startswith("- {")
    if not (words and begun.startswith("- ")) or not (
        alike or len(line) - len(words) == len(above) - len(begun)
    ):
        return None
    what = say(zh="这一项前面少了“- ”", en="this entry lacks its “- ”")
    return (stopped, len(line) - len(words) + 1), (
        what,
        say(zh=f"写法和第 {number} 行一样", en=f"write it like line {number}"),
    )


def _above(lines: list[str], number: int) -> int:
    """The nearest line (from 1) above this one that holds more than a comment; 0 if there is none."""
    for above in range(min(number - 1, len(lines)), 0, -1):
        words = lines[above - 1].strip()
        if words and not words.startswith("#"):
            return above
    return 0


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


def full_width_sign(text: str, at: At, *, listed: bool) -> tuple[At, Words] | None:
    """An unquoted text whose brackets, quotation marks or (`listed`: in a list) commas were to be YAML's, and are full-width.

    Chinese marks around Chinese words are text.
    """
    if text.isascii():
        return None
    if _IN_WIDE_BRACKETS.fullmatch(text):
        return at, (_wide("方括号、花括号", "brackets and braces"), _quote_it())
    if _IN_WIDE_QUOTES.fullmatch(text):
        plain = text[1:-1]
        return at, (_wide("引号", "quotation marks"), say(zh=f'请写成 "{plain}"', en=f'write "{plain}"'))
    if listed and "，" in text:
        return (at[0], at[1] + text.index("，")), (_wide("列表里的逗号", "commas in a list"), _quote_it())
    return None


def _wide(zh: str, en: str) -> str:
    return say(zh=f"{zh}要用英文半角的", en=f"{en} are plain ones")


def _quote_it() -> str:
    return say(zh="是文字的一部分就给它加引号", en="if it belongs to the text, quote the text")


def twice(key: str, line: int, *, entry_begins: bool) -> Words:
    """What to say of a key that stands twice, first on this line; `entry_begins` where an entry of the list begins with it."""
    mend = say(zh=f"第 {line} 行已经写过", en=f"line {line} already has it")
    if entry_begins:
        mend += say(
            zh="；从这里起是另一项，就在它前面写“- ”",
            en="; if another entry begins here, write “- ” before it",
        )
    return say(zh=f"“{key}”重复了", en=f"“{key}” stands here twice"), mend


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
