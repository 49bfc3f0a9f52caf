"""One obligation explained, from what the ledger holds of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, select

from duban.base.clock import business_date
from duban.base.language import say
from duban.duties.grammar import Duty, duty_from_content
from duban.explanations.model import (
    Dates,
    DutySaid,
    Explanation,
    Happening,
    Reason,
    RungTold,
    StepTold,
)
from duban.ladders.ladder import Ladder, rung_day
from duban.ladders.stages import stage_word
from duban.ledger.database import reading
from duban.ledger.short_ids import short_id
from duban.ledger.tables import (
    DELIVERY,
    DUTY_VERSION,
    FACT,
    NOTICE,
    OBLIGATION,
    OBLIGATION_EVENT,
    RECKONING,
    SUBJECT,
)
from duban.obligations.progress_words import ProgressWords
from duban.workdays import UnknownYear

if TYPE_CHECKING:
    from duban.workdays import WorkdayCalendar
    from duban.workspace.workspace import Workspace


def explain(ws: Workspace, obligation_id: int) -> Explanation:
    """Explain an obligation by its number. Raises LookupError when there is none of that number."""
    with reading(ws.ledger) as connection:
        row = connection.execute(_OBLIGATION.where(OBLIGATION.c.id == obligation_id)).first()
        if row is None:
            raise LookupError(
                say(
                    zh=f"没有编号为 {short_id(obligation_id)} 的应办事项",
                    en=f"no obligation {short_id(obligation_id)}",
                )
            )
        notices = connection.execute(
            select(NOTICE).where(NOTICE.c.obligation_id == obligation_id).order_by(NOTICE.c.id)
        ).all()
        timeline = sorted(_timeline(connection, row, notices), key=lambda happening: happening.at)
        facts = tuple(_facts(connection, row, ws.definitions.project.zone))
        duty = duty_from_content(row.content)
        today = business_date(ws.clock.now(), ws.definitions.project.zone)
        words = ProgressWords(connection, ws.definitions, today)
        come_to = words.of(duty, row.id, row.unit, row.period_key)
    unit = ws.definitions.project.units.get(row.unit)
    calendar = ws.definitions.calendar.for_unit(row.unit)
    return Explanation(
        short_id=short_id(obligation_id),
        duty=said_of(duty),
        unit=unit.name if unit else row.unit,
        subject=row.subject or "",
        period_key=row.period_key,
        state=row.state,
        opened_on=row.opened_on,
        target=row.target,
        deadline=row.deadline,
        facts=facts,
        progress=come_to,
        dates=_recorded_dates(row),
        calendar_version=row.calendar_version,
        rungs=tuple(_rungs(ws.definitions.ladders.get(duty.ladder), row, notices, calendar)),
        timeline=tuple(timeline),
    )


def said_of(duty: Duty) -> DutySaid:
    """What a definition says of itself."""
    return DutySaid(
        duty_id=duty.id,
        title=duty.title,
        line=duty.line,
        kind=duty.kind,
        owner_post=duty.owner.post,
        reasons=tuple(Reason(basis.clauses, basis.source, basis.quote) for basis in duty.basis),
        assumptions=tuple((assumption.key, assumption.reason) for assumption in duty.assumptions),
        confidential=duty.confidential,
    )


_OBLIGATION = (
    select(
        OBLIGATION,
        DUTY_VERSION.c.content,
        SUBJECT.c.name.label("subject"),
        RECKONING.c.nominal,
        RECKONING.c.target.label("first_target"),
        RECKONING.c.deadline.label("first_deadline"),
        RECKONING.c.provisional.label("first_provisional"),
        RECKONING.c.earliest,
        RECKONING.c.latest,
        RECKONING.c.steps,
        RECKONING.c.calendar_version,
    )
    .join(DUTY_VERSION, DUTY_VERSION.c.id == OBLIGATION.c.duty_version_id)
    .join(RECKONING, RECKONING.c.id == OBLIGATION.c.reckoning_id)
    .outerjoin(SUBJECT, SUBJECT.c.id == OBLIGATION.c.subject_id)
)


def _recorded_dates(row: Row[Any]) -> Dates:
    return Dates(
        nominal=row.nominal,
        target=row.first_target,
        deadline=row.first_deadline,
        provisional=row.first_provisional,
        earliest=row.earliest,
        latest=row.latest,
        steps=tuple(
            StepTold(step["text"], date.fromisoformat(step["day"]), step["basis"]) for step in row.steps
        ),
    )


def _facts(connection: Connection, row: Row[Any], zone: ZoneInfo) -> Iterator[str]:
    """The facts it rests on, each in one line: the one it counts from, or the evidence that was completed."""
    numbers = [*([] if row.fact_id is None else [row.fact_id]), *(row.evidence_facts or [])]
    query = (
        select(FACT, SUBJECT.c.name.label("about"))
        .outerjoin(SUBJECT, SUBJECT.c.id == FACT.c.subject_id)
        .where(FACT.c.id.in_(numbers))
        .order_by(FACT.c.happened_on, FACT.c.id)
    )
    for fact in connection.execute(query):
        known_on = business_date(fact.recorded_at, zone)
        more = ""
        if known_on > fact.happened_on:
            more += say(zh=f"，补报于 {known_on}", en=f", known late, on {known_on}")
        if fact.subject_id != row.subject_id and fact.about is not None:  # merged since
            more += say(zh=f"，原属 {fact.about}", en=f", of what was {fact.about}")
        yield say(
            zh=f"{fact.happened_on} {fact.kind}（来源 {fact.source}，编号 {fact.ref}{more}）",
            en=f"{fact.happened_on} {fact.kind} (from {fact.source}, {fact.ref}{more})",
        )


def _rungs(
    ladder: Ladder | None, row: Row[Any], notices: Sequence[Row[Any]], calendar: WorkdayCalendar
) -> Iterator[RungTold]:
    """The ladder with what has been decided, then rungs that were decided and have since left the ladder."""
    said = {notice.rung: notice for notice in notices}
    for rung in ladder.rungs if ladder else ():
        notice = said.pop(rung.key, None)
        if notice is not None:
            yield RungTold(rung.key, stage_word(notice.stage), notice.due_on, notice.decided_at, notice.late)
            continue
        try:
            day = rung_day(
                rung, opened_on=row.opened_on, target=row.target, deadline=row.deadline, calendar=calendar
            )
        except UnknownYear:
            day = None
        yield RungTold(rung.key, stage_word(rung.stage.value), day, None, late=False)
    for notice in said.values():
        yield RungTold(notice.rung, stage_word(notice.stage), notice.due_on, notice.decided_at, notice.late)


def _timeline(connection: Connection, row: Row[Any], notices: Sequence[Row[Any]]) -> Iterator[Happening]:
    due = _first_due(connection, row)
    yield Happening(row.opened_at, "opened", say(zh=f"开办，期限 {due}", en=f"opened, due {due}"))
    for notice in notices:
        yield Happening(notice.decided_at, "notice", _notice_text(notice))
    stages = {notice.id: notice.stage for notice in notices}
    deliveries = select(DELIVERY).where(DELIVERY.c.obligation_id == row.id).order_by(DELIVERY.c.id)
    for delivery in connection.execute(deliveries):
        at = delivery.settled_at or delivery.next_attempt_at
        stage = stage_word(stages[delivery.notice_id])
        yield Happening(
            at, "delivery", f"{stage} → {delivery.recipient} ({delivery.channel}): {_outcome(delivery)}"
        )
    events = (
        select(OBLIGATION_EVENT)
        .where(OBLIGATION_EVENT.c.obligation_id == row.id)
        .order_by(OBLIGATION_EVENT.c.id)
    )
    for event in connection.execute(events):
        yield Happening(event.at, event.kind, _event_text(event))


def _first_due(connection: Connection, row: Row[Any]) -> date:
    """The deadline it opened with: that of its reckoning, or of its first one where an edit has dated it anew."""
    query = (
        select(OBLIGATION_EVENT.c.details["was_reckoning"].as_integer())
        .where(OBLIGATION_EVENT.c.obligation_id == row.id)
        .order_by(OBLIGATION_EVENT.c.id)
    )
    earlier = next((number for number in connection.execute(query).scalars() if number is not None), None)
    if earlier is None:
        first: date = row.first_deadline
        return first
    was: date = connection.execute(select(RECKONING.c.deadline).where(RECKONING.c.id == earlier)).scalar_one()
    return was


def _notice_text(notice: Row[Any]) -> str:
    late = say(zh="（补记）", en=" (late)") if notice.late else ""
    stage = stage_word(notice.stage)
    return say(zh=f"{stage}，应于 {notice.due_on}{late}", en=f"{stage}, due {notice.due_on}{late}")


def _outcome(delivery: Row[Any]) -> str:
    told: Mapping[str, str] = {
        "pending": say(zh="待发送", en="waiting"),
        "sending": say(zh="发送中", en="being sent"),
        "sent": say(zh="已送达", en="sent"),
        "failed": say(
            zh=f"失败，将重试（已试 {delivery.attempts} 次）",
            en=f"failed {delivery.attempts} times, retrying",
        ),
        "unknown": say(zh="结果不明", en="outcome unknown"),
        "dead": say(zh="已放弃", en="given up"),
        "cancelled": say(zh="已取消", en="cancelled"),
    }
    why = f" ({delivery.last_error})" if delivery.last_error else ""
    return f"{told.get(delivery.state, delivery.state)}{why}"


_OF_THE_LEDGER = (
    "content",
    "versions",
    "was_reckoning",
    "was_target",
    "target",
    "from",
    "to",
    "unit",
    "now",
    "origin",
    "merged_into",
    "parted",
)
"""Details that the reason tells better, of what the engine does to an obligation whose duty, days or subject changed."""
_BY_THE_ENGINE = ("rehome", "redate", "carry", "reinstate")


def _worth_telling(event: Row[Any]) -> Iterator[tuple[str, Any]]:
    """The details a person reads: for what the engine did of itself, only the days and the successor."""
    details = event.details or {}
    of_an_edit_or_merger = {"content", "origin", "parted"} & {*details}
    told_by_its_reason = bool(of_an_edit_or_merger) or event.kind in _BY_THE_ENGINE
    for key, value in details.items():
        if told_by_its_reason and key in _OF_THE_LEDGER:
            continue
        if key == "superseded_by":
            yield say(zh="由", en="by"), short_id(value)
        elif told_by_its_reason and key in ("was", "deadline"):
            yield (say(zh="原期限", en="was due") if key == "was" else say(zh="期限", en="due")), value
        else:
            yield key, value


def _event_text(event: Row[Any]) -> str:
    words = {
        "acknowledge": say(zh="签收", en="acknowledged"),
        "complete": say(zh="办结", en="completed"),
        "extend": say(zh="延期", en="extended"),
        "waive": say(zh="免办", en="waived"),
        "suspend": say(zh="中止", en="suspended"),
        "resume": say(zh="恢复", en="resumed"),
        "supersede": say(zh="被替换", en="superseded"),
        "withdraw": say(zh="撤回", en="withdrawn"),
        "redate": say(zh="改期", en="dated anew"),
        "carry": say(zh="承接到新版本", en="carried over to the new version"),
        "reinstate": say(zh="恢复效力", en="reinstated"),
        "passed_on": say(zh="岗位空缺，转上一级", en="posts empty, passed on"),
        "rehome": say(zh="移交", en="moved to another unit"),
        "freeze": say(zh="定格", en="frozen"),
        "reopen": say(zh="重新打开", en="reopened"),
        "nobody_told": say(zh="各级岗位空缺，无人收到", en="every post empty, nobody was told"),
    }
    details = "，".join(f"{key}: {value}" for key, value in _worth_telling(event))
    return " · ".join(
        part for part in (words.get(event.kind, event.kind), event.actor, event.reason, details) if part
    )
