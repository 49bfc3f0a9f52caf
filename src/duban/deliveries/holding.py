"""Delivery held (缓发) until a person has looked: by the engine when a day comes to more than is likely, or by a person.

| act | what becomes of what waits |
|---|---|
| hold | stays where it is; what is urgent goes all the same |
| release 放行 | goes out, looked at once more like everything |
| discard 不发 | is cancelled, with the reason; of one duty, where one is named, and delivery stays held |
| hold again 再压住 | undoes either: what was discarded waits again, what has not gone yet does not go |

What wrong facts brought about need not be discarded: once they are corrected it is withdrawn, and what is no longer owed is
not sent. Rungs that were decided stay decided: of what is discarded the ladder's next rung speaks.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, func, insert, or_, select, update
from sqlmodel import col

from duban.base.clock import business_date, local
from duban.base.folding import legible
from duban.base.language import say
from duban.deliveries.likelihood import FIGURE_WORDS, UnlikelyFigure, count_day, figures_of
from duban.ledger.database import writing
from duban.ledger.rows import columns_of, first_of, named, one_or_none, rows_of
from duban.ledger.tables import Delivery, DutyVersion, Hold, Notice, Obligation
from duban.obligations.rungs import is_of

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from sqlalchemy import Select

    from duban.definitions.definitions import Definitions
    from duban.ledger.principals import Principal
    from duban.workspace.workspace import Workspace

ENGINE: Final = "duban"
HOLDABLE: Final = ("pending", "failed")
"""What can be discarded: of what may have arrived nobody can say that it was not sent."""


class HoldRefused(Exception):
    """A hold cannot be placed or ended so; the text says why and what can be done."""


class HoldRecord(NamedTuple):
    """One hold, standing or ended."""

    id: int  #: its number
    day: date  #: the local day whose figures it is about
    at: datetime  #: since when, aware UTC
    by: str  #: who held; `duban` is the engine
    reason: str  #: why, in a person's words
    figures: dict[str, list[int]]  #: what was more than is likely: how many, and the most that is
    told_at: datetime | None  #: when somebody was told, aware UTC
    ended_at: datetime | None  #: when a person ended it, aware UTC; None while it stands
    ended_by: str | None  #: who
    decision: str | None  #: released or discarded
    ended_why: str | None  #: why

    @property
    def why(self) -> str:
        """Why delivery is held, in the reader's words."""
        unlikely = [
            UnlikelyFigure(name, *self.figures[name]).words for name in FIGURE_WORDS if name in self.figures
        ]
        return say(zh="；", en="; ").join([*unlikely, *([self.reason] if self.reason else [])])


class HeldDuty(NamedTuple):
    """What a hold keeps back of one duty."""

    duty: str  #: its id
    title: str  #: what people call it
    deliveries: int  #: how many messages wait, before digests make one of many
    recipients: int  #: for how many posts


def hold_where_unlikely(connection: Connection, ws: Workspace, now: datetime) -> bool:
    """Count the day, hold delivery if it has come to more than is likely, and say whether delivery is held at `now`."""
    on = business_date(now, ws.definitions.project.zone)
    figures = {each.name: [each.number, each.likely] for each in count_day(connection, on)}
    stands = standing_hold(connection)
    if stands is not None:
        if figures and figures != stands.figures and stands.by == ENGINE:
            connection.execute(update(Hold).where(col(Hold.id) == stands.id).values(figures=figures))
        return True
    if figures:
        connection.execute(
            insert(Hold).values(day=on, at=now, by=ENGINE, reason="", figures=figures, accepted={})
        )
    return bool(figures)


def standing_hold(connection: Connection) -> HoldRecord | None:
    """The hold that stands, with its figures and reason; None while messages go as always."""
    return first_of(connection, _records().where(col(Hold.ended_at).is_(None)), HoldRecord)


def all_holds(connection: Connection, most: int = 50) -> list[HoldRecord]:
    """The holds there were, the one that stands included, newest first, no more than `most`."""
    return rows_of(connection, _records().order_by(col(Hold.id).desc()).limit(most), HoldRecord)


