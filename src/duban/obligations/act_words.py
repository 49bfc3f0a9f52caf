"""What acts and events are called in the reader's language: in a sentence, on a button, in the history."""

from collections.abc import Mapping
from typing import Final

from duban.base.language import say
from duban.ledger.tables import ObligationEvent
from duban.obligations.moves import MOVES

REQUESTS: Final = ("request-extension", "request-waiver", "request-transfer")
"""The acts that ask for something."""
_MOVE: Final[Mapping[str, str]] = {**dict.fromkeys(REQUESTS, "request"), "grant": "extend"}
_ACTS: Final[Mapping[str, tuple[str, str]]] = {
    "request-extension": ("申请延期", "ask for a later day"),
    "request-waiver": ("申请免办", "ask for a waiver"),
    "request-transfer": ("申请转办", "ask for a transfer"),
    "grant": ("同意申请", "grant"),
    "refuse": ("不同意申请", "refuse"),
}
_IN_THE_HISTORY: Final[Mapping[str, tuple[str, str]]] = {
    "approve": ("复核通过，销号", "reviewed and closed"),
    "supersede": ("被替换", "superseded"),
    "carry": ("承接到新版本", "carried over to the new version"),
    "answered-anew": ("仍算办结", "still done"),
    "passed_on": ("岗位空缺，转上一级", "posts empty, passed on"),
    "letter": ("发文", "letter issued"),
    "assign": ("交办", "assigned"),
    "receipt": ("收到回执", "slip returned"),
    "missed": ("未达标", "missed"),
    "unreported": ("未报数", "not reported"),
    "nobody_told": ("各级岗位空缺，无人收到", "every post empty, nobody was told"),
}
_WISHES: Final[Mapping[str, tuple[str, str]]] = {
    "extension": ("延期", " a later day"),
    "waiver": ("免办", " a waiver"),
    "transfer": ("转办", " a transfer"),
}


def move_of(act: str) -> str:
    """The move (`moves`) that an act comes down to: `request` of `request-waiver`."""
    return _MOVE.get(act, act)


def act_word(act: str) -> str:
    """An act (`acknowledge`, `request-waiver`, …) as a sentence says it: 签收, 申请免办; ask for a waiver."""
    move = MOVES[move_of(act)]
    zh, en = _ACTS.get(act, (move.zh, move.en))
    return say(zh=zh, en=en)


def act_label(act: str) -> str:
    """An act as a button or a heading says it: 签收, 申请免办; Ask for a waiver."""
    word = act_word(act)
    return word[:1].upper() + word[1:]


def history_word(event: ObligationEvent) -> str:
    """What happened, as the history says it: 退回, sent back; of a wish also for what: 申请延期, 不同意转办."""
    kind = event.kind
    if kind not in MOVES and kind not in _IN_THE_HISTORY:
        return kind
    zh, en = _IN_THE_HISTORY[kind] if kind in _IN_THE_HISTORY else (MOVES[kind].zh, MOVES[kind].en_done)
    if kind == "undo":
        undone = MOVES[str(event.details["undoes"])]
        return say(zh=zh + undone.zh, en=f"{en}: {undone.en_done}")
    if kind not in ("request", "refuse"):
        return say(zh=zh, en=en)
    wish = _WISHES.get(str(event.details.get("request")), ("申请", " what was asked"))
    return say(zh=zh if wish[0] == zh else zh + wish[0], en=en + wish[1])
