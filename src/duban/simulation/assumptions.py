"""What the figures of a simulation rest on and what they leave out, in sentences."""

from collections.abc import Iterable

from duban.base.language import say
from duban.cadence.registry import MEASURED
from duban.simulation.notices import Conduct
from duban.simulation.results import Simulation

NAMED = 6
"""Duties named in a sentence; the rest are counted."""


def assumptions(simulation: Simulation) -> list[str]:
    """What the figures rest on, and what they leave out."""
    told = [_acting(simulation), _beginning(simulation)]
    if simulation.due_later:
        told.append(
            say(
                zh=f"有 {simulation.due_later:,} 项的应办日在 {simulation.last} 以后，不在日历里。",
                en=f"{simulation.due_later:,} obligations are due after {simulation.last}.",
            )
        )
    told += [sentence for sentence in (_measured(simulation), _repeated(simulation)) if sentence]
    return told + left_out(simulation)


def _measured(simulation: Simulation) -> str:
    """How numbers and shares are taken, where the plan has any."""
    kinds = {each.owing.duty.kind for each in simulation.obligations}
    if simulation.acting is not Conduct.NOBODY or not kinds & MEASURED:
        return ""
    return say(
        zh="数量目标、比率目标按没有人报数算：不报不等于完成，期限过了照样往上催。",
        en="Numbers and shares are taken as reported by nobody: that is not compliance, and they are urged like the rest.",
    )


def _repeated(simulation: Simulation) -> str:
    """That what is urgent is counted once for each rung, where any of it is said again until somebody signs."""
    notices = (notice for each in simulation.obligations for notice in each.notices)
    if not any(notice.rung.repeat for notice in notices):
        return ""
    return say(
        zh="紧急事项没有人签收会一再告知；这里每一级只计一次，再告知的不计。",
        en="What is urgent is told again and again until somebody signs; each rung is counted once here, not its repeats.",
    )


def _acting(simulation: Simulation) -> str:
    if simulation.acting is Conduct.NOBODY:
        return say(
            zh="假定没有人办结：每一项都逐级催到底，这是催办最多的情况。",
            en="Nobody completes anything: every ladder is climbed to its end, the most there can be.",
        )
    if simulation.acting is Conduct.LIKELY:
        return say(
            zh="假定照常办事：二十件里十九件在应办日当天办结，一件过了期限十天才办。",
            en="People act as is likely: nineteen of twenty are done on the safe day, one ten days late.",
        )
    return say(
        zh="假定人人在应办日当天办结：只有应办日之前的提醒。",
        en="Everybody completes on the safe day: only what comes before it is sent.",
    )


def _beginning(simulation: Simulation) -> str:
    past = simulation.due_before
    more = say(
        zh=f"，其中 {past:,} 项应办日已过" if past else "",
        en=f", {past:,} of them past their target" if past else "",
    )
    return say(
        zh=f"从 {simulation.first} 的空台账开始，当天已在期间内的一并开办{more}。",
        en=f"It begins on {simulation.first} with an empty ledger; what is running then opens{more}.",
    )


def left_out(simulation: Simulation) -> list[str]:
    """The duties that were not counted, each group with the reason; nothing when all were."""
    out = simulation.left_out
    told = []
    if out.without_facts:
        count, named = len(out.without_facts), _named(simulation, out.without_facts)
        told.append(
            say(
                zh=f"事实触发的 {count} 个事项没有计入，因为没有给出事实：{named}。",
                en=f"{count} duties wait for facts and are not counted, for none were given: {named}.",
            )
        )
    if out.without_subjects:
        count, named = len(out.without_subjects), _named(simulation, out.without_subjects)
        told.append(
            say(
                zh=f"按监管对象开办的 {count} 个事项没有计入，因为没有给出监管对象：{named}。",
                en=f"{count} duties are owed for each subject and not counted, for none were given: {named}.",
            )
        )
    if out.refused:
        count, named = len(out.refused), _named(simulation, out.refused)
        told.append(
            say(
                zh=f"有 {count} 个事项没有算到底，因为要用到日历里还没有的年份：{named}。",
                en=f"{count} duties are not counted to the end: they need a year the calendar does not have: {named}.",
            )
        )
    return told


def _named(simulation: Simulation, duties: Iterable[str]) -> str:
    titles = [simulation.titles[duty_id] for duty_id in duties]
    named = say(zh="、", en=", ").join(titles[:NAMED])
    more = len(titles) - NAMED
    return named + (say(zh=f"等 {len(titles)} 个", en=f" and {more} more") if more > 0 else "")


def how_to_give() -> str:
    """Where subjects and facts can come from."""
    return say(
        zh="要计入它们：加 --with-ledger 用台账里的监管对象和事实，或用 --given 文件写明。",
        en="To count them: --with-ledger takes the ledger's subjects and facts, --given those of a file.",
    )
