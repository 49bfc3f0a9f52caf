"""A plan in words: the numbers first, then duty by duty what becomes of what is open, and what is refused."""

from collections.abc import Iterator, Mapping, Sequence

from duban.base.entrance import by_entrance
from duban.base.language import say
from duban.bureau.units import Unit
from duban.documents import READ, Document, Part, Section, Sentence, TextLines, Tone
from duban.edits.model import (
    Counts,
    DateMove,
    DutyEffect,
    GoneObligations,
    NewObligations,
    Plan,
)
from duban.edits.tables import change_words, plan_tables
from duban.ladders.stages import stage_word
from duban.ledger.short_ids import short_id
from duban.workdays.period_keys import period_word

SHOWN = 5
"""Groups of one kind that are shown for one duty, unless all are asked for."""
MANY_AT_ONCE = 10_000
"""From so many obligations altered in one transaction on, who else writes waits noticeably."""
NAMED_UNITS = 3
NAMED_IDS = 3


def plan_document(plan: Plan, *, everything: bool = False) -> Document:
    """The plan as a document; without `everything` only the first groups of each kind of one duty."""
    title = say(
        zh=f"计划 {plan.id}（在第 {plan.base} 版之上，{plan.on}）",
        en=f"plan {plan.id} (on top of version {plan.base}, {plan.on})",
    )
    if plan.is_empty:
        none = say(zh="没有改动：已生效的就是这些内容。", en="No change: this is what is in force.")
        return Document(title, (Sentence(none, Tone.FINE),))
    return Document(title, tuple(_parts(plan, everything=everything)))


def _parts(plan: Plan, *, everything: bool) -> Iterator[Part]:
    yield Sentence(plan.counts.line(), Tone.STRONG)
    if (altered := _altered(plan.counts)) >= MANY_AT_ONCE:
        yield Sentence(_others_wait(altered), Tone.DOUBTFUL)
    yield from plan_tables(plan)
    if plan.content:
        changed = tuple(
            Sentence(change.text() if change.was else f"{change.key}: {change.now}", depth=1)
            for change in plan.content
        )
        heading = say(zh="单位、阶梯、日历和其他文件", en="units, ladders, calendar, other files")
        yield Section(heading, (TextLines(changed),), forms=READ)
    words = change_words()
    units = plan.definitions.project.units
    for duty in plan.duties:
        heading = f"{duty.title}（{duty.duty_id}） {words[duty.change]}"
        yield Section(heading, (TextLines(tuple(_of_duty(duty, units, everything=everything))),), forms=READ)
    if plan.remarks:
        heading = say(zh="提示", en="notes")
        noted = tuple(Sentence(str(remark), depth=1) for remark in plan.remarks)
        yield Section(heading, (TextLines(noted),))
    if plan.problems:
        heading = say(zh="不能生效，请先改正：", en="cannot be applied; mend this first:")
        wrong = tuple(Sentence(str(problem), Tone.WRONG, depth=1) for problem in plan.problems)
        yield Section(heading, (TextLines(wrong),), Tone.WRONG)


def _altered(counts: Counts) -> int:
    """How many obligations that are there already are altered, all in one transaction."""
    days = counts.moved + counts.carried + counts.rehomed
    return days + counts.withdrawn + counts.superseded + counts.reinstated


def _others_wait(altered: int) -> str:
    return say(
        zh=f"一共要改 {altered:,} 件在办事项，全部在一个事务里（每一万件约半秒到两秒，机器忙时更久），期间别人写不进台账；最好在下班以后生效",
        en=f"{altered:,} open obligations are altered, all in one transaction (half a second to two for ten thousand, longer where the "
        "machine is busy); nobody else can write meanwhile: better apply it after office hours",
    )


def as_json(plan: Plan) -> dict[str, object]:
    """The plan as plain JSON; obligations by their numbers."""
    return {
        "plan": plan.id,
        "base": plan.base,
        "on": plan.on.isoformat(),
        "empty": plan.is_empty,
        "counts": vars(plan.counts),
        "content": [vars(change) for change in plan.content],
        "duties": [
            {
                "duty": duty.duty_id,
                "title": duty.title,
                "change": duty.change,
                "keys": [vars(change) for change in duty.keys],
                "added": [_plain(each) for each in duty.added],
                "reinstated": [_plain(each) for each in duty.reinstated],
                "moved": [_plain(each) for each in duty.moved],
                "withdrawn": [_plain(each) for each in duty.withdrawn],
                "superseded": [_plain(each) for each in duty.superseded],
                "carried": duty.carried,
                "rehomed": duty.rehomed,
                "completed": duty.completed,
                "reported": duty.reported,
                "reopened": duty.reopened,
                "settled": duty.settled,
                "messages": [vars(each) for each in duty.messages],
            }
            for duty in plan.duties
        ],
        "problems": list(plan.problems),
        "remarks": list(plan.remarks),
    }


def _plain(each: NewObligations | DateMove | GoneObligations) -> dict[str, object]:
    told = dict(vars(each))
    if "ids" in told:
        told["ids"] = [short_id(number) for number in told["ids"]]
    return told


