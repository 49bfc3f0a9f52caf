"""What each step of a reckoning is called, in the language being spoken."""

from collections.abc import Callable, Mapping
from datetime import date

from duban.base.language import say
from duban.base.weekdays import weekday_word
from duban.workdays.english_names import english_festival, english_window
from duban.workdays.period_keys import period_word
from duban.workdays.periods import parse_period

Values = Mapping[str, str]


def told(day: date) -> str:
    """A day with its weekday."""
    return say(zh=f"{day}（{weekday_word(day)}）", en=f"{day} ({weekday_word(day)})")


def step_words(kind: str, day: date, values: Values) -> str:
    """What a step says."""
    return _WORDS[kind](day, values)


def _period(values: Values) -> str:
    return str(parse_period(values["period"], hours=True))


def _named(values: Values) -> str:
    return period_word(values["key"])


def _day(values: Values, name: str) -> str:
    return told(date.fromisoformat(values[name]))


def _start(day: date, values: Values) -> str:
    if values["backward"]:
        return say(
            zh=f"{told(day)}当日不计入，往前数", en=f"{told(day)} itself is not counted; counting back"
        )
    return say(
        zh=f"{told(day)}当日不计入，从次日起数",
        en=f"{told(day)} itself is not counted; counting from the next day",
    )


def _natural(day: date, values: Values) -> str:
    period, clamped = _period(values), values["clamped"]
    if values["backward"]:
        text = say(zh=f"倒推{period}是 {told(day)}", en=f"{period} back is {told(day)}")
    else:
        kind = "对应日" if values["civil"] and clamped == "0" else "末日"
        text = say(zh=f"{period}的{kind}是 {told(day)}", en=f"{period} on is {told(day)}")
    if clamped != "0":
        text += say(
            zh=f"（该月没有 {clamped} 日，取月末）", en=f" (no day {clamped} in that month: its last day)"
        )
    return text


def _count(day: date, values: Values) -> str:
    n = int(values["n"])
    text = say(
        zh=f"{'往前' if n < 0 else ''}数 {abs(n)} 个工作日到 {told(day)}",
        en=f"{abs(n)} working days {'back' if n < 0 else 'on'} is {told(day)}",
    )
    parts = []
    for holiday in filter(None, values["holidays"].split(",")):
        name, first, last = holiday.split("|")
        span = (
            first[5:]
            if first == last
            else say(zh=f"{first[5:]} 至 {last[5:]}", en=f"{first[5:]} to {last[5:]}")
        )
        parts.append(
            say(
                zh=f"{name}放假 {span} 不算",
                en=f"{' and '.join(map(english_festival, name.split('、')))}, {span}, not counted",
            )
        )
    days = [each[5:] for each in values["make_up"].split(",") if each]
    if days:
        notice = values["notice"].replace(",", "、")
        by = say(zh=f"（{notice}）", en=f" ({notice})") if notice else ""
        parts.append(
            say(
                zh=f"其中 {'、'.join(days)} 是调休上班日{by}",
                en=f"make-up working days: {', '.join(days)}{by}",
            )
        )
    return text + (say(zh=f"（{'；'.join(parts)}）", en=f" ({'; '.join(parts)})") if parts else "")


def _rest(written: str) -> str:
    """What a day is off for."""
    kind, name, notice = written.split("|")
    english = " and ".join(english_festival(part) for part in name.split("、"))
    by = say(zh=f"（{notice}）", en=f" ({notice})") if notice else ""
    match kind:
        case "closed":
            return say(zh=f"因{name}停工的休息日", en=f"a day of local closure ({name})")
        case "statutory":
            return say(zh=f"{name}休息日", en=f"a day off for {english}")
        case "swapped":
            return say(zh=f"{name}调休放假的休息日{by}", en=f"a day off in lieu for {english}{by}")
        case "block":
            return say(zh=f"{name}假期里的周末休息日", en=f"a weekend day off for {english}")
        case _:
            return say(zh="周末休息日", en="a weekend rest day")


