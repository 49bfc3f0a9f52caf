"""One obligation explained, from what the ledger holds of it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from sqlmodel import Session, col, select

from duban.base.cases import case_of, source_word
from duban.base.clock import Present, business_date
from duban.base.language import say
from duban.bureau.project import Project
from duban.channels.current import current_channels
from duban.duties.certainty import key_words, last_day_word, provenance_words, set_by_statute, unconfirmed
from duban.duties.grammar import Duty, duty_from_content
from duban.duties.vocabulary import Vocabulary
from duban.duties.work_plan import clause_places
from duban.explanations.explanation import DueDates, DutyStatement, Explanation, Reason, RungState
from duban.explanations.timeline import timeline
from duban.facts.looking import signed
from duban.ladders.ladder import Ladder, Rung, rung_day, up_to_urging
from duban.ladders.stages import stage_word
from duban.ledger.lateness import over
from duban.ledger.sessions import looking
from duban.ledger.short_ids import short_id
from duban.ledger.tables import CLOSED_STATES, OPEN_STATES, Fact, Notice, Obligation, ReckoningRecord, Subject
from duban.obligations.archived import not_here
from duban.obligations.calls import is_call
from duban.obligations.judgement import not_reported
from duban.obligations.listed import late_ever
from duban.obligations.progress_words import ProgressWords
from duban.obligations.rungs import Hours, counts, ladder_for, office_start, rung_moment, rung_of
from duban.obligations.statements import also_told_by
from duban.workdays import UnknownYear, WorkdayCalendar
from duban.workdays.steps import Step
from duban.workspace.workspace import Workspace


def explain(ws: Workspace, obligation_id: int) -> Explanation:
    """Explain an obligation by its number. Raises LookupError when there is none of that number."""
    with looking(ws.ledger) as session:
        owed = session.get(Obligation, obligation_id)
        if owed is None:
            raise LookupError(not_here(session.connection(), obligation_id, None))
        return explained(session, ws, owed)


def explained(session: Session, ws: Workspace, owed: Obligation) -> Explanation:
    """Explain an obligation read in this session: its duty as the version it goes by has it, each step of its dates, what has happened and lies ahead."""
    project = ws.definitions.project
    duty = duty_from_content(owed.version.content)
    present = Present.of(ws.clock.now(), project.zone)
    today = present.on
    words = ProgressWords(session.connection(), ws.definitions, today)
    unit = project.units.get(owed.unit)
    calendar = ws.definitions.calendar.for_unit(owed.unit)
    return Explanation(
        short_id=short_id(owed.id),
        duty=statement_of(duty, clause_places(ws.root)),
        unit=unit.name if unit else owed.unit,
        subject=owed.subject.name if owed.subject else "",
        case=_case(session, owed),
        period_key=owed.period_key,
        state=owed.state,
        unreported=bool(session.scalar(select(not_reported()).where(col(Obligation.id) == owed.id))),
        overdue=owed.state in OPEN_STATES and over(owed.deadline, owed.due_at, present),
        late=late_ever(owed),
        returns=owed.returns,
        opened_on=owed.opened_on,
        target=owed.target,
        deadline=owed.deadline,
        due_at=owed.due_at,
        facts=tuple(_facts(session, owed, project, ws.definitions.vocabulary)),
        progress=words.of(duty, owed.id, owed.unit, owed.period_key),
        dates=_recorded_dates(owed.reckoning, calendar.official_until),
        calendar_version=owed.reckoning.calendar_version,
        rungs=tuple(_rungs(_ladder(ws, duty, owed), owed, calendar, project, today)),
        timeline=timeline(session, owed, current_channels(ws).channels),
    )


def statement_of(duty: Duty, places: Mapping[str, str]) -> DutyStatement:
    """What a definition says of itself; `places` says where each clause stands in the paper."""
    content = duty.content()
    return DutyStatement(
        duty_id=duty.id,
        title=duty.title,
        line=duty.line,
        kind=duty.kind,
        owner_post=duty.owner.post,
        reasons=tuple(
            dict.fromkeys(
                Reason(
                    tuple(dict.fromkeys(places.get(each, each) for each in basis.clauses)),
                    basis.source,
                    basis.quote,
                    basis.checked,
                )
                for basis in duty.basis
            )
        ),
        assumptions=tuple(
            (key_words(each.key), each.told) for each in duty.assumptions if not each.confirmed
        ),
        confirmed=tuple((key_words(each.key), each.confirmed) for each in duty.assumptions if each.confirmed),
        figures_assumed="known" in unconfirmed(content),
        confidential=duty.confidential,
        provenance=provenance_words(content, places),
        last_day=last_day_word(statutory=set_by_statute(content)),
    )


def _recorded_dates(recorded: ReckoningRecord, official_until: date) -> DueDates:
    """The dates as they were reckoned, without the step that a notice was awaited which has come since, and moved nothing."""
    steps = map(Step.kept, recorded.steps)
    return DueDates(
        nominal=recorded.nominal,
        target=recorded.target,
        deadline=recorded.deadline,
        provisional=recorded.provisional,
        earliest=recorded.earliest,
        latest=recorded.latest,
        steps=tuple(step for step in steps if not _has_come(step, official_until)),
    )


def _has_come(step: Step, official_until: date) -> bool:
    return step.kind == "unannounced" and date.fromisoformat(dict(step.values)["until"]) < official_until


def _case(session: Session, owed: Obligation) -> str:
    event = session.get(Fact, owed.fact_id) if owed.fact_id and not owed.evidence_facts else None
    return str(case_of(event.ref, event.data) or "") if event else ""


def _facts(session: Session, owed: Obligation, project: Project, vocabulary: Vocabulary) -> Iterator[str]:
    """The facts it rests on, each in one line: the one it counts from, or the evidence that was completed."""
    numbers = [*([] if owed.fact_id is None else [owed.fact_id]), *(owed.evidence_facts or [])]
    if not numbers:
        return
    query = (
        select(Fact, Subject)
        .outerjoin(Subject, col(Subject.id) == col(Fact.subject_id))
        .where(col(Fact.id).in_(numbers))
        .order_by(col(Fact.happened_on), col(Fact.id))
    )
    found: Sequence[tuple[Fact, Subject | None]] = session.exec(query).all()
    also = also_told_by(session.connection(), numbers)
    for fact, about in found:
        known_on = business_date(fact.recorded_at, project.zone)
        case = case_of(fact.ref, fact.data)
        more = say(zh=f"，编号 {case.number}", en=f", {case.number}") if case and case.number else ""
        if who := signed(fact.author, project):
            more += say(zh=f"，{who}记", en=f", recorded by {who}")
        if units := [project.name_of(code) for code in also.get(fact.id, ())]:
            more += say(zh=f"，{'、'.join(units)}也报了", en=f", also reported by {', '.join(units)}")
        if known_on > fact.happened_on:
            more += say(zh=f"，补报于 {known_on}", en=f", known late, on {known_on}")
        if about is not None and fact.subject_id != owed.subject_id:  # merged since
            more += say(zh=f"，原属 {about.name}", en=f", of what was {about.name}")
        kind = vocabulary.facts[fact.kind].title if fact.kind in vocabulary.facts else fact.kind
        yield say(
            zh=f"{fact.happened_on} {kind}（来源 {source_word(fact.source)}{more}）",
            en=f"{fact.happened_on} {kind} (from {source_word(fact.source)}{more})",
        )


def _ladder(ws: Workspace, duty: Duty, owed: Obligation) -> Ladder:
    """The ladder as the patrol goes by it: nothing unconfirmed climbs beyond 催办."""
    ladder = ladder_for(ws.definitions, duty.id, duty.ladder)
    return ladder if duty.climbs and not owed.provisional else up_to_urging(ladder)


def _rungs(
    ladder: Ladder, owed: Obligation, calendar: WorkdayCalendar, project: Project, today: date
) -> Iterator[RungState]:
    """The ladder with what has been decided in its present course, then what was in earlier ones, and rungs that were decided
    and have since left the ladder.
    """
    spoken = [notice for notice in owed.notices if not is_call(notice.rung)]
    for rung in ladder.rungs:
        of_rung = (each for each in spoken if rung_of(each.rung) == rung.key)
        notice = next((each for each in of_rung if counts(each.rung, owed.course)), None)
        if notice is not None:
            spoken.remove(notice)
            yield _decided(notice)
            continue
        at = None
        if rung.minutes is not None and owed.due_at is not None:
            at = rung_moment(rung, Hours(owed.opened_at, owed.due_at))
        try:
            day = rung_day(
                rung, opened_on=owed.opened_on, target=owed.target, deadline=owed.deadline, calendar=calendar
            )
        except UnknownYear:
            day = None
        if _of_another_day(owed, rung, day, at, project):
            continue
        coming = _coming(owed.state, day, today)
        yield RungState(rung.key, stage_word(rung.stage.value), day, at, None, late=False, coming=coming)
    yield from map(_decided, spoken)


def _of_another_day(
    owed: Obligation, rung: Rung, day: date | None, at: datetime | None, project: Project
) -> bool:
    """Whether a rung would have spoken before somebody gave the day it is due on now: it is not said for that day."""
    if owed.course_at is None or day is None or rung.repeat is not None:
        return False
    return (at or office_start(day, project)) <= owed.course_at


def _coming(state: str, day: date | None, today: date) -> str:
    """What is to be expected of a rung that was not decided: a past one waits for the patrol, or was held while its
    obligation was reported or suspended.
    """
    if state in CLOSED_STATES:
        return say(zh="不再发", en="not sent any more")
    if day is None or day > today:
        return say(zh="未到", en="ahead")
    return say(zh="待发", en="to be sent") if state in OPEN_STATES else say(zh="没有发", en="not sent")


def _decided(notice: Notice) -> RungState:
    return RungState(
        notice.rung, stage_word(notice.stage), notice.due_on, None, notice.decided_at, notice.late
    )
