"""An assignment as somebody writes it down, read: who owes it, until when, and everything that is wrong with it at once.

| awkward case | rule |
|---|---|
| 县局/产品质量科 | every county, an obligation each; of a county's officer: their own |
| a day that is a rest day | moves to the next working day, as for every named day (民法典 203), and the rehearsal says so |
| a day that is past | refused |
| 10个工作日, 一个月 | counted from today, which itself never counts |
| 4小时 | an emergency: counted from now, told at once on a ladder that goes by hours |
| no ladder is named | `assigned`, which tells the owner on the day and before it is due; `single` where there is no room for both |
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from pydantic import TypeAdapter, ValidationError

from duban.assignments.assigned_obligations import AssignedObligation
from duban.assignments.assignment_words import remarks_on
from duban.assignments.owners_named import NotTheirs, no_such_post, owners_named
from duban.assignments.until_when import Until, by_hours, read_until, reckoned
from duban.base.clock import business_date
from duban.base.folding import legible
from duban.base.language import say
from duban.base.problems import did_you_mean
from duban.bureau.line_names import NoSuchLine, line_meant
from duban.bureau.unit_posts import UnitPost
from duban.cadence.cadence import Cadence
from duban.cadence.reading.goal_phrases import Term
from duban.cadence.registry import owed_once
from duban.duties.grammar import Reviewer
from duban.duties.loader import STANDARD_LADDER
from duban.duties.review_entries import ReviewOrText, reviewer_of
from duban.ladders.ladder import rung_day
from duban.obligations.moves import MoveRefused
from duban.workdays import UnknownYear

if TYPE_CHECKING:
    from duban.definitions.definitions import Definitions
    from duban.ladders.ladder import Ladder
    from duban.ledger.principals import Principal

LINE: Final = "临时交办"
"""The line of what was assigned to no other."""
_LADDERS: Final = ("assigned", "single", "brief", STANDARD_LADDER)
LONGEST: Final = {"title": 120, "words": 2000, "document": 80}
"""Letters of what is written."""
_CALLED: Final = {"title": ("事由", "title"), "words": ("原话", "words"), "document": ("文号", "number")}
_REVIEW: Final = TypeAdapter(ReviewOrText)


class AssignmentRefused(MoveRefused):
    """An assignment cannot be made as it is written; the text says everything that is wrong, a line each."""

    def __init__(self, reasons: Collection[tuple[str, str]]) -> None:
        super().__init__("\n".join(why for _, why in reasons))
        self.reasons = tuple(reasons)
        """Which field, and why."""


@dataclass(frozen=True)
class AssignmentDraft:
    """An assignment as it was written."""

    title: str  #: what is to be done, in one line
    owners: tuple[str, ...]  #: who owes it: 三元区局/产品质量科, 县局/产品质量科
    due: str  #: 2026-10-20, 2026年底前, 10个工作日, 4小时
    words: str = ""  #: the words of the note, letter or resolution; empty: the title
    document: str = ""  #: the number of the document (文号)
    line: str = ""  #: the business line; empty: `LINE`
    ladder: str = ""  #: the ladder; empty: the project's for assignments
    review: str = ""  #: who reviews it: 科室负责人, 上级/承办岗位, 无; empty: as for every duty
    needs: tuple[str, ...] = ()  #: what has to be handed in when it is done
    confidential: bool = False  #: whether only those who may know see it before it is done


@dataclass(frozen=True)
class AssignmentOrder:
    """An assignment that was read and may be made."""

    draft: AssignmentDraft  #: what somebody wrote
    items: tuple[AssignedObligation, ...]  #: what it makes owed, one for each post
    once: Cadence  #: the cadence: once, on its day
    line: str  #: the business line it belongs to
    ladder: str  #: the ladder that reminds of it
    reviewer: Reviewer | None  #: who closes it; None: nobody reviews it
    remarks: tuple[str, ...]  #: what whoever assigns should know: that a rest day moves the deadline


@dataclass
class _Desk:
    """What a draft is read with, and what is wrong with it so far."""

    definitions: Definitions
    who: Principal
    now: datetime
    today: date
    wrong: list[tuple[str, str]] = field(default_factory=list)

    def refuse(self, name: str, zh: str, en: str) -> None:
        self.wrong.append((name, say(zh=zh, en=en)))


def read_draft(
    definitions: Definitions, draft: AssignmentDraft, who: Principal, now: datetime
) -> AssignmentOrder:
    """The order that a draft is, at `now` (aware UTC). Raises AssignmentRefused with everything that is wrong with it."""
    draft = _as_seen(draft)
    desk = _Desk(definitions, who, now, business_date(now, definitions.project.zone))
    _texts(desk, draft)
    places = _places(desk, draft)
    until = _until(desk, draft.due)
    items = [] if until is None else _items(desk, places, until)
    line = _line(desk, draft.line)
    ladder = _ladder(desk, draft.ladder, items, urgent=until is not None and by_hours(until))
    reviewer = _reviewer(desk, draft.review, line, places)
    if desk.wrong:
        raise AssignmentRefused(desk.wrong)
    rolls = not isinstance(until, Term) or until.rolls
    once = owed_once(desk.today, max(each.reckoning.nominal for each in items), rolls=rolls)
    remarks = tuple(remarks_on(definitions, desk.today, items))
    return AssignmentOrder(draft, tuple(items), once, line, ladder, reviewer, remarks)


def _as_seen(draft: AssignmentDraft) -> AssignmentDraft:
    """The same without what cannot be seen in what somebody wrote: its title becomes that of what is owed."""
    return replace(
        draft,
        title=legible(draft.title),
        words=legible(draft.words),
        document=legible(draft.document),
        needs=tuple(map(legible, draft.needs)),
    )


def _texts(desk: _Desk, draft: AssignmentDraft) -> None:
    who = desk.who
    if not who.may_write:
        desk.refuse("who", f"“{who.name}”只能查看，不能交办", f"“{who.name}” may only read")
    if not who.name.strip():
        desk.refuse("who", "请写明谁交办", "say who assigns it")
    if draft.confidential and not who.undisclosed:
        desk.refuse(
            "confidential",
            "您不能知悉保密事项，也就不能交办保密事项",
            "you may not know of confidential duties, and so cannot assign one",
        )
    if not draft.title.strip():
        desk.refuse("title", "请写明交办什么", "say what is to be done")
    for name, longest in LONGEST.items():
        length = len(getattr(draft, name))
        if length > longest:
            zh, en = _CALLED[name]
            desk.refuse(
                name, f"{zh}有 {length} 个字，最多 {longest} 个", f"{en}: {length} letters, {longest} at most"
            )


def _places(desk: _Desk, draft: AssignmentDraft) -> list[UnitPost]:
    """Everybody who is to owe it, each once, in the order they are named."""
    found: dict[UnitPost, None] = {}
    named = [each for each in draft.owners if each.strip()]
    for written in named:
        try:
            found |= dict.fromkeys(owners_named(desk.definitions.project, desk.who, written))
        except NotTheirs as why:
            desk.wrong.append(("owners", str(why)))
    if not named:
        desk.refuse("owners", "请写明交给谁承办", "say who owes it")
    return list(found)


def _until(desk: _Desk, written: str) -> Until | None:
    try:
        return read_until(written, desk.today)
    except ValueError as why:
        desk.wrong.append(("due", str(why)))
        return None


def _items(desk: _Desk, places: Collection[UnitPost], until: Until) -> list[AssignedObligation]:
    """What each post owes, on its unit's own calendar."""
    project, items = desk.definitions.project, []
    try:
        for place in places:
            calendar = desk.definitions.calendar.for_unit(place.unit)
            reckoning, due_at = reckoned(calendar, until, desk.today, desk.now, project.zone)
            items.append(
                AssignedObligation(place.unit, project.units[place.unit].level, place.post, reckoning, due_at)
            )
    except UnknownYear as why:
        desk.wrong.append(("due", str(why)))
    except (OverflowError, ValueError):
        desk.refuse("due", "期限太远", "too far away")
    return items


