"""An explanation on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from duban.base.clock import local
from duban.base.language import say
from duban.cadence.occurrence import period_word
from duban.explanations.model import (
    Dates,
    DutyExplanation,
    DutySaid,
    Explanation,
)

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from rich.console import RenderableType
    from rich.table import Table


def as_terminal(explanation: Explanation | DutyExplanation, zone: ZoneInfo) -> RenderableType:
    """An obligation's or a duty's explanation as rich renderables; moments are shown in `zone`."""
    if isinstance(explanation, DutyExplanation):
        return _duty(explanation)
    return _obligation(explanation, zone)


def _obligation(told: Explanation, zone: ZoneInfo) -> RenderableType:
    from rich.console import Group
    from rich.text import Text

    parts: list[RenderableType] = [
        Text(f"{told.short_id}  {told.duty.title}", style="bold"),
        Text(
            " · ".join(
                part
                for part in (told.duty.line, told.unit, told.subject, period_word(told.period_key))
                if part
            )
        ),
        Text(f"{_state(told.state)} · {say(zh='期限', en='deadline')} {told.deadline}"),
        _heading(say(zh="为什么", en="Why")),
        *_reasons(told.duty),
        *(Text(f"  {fact}") for fact in told.facts),
        *((_heading(say(zh="进度", en="Progress")), Text(f"  {told.progress}")) if told.progress else ()),
        _heading(say(zh="期限怎么来的", en="How the deadline came about")),
        _steps(told.dates),
    ]
    if told.deadline != told.dates.deadline:
        parts.append(
            Text(
                say(
                    zh=f"  后来改为 {told.deadline}，见下面的经过",
                    en=f"  since moved to {told.deadline}, see below",
                )
            )
        )
    parts += [
        _heading(say(zh="催办阶梯", en="Ladder")),
        _rungs(told, zone),
        _heading(say(zh="经过", en="What happened")),
        _timeline(told, zone),
    ]
    return Group(*parts)


def _duty(told: DutyExplanation) -> RenderableType:
    from rich.console import Group
    from rich.text import Text

    parts: list[RenderableType] = [
        Text(f"{told.duty.duty_id}  {told.duty.title}", style="bold"),
        Text(f"{told.duty.line} · {told.duty.owner_post}"),
        _heading(say(zh="为什么", en="Why")),
        *_reasons(told.duty),
    ]
    if told.note:
        parts.append(Text(f"  {told.note}"))
    parts.append(_heading(say(zh=f"{told.on} 起", en=f"From {told.on} on")))
    for coming in told.coming:
        head = " · ".join(part for part in (period_word(coming.period_key), coming.condition) if part)
        opens = say(zh=f"{coming.opens_on} 开办", en=f"opens {coming.opens_on}")
        parts += [Text(f"  {head}  {opens}", style="bold"), _steps(coming.dates)]
    if not told.coming:
        parts.append(Text(say(zh="  接下来一年没有", en="  nothing in the coming year")))
    return Group(*parts)


def _heading(text: str) -> RenderableType:
    from rich.text import Text

    return Text(f"\n{text}", style="bold cyan")


def _reasons(duty: DutySaid) -> list[RenderableType]:
    from rich.text import Text

    lines: list[RenderableType] = []
    for reason in duty.reasons:
        source = " ".join(part for part in (*reason.clauses, reason.source) if part)
        lines.append(Text(f"  {source}：“{reason.quote}”"))
    for key, why in duty.assumptions:
        lines.append(Text(say(zh=f"  待确认 {key}：{why}", en=f"  assumed {key}: {why}"), style="yellow"))
    if duty.confidential:
        lines.append(Text(say(zh="  保密事项", en="  confidential"), style="yellow"))
    return lines


def _steps(dates: Dates) -> Table:
    from rich.table import Table

    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    table.add_column(style="dim", overflow="fold")
    for step in dates.steps:
        table.add_row(f"  {step.day}", _plain(step.text), _plain(step.basis))
    target = say(zh="应办日（提醒按此）", en="safe target (reminders)")
    deadline = say(zh="法定期限（逾期按此）", en="deadline (overdue after)")
    table.add_row(f"  {dates.target}", target, "")
    span = "" if not dates.provisional else f"{dates.earliest} … {dates.latest}"
    table.add_row(f"  {dates.deadline}", deadline, span)
    return table


def _rungs(told: Explanation, zone: ZoneInfo) -> Table:
    from rich.table import Table

    table = Table.grid(padding=(0, 2))
    for rung in told.rungs:
        if rung.decided_at is None:
            became = say(zh="未到", en="ahead")
        else:
            became = say(zh="已发出", en="decided") + f" {local(rung.decided_at, zone)[5:]}"
            became += say(zh="（补记）", en=" (late)") if rung.late else ""
        table.add_row(f"  {rung.day or '—'}", rung.stage, became)
    return table


def _timeline(told: Explanation, zone: ZoneInfo) -> Table:
    from rich.table import Table

    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for happening in told.timeline:
        table.add_row(f"  {local(happening.at, zone)}", _plain(happening.text))
    return table


def _state(state: str) -> str:
    return {
        "open": say(zh="在办", en="open"),
        "acknowledged": say(zh="已签收", en="acknowledged"),
        "suspended": say(zh="已中止", en="suspended"),
        "done": say(zh="已办结", en="done"),
        "waived": say(zh="已免办", en="waived"),
        "superseded": say(zh="已被替换", en="superseded"),
        "withdrawn": say(zh="已撤销", en="withdrawn"),
    }.get(state, state)


def _plain(text: str) -> str:
    from rich.markup import escape

    return escape(text)
