"""Who may do what to an obligation now, and why not: one set of rules for the command, the API and the page.

| acts | whose |
|---|---|
| acknowledge, report, complete, ask for a later day, a waiver or a transfer, take that back | the post that owes it or was given it, and the posts that head it |
| dispatch, take back | the post that owes it, the posts that head it, and the leaders of the units above |
| ask others to work along, or no longer | these, and who was given it |
| hand in what was done along | who works along, and the posts that head them |
| approve, send back, grant, refuse, extend, waive, suspend | its reviewer, the posts that head the reviewer, and the leaders of the units above; never who reported it |
| transfer | the counterpart sections of the units above the one that owes it, and the posts that head these |
| resume, reopen | either |
| undo | of an extension its reviewer, as above; of a transfer whoever may transfer between both units |

A program with a token, and a command at the machine, hold no post: they act for their units.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from duban.base.language import say
from duban.bureau.project import Project
from duban.bureau.unit_posts import UnitPost
from duban.definitions.definitions import Definitions
from duban.ledger.principals import Principal
from duban.ledger.short_ids import short_id
from duban.obligations.act_standings import ObligationStanding
from duban.obligations.act_words import REQUESTS, act_word, move_of
from duban.obligations.deciders import (
    decider_of,
    holds,
    oversees,
    own_report,
    owns,
    reviews,
    sections_over,
    stands_over,
)
from duban.obligations.moves import MOVES, refusal
from duban.obligations.obstacles import not_by_hand, not_to_be_transferred

OWNERS: Final = ("acknowledge", "report", "complete", *REQUESTS, "recall")
REVIEWERS: Final = ("approve", "return", "grant", "refuse", "extend", "waive", "suspend")
OVERSEERS: Final = ("dispatch", "take-back")
HOLDERS: Final = ("co-handle", "release")
PARTNERS: Final = ("contribute",)
MOVERS: Final = ("transfer",)
EITHER: Final = ("resume", "reopen")
DECIDERS: Final = ("undo",)
ACTS: Final = (*OWNERS, *OVERSEERS, *HOLDERS, *PARTNERS, *REVIEWERS, *MOVERS, *EITHER, *DECIDERS)
"""What people may do, as the commands and the API call it."""


@dataclass(frozen=True)
class Permission:
    """Whether one act is possible, for one principal."""

    #: one of `ACTS`
    act: str
    #: whether it is
    allowed: bool
    #: the reason, in the reader's words; empty where it is allowed
    why_not: str = ""


def permissions(definitions: Definitions, who: Principal, owed: ObligationStanding) -> tuple[Permission, ...]:
    """Every act with whether `who` may do it to what is `owed` now, in the order of `ACTS`, and why not.

    Posts, reviewers and limits are those of `definitions`; the reasons are in the reader's language.
    """
    whys = _whys(definitions.project, who, owed)
    return tuple(_permission(owed, act, whys) for act in ACTS)


def allowed(definitions: Definitions, who: Principal, owed: ObligationStanding, act: str) -> Permission:
    """Whether `who` may do one act to this obligation now. Raises KeyError for what is no act.

    `act` is one of `ACTS`, `owed` the obligation as it stands; a refusal carries its reason in the reader's
    language.
    """
    return _permission(owed, act, _whys(definitions.project, who, owed))


def possible_acts(definitions: Definitions, who: Principal, owed: ObligationStanding) -> list[str]:
    """The acts that `who` may do to this obligation now, in the order of `ACTS`: without the reasons against the others."""
    return [act for act, why in _whys(definitions.project, who, owed).items() if not why]


def _whys(project: Project, who: Principal, owed: ObligationStanding) -> dict[str, str]:
    """Why each of the acts that its state allows is not possible; empty words for one that is."""
    theirs = _Theirs(owns(project, who, owed), reviews(project, who, owed), oversees(project, who, owed))
    return {
        act: next(_reasons(project, who, owed, act, theirs), "")
        for act in ACTS
        if owed.state in MOVES[move_of(act)].starts
    }


class _Theirs(NamedTuple):
    """What an obligation is to somebody."""

    owns: bool
    reviews: bool
    oversees: bool


def _permission(owed: ObligationStanding, act: str, whys: Mapping[str, str]) -> Permission:
    if act in whys:
        return Permission(act, not whys[act], whys[act])
    possible = [act_word(each) for each, why in whys.items() if not why]
    why = refusal(owed.id, move_of(act), owed.state, possible)
    return Permission(act, allowed=False, why_not=why)


def _reasons(
    project: Project, who: Principal, owed: ObligationStanding, act: str, theirs: _Theirs
) -> Iterator[str]:
    """Why the act is not possible in a state that allows it: first what it waits for, then whose act it is."""
    yield from _as_it_waits(project, owed, act)
    if not who.may_write:
        yield say(zh=f"“{who.name}”只能查看", en=f"“{who.name}” may only read")
    if act in REVIEWERS and not theirs.reviews:
        yield _not_the_reviewer(project, who, owed)
    if act in OWNERS and not theirs.owns:
        yield say(
            zh=f"由{_post_words(project, owed.handler)}承办",
            en=f"it is owed by {_post_words(project, owed.handler)}",
        )
    if act in OVERSEERS and not theirs.oversees:
        yield say(
            zh=f"由{_post_words(project, owed.owner)}派单", en=f"it is for {_post_words(project, owed.owner)}"
        )
    if act in HOLDERS and not (theirs.owns or theirs.oversees):
        yield say(
            zh=f"由{_post_words(project, owed.handler)}请人会办",
            en=f"it is for {_post_words(project, owed.handler)}",
        )
    if act in PARTNERS and not any(holds(project, who, owed, each) for each in owed.co_handlers):
        yield say(zh="您没有参加会办", en="you do not work along on it")
    if act in MOVERS and not stands_over(project, who, owed):
        yield _not_above()
    if act in DECIDERS and owed.undoable is not None:
        yield from _not_to_put_back(project, who, owed, owed.undoable.before.get("unit"), theirs)
    if act in EITHER and not (theirs.owns or theirs.reviews):
        yield say(zh="由承办岗位或复核人办理", en="it is for its owner or its reviewer to do")


def _not_above() -> str:
    return say(
        zh="由上级单位的对口科室或领导转办",
        en="it is for the section of a unit above, or its leaders, to transfer",
    )


def _not_to_put_back(
    project: Project, who: Principal, owed: ObligationStanding, former: object, theirs: _Theirs
) -> Iterator[str]:
    """Why an extension is not theirs to undo, or a transfer from the unit `former`: they must decide for both units."""
    over = stands_over(project, who, owed) if former else []
    if former and not (over and former in set(project.below(over[-1]))):
        yield _not_above()
    if not former and not theirs.reviews:
        yield _not_the_reviewer(project, who, owed)


def _as_it_waits(project: Project, owed: ObligationStanding, act: str) -> Iterator[str]:
    """Why not, by what is reviewed and what waits for a decision."""
    number = short_id(owed.id)
    asked = None if owed.waiting is None or owed.waiting.kind == "report" else owed.waiting
    if act == "report" and owed.reviewer is None:
        yield say(zh=f"{number} 不用复核，请直接办结", en=f"{number} is not reviewed: complete it")
    if act == "complete" and owed.reviewer is not None:
        yield say(
            zh=f"{number} 要复核：请反馈，由复核人办结",
            en=f"{number} is reviewed: report it, and its reviewer closes it",
        )
    if act in ("report", "complete", "approve"):
        yield from not_by_hand(owed)
    if act == "report" and owed.state == "suspended":
        yield refusal(owed.id, "acknowledge", owed.state)
    if act == "approve" and owed.missing:
        listed = say(zh="、", en=", ").join(owed.missing)
        yield say(zh=f"{number} 还缺材料：{listed}；补齐后才能复核", en=f"{number} lacks evidence: {listed}")
    if act in ("grant", "refuse") and asked is None:
        yield say(zh=f"{number} 没有待决定的申请", en=f"nothing was asked for {number}")
    if act == "recall" and owed.waiting is None:
        yield say(zh=f"{number} 没有可收回的", en=f"{number} has nothing to take back")
    if act == "dispatch" and owed.dispatched:
        yield say(
            zh=f"{number} 已派给{_post_words(project, owed.handler)}，请先收回",
            en=f"{number} is with {_post_words(project, owed.handler)}: take it back first",
        )
    if act == "take-back" and not owed.dispatched:
        yield say(zh=f"{number} 没有派单", en=f"{number} was given to nobody")
    if act in ("release", "contribute") and not owed.co_handlers:
        yield say(zh=f"{number} 没有会办", en=f"nobody works along on {number}")
    if act in DECIDERS and owed.undoable is None:
        yield say(
            zh=f"{number} 最近办的不是延期、转办，或者之后又有变动，不能撤销",
            en=f"{number}: what was done last is no extension and no transfer, or something has happened since",
        )
    if act in MOVERS:
        yield from not_to_be_transferred(owed)
    if act == "request-transfer":
        yield from not_to_be_transferred(owed)
        if not sections_over(project, owed):
            yield say(zh=f"{number} 没有可以转办它的上级", en=f"nobody is above the unit that owes {number}")
    elif act in REQUESTS:
        if asked is not None:
            yield say(zh=f"{number} 已有一项在等复核人决定", en=f"{number} waits for a decision already")
        if owed.decider is None:
            yield say(zh=f"{number} 没有可以批准的岗位", en=f"nobody is above the owner of {number}")
        if act == "request-extension" and owed.duty.extension.times == 0:
            yield say(zh="这个事项不得延期", en="this duty may not be put off")


def _not_the_reviewer(project: Project, who: Principal, owed: ObligationStanding) -> str:
    if own_report(who, owed):
        return say(
            zh=f"{who.name} 不能复核自己报的，请换人",
            en=f"{who.name} put it forward, and cannot decide on it: let another do it",
        )
    place = decider_of(owed)
    return say(
        zh=f"由{_post_words(project, place)}复核", en=f"it is for {_post_words(project, place)} to decide"
    )


def _post_words(project: Project, place: UnitPost) -> str:
    return say(
        zh=f"{project.name_of(place.unit)}{place.post}", en=f"{project.name_of(place.unit)} {place.post}"
    )
