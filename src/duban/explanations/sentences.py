"""An explanation in words, as a document."""

from collections.abc import Iterator
from datetime import date
from zoneinfo import ZoneInfo

from duban.base.clock import local
from duban.base.language import as_written, say, within_quotes
from duban.documents import (
    Cell,
    Column,
    ColumnKind,
    DataTable,
    Document,
    MarkedValue,
    Part,
    Section,
    Sentence,
    TextLines,
    Tone,
)
from duban.explanations.explanation import DueDates, DutyExplanation, DutyStatement, Explanation
from duban.obligations.state_words import standing_word
from duban.workdays.period_keys import period_beside

DAY_AND_TEXT = (Column("", ColumnKind.DAY), Column(""))
DAY_TEXT_AND_BASIS = (*DAY_AND_TEXT, Column(""))


def explanation_document(told: Explanation | DutyExplanation, zone: ZoneInfo) -> Document:
    """An obligation's or a duty's explanation as a document; moments are shown as the clock of `zone` did."""
    if isinstance(told, DutyExplanation):
        return Document(f"{told.duty.duty_id}  {told.duty.title}", tuple(_of_duty(told)))
    return Document(f"{told.short_id}  {told.duty.title}", tuple(_of_obligation(told, zone)))


def _of_obligation(told: Explanation, zone: ZoneInfo) -> Iterator[Part]:
    period = "" if told.facts else period_beside(told.period_key)
    named = (told.duty.line, told.unit, told.subject, period)
    yield Sentence(" · ".join(part for part in named if part))
    if told.case:
        yield Sentence(told.case, Tone.STRONG)
    hour = local(told.due_at, zone) if told.due_at else ""
    yield Sentence(f"{standing_word(told)} · {say(zh='期限', en='deadline')} {hour or told.deadline}")
    facts = (Sentence(fact, depth=1) for fact in told.facts)
    yield Section(_why(), (TextLines((*_reasons(told.duty), *facts)),))
    if told.progress:
        yield Section(say(zh="进度", en="Progress"), (TextLines((Sentence(told.progress, depth=1),)),))
    heading = say(zh="期限怎么来的", en="How the deadline came about")
    resting = say(zh=f"期限依据：{told.duty.provenance}", en=f"rests on: {told.duty.provenance}")
    if told.duty.figures_assumed:
        resting += say(zh="；报齐数的日子系本局暂定", en="; the day the figures are in is the bureau's own")
    yield Section(heading, (Sentence(resting, depth=1), _steps(told.dates, told.duty), *_moved(told)))
    yield Section(say(zh="催办阶梯", en="Ladder"), (_rungs(told, zone),))
    rows = [[local(each.at, zone), each.text] for each in told.timeline]
    yield Section(say(zh="经过", en="What happened"), (DataTable(DAY_AND_TEXT, rows),))


def _moved(told: Explanation) -> Iterator[Part]:
    """That the deadline in force is not the one that was reckoned."""
    if told.deadline != told.dates.deadline:
        moved = say(
            zh=f"后来改为 {told.deadline}，见下面的经过", en=f"since moved to {told.deadline}, see below"
        )
        yield Sentence(moved, depth=1)


def _of_duty(told: DutyExplanation) -> Iterator[Part]:
    yield Sentence(f"{told.duty.line} · {told.duty.owner_post}")
    note = [Sentence(told.note, depth=1)] if told.note else []
    yield Section(_why(), (TextLines((*_reasons(told.duty), *note)),))
    yield Section(say(zh=f"{told.on} 起", en=f"From {told.on} on"), tuple(_coming(told)))


def _coming(told: DutyExplanation) -> Iterator[Part]:
    for coming in told.coming:
        head = " · ".join(part for part in (period_beside(coming.period_key), coming.condition) if part)
        opens = say(zh=f"{coming.opens_on} 开办", en=f"opens {coming.opens_on}")
        yield Sentence(f"{head}  {opens}", Tone.STRONG, depth=1)
        yield _steps(coming.dates, told.duty)
    if not told.coming:
        yield Sentence(say(zh="接下来一年没有", en="nothing in the coming year"), depth=1)


def _why() -> str:
    return say(zh="为什么", en="Why")


