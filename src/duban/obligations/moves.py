"""What may be done to an obligation, and what becomes of it.

| move | from | to |
|---|---|---|
| acknowledge 签收 | open | acknowledged |
| complete 办结 | open, acknowledged, suspended | done |
| report 反馈 | open, acknowledged, suspended, reported | reported |
| approve 复核通过 | reported | done |
| return 退回 | reported | open, or acknowledged if it had been signed for |
| request 申请 (延期、免办) | open, acknowledged | as it was |
| refuse 不同意 | open, acknowledged | as it was |
| recall 收回 | open, acknowledged, reported | open, or acknowledged if it had been signed for |
| dispatch 派单 | open, acknowledged | open |
| take-back 收回派单 | open, acknowledged | open |
| transfer 转办 | open, acknowledged | open |
| co-handle 会办, release 撤销会办, contribute 会办反馈 | open, acknowledged | as it was |
| extend 延期 | open, acknowledged | as it was |
| undo 撤销 (an extension, a transfer) | open, acknowledged | as it was before that |
| waive 免办 | open, acknowledged, suspended | waived |
| suspend 中止 | open, acknowledged | suspended |
| resume 恢复 | suspended | open, or acknowledged if it had been signed for |
| reopen 重新打开 | done, waived, withdrawn | open, or acknowledged if it had been signed for |
| rehome 移交 | any | as it was |
| withdraw 撤回 | open, acknowledged, suspended, reported | withdrawn |
| supersede 替换 | open, acknowledged, suspended, reported | superseded |
| redate 改期 | open, acknowledged, suspended, reported | as it was |
| carry 承接 | open, acknowledged, suspended, reported | as it was |
| reinstate 恢复效力 | withdrawn, superseded | open, or acknowledged if it had been signed for |

Every move leaves one event. Reopening is a person's undo. The last six but withdraw and supersede for wrong facts are the engine's: when facts are corrected, and
when content is applied. Reinstating undoes what applying content withdrew or superseded, when that content is undone, and
what a merger did, when that is taken back. A closed obligation is only rehomed to the subject it was about before a merger.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from duban.base.language import say
from duban.base.objections import Objection
from duban.ledger.short_ids import short_id
from duban.ledger.tables import OPEN_STATES, REPORTED, STATES

AS_IT_WAS: Final = "as it was"
BEFORE: Final = "open or acknowledged"


@dataclass(frozen=True)
class Move:
    """One kind of move."""

    #: the states it starts from
    starts: tuple[str, ...]
    #: the state it leads to, or AS_IT_WAS, or BEFORE
    leads_to: str
    #: what people call it in Chinese
    zh: str
    #: in English, as what somebody wants to do: send back
    en: str
    #: in English, as what was done: sent back
    en_done: str

    def state_after(self, state: str, *, acknowledged: bool) -> str:
        """The state it leads to from `state`; `acknowledged` says whether somebody has ever signed for the obligation."""
        if self.leads_to == AS_IT_WAS:
            return state
        if self.leads_to == BEFORE:
            return "acknowledged" if acknowledged else "open"
        return self.leads_to


_WAITING = (*OPEN_STATES, "suspended")
_NOT_CLOSED = (*_WAITING, REPORTED)

MOVES: Final[Mapping[str, Move]] = {
    "acknowledge": Move(("open",), "acknowledged", "签收", "acknowledge", "acknowledged"),
    "complete": Move(_WAITING, "done", "办结", "complete", "completed"),
    "report": Move(_NOT_CLOSED, REPORTED, "反馈", "report as done", "reported done"),
    "approve": Move((REPORTED,), "done", "复核通过", "approve", "reviewed and closed"),
    "return": Move((REPORTED,), BEFORE, "退回", "send back", "sent back"),
    "request": Move(OPEN_STATES, AS_IT_WAS, "申请", "ask", "asked"),
    "refuse": Move(OPEN_STATES, AS_IT_WAS, "不同意", "refuse", "refused"),
    "recall": Move((*OPEN_STATES, REPORTED), BEFORE, "收回", "take back what was put forward", "taken back"),
    "dispatch": Move(OPEN_STATES, "open", "派单", "give to a post", "given to"),
    "take-back": Move(OPEN_STATES, "open", "收回派单", "take back from a post", "taken back from"),
    "transfer": Move(OPEN_STATES, "open", "转办", "transfer to another unit", "transferred"),
    "co-handle": Move(OPEN_STATES, AS_IT_WAS, "会办", "ask a post to work along", "asked to work along"),
    "release": Move(OPEN_STATES, AS_IT_WAS, "撤销会办", "end working along", "no longer works along"),
    "contribute": Move(
        OPEN_STATES, AS_IT_WAS, "会办反馈", "hand in your part", "handed in what was done along"
    ),
    "extend": Move(OPEN_STATES, AS_IT_WAS, "延期", "extend", "extended"),
    "undo": Move(OPEN_STATES, BEFORE, "撤销", "undo", "undone"),
    "waive": Move(_WAITING, "waived", "免办", "waive", "waived"),
    "suspend": Move(OPEN_STATES, "suspended", "中止", "suspend", "suspended"),
    "resume": Move(("suspended",), BEFORE, "恢复", "resume", "resumed"),
    "reopen": Move(("done", "waived", "withdrawn"), BEFORE, "重新打开", "reopen", "reopened"),
    "rehome": Move(STATES, AS_IT_WAS, "移交", "move to another unit", "moved to another unit"),
    "withdraw": Move(_NOT_CLOSED, "withdrawn", "撤回", "withdraw", "withdrawn"),
    "supersede": Move(_NOT_CLOSED, "superseded", "替换", "supersede", "superseded"),
    "redate": Move(_NOT_CLOSED, AS_IT_WAS, "改期", "date anew", "dated anew"),
    "carry": Move(_NOT_CLOSED, AS_IT_WAS, "承接", "carry over", "carried over to the new version"),
    "reinstate": Move(("withdrawn", "superseded"), BEFORE, "恢复效力", "reinstate", "reinstated"),
}


class MoveRefused(Objection):
    """The move is not possible in the obligation's present state; the text says why and what is."""