def _works(day: date, values: Values) -> str:
    if values["make_up"]:
        by = say(zh=f"（{values['notice']}）", en=f" ({values['notice']})") if values["notice"] else ""
        return say(
            zh=f"{told(day)}是调休上班日{by}，不顺延",
            en=f"{told(day)} is a make-up working day{by}: not moved",
        )
    return say(zh=f"{told(day)}是工作日，不顺延", en=f"{told(day)} is a working day: not moved")


def _in_lieu(values: Values) -> str:
    """That no article says of a day off in lieu what this step takes for granted."""
    if not values["rest"].startswith("swapped|"):
        return ""
    return say(zh="（调休放假日按休息日算，系督办规则）", en=" (duban rule: a day off in lieu is a rest day)")


def _roll(day: date, values: Values) -> str:
    nominal, rest = _day(values, "nominal"), _rest(values["rest"])
    return say(
        zh=f"{nominal}是{rest}，顺延到 {told(day)}", en=f"{nominal} is {rest}: moved to {told(day)}"
    ) + _in_lieu(values)


def _before(day: date, values: Values) -> str:
    nominal, rest = _day(values, "nominal"), _rest(values["rest"])
    return say(
        zh=f"{nominal}是{rest}，倒推的期间不顺延，最迟 {told(day)}办",
        en=f"{nominal} is {rest}; counted back, so act by {told(day)}",
    ) + _in_lieu(values)


def _closed(day: date, values: Values) -> str:
    days, reason = [each[5:] for each in values["days"].split(",")], values["reason"]
    return say(
        zh=f"{'、'.join(days)} 因{reason}停工，不算工作日",
        en=f"{', '.join(days)}: closed ({reason}), no working day",
    )


def _unannounced(day: date, values: Values) -> str:
    until, first, last = values["until"], values["earliest"], values["latest"]
    if first == last:
        span = say(zh="不论怎样安排，期限都不变", en="whatever it says, the day stays")
    else:
        span = say(zh=f"本期限暂定：最早 {first}，最晚 {last}", en=f"provisional: from {first} to {last}")
    if values["aim_first"] != values["aim_last"]:
        span += say(
            zh=f"，应办日在 {values['aim_first']} 至 {values['aim_last']} 之间",
            en=f", the safe day within {values['aim_first']} to {values['aim_last']}",
        )
    return say(
        zh=f"{until} 之后的放假安排尚未公布，{span}", en=f"no notice yet for days after {until}; {span}"
    )


def _window(_: date, values: Values) -> str:
    name, first, last = values["name"], values["first"], values["last"]
    if first == last:
        return say(zh=f"{name}是 {first}", en=f"{english_window(name)} is {first}")
    return say(zh=f"{name}从 {first} 到 {last}", en=f"{english_window(name)} runs from {first} to {last}")