def _reasons(duty: DutyStatement) -> Iterator[Sentence]:
    for reason in duty.reasons:
        source = say(zh="、", en=", ").join(part for part in (*reason.clauses, reason.source) if part)
        told = f"{source}{say(zh='：', en=': ')}{as_written(f'“{within_quotes(reason.quote)}”')}"
        if reason.checked:
            told += say(zh=f"（{reason.checked}）", en=f" ({as_written(reason.checked)})")
        yield Sentence(told, depth=1)
    for key, why in duty.assumptions:
        told = say(zh=f"待确认 {key}：{why}", en=f"assumed {key}: {as_written(why)}")
        yield Sentence(told, Tone.DOUBTFUL, depth=1)
    for key, paper in duty.confirmed:
        yield Sentence(say(zh=f"已确认 {key}：{paper}", en=f"confirmed {key}: {as_written(paper)}"), depth=1)
    if duty.confidential:
        yield Sentence(say(zh="保密事项", en="confidential"), Tone.DOUBTFUL, depth=1)


def _steps(dates: DueDates, duty: DutyStatement) -> DataTable:
    """How a due date came about, step by step, and what it comes to: of an emergency, a moment."""
    rows: list[list[Cell]] = [
        [step.day, step.text, MarkedValue(duty.provenance if step.of_duty else step.basis, tone=Tone.QUIET)]
        for step in dates.steps
    ]
    safe = MarkedValue(_between(*dates.safe_days), tone=Tone.QUIET)
    if not dates.in_hours:  # reminded of at once, not by a day
        rows.append([dates.target, say(zh="应办日（提醒按此）", en="safe day (reminders)"), safe])
    deadline = f"{duty.last_day} {dates.hour}".rstrip() + say(zh="（逾期按此）", en=" (overdue after)")
    last = MarkedValue(_between(dates.earliest, dates.latest), tone=Tone.QUIET)
    rows.append([dates.deadline, deadline, last])
    return DataTable(DAY_TEXT_AND_BASIS, rows)


def _between(first: date, last: date) -> str:
    """From when to when a day may come to lie; empty where nothing moves it."""
    return "" if first == last else say(zh=f"暂定 {first} 至 {last}", en=f"provisional, {first} to {last}")


def _rungs(told: Explanation, zone: ZoneInfo) -> DataTable:
    """What has spoken, in the order it did, then what is ahead."""
    rows: list[list[Cell]] = []
    spoken = sorted((each for each in told.rungs if each.decided_at), key=lambda each: str(each.decided_at))
    for rung in (*spoken, *(each for each in told.rungs if each.decided_at is None)):
        if rung.decided_at is None:
            became = rung.coming
        else:
            became = say(zh="已发出", en="decided") + f" {local(rung.decided_at, zone)[5:]}"
            became += say(zh="（补记）", en=" (late)") if rung.late else ""
        rows.append([(local(rung.at, zone) if rung.at else rung.day) or "—", rung.stage, became])
    return DataTable(DAY_TEXT_AND_BASIS, rows)


def coming_document(told: DutyExplanation) -> Document:
    """What a duty opens next, as a table."""
    parts: list[Part] = []
    if told.coming:
        headings = say(zh="周期 开始 应办日 最后期限 前提", en="period opens target deadline if").split()
        rows: list[list[Cell]] = [
            [
                period_beside(each.period_key),
                each.opens_on,
                _target(each.dates),
                _deadline(each.dates),
                each.condition,
            ]
            for each in told.coming
        ]
        kinds = (ColumnKind.TEXT, ColumnKind.DAY, ColumnKind.TEXT, ColumnKind.TEXT, ColumnKind.TEXT)
        columns = tuple(Column(heading, kind) for heading, kind in zip(headings, kinds, strict=True))
        parts.append(DataTable(columns, rows))
        if told.coming[0].period_key and len(told.coming) < told.asked:
            parts.append(
                Sentence(
                    say(
                        zh=f"到 {told.until} 为止（日历或事项到那天结束），只有这些。",
                        en=f"No more until {told.until}, where the calendar or the duty ends.",
                    )
                )
            )
    else:
        parts.append(Sentence(say(zh=f"到 {told.until} 为止没有。", en=f"Nothing until {told.until}.")))
    if told.note:
        parts.append(Sentence(told.note))
    return Document(f"{told.duty.title}（{told.duty.duty_id}）", tuple(parts))


def _target(dates: DueDates) -> str:
    return _with_span(dates.target, _between(*dates.safe_days))


def _deadline(dates: DueDates) -> str:
    span = _between(dates.earliest, dates.latest)
    if dates.provisional and not span:  # the window may move, by how much nobody can say
        span = say(zh="暂定", en="provisional")
    return _with_span(dates.deadline, span)


def _with_span(day: date, span: str) -> str:
    return str(day) + (say(zh=f"（{span}）", en=f" ({span})") if span else "")
