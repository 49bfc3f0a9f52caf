"""What a reviewer is told (催复核), and what whoever asked hears of the decision: rungs beside the ladder.

What was put before a reviewer is told at once, again after two working days, and after five to the leader of the reviewer's
unit too. What cannot be reviewed because evidence is missing is told to who owes it instead. A call stands once for each
submission: its rung is named after it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from sqlalchemy import ColumnElement, Connection, and_
from sqlmodel import col

from duban.base.clock import business_date
from duban.base.language import say
from duban.bureau.unit_posts import UnitPost
from duban.ladders.ladder import Addressee, Ladder, Rung, Stage
from duban.ledger.tables import Notice
from duban.obligations.ending import endings, who_was_told
from duban.obligations.handling_events import HandlingEvent, handling_events
from duban.obligations.review import lacking
from duban.obligations.rungs import office_start
from duban.obligations.submissions import SubmissionSummary, submissions

if TYPE_CHECKING:
    from duban.definitions.definitions import Definitions

FOR_REVIEW: Final = "review"
ANSWERED: Final = "answer"
GIVEN: Final = "dispatch"
ENDED: Final = "ended"
_CALLS: Final = (FOR_REVIEW, ANSWERED, GIVEN, ENDED)
LEADER: Final = "分管领导"
AFTER: Final = ((0, Stage.REMIND), (2, Stage.URGE), (5, Stage.SUPERVISE))
"""How many working days after it was put forward the reviewer is told, and how heavily."""
HEARD: Final = ("returned", "refused", "approved")
"""The outcomes that whoever owes it hears of."""


@dataclass(frozen=True)
class Call:
    """One message beside the ladder."""

    #: the ladder of such calls
    ladder: Ladder
    #: its rung, named after the submission
    rung: Rung
    #: the code of the unit whose posts it names
    unit: str
    #: the local day it falls due
    day: date
    #: its moment, aware UTC
    at: datetime


def calls(connection: Connection, definitions: Definitions, owed: Mapping[int, str]) -> dict[int, list[Call]]:
    """The calls of these obligations, by number with the unit that owes each, oldest first. Raises UnknownYear.

    `owed` gives each number its unit. An obligation that nobody was called about has no key; what was
    decided is a call too.
    """
    told = submissions(connection, owed)
    waiting = {each.obligation_id for each in told if each.kind == "report" and each.settled_at is None}
    incomplete = lacking(connection, waiting)
    found: dict[int, list[Call]] = {}
    for each in told:
        unit = owed[each.obligation_id]
        if each.settled_at is None:
            made = _waiting(definitions, each, unit, complete=each.obligation_id not in incomplete)
        else:
            made = _answered(definitions, each, unit)
        found.setdefault(each.obligation_id, []).extend(made)
    for given in handling_events(connection, owed):
        found.setdefault(given.obligation_id, []).append(_given(definitions, given))
    return found


def ending_calls(
    connection: Connection, definitions: Definitions, ended: Collection[int]
) -> dict[int, list[Call]]:
    """That what they were told of is not owed any more, for the posts of each unit: of these obligations, by number.

    `ended` are the numbers; a post that was never told, or was told when it was taken back, gets none.
    """
    told = who_was_told(connection, ended)
    left: dict[int, set[UnitPost]] = {}
    for given in handling_events(connection, ended):
        if given.kind != "contribute":  # who was told so when it was taken back is not told again
            (set.add if given.back else set.discard)(left.setdefault(given.obligation_id, set()), given.whom)
    found: dict[int, list[Call]] = {}
    for number, event in endings(connection, ended).items():
        day = business_date(event.at, definitions.project.zone)
        for unit, posts in told.get(number, {}).items():
            to = tuple(Addressee(each.post, named=True) for each in posts if each not in left.get(number, ()))
            if not to:
                continue
            rung = Rung(f"{ENDED}:{event.id}:{unit}", Stage.REMIND, 0, "opening", to)
            found.setdefault(number, []).append(Call(Ladder(rung.key, (rung,)), rung, unit, day, event.at))
    return found


# Every message asks this of each of its rungs, of which few differ.
@lru_cache(maxsize=1_024)
def is_call(rung: str) -> bool:
    """Whether a notice of this name is a call, and no rung of a ladder."""
    return rung.partition(":")[0] in _CALLS


@lru_cache(maxsize=1_024)
def is_ending(rung: str) -> bool:
    """Whether a call, by its rung, says that something is not owed any more."""
    return rung.startswith(f"{ENDED}:")


@lru_cache(maxsize=1_024)
def dispatch_of(rung: str) -> str | None:
    """What the event of handling that a call is named after is called; None for every other notice."""
    kind, _, called = rung.partition(":")
    return called if kind == GIVEN and called else None


@lru_cache(maxsize=1_024)
def submission_of(rung: str) -> int | None:
    """The number of the submission that a call's rung is named after; None for a rung of a ladder."""
    kind, _, rest = rung.partition(":")
    return int(rest.partition(":")[0]) if kind in (FOR_REVIEW, ANSWERED) and rest else None


