"""What stands in a cell, read the way the person meant it who typed it.

| written | read as |
|---|---|
| 1,234, １２３４, 1234.0, 12件, 200人次 | the number |
| 1,2; 12,34; 1 2 | refused: no thousands, and no decimals as they are written here |
| a code turned into 9.135E+17 by a spreadsheet | refused: its last digits are lost |
| 3月4日, 4-Mar, a date cell, as a code | refused: the spreadsheet made a date of it |
| 99.5%, where a number is asked for | refused: a share is no number of cases |
| /, —, 无, NULL, 空, 0000-00-00 | nothing |
"""

import html
import re
import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import lru_cache

from duban.base import folding
from duban.base.language import say, yes_or_no
from duban.base.objections import Objection


class NoValue(Enum):
    """Stands in a cell from which nothing can be taken; its value is how the cell is shown in a list of refusals."""

    NOT_COMPUTED = "公式"
    """A formula that no spreadsheet has computed."""
    STRUCK_OUT = "划掉的"
    """A line goes through what stands there."""

    def shown(self) -> str:
        """How the cell is shown to whoever reads why it was refused."""
        return say(zh=f"（{self.value}）", en="(formula)" if self is NoValue.NOT_COMPUTED else "(struck out)")


Value = NoValue | str | int | float | date | datetime | time | timedelta | bool | None
"""What a cell may hold."""

EXCEL_ERRORS = frozenset(
    ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA")
)
_NOTHING = re.compile(
    r"[-/\\.*~_()|]*|\\N|[(<]?(无|空|空白|暂无|没有|缺|缺失|未填|未填写|未提供|未采集|无此项|请选择|不详|未知|无数据|未录入|不适用|待定|待查|待补充?|未办理?)[)>]?|"
    r"[(<]?(NAN|NAT|NULL|NONE|NIL|N/A|N\.A|NA|BLANK|UNDEFINED)[)>]?|"
    r"0000-00-00(00:00:00)?|1900-01-00|1900/1/0|1900-1-0"
)
"""What people and programs write where there is nothing, folded as codes are."""
_MADE_A_DATE = re.compile(r"\d{1,2}月\d{1,2}日|\d{1,2}-[A-Z]{3}(?:-\d{2,4})?|[A-Z]{3}-\d{1,2}")
_NUMBER = re.compile(
    r"([-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)\s*(%|(?:[件次批家户人份场起元个辆台条]|[人件户批家班场]次)?)"
)
_APART, _THOUSANDS_APART = re.compile(r"\d\s+\d"), re.compile(r"[-+]?\d{1,3}(?:\s\d{3})+(?!\s*\d)")
_LOST_SIGNS = re.compile(r"[?？]{2,}")
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#39);")
"""How a web page writes a sign that means something to it; some systems export it so."""
_LOST_DIGITS = re.compile(r"\d{1,3}(?:\.\d+)?E\+\d+|\d{1,3}\.\d+E-?\d+", re.IGNORECASE)
_NOUGHTS_AT_THE_END = re.compile(r"[1-9]\d{14}0{3,}")
"""Eighteen digits and more of which a spreadsheet kept fifteen, and saved as text."""
_LONGEST_NOTHING = len("0000-00-00 00:00:00") + 1
_MOST_EXACT = 10**15
"""Excel keeps 15 digits of a number; the rest become zeros."""


class UnreadableCell(Objection, ValueError):
    """The cell cannot mean what its column needs; the text says why and how to write it."""


def tidy(text: str) -> str:
    """The text as a person sees it, without the marks by which a spreadsheet knows a text."""
    seen = folding.tidy(_ENTITY.sub(_plain_sign, text) if "&" in text else text)
    if seen[:1] not in ("=", "'", "“"):
        return seen
    if seen[0] == "“":  # the quotation marks of a list that a word processor wrote
        return seen[1:-1].strip() if seen.find("”") == len(seen) - 1 and seen.count("“") == 1 else seen
    if seen.startswith('="') and seen.endswith('"') and len(seen) >= 3:  # how some systems keep leading zeros
        seen = seen[2:-1].strip()
    if seen.startswith("'") and seen.endswith("'") and len(seen) > 2:
        seen = seen[:-1]
    return seen.removeprefix("'").strip()


def _plain_sign(found: re.Match[str]) -> str:
    return html.unescape(found[0])


def is_nothing(value: Value) -> bool:
    """Whether a cell is empty, or holds a sign that says so."""
    if isinstance(value, str):
        return not value or (len(value) <= _LONGEST_NOTHING and _says_nothing(value))
    return value is None


@lru_cache(4_096)
def _says_nothing(text: str) -> bool:
    seen = folding.fold_code(tidy(text)).rstrip("。.…")
    return _NOTHING.fullmatch(seen) is not None


def plain(text: str) -> str:
    """The text as it is compared: full-width letters and digits made half-width, no blanks at all."""
    seen = tidy(text)
    return "".join((seen if seen.isascii() else unicodedata.normalize("NFKC", seen)).split())


def read_text(value: Value) -> str:
    """The text of a cell for people to read, a number as it would be typed. Raises UnreadableCell."""
    match value:
        case None:
            return ""
        case bool():
            return yes_or_no(value)
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
        case date() | time():
            return value.isoformat()
        case timedelta():
            hours, seconds = divmod(int(value.total_seconds()), 3600)
            return f"{hours}:{seconds // 60:02}"
        case int() | float():
            return typed(value)
        case NoValue.STRUCK_OUT:
            raise UnreadableCell(struck_out())
        case NoValue():
            raise UnreadableCell(
                zh="公式没有算出的值，请用表格软件打开、重新保存，或改成数值",
                en="the formula has no computed value: open the file in a spreadsheet and save it, or type the value",
            )
    text = tidy(value)
    if "\ufffd" in text or _LOST_SIGNS.fullmatch(text):
        raise UnreadableCell(
            zh=f"“{text}”里有字丢了（编码转坏的），请从原来的系统重新导出，或改成原来的字",
            en=f"signs of “{text}” are lost (a wrong encoding): export it anew, or write them again",
        )
    if text.upper() in EXCEL_ERRORS:
        raise UnreadableCell(
            say(zh=f"单元格是错误值 {text}", en=f"the cell holds the error {text}")
            + say(zh="，请改正公式或填上内容", en=", mend its formula or fill it in")
        )
    return text


