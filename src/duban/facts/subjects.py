"""Taking down subjects: which are new or changed, and which are refused."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection, update
from sqlmodel import col

from duban.base.credit_codes import LENGTH, check_sign, foreign_sign
from duban.base.language import say
from duban.facts.authority import keeping_refusal
from duban.facts.changes import note_changes
from duban.facts.merger_refusals import revival_refusals
from duban.facts.recording import Rows, record
from duban.facts.registered import RegisteredSubject, in_county, registered_subjects
from duban.facts.rows import Intake, Key, NewSubject, Outcome, Refusal, RefusedRow, no_grade, outside, unknown
from duban.ledger.authors import author_of
from duban.ledger.database import insert_ignore
from duban.ledger.tables import SUBJECT, Subject
from duban.ledger.watermarks import subjects_changed

if TYPE_CHECKING:
    from duban.bureau.project import Project
    from duban.definitions.definitions import Definitions
    from duban.ledger.principals import Principal
    from duban.workspace.workspace import Workspace


def record_subjects(
    ws: Workspace,
    rows: Iterable[NewSubject | RefusedRow],
    now: datetime,
    by: Principal,
    *,
    whole: bool = False,
    change: bool = True,
) -> Intake:
    """Take down subjects at `now` (aware UTC) as this principal states them, or bring those already there up to date; one
    transaction per 5,000 rows.

    `whole` takes every row in one transaction, or none if one is refused. A row that could not be read stands in its
    place as RefusedRow. Without `change`, a subject that is there and
    looks otherwise is refused. What is not of the principal's units is as unknown as what is not there.
    """

    def write(connection: Connection, page: Rows[NewSubject], recorded: Intake) -> None:
        take_subjects(connection, ws.definitions, page, now, recorded, by, change=change)

    return record(ws, rows, write, whole=whole)


def credit_code_refusal(code: str) -> str:
    """Why a text is no unified social credit code (GB 32100-2015), with the check sign expected; empty if it is one."""
    foreign = foreign_sign(code)
    if len(code) != LENGTH:
        return say(
            zh=f"统一社会信用代码应有 {LENGTH} 位，“{code}”有 {len(code)} 位",
            en=f"a unified social credit code has {LENGTH} signs, “{code}” has {len(code)}",
        )
    if foreign is not None:
        return say(
            zh=f"统一社会信用代码里不会有“{foreign}”（只有数字和大写字母，不用 I、O、S、V、Z）：{code}",
            en=f"“{foreign}” cannot stand in a unified social credit code (digits and capitals but I, O, S, V, Z): {code}",
        )
    expected = check_sign(code[:-1])
    if code[-1] != expected:
        return say(
            zh=f"统一社会信用代码 {code} 的校验码不对：末位应是“{expected}”，或者前 17 位有错",
            en=f"the check sign of {code} is wrong: it should end in “{expected}”, or one of the first 17 is wrong",
        )
    return ""


def subject_refusal(definitions: Definitions, row: NewSubject, by: Principal) -> Refusal | None:
    """Why a subject cannot be taken down as this principal states it; None if it can."""
    kind = definitions.vocabulary.subjects.get(row.kind)
    if kind is None:
        return unknown(
            "kind",
            say(zh=f"没有监管对象“{row.kind}”", en=f"there is no subject kind “{row.kind}”"),
            row.kind,
            definitions.vocabulary.subjects,
        )
    if why := keeping_refusal(definitions, row.kind, by):
        return why
    if not by.acts_for(row.unit):
        return outside("unit", row.unit)
    if row.unit not in definitions.project.units:
        return unknown(
            "unit",
            say(zh=f"没有单位“{row.unit}”", en=f"there is no unit “{row.unit}”"),
            row.unit,
            definitions.project.units,
        )
    if not row.code.strip() or not row.name.strip():
        return Refusal.said(
            "name" if row.code.strip() else "code", zh="缺少编号或名称", en="the code or the name is missing"
        )
    if kind.credit_code and (reason := credit_code_refusal(row.code)):
        return Refusal("code", reason)
    if row.grade is not None and kind.grades and row.grade not in kind.grades:
        return no_grade("grade", row.grade, kind)
    for name, value in row.attributes.items():
        if name not in kind.particulars:
            return unknown(
                f"attributes.{name}",
                say(zh=f"{row.kind} 没有属性“{name}”", en=f"{row.kind} has no attribute “{name}”"),
                name,
                kind.particulars,
            )
        values = kind.particulars[name]
        if values and value not in values:
            return unknown(
                f"attributes.{name}",
                say(zh=f"“{name}”不能是“{value}”", en=f"“{name}” cannot be “{value}”"),
                value,
                values,
            )
    return None


def take_subjects(
    connection: Connection,
    definitions: Definitions,
    page: Rows[NewSubject],
    now: datetime,
    recorded: Intake,
    by: Principal,
    *,
    change: bool = True,
) -> None:
    """Take down a page of numbered subjects, as `by` told them `now` (aware UTC), within a transaction of `recording`.

    What became of each is added to `recorded`, also why one was refused. Without `change`, one that is
    registered with other content is refused.
    """
    rows: dict[int, NewSubject] = {}
    for number, subject in page:
        why = subject_refusal(definitions, subject, by)
        if why:
            recorded.refuse(number, f"{subject.kind}/{subject.code}", why)
        else:
            rows[number] = subject
    there = registered_subjects(connection, {(row.kind, row.code) for row in rows.values()}, by)
    merged = revival_refusals(connection, {each.id for found in there.values() for each in found})
    new: dict[tuple[Key, str], NewSubject] = {}
    changed: dict[int, tuple[RegisteredSubject, NewSubject]] = {}
    for number, stated in rows.items():
        row, key = stated, (stated.kind, stated.code)
        place = (key, definitions.project.county_of(row.unit))
        before = stands_as(definitions.project, there.get(key, ()), row)
        if before is None:
            known = new.get(place)
        else:
            known = changed[before.id][1] if before.id in changed else before.stated
        if known is not None:
            if row.grade is None:  # a register that does not know the grade does not take it away
                row = replace(row, grade=known.grade)
            if why := _refused_change(row, known, before, merged, change=change):
                recorded.refuse(number, "/".join(key), why)
                continue
        outcome: Outcome = "new" if known is None else "unchanged" if row == known else "changed"
        recorded.outcomes[number] = outcome
        if before is None:  # the last of a repeated code counts
            new[place] = row
        elif before.id in changed or row != known:
            changed[before.id] = before, row
    _write(
        connection,
        now,
        by,
        new.values(),
        [pair for pair in changed.values() if pair[0].stated != pair[1]],
        recorded,
    )
    recorded.unchanged += sum(number in recorded.outcomes for number in rows)


def stands_as(
    project: Project, found: Sequence[RegisteredSubject], row: NewSubject
) -> RegisteredSubject | None:
    """Which of the registered subjects of its code (`found`) a register's row speaks of: that of the county it names,
    else the only one there is, which moves there (划转); None when it is to be registered.
    """
    here = in_county(project, found, row.unit)
    return next(iter(here or (found if len(found) == 1 else ())), None)


def _refused_change(
    row: NewSubject,
    known: NewSubject,
    before: RegisteredSubject | None,
    merged: Mapping[int, Refusal],
    *,
    change: bool,
) -> Refusal | None:
    """Why a subject that is known may not become `row`."""
    if not change and row != known:
        return Refusal.said(
            "code",
            zh="这个编号已登记，内容不同；要变更请用更新",
            en="this code is registered with other content; to change it, update it",
        )
    return merged.get(before.id) if row.active and before is not None else None


def _write(
    connection: Connection,
    now: datetime,
    by: Principal,
    new: Collection[NewSubject],
    changed: Sequence[tuple[RegisteredSubject, NewSubject]],
    recorded: Intake,
) -> None:
    if not new and not changed:
        return
    author = author_of(connection, by)
    inserted = insert_ignore(connection, SUBJECT, ({**vars(row), "author_id": author} for row in new))
    for before, row in changed:
        connection.execute(update(Subject).where(col(Subject.id) == before.id).values(vars(row)))
    note_changes(connection, now, author, {before.id: (before.stated, row) for before, row in changed})
    recorded.new += inserted
    recorded.changed += len(changed)
    recorded.unchanged -= inserted + len(changed)
    subjects_changed(connection)
