"""Heartbeats: that a loop of the engine went round, and when. The time comes from the caller.

Each loop has its own: that patrol is alive says nothing of deliver. The audit's beats only when it found the engine sound.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, Select, select
from sqlmodel import col

from duban.base.clock import ago, local
from duban.base.language import say
from duban.ledger.bulk import upsert
from duban.ledger.database import writing
from duban.ledger.tables import Lease

AUDIT: Final = "heartbeat"
"""Under which the audit's heartbeat is kept."""


@dataclass(frozen=True)
class EngineLoop:
    """One of the rounds the engine goes."""

    name: str  #: as settings and metrics name it
    zh: str  #: as people call it
    en: str  #: the same in English
    may_rest: timedelta  #: from when on it is called silent

    @property
    def word(self) -> str:
        """As people call it."""
        return say(zh=self.zh, en=self.en)

    @property
    def kept_as(self) -> str:
        """Under which its heartbeat is kept."""
        return AUDIT if self.name == "audit" else f"loop:{self.name}"


OPENING: Final = EngineLoop("opening", "开办", "opening", timedelta(hours=2, minutes=15))
PATROL: Final = EngineLoop("patrol", "巡查", "patrol", timedelta(minutes=15))
DELIVER: Final = EngineLoop("deliver", "发送", "deliver", timedelta(minutes=10))
SELF_CHECK: Final = EngineLoop("audit", "自查", "audit", timedelta(hours=2, minutes=15))
LOOPS: Final = (OPENING, PATROL, DELIVER, SELF_CHECK)
"""Opening and audit come every hour, patrol every five minutes, deliver every minute."""


@dataclass(frozen=True)
class LoopBeat:
    """When a loop went round last."""

    loop: EngineLoop  #: which
    at: datetime | None  #: aware UTC; None: never
    silent: bool  #: whether that is longer ago than it may be, or as far ahead: the clock was put back, nobody knows


def beat(engine: Engine, name: str, now: datetime) -> None:
    """Write down that the step `name` was done at `now` (aware UTC)."""
    heard = {"holder": "duban", "until": now, "beat_at": now}
    with writing(engine) as connection:
        connection.execute(
            upsert(connection, Lease)
            .values(name=name, **heard)
            .on_conflict_do_update(index_elements=["name"], set_=heard)
        )


def loop_beats(connection: Connection, now: datetime) -> list[LoopBeat]:
    """When each loop went round last, and whether it is silent at `now` (aware UTC)."""
    found = dict(connection.execute(_kept()).tuples().all())
    return [_beat(loop, found.get(loop.kept_as), now) for loop in LOOPS]


@cache
def _kept() -> Select[tuple[str, datetime]]:
    """The loops' heartbeats; put together once, as every page asks."""
    names = [loop.kept_as for loop in LOOPS]
    return select(col(Lease.name), col(Lease.beat_at)).where(col(Lease.name).in_(names))


@dataclass(frozen=True)
class EngineStanding:
    """How the engine stands when somebody reads figures: where nobody has looked, nothing overdue is no good news."""

    alive: datetime | None  #: when the audit last found the engine sound, aware UTC; None: never
    sound: bool  #: whether every round, the audit's too, was gone lately
    silent_loops: str  #: the rounds that fell silent, by name
    now: datetime  #: when it was looked, aware UTC
    zone: ZoneInfo  #: in which moments are told

    @property
    def told(self) -> str:
        """When the engine was last alive; every report says so."""
        at = "—" if self.alive is None else local(self.alive, self.zone)
        return say(zh="督办引擎最近一次正常", en="Engine last alive") + f" {at}"

    @property
    def doubt(self) -> str:
        """That the engine has not been well for too long, and what it means for figures; empty while it is sound."""
        if self.sound:
            return ""
        if self.alive is None:
            told = say(
                zh="请注意：督办引擎还没有正常运转过", en="Take care: the engine has never been sound yet"
            )
        else:
            when = f"{local(self.alive, self.zone)}{say(zh='（', en=' (')}{ago(self.alive, self.now)}{say(zh='）', en=')')}"
            told = say(
                zh=f"请注意：督办引擎最近一次正常是 {when}", en=f"Take care: the engine was last sound {when}"
            )
        if self.silent_loops:
            told += say(zh=f"，没有动静：{self.silent_loops}", en=f"; silent: {self.silent_loops}")
        return told + say(
            zh="。到日子的事项可能没有开办、没有催办，数字可能偏少；没有逾期不等于都办好了。",
            en=". What ought to be open may not be, and nobody may have been reminded: figures may be too low, and nothing "
            "overdue does not mean that all is done.",
        )

    def beside(self, told: str) -> str:
        """A sentence about figures, and after it that they are to be doubted, where they are."""
        return f"{told} {self.doubt}".rstrip()


def engine_standing(connection: Connection, now: datetime, zone: ZoneInfo) -> EngineStanding:
    """How the engine stands at `now` (aware UTC); moments are told in `zone`."""
    beats = loop_beats(connection, now)
    alive = next(each.at for each in beats if each.loop is SELF_CHECK)
    return EngineStanding(alive, not any(each.silent for each in beats), _silent_words(beats), now, zone)


def _silent_words(beats: Sequence[LoopBeat]) -> str:
    """The rounds that fell silent, by name, besides the audit, of which every report tells when it was well.

    A loop that never went round counts once another one has: before the first turn of a new project nothing is silent.
    """
    rounds = [each for each in beats if each.loop is not SELF_CHECK]
    silent = [each.loop.word for each in rounds if each.silent]
    return say(zh="、", en=", ").join(silent) if any(each.at for each in rounds) else ""


def _beat(loop: EngineLoop, at: datetime | None, now: datetime) -> LoopBeat:
    return LoopBeat(loop, at, at is None or abs(now - at) > loop.may_rest)