def _line(desk: _Desk, written: str) -> str:
    """The line it belongs to."""
    line = written.strip() or LINE
    try:
        return line_meant((LINE, *(duty.line for duty in desk.definitions.duties.values())), line)
    except NoSuchLine as why:
        desk.wrong.append(("line", str(why)))
    return line


def _ladder(desk: _Desk, written: str, items: Collection[AssignedObligation], *, urgent: bool) -> str:
    """The ladder it climbs: an emergency's goes by hours, and no other does."""
    ladders = desk.definitions.ladders
    fitting = [name for name, ladder in ladders.items() if ladder.by_hours == urgent]
    named = written.strip()
    if named in fitting:
        return named
    if named:
        mend = did_you_mean(named, fitting)
        unfit = named in ladders
        why = say(
            zh="按小时的才用于紧急事项" if unfit else "没有这个阶梯",
            en="does not fit" if unfit else "no such ladder",
        )
        desk.refuse("ladder", f"催办阶梯“{named}”：{why}，{mend}", f"ladder “{named}”: {why}, {mend}")
    elif not fitting:
        desk.refuse("ladder", "没有按小时的催办阶梯，不能交办按小时的", "no ladder goes by hours")
    preferred = [name for name in _LADDERS if name in fitting] or fitting or [""]
    roomy = (name for name in preferred if name and not _crowded(desk, ladders[name], items))
    return next(roomy, preferred[0])


def _crowded(desk: _Desk, ladder: Ladder, items: Collection[AssignedObligation]) -> bool:
    """Whether a day is so near that the ladder would say twice at once what it should say apart."""
    try:
        for each in items:
            days = [
                rung_day(
                    rung,
                    opened_on=desk.today,
                    target=each.reckoning.target,
                    deadline=each.reckoning.deadline,
                    calendar=desk.definitions.calendar.for_unit(each.unit),
                )
                for rung in ladder.rungs
                if rung.minutes is None
            ]
            if len(set(days)) < len(days):
                return True
    except UnknownYear:
        pass
    return False


def _reviewer(desk: _Desk, written: str, line: str, places: Collection[UnitPost]) -> Reviewer | None:
    if not written.strip():
        return None
    try:
        reviewer = reviewer_of(_REVIEW.validate_python(written.strip()))
    except (ValidationError, ValueError):
        desk.refuse(
            "review",
            f"看不懂复核人“{written}”，请写 科室负责人、上级/承办岗位、市局/科室负责人 或 无",
            f"not a reviewer: “{written}”; write a post, parent/owner, city/科室负责人 or none",
        )
        return None
    if reviewer is None or reviewer.nobody:
        return reviewer
    project = desk.definitions.project
    asked = {place: project.placed(place.unit, reviewer.unit) for place in places}
    without = [
        unit for place, unit in asked.items() if unit.asked_for(reviewer.post, line, place.post) is None
    ]
    if without:
        desk.wrong.append(("review", no_such_post(without, reviewer.post or "")))
    return reviewer
