"""A parcel's content put together as a message: one entry for each obligation, by duty, worst first."""

from collections import defaultdict
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from typing import Final, NamedTuple

from duban.base.cases import case_of, whom_and_case
from duban.base.clock import Present, local
from duban.base.credit_codes import is_credit_code
from duban.base.language import say
from duban.bureau.page_links import reached_at
from duban.bureau.project import Project
from duban.bureau.unit_posts import UnitPost
from duban.deliveries.contents import Content, Reminder
from duban.deliveries.digests import Digest, DutyGroup, grouped, recipient_words
from duban.deliveries.entries import Aside, Entry
from duban.deliveries.headings import DutyHeading, Headings
from duban.deliveries.leasing import Parcel
from duban.duties.vocabulary import ADDRESS, IN_CHARGE, TELEPHONE
from duban.ledger.lateness import over
from duban.ledger.short_ids import short_id
from duban.obligations.calls import FOR_REVIEW, is_ending
from duban.workdays import UnknownYear, WorkdayCalendar, hours_word, minutes_left

_OF_THE_OBLIGATION: Final = Reminder._fields.index("obligation_id")
"""From here on a reminder says nothing of its delivery alone."""


def compose(
    content: Content,
    parcel: Parcel,
    *,
    project: Project,
    calendar: WorkdayCalendar,
    headings: Headings,
    now: datetime,
    acting_for: str = "",
    holder: str = "",
) -> Digest:
    """The message for a parcel at `now` (aware UTC): one entry for each obligation, with its heaviest stage, under `headings`
    that are the run's.
    """
    present = Present.of(now, project.zone)
    over_them = _headings(content, headings, UnitPost.parse(parcel.recipient).unit)
    owed_by: dict[tuple[str | None, str, int], tuple[str, str]] = {}
    heaviest: dict[int, tuple[str, DutyGroup, Entry]] = {}
    for row in content.rows:
        number = row.obligation_id
        heading = over_them[row.duty_version_id]
        alike = row.dispatched_to, row.unit, row.duty_version_id
        if alike not in owed_by:
            owed_by[alike] = _owed_by(project, row, heading.owner, parcel.recipient)
        is_call = row.id in content.called
        told = _Told(
            row[_OF_THE_OBLIGATION:],
            owed_by[alike],
            content.progress.get(number, ""),
            () if is_call else tuple(content.said.get(number, {}).items()),
            1 if is_call else content.heard.get(number, {}).get(row.stage, 1),
            content.called.get(row.id, ""),
            content.given.get(number, ""),
            _aside(content, row, parcel.recipient, heading.owner),
            heading.group.title,
            heading.last_day,
        )
        entry = headings.entries.get(number, told)
        if entry is None:
            entry = _entry(row, told, project, calendar, headings, present)
            headings.entries.keep(number, told, entry)
        known = heaviest.get(number)
        if known is not None:  # what a call tells is told, whichever of its rungs is heavier
            note = say(zh="；", en="; ").join(
                dict.fromkeys(each.note for each in (known[2], entry) if each.note)
            )
            entry = replace(min(known[2], entry, key=lambda each: each.badness), note=note)
        heaviest[number] = (heading.key, heading.group, entry)
    recipient = UnitPost.parse(parcel.recipient)
    pages = reached_at(project)
    return Digest(
        unit=project.name_of(recipient.unit),
        post=recipient.post,
        holder=holder,
        acting_for=acting_for,
        groups=grouped(heaviest.values()),
        as_of=local(now, project.zone),
        message_id=parcel.message_id,
        confidential=parcel.confidential,
        home=headings.county(recipient.unit),
        top=recipient.unit not in project.units or project.units[recipient.unit].parent is None,
        link=f"{pages}/m/{parcel.message_id}" if pages else "",
    )


class _Told(NamedTuple):
    """All that the entry of an obligation says to a recipient; who is told the same has the same entry."""

    row: tuple[object, ...]  #: the obligation and its rung, without the delivery
    owed_by: tuple[str, str]  #: who owes it and how to reach them; empty where the recipient does
    progress: str  #: how far it has come, for what facts measure
    said: tuple[tuple[str, int], ...]  #: how often each stage has spoken
    times: int  #: the how-manieth message of its stage this is to the recipient
    called: str  #: what a call tells
    given: str  #: that somebody gave it another day
    aside: Aside  #: what the recipient has to do with it
    title: str  #: the duty's title
    last_day: str  #: what the deadline is called


