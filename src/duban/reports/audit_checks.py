"""What the audit looks at: one question each, answered by a finding or by nothing."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, literal_column, select
from sqlmodel import col

from duban.base.clock import Present, business_date, local
from duban.base.days import ONE_DAY
from duban.base.language import say
from duban.deliveries.holding import held_duties, standing_hold
from duban.facts.feeds import silent_feeds
from duban.ladders.ladder import up_to_urging
from duban.ladders.office_hours import may_go_out_at
from duban.ledger.counting import RowCount, by_word, how_many
from duban.ledger.lateness import IS_OPEN, is_over
from duban.ledger.principals import operator
from duban.ledger.rows import named, rows_of
from duban.ledger.short_ids import short_id
from duban.ledger.tables import (
    GIVEN_UP,
    OPEN_STATES,
    Delivery,
    DutyVersion,
    Fact,
    Notice,
    Obligation,
    ObligationEvent,
)
from duban.ledger.watermarks import seen
from duban.obligations.judgement import not_reported
from duban.obligations.rungs import in_present_course, is_of
from duban.reports.overdue_board import is_suspect, unsuspected_from
from duban.workspace.workspace import Workspace

PATROL_MAY_LAG = timedelta(minutes=30)
"""Patrol comes every 5 minutes; a rung still undecided after this long was forgotten."""
DELIVERY_MAY_WAIT = timedelta(hours=2)
"""After its `not_before` a delivery goes out within the minute, retries included within this time."""
FACTS_MAY_REST = timedelta(days=7)
"""A feed that brought facts and then brings none for this long has probably died."""
NAMED = 5


@dataclass(frozen=True)
class AuditFinding:
    """One thing the audit found."""

    key: str  #: Which question found it.
    broken: bool  #: Whether it is the engine's own failure, which holds back the heartbeat.
    count: int  #: How many there are; days for what fell silent.
    text: str  #: The same for a person, and what to do.
    named: tuple[str, ...] = ()  #: A few of them by name.


@dataclass(frozen=True)
class _Laddered:
    id: int
    ladder: str


def _without_rung(ws: Workspace, connection: Connection, now: datetime) -> Iterator[AuditFinding]:
    """Every open obligation has a next rung, or its ladder's last rung is behind it."""
    ladder = col(DutyVersion.content)["ladder"].as_string()
    by_last_rung: dict[tuple[str, str], list[int]] = {}
    for version in rows_of(connection, select(col(DutyVersion.id), named(ladder, "ladder")), _Laddered):
        known = ws.definitions.ladders.get(version.ladder)
        last = known.rungs[-1].key if known else ""
        # What summons nobody, for a value or a day that nobody has confirmed, is through with its last 催办.
        urged = next((rung.key for rung in reversed(up_to_urging(known).rungs)), last) if known else last
        by_last_rung.setdefault((last, urged), []).append(version.id)
    for last_rungs, ids in by_last_rung.items():
        been_through = (
            select(col(Notice.id))
            .where(col(Notice.obligation_id) == col(Obligation.id), is_of(last_rungs), in_present_course())
            .exists()
        )
        lost = (
            col(Obligation.closed_at).is_(None),
            col(Obligation.state).in_(OPEN_STATES),
            col(Obligation.next_rung_at).is_(None),
            col(Obligation.duty_version_id).in_(ids),
            ~been_through,
        )
        if count := how_many(connection, Obligation, *lost):
            text = say(
                zh=f"有 {count} 项在办，却没有下一级催办，也没走完阶梯：不会再有人被提醒",
                en=f"{count} open obligations have no next rung and are not past their last: nobody will be reminded",
            )
            yield AuditFinding("obligation.without-rung", True, count, text, _short_ids(connection, lost))


def _opening_behind(ws: Workspace, connection: Connection, now: datetime) -> Iterator[AuditFinding]:
    """Every duty has been looked at up to yesterday at least; one that is refused stays behind."""
    yesterday = business_date(now, ws.definitions.project.zone) - ONE_DAY
    behind = [
        duty_id
        for name, (day, _) in seen(connection).marks.items()
        if (duty_id := name.removeprefix("opening:")) in ws.definitions.duties
        and (day is None or day < yesterday)
    ]
    if behind:
        text = say(
            zh=f"有 {len(behind)} 个事项没有按日开办，运行 duban doctor 看原因",
            en=f"{len(behind)} duties were not opened up to date; duban doctor says why",
        )
        yield AuditFinding("opening.behind", True, len(behind), text, tuple(sorted(behind)[:NAMED]))


