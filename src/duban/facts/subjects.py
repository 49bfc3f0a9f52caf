"""Taking down subjects: which are new or changed, and which are refused."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select, update
from sqlmodel import col

from duban.base.credit_codes import LENGTH, check_sign, foreign_sign
from duban.base.language import say
from duban.facts.merger_refusals import revival_refusals
from duban.facts.recording import Rows, record
from duban.facts.rows import Intake, Key, NewSubject, Outcome, RefusedRow, Why, no_grade, outside, unknown
from duban.ledger.choosing import one_of_pairs
from duban.ledger.database import insert_ignore
from duban.ledger.rows import columns_of, each_of
from duban.ledger.tables import SUBJECT, Subject
from duban.ledger.watermarks import subjects_changed

if TYPE_CHECKING:
    from duban.definitions.definitions import Definitions
    from duban.workspace.workspace import Workspace


def record_subjects(
    ws: Workspace,
    rows: Iterable[NewSubject | RefusedRow],
    *,
    whole: bool = False,
    change: bool = True,
    within: Collection[str] | None = None,
) -> Intake:
    """Take down subjects, or bring those already there up to date; one transaction per 5,000 rows.

    `whole` takes every row in one transaction, or none if one is refused. A row that could not be read stands in its
    place as RefusedRow. Without `change`, a subject that is there and
    looks otherwise is refused. `within` names the units (codes) whose subjects may be written; None is all of them.
    """

    def write(connection: Connection, page: Rows[NewSubject], recorded: Intake) -> None:
        take_subjects(connection, ws.definitions, page, recorded, change=change, within=within)

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


def subject_refusal(
    definitions: Definitions, row: NewSubject, within: Collection[str] | None = None
) -> Why | None:
    """Why a subject cannot be taken down as it stands; None if it can."""
    kind = definitions.vocabulary.subjects.get(row.kind)
    if kind is None:
        return unknown(
            "kind",
            say(zh=f"没有监管对象“{row.kind}”", en=f"there is no subject kind “{row.kind}”"),
            row.kind,
            definitions.vocabulary.subjects,
        )
    if within is not None and row.unit not in within:
        return outside("unit", row.unit)
    if row.unit not in definitions.project.units:
        return unknown(
            "unit",
            say(zh=f"没有单位“{row.unit}”", en=f"there is no unit “{row.unit}”"),
            row.unit,
            definitions.project.units,
        )
    if not row.code.strip() or not row.name.strip():
        return Why(
            "name" if row.code.strip() else "code",
            say(zh="缺少编号或名称", en="the code or the name is missing"),
        )
    if kind.credit_code and (reason := credit_code_refusal(row.code)):
        return Why("code", reason)
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
    recorded: Intake,
    *,
    change: bool = True,
    within: Collection[str] | None = None,
) -> None:
    """Take down a page of numbered subjects within a transaction of `recording`."""
    rows: dict[int, NewSubject] = {}
    for number, subject in page:
        why = subject_refusal(definitions, subject, within)
        if why:
            recorded.refuse(number, f"{subject.kind}/{subject.code}", why)
        else:
            rows[number] = subject
    query = select(*columns_of(Subject, NewSubject)).where(
        one_of_pairs(col(Subject.kind), col(Subject.code), ((row.kind, row.code) for row in rows.values()))
    )
    before = {(found.kind, found.code): found for found in each_of(connection, query, NewSubject)}
    merged = revival_refusals(connection, before)
    given: dict[Key, NewSubject] = {}
    for number, stated in rows.items():
        row, key = stated, (stated.kind, stated.code)
        known = given.get(key) or before.get(key)
        if known is not None:
            if row.grade is None:  # a register that does not know the grade does not take it away
                row = replace(row, grade=known.grade)
            why = _known_subject_refusal(row, known, change=change, within=within)
            if why is None and row.active:
                why = merged.get(key)
            if why:
                recorded.refuse(number, "/".join(key), why)
                continue
        outcome: Outcome = "new" if known is None else "unchanged" if row == known else "changed"
        recorded.outcomes[number] = outcome
        given[key] = row  # the last of a repeated code counts
    new = insert_ignore(connection, SUBJECT, (vars(row) for key, row in given.items() if key not in before))
    changed = [row for key, row in given.items() if key in before and row != before[key]]
    for row in changed:
        connection.execute(
            update(Subject)
            .where(col(Subject.kind) == row.kind, col(Subject.code) == row.code)
            .values(vars(row))
        )
    recorded.new += new
    recorded.changed += len(changed)
    recorded.unchanged += sum(number in recorded.outcomes for number in rows) - new - len(changed)
    if changed or new:
        subjects_changed(connection)


def _known_subject_refusal(
    row: NewSubject, known: NewSubject, *, change: bool, within: Collection[str] | None
) -> Why | None:
    """Why a subject that is in the ledger as `known` may not become `row`."""
    if within is not None and known.unit not in within:
        return Why(
            "code",
            say(
                zh="这个编号不在您的单位名下；跨单位划转请由上级办理",
                en="this code is not in the charge of your units; moving it is for the level above",
            ),
        )
    if not change and row != known:
        return Why(
            "code",
            say(
                zh="这个编号已登记，内容不同；要变更请用更新",
                en="this code is registered with other content; to change it, update it",
            ),
        )
    return None