def of_the_ladder() -> ColumnElement[bool]:
    """That a notice is a rung of the ladder and no call, in a statement over Notice."""
    return and_(*(col(Notice.rung).not_like(f"{kind}:%") for kind in _CALLS))


def _waiting(
    definitions: Definitions, each: SubmissionSummary, unit: str, *, complete: bool
) -> Iterator[Call]:
    reviewer = UnitPost.parse(each.reviewer)
    where, post = (reviewer.unit, reviewer.post) if complete else (unit, None)
    rungs = []
    for number, (_, stage) in enumerate(AFTER, 1):
        reviewed_by = Addressee(post, named=post is not None)
        to = (reviewed_by,) if stage is not Stage.SUPERVISE else (reviewed_by, Addressee(LEADER))
        rungs.append(Rung(f"{FOR_REVIEW}:{each.id}:{number}", stage, 0, "opening", to))
    ladder = Ladder(f"{FOR_REVIEW}:{each.id}:{where}", tuple(rungs))
    begun = business_date(each.submitted_at, definitions.project.zone)
    calendar = definitions.calendar.for_unit(where)
    for rung, (days, _) in zip(rungs, AFTER, strict=True):
        day = calendar.add(begun, days)
        at = each.submitted_at if not days else office_start(day, definitions.project)
        yield Call(ladder, rung, where, day, at)


def _answered(definitions: Definitions, each: SubmissionSummary, unit: str) -> Iterator[Call]:
    passed_on = (
        each.kind == "transfer" and each.outcome == "approved"
    )  # both units hear of the transfer itself
    if each.outcome not in HEARD or each.settled_at is None or passed_on:
        return
    rung = Rung(f"{ANSWERED}:{each.id}", Stage.REMIND, 0, "opening", (Addressee(None),))
    day = business_date(each.settled_at, definitions.project.zone)
    yield Call(Ladder(rung.key, (rung,)), rung, unit, day, each.settled_at)


def _given(definitions: Definitions, given: HandlingEvent) -> Call:
    """That a post was given what another owes, is to work along, or not any more, what one who does handed in, or that it is
    owed again.
    """
    rung = Rung(
        f"{GIVEN}:{given.called}", Stage.REMIND, 0, "opening", (Addressee(given.whom.post, named=True),)
    )
    day = business_date(given.at, definitions.project.zone)
    return Call(Ladder(rung.key, (rung,)), rung, given.whom.unit, day, given.at)


def said(each: SubmissionSummary, missing: Collection[str], units: Mapping[str, str]) -> str:
    """What a call says of a submission: who asks for what, or what was decided, in the reader's words.

    `missing` is the evidence that is not there, `units` what units are called, by code.
    """
    if each.settled_at is None:
        return _asks(each, missing, units)
    words = {
        ("report", "returned"): ("退回", "sent it back"),
        ("extension", "approved"): ("同意延期", "granted the later day"),
        ("extension", "refused"): ("不同意延期", "refused a later day"),
        ("waiver", "refused"): ("不同意免办", "refused the waiver"),
        ("transfer", "refused"): ("不同意转办", "refused the transfer"),
    }
    zh, en = words.get((each.kind, each.outcome or ""), ("已决定", "decided"))
    why = say(zh=f"：{each.answer}", en=f": {each.answer}") if each.answer else ""
    return say(zh=f"{each.settled_by} {zh}{why}", en=f"{each.settled_by} {en}{why}")


def _asks(each: SubmissionSummary, missing: Collection[str], units: Mapping[str, str]) -> str:
    if missing:
        listed = say(zh="、", en=", ").join(missing)
        return say(
            zh=f"{each.submitted_by} 反馈已办结，还缺材料：{listed}；补齐后才能复核",
            en=f"{each.submitted_by} reports it done; evidence missing: {listed}: it is reviewed when that is there",
        )
    to = UnitPost.parse(each.receiver or each.reviewer)
    whom = f"{units.get(to.unit, to.unit)} {to.post}"
    zh, en = {
        "report": ("反馈已办结，请复核", "reports it done: please review"),
        "extension": (
            f"申请延期到 {each.until}，请决定",
            f"asks for a later day, {each.until}: please decide",
        ),
        "waiver": ("申请免办，请决定", "asks for a waiver: please decide"),
        "transfer": (f"申请转给{whom}，请决定", f"asks to transfer it to {whom}: please decide"),
    }[each.kind]
    why = say(zh=f"（{each.reason}）", en=f" ({each.reason})") if each.reason else ""
    return say(zh=f"{each.submitted_by} {zh}{why}", en=f"{each.submitted_by} {en}{why}")