def _patrol_behind(ws: Workspace, connection: Connection, now: datetime) -> Iterator[AuditFinding]:
    late = (*IS_OPEN, col(Obligation.next_rung_at) < now - PATROL_MAY_LAG)
    if count := how_many(connection, Obligation, *late):
        text = say(
            zh=f"有 {count} 项到了催办时刻还没有处理，巡查可能停了",
            en=f"{count} due rungs are undecided: is patrol running?",
        )
        yield AuditFinding("patrol.behind", True, count, text, _short_ids(connection, late))


def _deliveries_waiting(ws: Workspace, connection: Connection, now: datetime) -> Iterator[AuditFinding]:
    definitions = ws.definitions
    waiting = (
        col(Delivery.settled_at).is_(None),
        col(Delivery.state).in_(("pending", "sending")),
        col(Delivery.not_before) < now - DELIVERY_MAY_WAIT,
        # What came too late for the office waits until it opens.
        col(Delivery.next_attempt_at)
        < may_go_out_at(now, definitions.project, definitions.calendar, urgent=False),
    )
    if standing_hold(connection) is not None:  # a finding of its own
        return
    if count := how_many(connection, Delivery, *waiting):
        text = say(
            zh=f"有 {count} 条消息早该发出，等了两小时以上，发送可能停了",
            en=f"{count} messages should have gone out over two hours ago: is deliver running?",
        )
        yield AuditFinding("delivery.waiting", True, count, text)


def _held(ws: Workspace, connection: Connection, now: datetime) -> Iterator[AuditFinding]:
    """Delivery waits for a person: the engine does as it should."""
    stands = standing_hold(connection)
    if stands is not None:
        whole = operator(ws.definitions.project, "audit")
        count = sum(each.deliveries for each in held_duties(connection, ws, whole))
        since = local(stands.at, ws.definitions.project.zone)
        text = say(
            zh=f"{since} 起消息压住了，等人核实（{stands.why}）：压着 {count} 条，放行或不发用 duban hold 或网页 /admin/engine",
            en=f"delivery is held since {since} for a person to look ({stands.why}): {count} wait; duban hold, or /admin/engine",
        )
        yield AuditFinding("delivery.held", False, count, text)


def _deliveries_lost(ws: Workspace, connection: Connection, now: datetime) -> Iterator[AuditFinding]:
    words = {
        "dead": say(
            zh="条消息多次发送失败，已放弃并转入站内收件箱",
            en="messages were given up and went to the inbox instead",
        ),
        "unknown": say(zh="条消息发送结果不明，会用同一编号重发", en="messages have an unknown outcome"),
        "failed": say(zh="条消息发送失败，正在重试", en="messages failed and are being retried"),
    }
    given_up = RowCount("dead", how_many(connection, Delivery, GIVEN_UP))
    state, not_settled = col(Delivery.state), col(Delivery.settled_at).is_(None)
    uncertain = by_word(connection, state, not_settled, state.in_(("failed", "unknown")))
    for lost in (*([given_up] if given_up.number else []), *uncertain):
        told = f"{lost.number} {words[lost.name]}"
        yield AuditFinding(f"delivery.{lost.name}", False, lost.number, say(zh=f"有 {told}", en=told))


def _nobody_told(ws: Workspace, connection: Connection, now: datetime) -> Iterator[AuditFinding]:
    kind: ColumnElement[str] = literal_column("'nobody_told'")  # written out, as its index asks
    nobody = select(col(ObligationEvent.obligation_id)).where(col(ObligationEvent.kind) == kind)
    silent = (*IS_OPEN, col(Obligation.id).in_(nobody))
    if count := how_many(connection, Obligation, *silent):
        text = say(
            zh=f"有 {count} 项催办时各级岗位都空缺，谁也没有通知到，请在 duban.yaml 补上岗位人员",
            en=f"{count} obligations had every post empty when a rung fell due: nobody was told; fill the posts",
        )
        yield AuditFinding("notice.nobody-told", False, count, text, _short_ids(connection, silent))


def _empty_posts(ws: Workspace, connection: Connection, now: datetime) -> Iterator[AuditFinding]:
    today = business_date(now, ws.definitions.project.zone)
    empty = [
        f"{unit.name}·{post.name}"
        for unit in ws.definitions.project.units.values()
        for post in unit.posts.values()
        if not post.staffed(today)
    ]
    if empty:
        text = say(
            zh=f"有 {len(empty)} 个岗位空缺或无人代理，催办会直接转上一级",
            en=f"{len(empty)} posts are empty or away without a deputy: their rungs pass on at once",
        )
        yield AuditFinding("post.empty", False, len(empty), text, tuple(empty[:NAMED]))


