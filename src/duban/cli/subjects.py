"""`duban subject merge`, `unmerge`: one enterprise was merged into another, or got a new code; or that was a mistake."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from duban.cli.acting import Actor, acting
from duban.cli.bilingual import argument, option
from duban.cli.failures import Refused, WrongUsage
from duban.cli.grouping import OBLIGATIONS, add_group
from duban.cli.moves import Note, Why
from duban.cli.opened import open_project
from duban.cli.options import Json, Project, read_date
from duban.cli.recorded import list_changes
from duban.cli.screen import show_json, tell
from duban.cli.subject_meant import SubjectMeant, find_subject

if TYPE_CHECKING:
    from duban.facts import MergerSummary
    from duban.workspace.workspace import Workspace

Code = Annotated[
    str,
    argument(
        "[KIND:]CODE[@UNIT]",
        zh="被并入一方（或旧证）的编码；几类对象编码相同时写 种类:编码，几个县都有时加 @单位。",
        en="The code of the one merged into another, or the old code; KIND:CODE where several kinds share it, "
        "@UNIT where several counties do.",
    ),
]
Into = Annotated[
    str,
    option(
        "--into",
        "CODE",
        zh="并入谁：存续一方（或新证）的编码。",
        en="The code of the one that goes on, or the new code.",
    ),
]
On = Annotated[date, option("--on", "DATE", parser=read_date, zh="合并的日期。", en="The day of the merger.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    add_group(
        app,
        OBLIGATIONS,
        "subject",
        (
            "merge",
            merge,
            "登记合并或换证：没办完的应办事项连同经过转到存续一方。",
            "Enter that one was merged into another: what it still owes passes on, with its history.",
        ),
        (
            "unmerge",
            unmerge,
            "撤销录错的合并：转走的应办事项转回来。",
            "Take back a merger entered by mistake: what passed on returns.",
        ),
        (
            "changes",
            list_changes,
            "监管对象的变更：谁在什么时候改了什么。",
            "Changes of subjects: who changed what and when.",
        ),
        zh="监管对象：企业、经营者、设备。",
        en="Subjects: enterprises, operators, equipment.",
    )


def merge(
    code: Code,
    *,
    into: Into,
    on: On,
    reason: Note = "",
    actor: Actor = None,
    project: Project = None,
    as_json: Json = False,
) -> None:
    """Enter a merger."""
    from duban.facts import merge_subject

    with open_project(project) as workspace:
        own = find_subject(workspace, code)
        other = _of_kind(workspace, into, own.kind)
        if other.kind != own.kind:
            raise Refused(
                zh=f"{other.code} 是{other.kind}，不是{own.kind}：只能并入同一类监管对象",
                en=f"{other.code} is a {other.kind}, not a {own.kind}: a subject is merged into one of its own kind",
            )
        now = workspace.clock.now()
        merged = merge_subject(
            workspace,
            own.kind,
            own.code,
            into=other.code,
            merged_on=on,
            now=now,
            by=acting(workspace, actor, "subject merge", own.code, other.code),
            reason=reason,
            unit=own.unit,
            into_unit=other.unit,
        )
        passed_on, superseded = _follow(workspace)
    if as_json:
        _show(merged, {"passed_on": passed_on, "superseded": superseded})
    elif merged.changed:
        tell(
            zh=f"已登记：{merged.name}（{own.code}）{on} 并入{merged.into_name}（{other.code}）；"
            f"转过去 {passed_on} 项应办事项，{superseded} 项后者本来应办，只办一次",
            en=f"entered: {merged.name} ({own.code}) merged into {merged.into_name} ({other.code}) on {on}; obligations passed "
            f"on: {passed_on}, owed by the other anyway: {superseded}",
        )
    else:
        tell(zh="这次合并已经登记过", en="this merger was entered before")


def unmerge(
    code: Code, *, reason: Why, actor: Actor = None, project: Project = None, as_json: Json = False
) -> None:
    """Take a merger back."""
    from duban.facts import unmerge_subject

    with open_project(project) as workspace:
        own = find_subject(workspace, code)
        now = workspace.clock.now()
        merged = unmerge_subject(
            workspace,
            own.kind,
            own.code,
            now=now,
            by=acting(workspace, actor, "subject unmerge", own.code),
            reason=reason,
            unit=own.unit,
        )
        returned, _ = _follow(workspace)
    if as_json:
        _show(merged, {"returned": returned})
    else:
        tell(
            zh=f"已撤销：{merged.name}（{own.code}）没有并入{merged.into_name}；转回来 {returned} 项应办事项",
            en=f"taken back: {merged.name} ({own.code}) was not merged into {merged.into_name}; obligations "
            f"returned: {returned}",
        )


def _of_kind(workspace: Workspace, written: str, kind: str) -> SubjectMeant:
    """The subject meant: of that kind if there is one."""
    try:
        return find_subject(workspace, written, [kind])
    except WrongUsage:
        return find_subject(workspace, written)


def _follow(workspace: Workspace) -> tuple[int, int]:
    """Let the obligations follow at once; returns how many were handed over, and how many superseded."""
    from sqlalchemy import func, select

    from duban.ledger.database import reading
    from duban.ledger.tables import OBLIGATION_EVENT
    from duban.obligations.opening import open_owed

    event = OBLIGATION_EVENT.c
    with reading(workspace.ledger) as connection:
        newest = connection.execute(select(func.max(event.id))).scalar() or 0
    open_owed(workspace, workspace.clock.now())
    moved = select(event.kind, func.count().label("n")).where(
        event.id > newest,
        event.kind.in_(("rehome", "supersede", "reinstate")),
        event.details["origin"].as_integer().is_not(None),
    )
    with reading(workspace.ledger) as connection:
        counted = {row.kind: row.n for row in connection.execute(moved.group_by(event.kind))}
    return counted.get("rehome", 0) + counted.get("reinstate", 0), counted.get("supersede", 0)


def _show(merged: MergerSummary, more: dict[str, int]) -> None:
    show_json({**vars(merged), "merged_on": merged.merged_on.isoformat(), **more})