def move_word(move: str) -> str:
    """A move as people say it."""
    return say(zh=MOVES[move].zh, en=MOVES[move].en)


_STANDS = {
    "open": ("还没有签收", "is open"),
    "acknowledged": ("已经签收", "is acknowledged"),
    "suspended": ("已中止", "is suspended"),
    "reported": ("已反馈，等待复核", "is reported and waits for review"),
    "done": ("已办结", "is done"),
    "waived": ("已免办", "is waived"),
    "superseded": ("已被新的应办事项替换", "was superseded by another obligation"),
    "withdrawn": ("已撤回", "was withdrawn"),
}
_BY_THE_ENGINE = ("rehome", "withdraw", "supersede", "redate", "carry", "reinstate")


def refusal(obligation_id: int, move: str, state: str, possible: Sequence[str] | None = None) -> str:
    """Why the move is not possible for an obligation in this state, and what is (the moves of that state, unless
    `possible` says it), in the reader's words.
    """
    zh, en = _STANDS[state]
    if MOVES[move].starts == (REPORTED,) and state in OPEN_STATES:
        zh, en = "还没有反馈", "was not reported done"
    if possible is None:
        by_people = (name for name in MOVES if name not in _BY_THE_ENGINE)
        possible = [move_word(name) for name in by_people if state in MOVES[name].starts]
    stands = say(
        zh=f"{short_id(obligation_id)} {zh}，不能{MOVES[move].zh}",
        en=f"{short_id(obligation_id)} {en}: cannot {MOVES[move].en}",
    )
    if not possible:
        return stands + say(zh="；它不会再变动", en="; nothing can be done to it any more")
    words = say(zh="、", en=", ").join(possible)
    return stands + say(zh=f"；现在可以：{words}", en=f"; what can be done: {words}")