def _of_duty(duty: DutyEffect, units: Mapping[str, Unit], *, everything: bool) -> Iterator[Sentence]:
    for change in duty.keys:
        yield Sentence(change.text(), Tone.CHANGED, depth=1)
    groups: tuple[tuple[str, Tone, str, Sequence[NewObligations | DateMove | GoneObligations]], ...] = (
        ("+", Tone.FINE, say(zh="新增", en="added"), duty.added),
        ("+", Tone.FINE, say(zh="恢复", en="reinstated"), duty.reinstated),
        ("~", Tone.DOUBTFUL, say(zh="移动", en="moved"), duty.moved),
        ("×", Tone.WRONG, say(zh="撤回", en="withdrawn"), duty.withdrawn),
        ("»", Tone.DOUBTFUL, say(zh="替换", en="superseded"), duty.superseded),
    )
    for mark, tone, what, found in groups:
        shown = found if everything else found[:SHOWN]
        for group in shown:
            first, *others = _of_group(group, what, units, everything=everything)
            yield Sentence(f"{mark} {first}", tone, depth=1)
            yield from (Sentence(line, tone, depth=3) for line in others)
        if left := found[len(shown) :]:
            count = sum(each.count for each in left)
            more = say(
                zh=f"{mark} ……还有 {len(left)} 组共 {count:,} 件{what}"
                + by_entrance(command="，用 --all 全部列出", page=""),
                en=f"{mark} … {len(left)} more groups, {count:,} {what}"
                + by_entrance(command=": --all lists them", page=""),
            )
            yield Sentence(more, tone, depth=1)
    yield from (Sentence(told, tone, depth=1) for count, tone, told in _in_numbers(duty) if count)
    for message in duty.messages:
        stage = stage_word(message.stage)
        told = say(
            zh=f"! 立即发出 {message.count:,} 条{stage}，给 {message.recipients:,} 个岗位",
            en=f"! {message.count:,} messages ({stage}) go out at once, to {message.recipients:,} posts",
        )
        yield Sentence(told, Tone.STRONG, depth=1)


def _in_numbers(duty: DutyEffect) -> tuple[tuple[int, Tone, str], ...]:
    """What becomes of a duty's obligations that are only counted."""
    carried, rehomed, settled = f"{duty.carried:,}", f"{duty.rehomed:,}", f"{duty.settled:,}"
    return (
        (
            duty.carried,
            Tone.PLAIN,
            say(zh=f"= 原样承接 {carried} 件，日期不变", en=f"= {carried} carried over as they are"),
        ),
        (
            duty.rehomed,
            Tone.DOUBTFUL,
            say(
                zh=f"⇒ 移交 {rehomed} 件给新的承办单位",
                en=f"⇒ {rehomed} handed over to the units that owe them now",
            ),
        ),
        (
            duty.settled,
            Tone.PLAIN,
            say(
                zh=f"= {settled} 件的日期不变，暂定与否随日历更新",
                en=f"= {settled} keep their days; how certain they are follows the calendar",
            ),
        ),
        (
            duty.completed,
            Tone.FINE,
            say(
                zh=f"✓ 已有事实，办结 {duty.completed:,} 件",
                en=f"✓ {duty.completed:,} completed by known facts",
            ),
        ),
        (
            duty.reported,
            Tone.FINE,
            say(
                zh=f"✓ 已有事实，{duty.reported:,} 件待复核",
                en=f"✓ {duty.reported:,} reported done by known facts, to be reviewed",
            ),
        ),
        (
            duty.reopened,
            Tone.DOUBTFUL,
            say(
                zh=f"+ 还没有达到新的目标，重新打开 {duty.reopened:,} 件",
                en=f"+ {duty.reopened:,} reopened: the new goal is not reached",
            ),
        ),
    )


def _of_group(
    group: NewObligations | DateMove | GoneObligations,
    what: str,
    units: Mapping[str, Unit],
    *,
    everything: bool,
) -> Iterator[str]:
    where = _units(group.units, units)
    count = say(zh=f"{what} {group.count:,} 件", en=f"{group.count:,} {what}")
    period = f"  {period_word(group.period)}" if group.period else ""
    due = say(zh="期限", en="due")
    provisional = ""
    if isinstance(group, NewObligations | DateMove) and group.provisional:
        provisional = say(zh="（暂定）", en=" (provisional)")
    if isinstance(group, NewObligations):
        yield f"{count}{period}  {due} {group.deadline}{provisional}  {where}"
    elif isinstance(group, DateMove):
        was, now = group.was, group.now
        if was == now:  # only the day reminders aim at moves
            due, was, now = say(zh="应办日", en="safe day"), group.target_was, group.target
        yield f"{count}{period}  {due} {was} → {now}{provisional}  {where}{_ids(group.ids, everything=everything)}"
        yield say(zh=f"因为 {group.why}", en=f"because of {group.why}")
        yield from (f"{number}. {step}" for number, step in enumerate(group.steps, start=1))
    else:
        instead = (
            say(zh=f"，由{period_word(group.instead)}接替", en=f", {period_word(group.instead)} instead")
            if group.instead
            else ""
        )
        yield f"{count}{period}{instead}  {due} {group.deadline}  {where}{_ids(group.ids, everything=everything)}"
        if not group.instead:
            yield say(zh=f"因为 {group.why}", en=f"because of {group.why}")


def _units(codes: Sequence[str], units: Mapping[str, Unit]) -> str:
    if len(codes) > NAMED_UNITS:
        return say(zh=f"{len(codes)} 个单位", en=f"{len(codes)} units")
    return say(zh="、", en=", ").join(units[code].name if code in units else code for code in codes)


def _ids(ids: Sequence[int], *, everything: bool) -> str:
    shown = ids if everything else ids[:NAMED_IDS]
    more = "…" if len(ids) > len(shown) else ""
    return "  " + " ".join(short_id(number) for number in shown) + more if ids else ""