_WORDS: Mapping[str, Callable[[date, Values], str]] = {
    "text": lambda _, values: values["text"],
    "start": _start,
    "working": lambda _, values: say(
        zh=f"这里的“{_period(values)}”指工作日", en=f"these {_period(values)} are working days"
    ),
    "natural_days": lambda _, values: say(
        zh=f"这里的“{_period(values)}”不在工作日之列，按自然日",
        en=f"these {_period(values)} are natural days",
    ),
    "applicant": lambda _, values: say(
        zh=f"这里的“{_period(values)}”是申请人的期间，按自然日",
        en=f"these {_period(values)} are the applicant's: natural days",
    ),
    "natural": _natural,
    "hours": lambda _, values: say(
        zh=f"从 {values['begins']} 起{_period(values)}，到 {values['ends']}；按小时计，不因休息日顺延",
        en=f"{_period(values)} from {values['begins']} is {values['ends']}; counted in hours, rest days do not move it",
    ),
    "hours_of_event": lambda _, values: say(
        zh=f"从事情发生的那一刻起{_period(values)}；按小时计，不因休息日顺延",
        en=f"{_period(values)} from the moment it happened; counted in hours, rest days do not move it",
    ),
    "count": _count,
    "works": _works,
    "roll": _roll,
    "before": _before,
    "stays": lambda _, __: say(zh="这类期间不因休息日顺延", en="rest days do not move a period of this kind"),
    "safe": lambda day, _: say(
        zh=f"应办日是末日前最后一个工作日 {told(day)}", en=f"safe day: the last working day, {told(day)}"
    ),
    "no_safe": lambda day, _: say(
        zh=f"起算日到末日之间没有工作日，应办日就是最后期限 {told(day)}",
        en=f"no working day lies between the start and the last day: the safe day is the deadline, {told(day)}",
    ),
    "spread": lambda day, _: say(
        zh=f"各单位各户的检查在这一段里错开到各周，这一户的应办日是 {told(day)}",
        en=f"what units and their subjects owe in this window is spread over its weeks: this safe day is {told(day)}",
    ),
    "closed": _closed,
    "not_earlier": lambda day, values: say(
        zh=f"没有停工时的期限是 {_day(values, 'arranged')}，停工不使期限提前，最后期限 {told(day)}",
        en=f"without the closure due on {_day(values, 'arranged')}; the deadline is {told(day)}",
    ),
    "unannounced": _unannounced,
    "fixed_day": lambda day, values: say(
        zh=f"{_named(values)}的期限是 {day}", en=f"{_named(values)} is due by {day}"
    ),
    "last_day": lambda day, values: say(
        zh=f"{_named(values)}的最后一天是 {day}", en=f"{_named(values)} ends on {day}"
    ),
    "no_workday": lambda day, values: say(
        zh=f"{_named(values)}没有工作日，末日是 {day}",
        en=f"{_named(values)} has no working day and ends on {day}",
    ),
    "by": lambda day, _: say(zh=f"期限是 {day}", en=f"due by {day}"),
    "figures": lambda day, values: say(
        zh=f"{_named(values)}的数到 {day} 才报齐，这天以后判定、算逾期；该做的事仍按 {values['target']} 提醒",
        en=f"the figures of {_named(values)} are in by {day}: judged, and overdue, after that; the work is still "
        f"reminded of for {values['target']}",
    ),
    "lasting": lambda day, values: say(
        zh=f"本项要持续{_period(values)}，最迟 {day} 开始，应办日提前到这一天",
        en=f"the work takes {_period(values)}: it must begin by {day}, which becomes the safe day",
    ),
    "window": _window,
    "before_window": lambda day, values: say(
        zh=f"{values['name']}开始前，最迟 {day}",
        en=f"before {english_window(values['name'])} begins: by {day}",
    ),
    "its_day": lambda day, _: say(zh=f"最迟就在 {day} 当天", en=f"on that very day at the latest, {day}"),
    "told_late": lambda day, values: say(
        zh=f"{values['told']} 才报来，应办日已过：在 {values['event']} 之前还来得及的最后一天，{day}",
        en=f"told on {values['told']}, past the due day: the last day left before {values['event']} is {day}",
    ),
    "aimed": lambda day, values: say(
        zh=f"{values['nominal']} 不上班，提醒按之前最后一个工作日 {day}",
        en=f"{values['nominal']} is a rest day: reminders aim at the last working day before it, {day}",
    ),
    "ordered": lambda day, values: say(
        zh=f"计划 {day} 印发时，{values['missed']} 已经过去：改为印发后 {values['late']} 个工作日内",
        en=f"the plan was issued on {day}, when {values['missed']} was past: within {values['late']} working days of its issue",
    ),
    "extended": lambda day, _: say(zh=f"延期至 {day}", en=f"extended to {day}"),
}