def _entry(
    row: Reminder,
    told: _Told,
    project: Project,
    calendar: WorkdayCalendar,
    headings: Headings,
    present: Present,
) -> Entry:
    reported = row.reported_on is not None
    today = present.on
    as_of = row.reported_on or today
    overdue = over(row.deadline, row.due_at, present, row.reported_on)
    overdue_days, days_left = _distance(calendar.for_unit(row.unit), as_of, row.target, row.deadline)
    owner, contact = told.owed_by
    given, instead = told.given, (row.last_error or "") if row.attempts == 0 else ""
    return Entry(
        ref=short_id(row.obligation_id),
        whom=whom_and_case(row.subject or project.name_of(row.unit), case_of(row.fact_ref, row.fact_data)),
        stage=row.stage,
        target=row.target,
        deadline=row.deadline,
        provisional=bool(row.provisional),
        overdue=overdue,
        overdue_days=overdue_days if overdue else None,
        days_left=None if overdue or reported else days_left,
        owner=owner,
        past_target=not overdue and not reported and today > row.target,
        period="" if row.fact_id is not None or row.evidence_facts else headings.period(row.period_key),
        note=told.called
        or (say(zh="；", en="; ").join((given, instead)) if given and instead else given or instead),
        aside=told.aside,
        progress=told.progress,
        hours=_hours(row, present.at, project),
        title=told.title,
        about=_about(row),
        contact=contact,
        said=told.said,
        times=told.times,
        county=headings.county(row.unit),
        last_day=told.last_day,
        reported=reported,
    )


def _aside(content: Content, row: Reminder, recipient: str, owner: str) -> Aside:
    """What the recipient has to do with it, where that is not to do it or see it done."""
    if row.id in content.called and row.rung.startswith(FOR_REVIEW):
        if row.reported_on is None:
            return "decide"
        owes = recipient in (row.dispatched_to, str(UnitPost(row.unit, owner)))
        return "lacking" if owes else "review"
    if row.id in content.ends:
        to_do = {row.dispatched_to, str(UnitPost(row.unit, owner)), *content.along.get(row.obligation_id, ())}
        return "ended" if recipient in to_do or not is_ending(row.rung) else "lapsed"
    return "along" if recipient in content.along.get(row.obligation_id, ()) else ""


def _about(row: Reminder) -> str:
    """Where the subject is, its code, and who answers for it, as far as the register says so."""
    if row.subject is None:
        return ""
    known = row.particulars or {}
    code = row.subject_code or ""
    person = " ".join(part for part in (known.get(IN_CHARGE), known.get(TELEPHONE)) if part)
    parts = (
        (say(zh="地址", en="address"), known.get(ADDRESS)),
        (
            say(zh="统一社会信用代码", en="credit code")
            if is_credit_code(code)
            else say(zh="对象编号", en="code"),
            code,
        ),
        (say(zh="负责人", en="in charge"), person),
    )
    return say(zh="；", en="; ").join(f"{name} {value}" for name, value in parts if value)


def _owed_by(project: Project, row: Reminder, post: str, recipient: str) -> tuple[str, str]:
    """Who owes it (`post` of its unit, unless it was given on) and how to reach them; empty where the recipient does."""
    owner = UnitPost.parse(row.dispatched_to) if row.dispatched_to else UnitPost(row.unit, post)
    if str(owner) == recipient:
        return "", ""
    held = project.post(owner.unit, owner.post)
    return recipient_words(project.name_of(owner.unit), owner.post), held.reached if held else ""


def _hours(row: Reminder, now: datetime, project: Project) -> str:
    """By when an emergency is due, how long that is from `now`, and that nobody has signed yet; empty for other things."""
    if row.due_at is None:
        return ""
    due = local(row.due_at, project.zone)
    if row.reported_on is not None:
        return say(zh=f"已反馈待复核，限 {due} 前办", en=f"reported, to be reviewed; due by {due}")
    minutes = minutes_left(row.due_at, now)
    length = hours_word(abs(minutes))
    told = (
        say(zh=f"限 {due} 前办，时限已到", en=f"due by {due}, that is now")
        if minutes == 0
        else say(zh=f"限 {due} 前办，还有 {length}", en=f"due by {due}, {length} left")
        if minutes > 0
        else say(zh=f"限 {due} 前办，已超过 {length}", en=f"was due by {due}, {length} ago")
    )
    if row.acknowledged_at is not None:
        return told
    return told + say(zh="；还没有人签收，请先签收", en="; nobody has signed yet: sign first")


@lru_cache(maxsize=1_024)
def _distance(
    calendar: WorkdayCalendar, today: date, target: date, deadline: date
) -> tuple[int | None, int | None]:
    """Working days past the deadline, and working days left to the target; None where the calendar ends."""
    try:
        left = calendar.count(today, target) if target >= today else None
        return calendar.count(deadline, today), left
    except UnknownYear:
        return None, None


def _headings(content: Content, headings: Headings, reader: str) -> dict[int, DutyHeading]:
    """What stands over each version's obligations; what was given to a station is reviewed in the county that owes it."""
    owing: dict[int, set[str]] = defaultdict(set)
    for row in content.rows:
        owing[row.duty_version_id].add(row.unit)
    return {
        number: headings.of(
            content.versions[number], reader, next(iter(units)) if len(units) == 1 else reader
        )
        for number, units in owing.items()
    }
