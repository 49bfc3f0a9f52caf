"""The audit: does the machine still do its duty?

A pass independent of patrol and deliver. It asserts that every open obligation has a rung before it or has been
through its last one, and that nothing waits that should have gone out. Only when all of that holds does the
heartbeat beat: whoever watches it learns of a silent engine by its absence. What a person should look at without
the engine being at fault (a message given up, an empty post, doubtful data) is a finding too, but stops no heart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, func, select

from duban.base.clock import business_date
from duban.base.days import ONE_DAY
from duban.base.language import say
from duban.facts.feeds import silent_feeds
from duban.ledger.database import reading
from duban.ledger.leases import beat
from duban.ledger.short_ids import short_id
from duban.ledger.tables import (
    DELIVERY,
    DUTY_VERSION,
    FACT,
    NOTICE,
    OBLIGATION,
    OBLIGATION_EVENT,
    OPEN_STATES,
)
from duban.ledger.watermarks import seen
from duban.obligations.transitions import ENGINE
from duban.reports import is_suspect
from duban.workspace.ahead import refuse_ahead

if TYPE_CHECKING:
    from duban.workspace.workspace import Workspace

HEARTBEAT = "heartbeat"
PATROL_MAY_LAG = timedelta(minutes=30)
"""Patrol comes every 5 minutes; a rung still undecided after this long was forgotten."""
DELIVERY_MAY_WAIT = timedelta(hours=2)
"""After its `not_before` a delivery goes out within the minute, retries included within this time."""
FACTS_MAY_REST = timedelta(days=7)
"""A feed that brought facts and then brings none for this long has probably died."""
NAMED = 5


@dataclass(frozen=True)
class Finding:
    """One thing the audit found. `broken` findings are the engine's own failure and hold back the heartbeat."""

    key: str
    broken: bool
    count: int
    text: str
    named: tuple[str, ...] = ()


@dataclass(frozen=True)
class AuditResult:
    """What one audit at the moment `at` (aware UTC) found; `clean` when nothing is broken."""

    at: datetime
    findings: tuple[Finding, ...]

    @property
    def clean(self) -> bool:
        """Whether the engine does its duty: the heartbeat was sent."""
        return not any(finding.broken for finding in self.findings)

    def as_json(self) -> dict[str, Any]:
        """The result as plain JSON."""
        return {
            "at": self.at.isoformat(),
            "clean": self.clean,
            "findings": [asdict(finding) for finding in self.findings],
        }


def audit(ws: Workspace, now: datetime) -> AuditResult:
    """Look the whole ledger over at `now` (aware UTC), and beat the heart if the engine is found sound."""
    refuse_ahead(ws.clock, now)
    result = look_over(ws, now)
    if result.clean:
        beat(ws.ledger, HEARTBEAT, now)
    return result


def look_over(ws: Workspace, now: datetime) -> AuditResult:
    """The audit without the heartbeat: for a person who asks, whose asking is no sign of the engine's life."""
    with reading(ws.ledger) as connection:
        found = [finding for check in _CHECKS for finding in check(ws, connection, now)]
    return AuditResult(now, tuple(sorted(found, key=lambda finding: not finding.broken)))


def _without_rung(ws: Workspace, connection: Connection, now: datetime) -> Iterator[Finding]:
    """Every open obligation has a next rung, or its ladder's last rung is behind it."""
    versions = connection.execute(
        select(DUTY_VERSION.c.id, DUTY_VERSION.c.content["ladder"].as_string().label("ladder"))
    )
    by_last_rung: dict[str, list[int]] = {}
    for version in versions:
        ladder = ws.definitions.ladders.get(version.ladder)
        by_last_rung.setdefault(ladder.rungs[-1].key if ladder else "", []).append(version.id)
    for last_rung, ids in by_last_rung.items():
        been_through = (
            select(NOTICE.c.id)
            .where(NOTICE.c.obligation_id == OBLIGATION.c.id, NOTICE.c.rung == last_rung)
            .exists()
        )
        lost = (
            OBLIGATION.c.closed_at.is_(None),
            OBLIGATION.c.state.in_(OPEN_STATES),
            OBLIGATION.c.next_rung_at.is_(None),
            OBLIGATION.c.duty_version_id.in_(ids),
            ~been_through,
        )
        count = connection.execute(select(func.count()).select_from(OBLIGATION).where(*lost)).scalar_one()
        if count:
            yield Finding(
                "obligation.without-rung",
                True,
                count,
                say(
                    zh=f"有 {count} 项在办，却没有下一级催办，也没走完阶梯：不会再有人被提醒",
                    en=f"{count} open obligations have no next rung and are not past their last:"
                    " nobody will be reminded",
                ),
                _short_ids(connection, lost),
            )


