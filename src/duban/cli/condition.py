"""`duban status` and `duban doctor`: how things stand, and what needs a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

import typer

from duban.base.language import say
from duban.cli.bilingual import both
from duban.cli.examination import examine
from duban.cli.failures import Outcome
from duban.cli.opened import open_project
from duban.cli.options import Json, Project
from duban.cli.screen import show_json, show_table, tell

if TYPE_CHECKING:
    from sqlalchemy import Connection, SQLColumnExpression

    from duban.ledger.tables import Fact, Subject
    from duban.workspace.workspace import Workspace

PANEL = both(zh="运行", en="Running")


@dataclass(frozen=True)
class Standing:
    """How a project stands at one moment. Counts are of rows in the ledger; moments are aware UTC."""

    bureau: str
    on: date
    service: str | None
    duties: int
    units: int
    subjects: int
    facts: int
    obligations: dict[str, int]
    overdue: int
    messages: int
    unread: int
    deliveries: dict[str, int]
    heartbeat: datetime | None
    version: int
    differs: bool
    problems: int


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    app.command(
        "status",
        rich_help_panel=PANEL,
        help=both(
            zh="现在的情况：事项、消息、服务。", en="How things stand: obligations, messages, the service."
        ),
    )(status)
    app.command(
        "doctor",
        rich_help_panel=PANEL,
        help=both(
            zh="体检：内容、台账、催办、Prefect，有毛病就说出来。",
            en="Examine content, ledger, reminders and Prefect, and say what is wrong.",
        ),
    )(doctor)


def status(*, project: Project = None, as_json: Json = False) -> None:
    """Say how things stand."""
    from duban.base.clock import ago, local

    with open_project(project, say_draft=False) as workspace:
        standing = _standing(workspace)
        zone, now = workspace.definitions.project.zone, workspace.clock.now()
    if as_json:
        show_json(standing)
        return
    tell(f"{standing.bureau} · {standing.on}", "bold")
    beat = say(zh="还没有", en="never")
    if standing.heartbeat is not None:
        since = ago(standing.heartbeat, now)
        beat = local(standing.heartbeat, zone) + say(zh=f"（{since}）", en=f" ({since})")
    show_table(
        ("", ""),
        (
            (
                say(zh="服务", en="service"),
                standing.service or say(zh="没有运行（duban up 启动）", en="not running (duban up)"),
            ),
            (say(zh="最近一次体检正常", en="last clean audit"), beat),
            (say(zh="内容", en="content"), _content_line(standing)),
            (
                say(zh="事项／单位／监管对象／事实", en="duties / units / subjects / facts"),
                f"{standing.duties} / {standing.units} / {standing.subjects} / {standing.facts}",
            ),
            (say(zh="应办事项", en="obligations"), _counts(standing.obligations)),
            (say(zh="其中逾期", en="of these overdue"), standing.overdue),
            (say(zh="收件箱（未读）", en="inbox (unread)"), f"{standing.messages} ({standing.unread})"),
            (say(zh="发送", en="deliveries"), _counts(standing.deliveries)),
        ),
    )


def doctor(*, project: Project = None, as_json: Json = False) -> int:
    """Examine everything; exit code 1 if something needs a person."""
    with open_project(project, say_draft=False) as workspace:
        found = examine(workspace)
    if as_json:
        show_json(found)
    else:
        for finding in found:
            mark, style = {True: ("✓", "green"), False: ("✗", "red"), None: ("–", "yellow")}[finding.sound]
            tell(f"{mark} {finding.what}", style)
            for detail in finding.details:
                tell(f"    {detail}")
    return Outcome.REFUSED if any(finding.sound is False for finding in found) else Outcome.DONE


def _content_line(standing: Standing) -> str:
    line = say(zh=f"已生效第 {standing.version} 版", en=f"version {standing.version} in force")
    if standing.problems:
        return line + say(
            zh=f"；文件夹里有 {standing.problems} 处错误，不影响运行（duban check）",
            en=f"; {standing.problems} problems in the folder, not in force (duban check)",
        )
    if standing.differs:
        return line + say(
            zh="；文件夹里的内容与已生效的不同（duban plan）",
            en="; the folder differs from what is applied (duban plan)",
        )
    return line


def _counts(counted: dict[str, int]) -> str:
    return say(zh="，", en=", ").join(f"{_word(name)} {count}" for name, count in counted.items()) or "0"


def _word(name: str) -> str:
    from duban.cli.obligations import STATES

    deliveries = {
        "pending": ("待发", "pending"),
        "sending": ("发送中", "sending"),
        "sent": ("已发", "sent"),
        "failed": ("失败待重试", "failed"),
        "unknown": ("结果不明", "unknown"),
        "dead": ("已放弃", "given up"),
        "cancelled": ("已取消", "cancelled"),
    }
    zh, en = {**deliveries, **STATES}[name]
    return say(zh=zh, en=en)


def _standing(workspace: Workspace) -> Standing:
    from sqlalchemy import func, select
    from sqlmodel import col

    from duban.base.clock import business_date
    from duban.ledger.database import reading
    from duban.ledger.tables import OPEN_STATES, Delivery, Fact, InboxMessage, Lease, Obligation, Subject
    from duban.runtime.presence import running_api

    definitions = workspace.definitions
    on = business_date(workspace.clock.now(), definitions.project.zone)
    with reading(workspace.ledger) as connection:
        messages, unread = connection.execute(
            select(func.count(), func.count().filter(col(InboxMessage.read_at).is_(None))).select_from(
                InboxMessage
            )
        ).one()
        overdue = connection.execute(
            select(func.count()).where(
                col(Obligation.state).in_(OPEN_STATES),
                col(Obligation.closed_at).is_(None),
                col(Obligation.deadline) < on,
            )
        ).scalar_one()
        return Standing(
            bureau=definitions.project.bureau,
            on=on,
            service=running_api(workspace.root),
            duties=len(definitions.duties),
            units=len(definitions.project.units),
            subjects=_count(connection, Subject),
            facts=_count(connection, Fact),
            obligations=_by_state(connection, col(Obligation.state)),
            overdue=overdue,
            messages=messages,
            unread=unread,
            deliveries=_by_state(connection, col(Delivery.state)),
            heartbeat=connection.execute(
                select(col(Lease.beat_at)).where(col(Lease.name) == "heartbeat")
            ).scalar(),
            version=workspace.version,
            differs=workspace.draft.differs,
            problems=len(workspace.draft.problems),
        )


def _count(connection: Connection, table: type[Fact | Subject]) -> int:
    from sqlalchemy import func, select

    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _by_state(connection: Connection, state: SQLColumnExpression[str]) -> dict[str, int]:
    from sqlalchemy import func, select

    query = select(state, func.count()).group_by(state).order_by(state)
    return dict(connection.execute(query).tuples().all())
