"""What a step of a reckoning rests on, in the language being spoken."""

from collections.abc import Callable, Mapping

from duban.base.language import say
from duban.workdays.statutes import Article


def basis_words(rests_on: str) -> str:
    """What a step rests on; empty for nothing."""
    kind, _, rest = rests_on.partition("|")
    match kind:
        case "article":
            law, law_en, number = rest.split("|")
            return str(Article(law, law_en, int(number) if number else None))
        case "rule":
            return _RULES[rest]()
        case "duty":
            return say(zh="本事项的规定", en="what the duty says")
        case _:
            return rest


_RULES: Mapping[str, Callable[[], str]] = {
    "arrangement": lambda: say(zh="国务院办公厅放假安排", en="State Council holiday arrangement"),
    "figures": lambda: say(zh="督办规则：数报齐了才判", en="duban rule: judged when figures are in"),
    "unannounced": lambda: say(zh="暂定年份规则", en="rule for provisional years"),
    "safe": lambda: say(
        zh="督办规则：提醒按应办日，逾期按最后期限",
        en="duban rule: remind by the safe day, overdue by the deadline",
    ),
    "closure": lambda: say(
        zh="督办规则：停工不使期限提前", en="duban rule: a closure never brings a deadline forward"
    ),
    "backward": lambda: say(
        zh="督办规则：倒推的期间遇休息日提前", en="duban rule: a period counted back ends before rest days"
    ),
    "regulation": lambda: say(
        zh="法规写明的起止日，没有写遇休息日顺延",
        en="the regulation names the day and says nothing of rest days",
    ),
    "own": lambda: say(zh="本局暂定", en="set by this bureau"),
    "spread": lambda: say(
        zh="督办规则：全年的检查错开提醒", en="duban rule: visits are spread over the year"
    ),
    "stays": lambda: say(zh="督办规则：有效期和统计窗口不顺延", en="duban rule: windows stay"),
    "fixed": lambda: say(zh="本局日历：确定的日期", en="the calendar of this bureau: fixed"),
    "usual": lambda: say(
        zh="本局日历：惯常日期，待人确认",
        en="the calendar of this bureau: usual days, to be confirmed",
    ),
    "awaited": lambda: say(
        zh="本局日历：当年通知未到，先按惯常日期",
        en="the calendar of this bureau: usual days until the year's notice comes",
    ),
    "reckoned": lambda: say(
        zh="放假通知未到，按法定节日和周末推算", en="statutory days and weekends; the notice has not come"
    ),
}