def _opening_behind(ws: Workspace, connection: Connection, now: datetime) -> Iterator[Finding]:
    """Every duty has been looked at up to yesterday at least; one that is refused stays behind."""
    yesterday = business_date(now, ws.definitions.project.zone) - ONE_DAY
    behind = [
        duty_id
        for name, (day, _) in seen(connection).marks.items()
        if (duty_id := name.removeprefix("opening:")) in ws.definitions.duties
        and (day is None or day < yesterday)
    ]
    if behind:
        yield Finding(
            "opening.behind",
            True,
            len(behind),
            say(
                zh=f"有 {len(behind)} 个事项没有按日开办，运行 duban doctor 看原因",
                en=f"{len(behind)} duties were not opened up to date; duban doctor says why",
            ),
            tuple(sorted(behind)[:NAMED]),
        )


def _patrol_behind(ws: Workspace, connection: Connection, now: datetime) -> Iterator[Finding]:
    late = (OBLIGATION.c.state.in_(OPEN_STATES), OBLIGATION.c.next_rung_at < now - PATROL_MAY_LAG)
    count = connection.execute(select(func.count()).select_from(OBLIGATION).where(*late)).scalar_one()
    if count:
        yield Finding(
            "patrol.behind",
            True,
            count,
            say(
                zh=f"有 {count} 项到了催办时刻还没有处理，巡查可能停了",
                en=f"{count} due rungs are undecided: is patrol running?",
            ),
            _short_ids(connection, late),
        )


def _deliveries_waiting(ws: Workspace, connection: Connection, now: datetime) -> Iterator[Finding]:
    waiting = (
        DELIVERY.c.settled_at.is_(None),
        DELIVERY.c.state.in_(("pending", "sending")),
        DELIVERY.c.not_before < now - DELIVERY_MAY_WAIT,
    )
    count = connection.execute(select(func.count()).select_from(DELIVERY).where(*waiting)).scalar_one()
    if count:
        yield Finding(
            "delivery.waiting",
            True,
            count,
            say(
                zh=f"有 {count} 条消息早该发出，等了两小时以上，发送可能停了",
                en=f"{count} messages should have gone out over two hours ago: is deliver running?",
            ),
        )


def _deliveries_lost(ws: Workspace, connection: Connection, now: datetime) -> Iterator[Finding]:
    query = (
        select(DELIVERY.c.state, func.count())
        .where(DELIVERY.c.state.in_(("dead", "unknown", "failed")))
        .group_by(DELIVERY.c.state)
    )
    told = {
        "dead": say(
            zh="条消息多次发送失败，已放弃并转入站内收件箱",
            en="messages were given up and went to the inbox instead",
        ),
        "unknown": say(zh="条消息发送结果不明，会用同一编号重发", en="messages have an unknown outcome"),
        "failed": say(zh="条消息发送失败，正在重试", en="messages failed and are being retried"),
    }
    for state, count in connection.execute(query).tuples().all():
        yield Finding(
            f"delivery.{state}",
            False,
            count,
            say(zh=f"有 {count} {told[state]}", en=f"{count} {told[state]}"),
        )


def _nobody_told(ws: Workspace, connection: Connection, now: datetime) -> Iterator[Finding]:
    nobody = select(OBLIGATION_EVENT.c.obligation_id).where(OBLIGATION_EVENT.c.kind == "nobody_told")
    silent = (OBLIGATION.c.state.in_(OPEN_STATES), OBLIGATION.c.id.in_(nobody))
    count = connection.execute(select(func.count()).select_from(OBLIGATION).where(*silent)).scalar_one()
    if count:
        yield Finding(
            "notice.nobody-told",
            False,
            count,
            say(
                zh=f"有 {count} 项催办时各级岗位都空缺，谁也没有通知到，请在 duban.yaml 补上岗位人员",
                en=f"{count} obligations had every post empty when a rung fell due: nobody was told; fill the posts",
            ),
            _short_ids(connection, silent),
        )


def _empty_posts(ws: Workspace, connection: Connection, now: datetime) -> Iterator[Finding]:
    today = business_date(now, ws.definitions.project.zone)
    empty = [
        f"{unit.name}·{post.name}"
        for unit in ws.definitions.project.units.values()
        for post in unit.posts.values()
        if not post.staffed(today)
    ]
    if empty:
        yield Finding(
            "post.empty",
            False,
            len(empty),
            say(
                zh=f"有 {len(empty)} 个岗位空缺或无人代理，催办会直接转上一级",
                en=f"{len(empty)} posts are empty or away without a deputy: their rungs pass on at once",
            ),
            tuple(empty[:NAMED]),
        )


