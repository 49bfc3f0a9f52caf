"""Rows below a heading that are no data: blank ones, sections, totals, remarks at the foot, the heading printed again."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, Literal

from duban.base.folding import name_key
from duban.importing.spellings import is_nothing, plain, tidy

Skipped = Literal["blank", "total", "note", "heading", "section"]
_TOTALS = frozenset(
    ("合计", "小计", "总计", "共计", "累计", "总和", "本页小计", "本页合计", "合计数", "total", "sum")
)
_TOTAL_ENDINGS = ("小计", "合计", "总计")
_TOTAL_OF = re.compile(
    r"(?:其中)?[\u4e00-\u9fff]{0,6}[省市县区局所片](?:小计|合计|总计)(?:数|\([^()]*\))?(?:[:：]?\d+\w{0,3})?"
)
"""全市合计, 城区小计, 三元区小计：12批: of many columns a total fills them all."""
_COUNTED = re.compile(r"(?:(?:本页)?(?:合计|小计|总计|累计)|共计?|总共)(?:\([^()]*\))?[:：]?\d+\w{0,3}")
EXAMPLE = "示例"
"""How the example line of a form begins."""
_EXAMPLE = re.compile(r"示例|样例|范例|例[:：]|[(（\[【]例[)）\]】]|例如")
_SIGNED = re.compile(
    r"(?:填表|制表|填报|经办|审核|复核|审批|联系|单位负责|分管|主管)(?:人|单位|日期|时间|领导|电话)*:"
)
"""Whoever signs a table, however many columns their names, offices and days fill."""
_SECTION = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}[、.:]|\([一二三四五六七八九十]{1,3}\)|第[一二三四五六七八九十\d]{1,3}(?:部分|批|类|章|页)|其中|附(?=[:表件]))"
)
_PLACE = re.compile(r"[\u4e00-\u9fff]{2,12}(?:省|市|区|县|局|所|镇|乡|街道|站)(?:\([^()]*\))?:?")
_TITLE = re.compile(
    r".{2,30}(?:表|清单|名单|名录|台账|月报|季报|年报|统计|汇总|情况|环节|类|类别|业态|片区|批次|季度|领域|行业|部分)(?:\([^()]*\))?"
)
_LETTERED = frozenset(("甲", "乙", "丙", "丁", "戊", "a", "b", "c", "d", "e", "栏次", "序号", "列号"))
_SIGNS = "※*★■◆●—-_=(【[ "
_ENDS = frozenset(("完", "结束", "end"))
_DAY_ALONE = re.compile(
    r"(?:19|20|二[〇○零O])[\d〇○零O一二三四五六七八九]{2}年[\d一二三四五六七八九十]{1,3}月[\d一二三四五六七八九十]{1,3}日"
)
_PAGE = re.compile(r"[-—–－]+ *\d{1,4} *[-—–－]+|第? *\d{1,4} *页.{0,12}")
"""A page's number, printed at its foot: -2-, 第 2 页 共 3 页."""
_HINT = re.compile(r"[(（\[【].*[)）\]】]")
"""What to fill in, printed below a heading: (号), (年月日); alone, whoever seals a table: (盖章)."""
_OF_WHAT = re.compile(
    r"(?:[万亿]?[件次批家户人份场起元个辆台条%]|[人件户批家班场]次|千克|公斤|吨|天|日|小时)"
)
"""What each column counts in, below the heading: 件, 万元."""
_IN_ENGLISH = re.compile(r"[A-Za-z][A-Za-z .,/()'&-]+")
"""The heading again, for those who read English: no row is without a number and a day."""
_SENTENCE = re.compile(r"(?:\d{1,2}[.、].{4,}|.{8,})[。!]")
"""A remark's further lines: 2.逾期不报的通报。"""
_NOTES = (
    "备注",
    "注:",
    "注1",
    "说明",
    "填表",
    "制表",
    "审核",
    "填报",
    "联系人",
    "联系电话",
    "单位负责人",
    "数据来源",
    "以下空白",
    "以上",
    "截至",
    "截止",
    "打印时间",
    "打印日期",
    "打印人",
    "导出时间",
    "导出日期",
    "操作员",
    "统计人",
    "统计时间",
    "统计日期",
    "制单",
    "此页",
    "此页无正文",
    "以下无正文",
    "本页以下",
    "本表以下",
)


