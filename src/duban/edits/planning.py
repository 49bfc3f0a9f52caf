"""Planning an edit and applying it: the same work, once taken back and once kept, in one transaction."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from duban.base.entrance import by_entrance
from duban.base.language import say
from duban.base.problems import Problem, told_once
from duban.cadence.opening import CalendarOpening
from duban.checks.work_plan import plan_remarks
from duban.definitions.definitions import Definitions
from duban.edits.assigned import redate_assigned
from duban.edits.carrying_out import OutOfReach, carry_out
from duban.edits.edition import Edition
from duban.edits.model import (
    AppliedPlan,
    DutyEffect,
    Plan,
    PlanRefused,
)
from duban.edits.refusals import orphans, reasons_to_refuse
from duban.edits.speaking import by_duty, due_now
from duban.edits.touched import MEANING, TouchedDuty, touched_duties
from duban.edits.version_words import TOLD, told_changes
from duban.edits.written import content_changes
from duban.ledger.content import (
    content_fingerprint,
    files_of,
    newest_applied,
    record_applied,
)
from duban.ledger.database import one_at_a_time, reading, writing
from duban.ledger.rehearsals import beside, rehearsing
from duban.ledger.watermarks import mark_of
from duban.obligations.opening import open_owed
from duban.obligations.placings import many_subjects
from duban.workdays import UnknownYear
from duban.workspace.workspace import Workspace, take_down

REHEARSED = "duban"


def plan(ws: Workspace, draft: Definitions, files: Mapping[str, str], now: datetime) -> Plan:
    """What applying the draft (its definitions, and its files, path → text) at `now` would change. Nothing is changed.

    What can move an obligation is worked out beside the ledger and taken back; other wording, channels, people and a draft
    that is in force already are only read. Nobody who writes waits for either.
    Raises PlanRefused when another version was applied since the workspace was opened.
    """
    touched = list(touched_duties(ws.definitions, draft))
    edited = {each.duty_id for each in touched if each.new is not None and MEANING in each.by}
    if touched or ws.definitions.calendar.version != draft.calendar.version:
        done = _rehearsed(ws, draft, files, now, touched)
    else:
        with reading(ws.ledger) as connection:
            done = _work_out(_edition(connection, ws, draft, now), files, touched)
    alive = {duty.duty_id for duty in done.duties if duty.owes}
    problems = reasons_to_refuse(draft, edited - alive, done.on)
    return replace(
        done,
        duties=_telling(done.duties),
        problems=tuple(sorted({*done.problems, *problems})),
        remarks=told_once(each for each in plan_remarks(draft, ws.root) if each.duty in edited),
    )


def apply(
    ws: Workspace,
    plan: Plan,
    *,
    actor: str,
    now: datetime,
    reason: str,
    approved_by: str | None = None,
) -> AppliedPlan:
    """Put the plan's content in force: all of it happens, as a new version with its actor and reason, or nothing.

    What people did since the plan was made is taken into account; `as_planned` says whether that changed anything.
    What a great many subjects owe of a new duty opens once the version is in force, in portions between which others write;
    a program that dies meanwhile leaves the rest to whoever opens next.
    Raises PlanRefused for a plan with problems, one that rests on a version no longer in force, and where two persons
    are asked for and nobody approved it.
    """
    if plan.problems:
        raise PlanRefused("\n".join(str(problem) for problem in plan.problems))
    if ws.definitions.project.approvers > 1 and approved_by is None:
        raise PlanRefused(
            zh="duban.yaml 规定修改要两人：提出之后由另一个人批准",
            en="duban.yaml asks for two persons: propose it, and let another approve it",
        )
    touched = list(touched_duties(ws.definitions, plan.definitions))
    with writing(ws.ledger) as connection:
        one_at_a_time(connection)
        take_down(connection, plan.definitions, now)
        edition = _edition(connection, ws, plan.definitions, now, actor, reason)
        planned = {each.duty_id: each for each in plan.duties}
        done = _work_out(edition, plan.files, touched, planned)
        if done.problems:
            raise PlanRefused("\n".join(str(problem) for problem in done.problems))
        record_applied(
            connection,
            plan.files,
            now,
            actor=actor,
            reason=reason,
            approved_by=approved_by,
            plan=done.id,
            summary={**done.summary(), TOLD: told_changes(ws.definitions, plan.definitions)},
        )
        fresh = [each.duty_id for each in touched if each.old is None]
        left = [number for number in fresh if mark_of(connection, number).first_sight]
    if left:
        open_owed(replace(ws, definitions=plan.definitions, version=plan.base + 1), now, left)
    return AppliedPlan(plan.base + 1, replace(done, duties=_telling(done.duties)), _alike(plan, done))


def plan_id(base: int, base_fingerprint: str, draft_fingerprint: str) -> str:
    """The short name of a plan: of the version it rests on, and of the draft."""
    resting = hashlib.sha256(f"{base} {base_fingerprint}".encode()).hexdigest()
    return f"{resting[:4]}-{draft_fingerprint[:6]}"


def _rehearsed(
    ws: Workspace, draft: Definitions, files: Mapping[str, str], now: datetime, touched: list[TouchedDuty]
) -> Plan:
    """What would be done beside the ledger, with the messages that the next patrol would make of it and not without it."""
    with beside(ws.ledger, _alone(ws, draft, touched)) as ledger:
        with rehearsing(ledger) as connection:
            take_down(connection, draft, now)
            done = _work_out(_edition(connection, ws, draft, now), files, touched)
            ids = [each.duty_id for each in done.duties]
            said = due_now(connection, ws, draft, ids, now)
        with rehearsing(ledger) as connection:
            before = due_now(connection, ws, ws.definitions, ids, now) if said else {}
    messages = by_duty(said, before)
    told = tuple(replace(duty, messages=messages.get(duty.duty_id, ())) for duty in done.duties)
    return replace(done, duties=told)


def _alone(ws: Workspace, draft: Definitions, touched: list[TouchedDuty]) -> list[str] | None:
    """The duties that the edit is about, where it is about nothing else; None for a calendar, which moves what was assigned
    once as well, and where a unit leaves that is still owed something.
    """
    if ws.definitions.calendar.version != draft.calendar.version:
        return None
    with reading(ws.ledger) as connection:
        if any(orphans(connection, draft)):
            return None
    return [each.duty_id for each in touched]


def _edition(
    connection: Connection,
    ws: Workspace,
    draft: Definitions,
    now: datetime,
    actor: str = REHEARSED,
    reason: str = "",
) -> Edition:
    return Edition(connection, ws.definitions, draft, now, actor, reason, ws.version + 1)


def _work_out(
    edition: Edition,
    files: Mapping[str, str],
    touched: list[TouchedDuty],
    planned: Mapping[str, DutyEffect] | None = None,
) -> Plan:
    """What an edit does to what is owed, done in its transaction, and what it came to; but for what comes to too much for
    one, of which that is told which was `planned`. Nothing is written where nothing is touched.
    """
    connection, draft = edition.connection, edition.after
    applied = newest_applied(connection)
    version = applied.number if applied else 0
    if version + 1 != edition.number:
        raise PlanRefused(
            zh="已生效的版本在这之后变了，请重新" + by_entrance(command="运行 duban plan", page="看计划"),
            en="the applied version changed since this plan; plan again",
        )
    base = files_of(connection, applied.content_id) if applied else {}
    fingerprint = content_fingerprint(files)
    effects: list[DutyEffect] = []
    problems: list[Problem] = []
    for each in touched:
        if planned is not None and each.duty_id in planned and _comes_to_too_much(edition, each):
            effects.append(replace(planned[each.duty_id], messages=()))
            continue
        try:
            effect = carry_out(edition, each)
        except (UnknownYear, OutOfReach) as why:
            duty = each.new or each.old
            problems.append(
                Problem(
                    duty.path if duty else "",
                    duty.line_no if duty else 0,
                    0,
                    str(why),
                    say(zh="请先放入那一年的工作日历", en="add the calendar of that year first"),
                    each.duty_id,
                )
            )
            continue
        effects.append(effect)
    try:
        effects += redate_assigned(edition)
    except UnknownYear as why:
        mend = say(zh="请先放入那一年的工作日历", en="add the calendar of that year first")
        problems.append(Problem("", 0, 0, str(why), mend))
    if not problems:
        problems += orphans(connection, draft)
    return Plan(
        id=plan_id(version, applied.fingerprint if applied else "", fingerprint),
        base=version,
        draft=fingerprint,
        on=edition.today,
        definitions=draft,
        files=files,
        content=content_changes(edition.before, draft, base, files),
        duties=tuple(effects),
        problems=tuple(problems),
    )


def _comes_to_too_much(edition: Edition, touched: TouchedDuty) -> bool:
    """Whether a duty that was never there before is owed by more subjects than are opened in one transaction."""
    if touched.old is not None or touched.new is None:
        return False
    if not isinstance(touched.new.cadence.opening, CalendarOpening):
        return False
    run = edition.run(touched.new)
    return run.mark.first_sight and many_subjects(run)


def _telling(duties: Iterable[DutyEffect]) -> tuple[DutyEffect, ...]:
    """Those that say something: a duty that was only looked at is left out."""
    return tuple(
        duty for duty in duties if duty.acts or duty.carried or duty.settled or duty.change != "touched"
    )


def _alike(planned: Plan, done: Plan) -> bool:
    """Whether what was done is what the plan said; messages go out with the next patrol and are not compared."""
    silent = [_telling(replace(duty, messages=()) for duty in each.duties) for each in (planned, done)]
    return silent[0] == silent[1]