def _draft(ws: Workspace, connection: Connection, now: datetime) -> Iterator[AuditFinding]:
    problems = ws.draft.problems
    if not ws.draft.differs:
        return
    if problems:
        text = say(
            zh=f"文件夹里有 {len(problems)} 处错误，不影响运行，请运行 duban check",
            en=f"{len(problems)} problems in the folder, which is not in force; run duban check",
        )
    else:
        text = say(
            zh="文件夹里的内容与已生效的不同，请运行 duban plan",
            en="the folder differs from what is applied; run duban plan",
        )
    yield AuditFinding("content.draft", False, len(problems), text, tuple(map(str, problems[:NAMED])))


def _silent_feed(ws: Workspace, connection: Connection, now: datetime) -> Iterator[AuditFinding]:
    newest = connection.scalar(select(col(Fact.recorded_at)).order_by(col(Fact.id).desc()).limit(1))
    if newest is not None and newest < now - FACTS_MAY_REST:
        days = (now - newest).days
        text = say(
            zh=f"已有 {days} 天没有新的事实数据，请查数据来源",
            en=f"no new facts for {days} days: is the feed alive?",
        )
        yield AuditFinding("facts.silent", False, days, text)


def _silent_sources(ws: Workspace, connection: Connection, now: datetime) -> Iterator[AuditFinding]:
    """Sources of facts that should have brought some by now: their owner is to look, no unit is to blame."""
    silent = silent_feeds(connection, ws.definitions, now)
    if silent:
        text = say(
            zh=f"有 {len(silent)} 个数据来源该有数据而没有，请负责的岗位查一查",
            en=f"{len(silent)} sources should have brought facts and have not; their owners are to look",
        )
        names = tuple(f"{each.told} → {each.source.owner}" for each in silent[:NAMED])
        yield AuditFinding("feeds.silent", False, len(silent), text, names)


def _silent_shares(ws: Workspace, connection: Connection, now: datetime) -> Iterator[AuditFinding]:
    """Shares that could not be judged because their units have not reported: overdue, and urged."""
    told = [each.id for each in ws.definitions.duties.values() if each.cadence.measured]
    of_these = col(Obligation.duty_id).in_(told), col(Obligation.closed_at).is_(None)
    by_duty = by_word(connection, col(Obligation.duty_id), *of_these, not_reported())
    if by_duty:
        count = sum(duty.number for duty in by_duty)
        text = say(
            zh=f"有 {count} 项要报数的目标过了报数的日子还未报数，按逾期催办",
            en=f"{count} goals are not reported though their day is over: they are overdue",
        )
        names = tuple(f"{duty.name} ({duty.number})" for duty in by_duty[:NAMED])
        yield AuditFinding("ratio.unreported", False, count, text, names)


def _mass_overdue(ws: Workspace, connection: Connection, now: datetime) -> Iterator[AuditFinding]:
    present = Present.of(now, ws.definitions.project.zone)
    overdue = how_many(connection, Obligation, *IS_OPEN, is_over(present))
    open_now = how_many(connection, Obligation, *IS_OPEN, at_most=unsuspected_from(overdue))
    if is_suspect(overdue, open_now):
        text = say(
            zh=f"数据存疑：在办 {open_now} 项中有 {overdue} 项逾期，请先核实数据再通报单位",
            en=f"data suspect: {overdue} of {open_now} open obligations are overdue; check before naming anybody",
        )
        yield AuditFinding("overdue.suspect", False, overdue, text)


def _short_ids(connection: Connection, where: Iterable[ColumnElement[bool]]) -> tuple[str, ...]:
    found = select(col(Obligation.id)).where(*where).subquery()  # few: put in order once they are found
    ids = select(found.c.id).order_by(found.c.id + 0).limit(NAMED)
    return tuple(map(short_id, connection.scalars(ids)))


CHECKS: tuple[Callable[[Workspace, Connection, datetime], Iterator[AuditFinding]], ...] = (
    _without_rung,
    _opening_behind,
    _patrol_behind,
    _held,
    _deliveries_waiting,
    _deliveries_lost,
    _nobody_told,
    _empty_posts,
    _draft,
    _silent_feed,
    _silent_sources,
    _silent_shares,
    _mass_overdue,
)