def without_signs(cells: Sequence[Any], meaningful: Mapping[int, Collection[str]]) -> list[Any]:
    """The cells of a row as a person sees them, None where a sign stands for nothing.

    `meaningful` tells for the places of the columns which values mean something there, as names are compared.
    """
    seen = [(tidy(cell) or None) if isinstance(cell, str) else cell for cell in cells]
    for place, known in meaningful.items():
        if place < len(seen) and is_nothing(seen[place]) and name_key(seen[place] or "") not in known:
            seen[place] = None
    return seen


def why_no_data(
    cells: Sequence[Any], headings: Mapping[int, str], needed: Sequence[int | None]
) -> Skipped | None:
    """Why a row of tidied cells is no data, None if it is.

    `headings` are the names of the columns by their places, `needed` the places of the required ones. “合计” is a total
    wherever it stands first or second; a total or a remark that begins otherwise must also leave required columns empty.
    """
    filled = [cell for cell in cells if not is_nothing(cell)]
    if not filled:
        return "blank"
    hints = any(
        len(filled) >= many and all(isinstance(cell, str) and form.fullmatch(cell) for cell in filled)
        for form, many in ((_HINT, 3), (_OF_WHAT, 2), (_IN_ENGLISH, 3))
    )
    if (
        hints
        or _numbers_columns(filled)
        or all(
            place < len(cells) and isinstance(cells[place], str) and "".join(cells[place].split()) == text
            for place, text in headings.items()
        )
    ):
        return "heading"
    texts = (plain(cell) for cell in filled if isinstance(cell, str))
    begins, second = next(texts, ""), next(texts, "").rstrip(":")
    first = begins.rstrip(":")
    if _EXAMPLE.match(begins) or _SIGNED.match(begins.lstrip(_SIGNS)):
        return "note"
    if first.casefold() in _TOTALS or second.casefold() in _TOTALS or _TOTAL_OF.fullmatch(first):
        return "total"
    filled_in = sum(
        place is not None and place < len(cells) and not is_nothing(cells[place]) for place in needed
    )
    if filled_in >= len(needed):
        return None
    if first.endswith(_TOTAL_ENDINGS):
        return "total"
    if filled_in <= 1 and _COUNTED.fullmatch(first):
        return "total"
    begun = first.lstrip(_SIGNS)
    if len(filled) == 1 and (
        begun.strip(_SIGNS) in _ENDS
        or _is_day(filled[0])
        or any(form.fullmatch(first) for form in (_PAGE, _HINT, _SENTENCE))
    ):
        return "note"  # who signs a table writes the day below
    signed = ":" in begun  # 填表人：张三, with the checker and the day in further columns
    if begun.startswith(_NOTES) and (filled_in <= 1 or signed):
        return "note"
    if len(filled) <= 2 and filled_in <= 1 and _SECTION.match(first):
        return "section"
    if len(filled) == 1 and (_PLACE.fullmatch(first) or _TITLE.fullmatch(first)):
        return "section"
    numbered = plain(str(filled[0])).removesuffix(".0").isdecimal()
    if not filled_in and (len(filled) == 1 or (len(filled) == 2 and numbered)):
        return "blank" if numbered else "section"  # a number for a row that never came, a title over others
    return None


def _is_day(cell: object) -> bool:
    return isinstance(cell, date) or (isinstance(cell, str) and _DAY_ALONE.fullmatch(plain(cell)) is not None)


def _numbers_columns(filled: Sequence[object]) -> bool:
    """Whether a row numbers the columns: 1 2 3 4, 甲 乙 1 2, (1) (2) (3)."""
    if len(filled) < 3:
        return False
    marks = [plain(str(cell)).strip("().").removesuffix(".0").casefold() for cell in filled]
    while marks and marks[0] in _LETTERED:
        marks.pop(0)
    return not marks or (marks[0] == "1" and marks == [str(number) for number in range(1, len(marks) + 1)])
