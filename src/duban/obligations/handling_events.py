"""When an obligation was given to somebody beside the post that owes it, taken back, what those who work along handed in, and
that it is owed again because a fact was not so (`retraction`).
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final, NamedTuple

from sqlalchemy import Connection, Executable, select
from sqlmodel import col

from duban.base.json_values import JsonObject
from duban.base.language import say
from duban.bureau.unit_posts import UnitPost
from duban.ledger.choosing import among_those, portions
from duban.ledger.rows import columns_of, rows_of
from duban.ledger.tables import ObligationEvent

TAKEN_BACK: Final = ("take-back", "release", "leave")
OWED_AGAIN: Final = ("recall", "reopen")
_KINDS: Final = ("dispatch", "transfer", "co-handle", "contribute", "undo", *TAKEN_BACK, *OWED_AGAIN)
_SAID: Final[Mapping[str, tuple[str, str]]] = {
    "dispatch": ("派单给您，请签收并办理", "gave it to you"),
    "transfer": ("转办给您，请签收并办理", "transferred it to you"),
    "undo-transfer": ("撤销转办，仍由您办理", "undid the transfer: it is yours as before"),
    "undo-extend": ("撤销延期，期限仍是 {called}", "undid the later day: it is due on {called} as before"),
    "leave": ("已转办给{called}，不用再办", "transferred it to {called}: nothing to do"),
    "take-back": ("收回派单，不用再办", "took it back: nothing to do"),
    "co-handle": (
        "请您会办，办好的材料直接反馈；仍由承办岗位负责",
        "asks you to work along; its owner stays responsible",
    ),
    "release": ("撤销会办，不用再办", "no longer asks you to work along: nothing to do"),
    "contribute": ("会办反馈，请看后一并反馈", "handed in what they did: report it with yours"),
    "recall": ("反馈已收回，仍要办", "the report was taken back: it is owed"),
    "reopen": ("已重新打开，仍要办", "opened again: it is owed"),
}


class _Event(NamedTuple):
    id: int
    obligation_id: int
    kind: str
    at: datetime
    actor: str
    reason: str
    details: JsonObject


@dataclass(frozen=True)
class HandlingEvent:
    """That a post was given an obligation, is to work along or not any more, hears what such a one handed in, or that it is
    owed again.
    """

    #: the event's number
    id: int
    #: the obligation's number
    obligation_id: int
    #: what its message is named after: the event, and which of several posts
    called: str
    #: dispatch, take-back, transfer, leave, co-handle, release, contribute, recall, reopen, undo-transfer or undo-extend
    kind: str
    #: who is told of it
    whom: UnitPost
    #: aware UTC
    at: datetime
    #: who did it
    actor: str
    #: why, in their words
    reason: str
    #: the files that were handed in
    evidence: tuple[str, ...]
    #: who owes it from now on, as people say it, or until when; empty where that stays
    called_now: str = ""

    @property
    def back(self) -> bool:
        """Whether there is nothing to do any more for whom it tells."""
        return self.kind in TAKEN_BACK

    def said(self) -> str:
        """What that post is told, in the reader's words."""
        zh, en = _SAID[self.kind]
        why = say(zh=f"：{self.reason}", en=f": {self.reason}") if self.reason else ""
        files = say(zh="、", en=", ").join(self.evidence)
        files = say(zh=f"（材料：{files}）", en=f" (evidence: {files})") if files else ""
        zh, en = zh.format(called=self.called_now), en.format(called=self.called_now)
        by = "" if self.kind in OWED_AGAIN else f"{self.actor} "
        return say(zh=f"{by}{zh}{why}{files}", en=f"{by}{en}{why}{files}")


def handling_events(connection: Connection, obligations: Collection[int]) -> list[HandlingEvent]:
    """What happened around these obligations (by number) between posts, oldest first: given, taken back, worked along, owed again."""
    found: list[HandlingEvent] = []
    for portion in portions(sorted(obligations)):
        for row in rows_of(connection, _of_those(), _Event, {"those": portion}):
            files = row.details.get("evidence")
            found += [
                HandlingEvent(
                    row.id,
                    row.obligation_id,
                    f"{row.id}:{number}" if number else str(row.id),
                    kind,
                    UnitPost.parse(post),
                    row.at,
                    row.actor,
                    row.reason,
                    tuple(map(str, files)) if isinstance(files, list) else (),
                    str(row.details.get("called", "")),
                )
                for number, (kind, post) in enumerate(_told(row))
            ]
    return found


def _told(row: _Event) -> Iterator[tuple[str, str]]:
    """Which posts an event tells what; none where a person takes a report back, opens again, or undoes what nobody had heard of."""
    if row.details.get("unsaid"):
        return
    kind = f"undo-{row.details['undoes']}" if row.kind == "undo" else row.kind
    for told, key in ((kind, "whom"), (kind, "hears"), ("leave", "left")):
        posts = row.details.get(key, [])
        yield from ((told, str(post)) for post in (posts if isinstance(posts, list) else [posts]))


@cache
def _of_those() -> Executable:
    return (
        select(*columns_of(ObligationEvent, _Event))
        .where(among_those(col(ObligationEvent.obligation_id)), col(ObligationEvent.kind).in_(_KINDS))
        .order_by(col(ObligationEvent.id))
    )
