"""What a YAML parser says when it cannot go on, said again for the person who edits the file."""

import re
from collections.abc import Callable

from duban.base.language import say

_KEY_BEFORE = re.compile(r"\s*(?:- )*[^\s:：#]+: +\S.*")
_GLUED_DASH = re.compile(r"\s*-[^\s\-0-9]")
_EMPTY_ENTRY = re.compile(r"[,\[{]\s*,\s*\S?$")
_OTHER_DASH = re.compile(r"\s*[—–―－‐‑‒−]")
_EXPLANATIONS: tuple[tuple[tuple[str, ...], Callable[[], str]], ...] = (
    (
        ("mapping values are not allowed",),
        lambda: say(
            zh="这里不能再写“键: 值”，多半是缩进没有对齐，或者上一行少了冒号",
            en="a “key: value” cannot stand here: the indentation is off, or the line above lacks its colon",
        ),
    ),
    (
        ("could not find expected ':'",),
        lambda: say(zh="这一行少了冒号", en="this line lacks a colon"),
    ),
    (
        ("did not find expected '-'", "expected <block end>", "did not find expected key"),
        lambda: say(
            zh="缩进没有对齐：同一层的行要从同一列开始",
            en="the indentation is off: lines of one level begin in one column",
        ),
    ),
    (
        ("',' or ']'", "',' or '}'", "expected node content", "the node content"),
        lambda: say(zh="方括号或花括号没有写完整", en="a bracket or brace is not complete"),
    ),
    (
        ("unexpected end of stream", "unexpected document separator"),
        lambda: say(zh="引号没有成对", en="a quotation mark is not closed"),
    ),
    (
        ("unknown escape character",),
        lambda: say(
            zh="双引号里的反斜杠有特殊含义，请改用单引号",
            en="a backslash means something inside double quotes: use single quotes",
        ),
    ),
    (
        ("block sequence entries are not allowed", "sequence entries are not allowed"),
        lambda: say(zh="这里不能写“- ”列表", en="a “- ” list cannot stand here"),
    ),
    (
        ("alphabetic or numeric",),
        lambda: say(
            zh="以 * 或 & 开头的文字请加引号",
            en="put quotation marks around text that begins with * or &",
        ),
    ),
    (
        ("cannot start any token",),
        lambda: say(
            zh="不能以这个符号开头，文字请加引号",
            en="a word cannot begin with this sign: put quotation marks around it",
        ),
    ),
    (
        ("control characters", "special characters", "not allowed in this range"),
        lambda: say(
            zh="文件里有看不见的控制字符，请删除",
            en="the file holds an invisible control character: remove it",
        ),
    ),
)


def explain(complaint: str, lines: list[str], at: tuple[int, int]) -> tuple[str, str]:
    """What is wrong and how to mend it, from the parser's own words and the place (from 1, 1) where it stopped."""
    number, column = at
    line = lines[number - 1] if number <= len(lines) else ""
    above = lines[number - 2] if 2 <= number <= len(lines) + 1 else ""
    indent = line[: len(line) - len(line.lstrip())]
    if "\t" in indent or line[column - 1 : column] == "\t":
        return (
            say(zh="缩进里有制表符（Tab）", en="there is a tab in the indentation"),
            say(zh="请改成空格", en="use spaces"),
        )
    if (slip := _slip_of(complaint, line, column)) is not None:
        return slip
    mend = _typing_hint(line) or _typing_hint(above)
    for signs, sentence in _EXPLANATIONS:
        if any(sign in complaint for sign in signs):
            return sentence(), mend
    return say(zh=f"不是 YAML 写法（{complaint}）", en=f"this is not YAML ({complaint})"), mend


def _slip_of(complaint: str, line: str, column: int) -> tuple[str, str] | None:
    """What the line itself shows to be wrong, whatever the parser complains of."""
    if _OTHER_DASH.match(line) or _GLUED_DASH.match(line):
        return (
            say(zh="列表的一项以“- ”开头", en="an entry of a list begins with “- ”"),
            say(
                zh="横线要用英文半角的，后面空一格",
                en="a plain hyphen with a blank behind it",
            ),
        )
    if _EMPTY_ENTRY.search(line[: column + 1]):
        return (
            say(zh="这里多了一个逗号", en="there is a comma too many"),
            say(zh="两个逗号之间要写一项", en="an entry stands between two commas"),
        )
    if "mapping values are not allowed" in complaint and line[column - 1 :].strip() == ":":
        return (
            say(
                zh="这一行末尾的冒号后面没有写完", en="the line ends in a colon, and nothing stands behind it"
            ),
            "",
        )
    if "mapping values are not allowed" in complaint and _KEY_BEFORE.fullmatch(line[: column - 1]):
        return (
            say(zh="一行里有两处“: ”", en="there are two “: ” in one line"),
            _typing_hint(line)
            or say(
                zh="是文字里的冒号，就改用全角的“：”，或者给整段文字加引号",
                en="put quotation marks around a text that holds a colon",
            ),
        )
    return None


def _typing_hint(line: str) -> str:
    """A guess at a slip of the Chinese keyboard."""
    words = line.strip()
    if "：" in words and ": " not in words:
        return say(zh="冒号要用英文半角的，后面空一格", en="use a plain colon and a space, not ：")
    if words.startswith(("“", "”", "‘", "’")):
        return say(zh="引号要用英文半角的", en="use plain quotation marks, not “ ”")
    if any(sign in words for sign in "｛｝［］"):
        return say(zh="方括号、花括号要用英文半角的", en="use plain brackets and braces")
    if "，" in words and ("[" in words or "{" in words):
        return say(zh="逗号要用英文半角的", en="use plain commas, not ，")
    return ""


def control_character(text: str) -> tuple[int, int]:
    """Line and column, from 1, of the first control character that YAML does not allow."""
    for number, line in enumerate(text.split("\n"), 1):
        for column, sign in enumerate(line, 1):
            if (sign < " " and sign not in "\t\r") or ("\x7f" <= sign < "\xa0" and sign != "\x85"):
                return number, column
    return 1, 1
