"""The kinds of letters: what each is called, to whom it goes, and what it asks for."""

from dataclasses import dataclass
from datetime import date
from typing import Final


@dataclass(frozen=True)
class LetterKind:
    """One kind of letter. Official Chinese documents are Chinese in every language of the page."""

    name: str  #: as people call it, which is also its template's file name: 督办通知书
    title: str  #: the heading, as Jinja: {{局}}督办通知书
    opening: str  #: the first paragraph, as Jinja
    request: str  #: what is asked for, as Jinja
    to_one: bool = True  #: whether it goes to one unit; else to all of them at once
    answer: bool = True  #: whether it has a slip to send back (回执)
    overdue: bool = True  #: whether it says of each that it is overdue
    after: str = ""  #: the stage the ladder of each must have come to before; empty: none


_LISTED = "截至{{日期}}，你单位有下列{{件数}}项工作"
KINDS: Final = {
    kind.name: kind
    for kind in (
        LetterKind(
            "催办单",
            "催办单",
            f"{_LISTED}尚未办结。",
            "请抓紧办理，于{{回复日期}}前反馈办理情况；不能按期办结的，说明原因和预计办结的日期。",
            overdue=False,
        ),
        LetterKind(
            "督办通知书",
            "督办通知书",
            f"{_LISTED}超过期限仍未办结，现予督办。",
            "请逐项查明原因，明确责任人和办结时限，于{{回复日期}}前书面报告办理情况，并将回执一并寄回。",
        ),
        LetterKind(
            "通报",
            "关于应办事项逾期情况的通报",
            "截至{{日期}}，下列{{件数}}项工作超过期限仍未办结，现予通报。",
            "请有关单位抓紧整改，于{{回复日期}}前报送整改情况；其他单位对照自查，避免发生同类问题。",
            to_one=False,
            answer=False,
        ),
        LetterKind(
            "约谈通知",
            "约谈通知",
            f"{_LISTED}超过期限、经催办仍未办结。",
            "现决定就此约谈你单位主要负责人，时间、地点另行告知。请准备书面情况说明，于{{回复日期}}前报送。",
            after="summon",
        ),
    )
}
"""By name."""


def day_word(day: date) -> str:
    """A day as an official paper has it: 2023年8月4日."""
    return f"{day.year}年{day.month}月{day.day}日"