def held_duties(connection: Connection, ws: Workspace, who: Principal) -> list[HeldDuty]:
    """What the hold that stands keeps back, by duty, the most first; of what is confidential only for those who may know."""
    counted = named(func.count(), "deliveries")
    query = (
        select(
            named(col(Obligation.duty_id), "duty"),
            named(func.max(col(DutyVersion.title)), "title"),
            counted,
            named(func.count(col(Delivery.recipient).distinct()), "recipients"),
        )
        .join(Obligation, col(Obligation.id) == col(Delivery.obligation_id))
        .join(DutyVersion, col(DutyVersion.id) == col(Obligation.duty_version_id))
        .where(*_kept_back(ws.definitions, who))
        .group_by(col(Obligation.duty_id))
        .order_by(counted.desc(), col(Obligation.duty_id))
    )
    return rows_of(connection, query, HeldDuty)


def goes_all_the_same(definitions: Definitions) -> ColumnElement[bool]:
    """What no hold keeps back: emergencies, and rungs that go out at any hour. For deliveries joined to their obligations."""
    urgent: list[ColumnElement[bool]] = [col(Obligation.due_at).is_not(None)]
    for name, ladder in definitions.ladders.items():
        rungs = [rung.key for rung in ladder.rungs if rung.urgent and rung.minutes is None]
        if rungs:
            by_it = select(col(DutyVersion.id)).where(col(DutyVersion.content)["ladder"].as_string() == name)
            speaks = select(col(Notice.id)).where(col(Notice.id) == col(Delivery.notice_id), is_of(rungs))
            urgent.append(and_(col(Obligation.duty_version_id).in_(by_it), speaks.exists()))
    return or_(*urgent)


def decision_word(hold: HoldRecord, zone: ZoneInfo) -> str:
    """What became of a hold, as people say it, by the clock of `zone`: “2023-10-09 09:00 林晓 放行：核过了”."""
    if hold.ended_at is None:
        return say(zh="压着，等人决定", en="stands")
    word = say(zh="放行", en="released") if hold.decision == "released" else say(zh="不发", en="discarded")
    why = say(zh="：", en=": ") + hold.ended_why if hold.ended_why else ""
    return f"{local(hold.ended_at, zone)} {hold.ended_by} {word}{why}"


def place_hold(ws: Workspace, who: Principal, now: datetime, reason: str) -> int:
    """Hold delivery by hand from `now` on (aware UTC); the hold's number. Raises HoldRefused where one stands, and without a reason."""
    if not legible(reason).strip():
        raise HoldRefused(say(zh="请写明为什么压住", en="say why delivery is to be held"))
    with writing(ws.ledger) as connection:
        _alone(connection)
        return _place(connection, ws, who, now, reason.strip())


def release_hold(ws: Workspace, number: int, who: Principal, now: datetime, reason: str = "") -> int:
    """Let out what waits behind the hold of this number; how many deliveries that are.

    `who` and the `reason`, which may be empty, stand with the hold. Raises HoldRefused for a hold that does not stand.
    """
    with writing(ws.ledger) as connection:
        _alone(connection)
        waiting = sum(each.deliveries for each in held_duties(connection, ws, who))
        _end(connection, ws, number, who, now, "released", reason)
    return waiting


def discard_held(
    ws: Workspace, number: int, who: Principal, now: datetime, reason: str, duty: str | None = None
) -> int:
    """Cancel what waits behind the hold of this number, all of it or of one `duty` (its id); how many they were.

    `who` and the `reason` stand with each. Of all of it the hold ends; of one duty it goes on. Raises HoldRefused for
    a hold that does not stand, and without a reason.
    """
    if not legible(reason).strip():
        raise HoldRefused(say(zh="请写明为什么不发", en="say why it is not to be sent"))
    with writing(ws.ledger) as connection:
        _alone(connection)
        _standing(connection, number)
        held = (
            select(col(Delivery.id))
            .join(Obligation, col(Obligation.id) == col(Delivery.obligation_id))
            .where(*_kept_back(ws.definitions, who), col(Delivery.state).in_(HOLDABLE))
        )
        if duty is not None:
            held = held.where(col(Obligation.duty_id) == duty)
        ended = {"state": "cancelled", "settled_at": now, "lease_holder": None, "lease_until": None}
        cancelled = connection.execute(
            update(Delivery)
            .where(col(Delivery.id).in_(held))
            .values(**ended, last_error=_mark(number) + reason.strip())
        ).rowcount
        if duty is None:
            _end(connection, ws, number, who, now, "discarded", reason)
    return cancelled