def _draft(ws: Workspace, connection: Connection, now: datetime) -> Iterator[Finding]:
    if not ws.draft.differs:
        return
    problems = ws.draft.problems
    yield Finding(
        "content.draft",
        False,
        len(problems),
        say(
            zh=f"文件夹里有 {len(problems)} 处错误，不影响运行，请运行 duban check",
            en=f"{len(problems)} problems in the folder, which is not in force; run duban check",
        )
        if problems
        else say(
            zh="文件夹里的内容与已生效的不同，请运行 duban plan",
            en="the folder differs from what is applied; run duban plan",
        ),
        tuple(str(problem) for problem in problems[:NAMED]),
    )


def _silent_feed(ws: Workspace, connection: Connection, now: datetime) -> Iterator[Finding]:
    newest = connection.execute(select(FACT.c.recorded_at).order_by(FACT.c.id.desc()).limit(1)).scalar()
    if newest is not None and newest < now - FACTS_MAY_REST:
        days = (now - newest).days
        yield Finding(
            "facts.silent",
            False,
            days,
            say(
                zh=f"已有 {days} 天没有新的事实数据，请查数据来源",
                en=f"no new facts for {days} days: is the feed alive?",
            ),
        )


def _silent_sources(ws: Workspace, connection: Connection, now: datetime) -> Iterator[Finding]:
    """Sources of facts that should have brought some by now: their owner is to look, no unit is to blame."""
    silent = silent_feeds(connection, ws.definitions, now)
    if silent:
        yield Finding(
            "feeds.silent",
            False,
            len(silent),
            say(
                zh=f"有 {len(silent)} 个数据来源该有数据而没有，请负责的岗位查一查",
                en=f"{len(silent)} sources should have brought facts and have not; their owners are to look",
            ),
            tuple(f"{each.told} → {each.source.owner}" for each in silent[:NAMED]),
        )


def _silent_shares(ws: Workspace, connection: Connection, now: datetime) -> Iterator[Finding]:
    """Shares nobody reported anything for: suspended by the engine until their feed speaks."""
    suspended_by_engine = (
        select(OBLIGATION_EVENT.c.id)
        .where(
            OBLIGATION_EVENT.c.obligation_id == OBLIGATION.c.id,
            OBLIGATION_EVENT.c.kind == "suspend",
            OBLIGATION_EVENT.c.actor == ENGINE,
        )
        .exists()
    )
    silent = (OBLIGATION.c.state == "suspended", suspended_by_engine)
    by_duty = connection.execute(
        select(OBLIGATION.c.duty_id, func.count().label("n")).where(*silent).group_by(OBLIGATION.c.duty_id)
    ).all()
    if by_duty:
        count = sum(row.n for row in by_duty)
        yield Finding(
            "ratio.silent",
            False,
            count,
            say(
                zh=f"有 {count} 项比率目标整期没有任何单位报过数据，已中止，不算逾期；请查数据来源",
                en=f"nobody reported anything for {count} shares to keep: suspended, not overdue; look at the feeds",
            ),
            tuple(f"{row.duty_id} ({row.n})" for row in by_duty[:NAMED]),
        )


def _mass_overdue(ws: Workspace, connection: Connection, now: datetime) -> Iterator[Finding]:
    today = business_date(now, ws.definitions.project.zone)
    is_open = OBLIGATION.c.state.in_(OPEN_STATES)
    open_now = connection.execute(select(func.count()).select_from(OBLIGATION).where(is_open)).scalar_one()
    overdue = connection.execute(
        select(func.count()).select_from(OBLIGATION).where(is_open, OBLIGATION.c.deadline < today)
    ).scalar_one()
    if is_suspect(overdue, open_now):
        yield Finding(
            "overdue.suspect",
            False,
            overdue,
            say(
                zh=f"数据存疑：在办 {open_now} 项中有 {overdue} 项逾期，请先核实数据再通报单位",
                en=f"data suspect: {overdue} of {open_now} open obligations are overdue; check before naming anybody",
            ),
        )


def _short_ids(connection: Connection, where: tuple[Any, ...]) -> tuple[str, ...]:
    ids = connection.execute(select(OBLIGATION.c.id).where(*where).order_by(OBLIGATION.c.id).limit(NAMED))
    return tuple(short_id(number) for number in ids.scalars() if number is not None)


_CHECKS: tuple[Callable[[Workspace, Connection, datetime], Iterator[Finding]], ...] = (
    _without_rung,
    _opening_behind,
    _patrol_behind,
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