def read_code(value: Value, *, untyped: bool = False, dressed: bool = False) -> str:
    """A code or a document's number, folded. Raises UnreadableCell when a spreadsheet made something else of it.

    `untyped`: the cell stands in a text file, where digits may have been a number once; `dressed`: the workbook shows numbers as
    codes, and nobody can tell which (7 as 0007).
    """
    if isinstance(value, date | time | timedelta):
        raise _made_a_date(read_text(value))
    if isinstance(value, int | float) and not isinstance(value, bool):
        if abs(value) >= _MOST_EXACT:
            raise _digits_lost(f"{value:.4E}")
        if value != int(value):
            raise _nought_lost(typed(value))
        if dressed:
            raise _dress_lost(typed(value))
    if isinstance(value, bool):
        raise UnreadableCell(
            zh=f"这里是逻辑值{read_text(value)}，不是编号；请重新填上编号",
            en="this is a truth value and no code: fill the code in again",
        )
    code = folding.fold_code(read_text(value))
    if code.startswith("="):
        raise UnreadableCell(
            zh=f"“{code}”是公式，不是编号；请写上算出的值",
            en=f"“{code}” is a formula and no code: write what it comes to",
        )
    if _LOST_DIGITS.fullmatch(code) or (untyped and _NOUGHTS_AT_THE_END.fullmatch(code)):
        raise _digits_lost(code)
    if _MADE_A_DATE.fullmatch(code):
        raise _made_a_date(code)
    return code


def read_number(value: Value) -> int | float:
    """The number in a cell. Raises UnreadableCell, for a share too: 99.5% is no number of cases."""
    number, share = _number(value)
    if share:
        text = read_text(value)
        raise UnreadableCell(
            zh=f"“{text}”是百分比，这里要写数量", en=f"“{text}” is a share; a number is wanted here"
        )
    return number


def read_multiple(value: Value, multiple: str) -> int | float:
    """The number of a column whose heading counts in `multiple` (万件). Raises UnreadableCell, but for 0."""
    if multiple and (number := read_number(value)):
        raise UnreadableCell(
            zh=f"表头写的是“{multiple}”，{typed(number)} 是多少说不准；请换算成一个一个的数，把表头的“{multiple}”去掉",
            en=f"the heading counts in “{multiple}”: convert {typed(number)} into single ones, and take that out of the "
            "heading",
        )
    return read_number(value)


def read_share(value: Value) -> int | float:
    """The share in a cell: 99.5% is 0.995. Raises UnreadableCell."""
    return _number(value)[0]


def _number(value: Value) -> tuple[int | float, bool]:
    """The number in a cell, and whether it is written as a share."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return (int(value) if value == int(value) else value), False
    seen = read_text(value)
    text = plain(seen)
    found = _NUMBER.fullmatch(text)
    try:
        if found is None or (_APART.search(seen) and not _THOUSANDS_APART.match(seen)):
            raise InvalidOperation
        number = Decimal(found[1].replace(",", ""))
    except InvalidOperation:
        raise UnreadableCell(
            zh=f"“{text}”不是数字，请只写数，如 1234",
            en=f"“{text}” is not a number: write digits alone, like 1234",
        ) from None
    share = found[2] == "%"
    number = number / 100 if share else number
    return (int(number) if number == int(number) else float(number)), share


def struck_out() -> str:
    """Why what is struck out is not taken."""
    return say(
        zh="划掉了（删除线）：不要的请删去，要的请去掉删除线",
        en="it is struck out: delete it, or take the line away if it counts",
    )


def typed(number: float) -> str:
    """A number as a person would have typed it."""
    return str(int(number)) if number == int(number) else repr(number)


def _digits_lost(shown: str) -> UnreadableCell:
    return UnreadableCell(
        zh=f"编号被表格软件当成了数字 {shown}，末尾几位已经丢失；请把这一列设为“文本”后重新填",
        en=f"the spreadsheet took the code for the number {shown} and lost its last digits; "
        "make the column text and fill it in again",
    )


def _nought_lost(shown: str) -> UnreadableCell:
    return UnreadableCell(
        zh=f"编号被表格软件当成了小数 {shown}，末尾的 0 看不出来了；请把这一列设为“文本”后重新填",
        en=f"the spreadsheet took the code for the fraction {shown}, and a nought at its end is lost; "
        "make the column text and fill it in again",
    )


def _dress_lost(shown: str) -> UnreadableCell:
    return UnreadableCell(
        zh=f"编号存成了数字 {shown}，这种格式的工作簿看不出它显示成什么（如 0007）；请用表格软件打开，另存为 .xlsx 再导入",
        en=f"the code is kept as the number {shown}, and a workbook of this format does not tell how it is shown (0007?); "
        "open it in a spreadsheet, save it as .xlsx and import that",
    )


def _made_a_date(shown: str) -> UnreadableCell:
    return UnreadableCell(
        zh=f"编号被表格软件当成了日期 {shown}；请把这一列设为“文本”后重新填",
        en=f"the spreadsheet took the code for the date {shown}; make the column text and fill it in again",
    )