def hold_again(ws: Workspace, number: int, who: Principal, now: datetime) -> tuple[int, int]:
    """Undo how the hold of that number ended: the number of the hold that stands now, and how many deliveries wait again.

    What went out meanwhile is out. `who` places the new hold. Raises HoldRefused for a hold there is not, that
    stands, or while another does.
    """
    with writing(ws.ledger) as connection:
        _alone(connection)
        former = one_or_none(connection, _records().where(col(Hold.id) == number), HoldRecord)
        if former is None or former.ended_at is None:
            raise HoldRefused(
                say(
                    zh=f"没有已经了结的第 {number} 次缓发，请看缓发的清单",
                    en=f"no ended hold {number}; see the list of holds",
                )
            )
        back = connection.execute(
            update(Delivery)
            .where(
                col(Delivery.state) == "cancelled",
                col(Delivery.settled_at) >= former.at,
                col(Delivery.last_error).startswith(_mark(number), autoescape=True),
            )
            .values(state="pending", settled_at=None, next_attempt_at=now, last_error=None)
        ).rowcount
        reason = say(zh=f"撤销对第 {number} 次缓发的决定", en=f"undoes what was decided of hold {number}")
        return _place(connection, ws, who, now, reason), back


def _records() -> Select[tuple[object, ...]]:
    return select(*columns_of(Hold, HoldRecord))


def _kept_back(definitions: Definitions, who: Principal) -> tuple[ColumnElement[bool], ...]:
    """The deliveries a hold keeps back that somebody may know of, joined to their obligations."""
    return (
        *(() if who.undisclosed else (col(Obligation.confidential).is_(False),)),
        col(Delivery.settled_at).is_(None),
        col(Delivery.state) != "sending",
        ~goes_all_the_same(definitions),
    )


def _alone(connection: Connection) -> None:
    """Two who decide at once decide one after the other; on SQLite whoever writes is alone anyway."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("LOCK TABLE hold IN EXCLUSIVE MODE")


def _place(connection: Connection, ws: Workspace, who: Principal, now: datetime, reason: str) -> int:
    stands = standing_hold(connection)
    if stands is not None:
        raise HoldRefused(
            say(zh=f"已经压住了（第 {stands.id} 次缓发）", en=f"delivery is held already (hold {stands.id})")
        )
    on = business_date(now, ws.definitions.project.zone)
    placed = insert(Hold).values(
        day=on, at=now, by=who.name, reason=reason, figures={}, told_at=now, accepted={}
    )
    return connection.execute(placed.returning(col(Hold.id))).scalar_one()


def _standing(connection: Connection, number: int) -> HoldRecord:
    stands = standing_hold(connection)
    if stands is None or stands.id != number:
        now_stands = (
            say(zh=f"现在压住的是第 {stands.id} 次", en=f"hold {stands.id} stands")
            if stands
            else say(zh="现在没有压住", en="delivery is not held")
        )
        raise HoldRefused(
            say(
                zh=f"第 {number} 次缓发已经了结或没有：{now_stands}",
                en=f"hold {number} does not stand: {now_stands}",
            )
        )
    return stands


def _end(
    connection: Connection, ws: Workspace, number: int, who: Principal, now: datetime, decision: str, why: str
) -> None:
    _standing(connection, number)
    accepted = figures_of(connection, business_date(now, ws.definitions.project.zone))
    connection.execute(
        update(Hold)
        .where(col(Hold.id) == number)
        .values(
            ended_at=now,
            ended_by=who.name,
            decision=decision,
            ended_why=why.strip(),
            accepted=accepted._asdict(),
        )
    )


def _mark(number: int) -> str:
    """How the reason of a delivery begins that was discarded with a hold: in every language, to be found again."""
    return f"〔缓发 {number}〕"
